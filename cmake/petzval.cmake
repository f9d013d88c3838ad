# How a petzval module is built: one folder, one library, its tests and benches beside the sources.
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(fmt REQUIRED)
find_package(GTest REQUIRED)
find_package(benchmark REQUIRED)
find_package(Halide 14 REQUIRED)
find_package(HalideHelpers 14 REQUIRED)
include(GoogleTest)

# Never "host": its feature detection can name instructions that the machine does not run.
if(CMAKE_SYSTEM_PROCESSOR MATCHES "aarch64|arm64")
  set(default_targets "arm-64-linux")
else()
  set(default_targets
      x86-64-linux-sse41-avx-avx2-f16c-fma-avx512-avx512_skylake
      x86-64-linux-sse41-avx-avx2-f16c-fma
      x86-64-linux-sse41)
endif()
set(PETZVAL_HALIDE_TARGETS "${default_targets}" CACHE STRING
    "Halide targets, best first; the program picks one at run time")
set(PETZVAL_HALIDE_EXTRA_TARGETS "" CACHE STRING
    "Further Halide targets of the same system, tried before the others")
list(PREPEND PETZVAL_HALIDE_TARGETS ${PETZVAL_HALIDE_EXTRA_TARGETS})

# Flags of our own code; generators and generated code do not get them.
add_library(petzval_flags INTERFACE)
target_include_directories(petzval_flags INTERFACE "${PROJECT_SOURCE_DIR}/src")
target_include_directories(petzval_flags SYSTEM INTERFACE
                           "$<TARGET_PROPERTY:Halide::Runtime,INTERFACE_INCLUDE_DIRECTORIES>")
target_compile_options(petzval_flags INTERFACE -Wall -Wextra -Wno-missing-field-initializers
                       $<$<BOOL:${PETZVAL_WERROR}>:-Werror>)
if(PETZVAL_SANITIZE)
  target_compile_options(petzval_flags INTERFACE -fsanitize=${PETZVAL_SANITIZE}
                         -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(petzval_flags INTERFACE -fsanitize=${PETZVAL_SANITIZE})
endif()

# petzval_module(NAME [DEPS module...] [LIBS library...] [PRIVATE_LIBS library...])
#   Builds petzval_NAME from every *.cc of the current folder. By file name, without a list to keep:
#     x_generator.cc  a Halide generator that defines a pipeline named x, compiled for every target
#     x_test.cc       part of petzval_NAME_test (GoogleTest)
#     x_bench.cc      program build/bench/x
function(petzval_module NAME)
  cmake_parse_arguments(ARG "" "" "DEPS;LIBS;PRIVATE_LIBS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS *.cc)
  set(generators ${sources})
  set(tests ${sources})
  set(benches ${sources})
  list(FILTER generators INCLUDE REGEX "_generator\\.cc$")
  list(FILTER tests INCLUDE REGEX "_test\\.cc$")
  list(FILTER benches INCLUDE REGEX "_bench\\.cc$")
  list(FILTER sources EXCLUDE REGEX "_(generator|test|bench)\\.cc$")

  set(library petzval_${NAME})
  if(sources)
    add_library(${library} STATIC ${sources})
    set(scope PUBLIC)
  else()
    add_library(${library} INTERFACE)
    set(scope INTERFACE)
  endif()
  list(TRANSFORM ARG_DEPS PREPEND "petzval_")
  target_link_libraries(${library} ${scope} petzval_flags ${ARG_DEPS} ${ARG_LIBS} fmt::fmt)
  if(ARG_PRIVATE_LIBS AND sources)
    target_link_libraries(${library} PRIVATE ${ARG_PRIVATE_LIBS})
  endif()

  foreach(source ${generators})
    get_filename_component(pipeline ${source} NAME)
    string(REGEX REPLACE "_generator\\.cc$" "" pipeline ${pipeline})
    add_halide_generator(${pipeline}_generator SOURCES ${source})
    target_include_directories(${pipeline}_generator PRIVATE "${PROJECT_SOURCE_DIR}/src")
    if(TARGET halide_anchor.runtime)
      set(runtime USE_RUNTIME halide_anchor.runtime)
    endif()
    add_halide_library(${pipeline} FROM ${pipeline}_generator GENERATOR ${pipeline}
                       TARGETS ${PETZVAL_HALIDE_TARGETS} ${runtime})
    target_link_libraries(${library} ${scope} ${pipeline})
  endforeach()

  if(tests)
    add_executable(${library}_test ${tests})
    target_link_libraries(${library}_test PRIVATE ${library} GTest::gtest_main)
    target_compile_definitions(${library}_test PRIVATE
                               PETZVAL_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
    add_test(NAME ${NAME} COMMAND ${library}_test)
  endif()
  foreach(source ${benches})
    get_filename_component(bench ${source} NAME)
    string(REGEX REPLACE "_bench\\.cc$" "" bench ${bench})
    add_executable(bench_${bench} ${source})
    target_link_libraries(bench_${bench} PRIVATE ${library} benchmark::benchmark)
    set_target_properties(bench_${bench} PROPERTIES OUTPUT_NAME ${bench}
                          RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bench")
  endforeach()
endfunction()

# petzval_embed(TARGET HEADER header TYPE type FUNCTION function [NAMESPACE namespace] FILES pattern)
#   Compiles every file that matches `pattern` into TARGET as {name without extension, text}: a
#   source is written that defines `std::span<const type> function()`, which `header` declares.
#   A file added to the folder is in the next build.
function(petzval_embed TARGET)
  cmake_parse_arguments(ARG "" "HEADER;TYPE;FUNCTION;NAMESPACE;FILES" "" ${ARGN})
  if(NOT ARG_NAMESPACE)
    set(ARG_NAMESPACE petzval)
  endif()
  file(GLOB files CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/${ARG_FILES}")
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${files})
  set(entries "")
  foreach(file ${files})
    get_filename_component(name ${file} NAME_WLE)
    file(READ ${file} text)
    string(APPEND entries "    {\"${name}\", R\"embedded(${text})embedded\"},\n")
  endforeach()
  if(files)
    set(table "constexpr ${ARG_TYPE} kFiles[] = {\n${entries}};")
  else()
    set(table "constexpr std::span<const ${ARG_TYPE}> kFiles;")
  endif()
  set(source "${CMAKE_CURRENT_BINARY_DIR}/${TARGET}_${ARG_FUNCTION}.cc")
  file(CONFIGURE OUTPUT ${source} @ONLY CONTENT
"// Written by CMake from @ARG_FILES@.
#include \"@ARG_HEADER@\"

namespace @ARG_NAMESPACE@ {
namespace {

@table@

}  // namespace

std::span<const @ARG_TYPE@> @ARG_FUNCTION@() { return kFiles; }

}  // namespace @ARG_NAMESPACE@
")
  target_sources(${TARGET} PRIVATE ${source})
endfunction()
