// The files of data/looks, compiled in so that the program runs without a data folder.
#ifndef PETZVAL_LOOK_EMBEDDED_LOOKS_H_
#define PETZVAL_LOOK_EMBEDDED_LOOKS_H_

#include <span>
#include <string_view>

namespace petzval {

struct EmbeddedLook {
  std::string_view name;  // of the file, without .toml
  std::string_view toml;  // its contents
};

// Defined in a source that CMake writes from the folder.
std::span<const EmbeddedLook> EmbeddedLooks();

}  // namespace petzval

#endif  // PETZVAL_LOOK_EMBEDDED_LOOKS_H_
