// libFuzzer target: a DNG in memory through tags, opcodes, pixels, checks and description.
#include <cstdint>
#include <cstdlib>

#include "petzval/capture/describe.h"
#include "petzval/capture/dng_reader.h"
#include "petzval/capture/metadata_check.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace petzval;
  const ByteSource source = ByteSource::FromMemory({data, size});
  const auto tiff = TiffFile::Parse(source);
  if (!tiff) return 0;
  StatedMetadata stated;
  // Without a path the compressed forms that LibRaw unpacks are refused: it is not what is tested.
  auto frame = ReadDng(*tiff, "", stated);
  if (!frame || !CheckMetadata(stated, *frame)) return 0;
  for (const NoiseLine& line : frame->noise.plane) {
    if (!(line.s > 0 && line.o > 0)) std::abort();
  }
  if (DescribeJson(*frame).empty() || DescribeText(*frame).empty()) std::abort();
  return 0;
}
