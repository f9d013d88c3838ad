# The few commands of the project; everything else is CMake (see CMakePresets.json).
PRESET ?= release
BUILD := $(if $(filter release,$(PRESET)),build,build/$(PRESET))

.PHONY: all packages build test photo bench asan check format clean
all: build

packages:
	@tools/install.sh

build: packages
	@cmake --preset $(PRESET) >/dev/null
	@cmake --build --preset $(PRESET)

test: build
	@ctest --test-dir $(BUILD) --output-on-failure -j 2

photo: build
	@tools/make_photo.sh $(BUILD)/petzval out

bench: build
	@tools/install.sh packages.txt packages-bench.txt
	@bench/compare.sh

asan:
	@$(MAKE) --no-print-directory test PRESET=asan

check:
	@python3 tools/check_layers.py
	@tools/check_format.sh

format:
	@git ls-files '*.cc' '*.h' | xargs clang-format -i

clean:
	@rm -rf build out
