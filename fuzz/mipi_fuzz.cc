// libFuzzer target: a description in TOML, a zero byte, and the mosaic that it describes.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "petzval/base/toml_file.h"
#include "petzval/capture/describe.h"
#include "petzval/capture/metadata_check.h"
#include "petzval/capture/mipi_reader.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace petzval;
  const uint8_t* const end = data + size;
  const uint8_t* const zero = std::find(data, end, uint8_t{0});
  // toml++ 3.3 reaches its TOML_UNREACHABLE for letters beyond ASCII where white space may stand
  // (is_non_ascii_horizontal_whitespace); descriptions with such letters would find only that.
  if (std::any_of(data, zero, [](uint8_t c) { return c >= 0x80; })) return 0;
  const auto toml = TomlTable::Parse(std::string(data, zero), "description.toml");
  if (!toml) return 0;
  const uint8_t* const pixels = zero == end ? end : zero + 1;
  const ByteSource source = ByteSource::FromMemory({pixels, end});
  StatedMetadata stated;
  auto frame = ReadMipi(source, *toml, stated);
  if (!frame || !CheckMetadata(stated, *frame)) return 0;
  for (const NoiseLine& line : frame->noise.plane) {
    if (!(line.s > 0 && line.o > 0)) std::abort();
  }
  if (DescribeJson(*frame).empty() || DescribeText(*frame).empty()) std::abort();
  return 0;
}
