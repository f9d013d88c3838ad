// Which reader a file goes to: its contents decide.
#include "petzval/capture/reader.h"

#include <fmt/format.h>

#include <filesystem>
#include <new>

#include "petzval/capture/byte_source.h"
#include "petzval/capture/dng_reader.h"
#include "petzval/capture/libraw_reader.h"
#include "petzval/capture/metadata_check.h"
#include "petzval/capture/mipi_reader.h"
#include "petzval/capture/tiff_file.h"

namespace petzval {
namespace {

Result<RawFrame> Read(const ByteSource& source, const std::string& path, StatedMetadata& stated) {
  if (source.size() == 0) return Fail(ErrorCode::kInvalidInput, "the file is empty");
  if (TiffFile::IsTiff(source)) {
    const auto tiff = TiffFile::Parse(source);
    if (!tiff) return Fail(tiff.error());
    if (IsDng(*tiff)) return ReadDng(*tiff, path, stated);
  }
  std::error_code ignored;
  if (const std::string description = path + ".toml";
      std::filesystem::exists(description, ignored)) {
    return ReadMipi(source, description, stated);
  }
  auto frame = ReadWithLibraw(path);
  if (!frame && frame.error().code == ErrorCode::kUnsupported) {
    uint8_t head[3] = {};
    if (source.Read(0, head, 3) && head[0] == 0xFF && head[1] == 0xD8 && head[2] == 0xFF) {
      return Fail(ErrorCode::kUnsupported, "this is a JPEG picture, not a RAW file");
    }
  }
  return frame;
}

}  // namespace

Result<RawFrame> ReadRaw(const std::string& path) {
  try {
    PETZVAL_ASSIGN(const ByteSource source, ByteSource::Open(path));
    StatedMetadata stated;
    auto frame = Read(source, path, stated);
    if (!frame) return Fail(frame.error().In(path));
    frame->path = path;
    if (auto status = CheckMetadata(stated, *frame); !status) return Fail(status.error().In(path));
    return frame;
  } catch (const std::bad_alloc&) {
    return Fail(ErrorCode::kTooLarge, path + ": there is not enough memory for the picture");
  }
}

}  // namespace petzval
