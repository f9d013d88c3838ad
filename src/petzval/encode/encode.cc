// Chooses the encoder by the suffix of the name.
#include "petzval/encode/encode.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "petzval/base/file.h"
#include "petzval/encode/jpeg.h"
#include "petzval/encode/png.h"
#include "petzval/encode/tiff.h"
#include "petzval/image/image.h"

namespace petzval {
namespace {

enum class Format { kJpeg, kPng, kTiff };

Result<Format> FormatOf(const std::string& path) {
  std::string suffix = std::filesystem::path(path).extension().string();
  std::transform(suffix.begin(), suffix.end(), suffix.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  if (suffix == ".jpg" || suffix == ".jpeg") return Format::kJpeg;
  if (suffix == ".png") return Format::kPng;
  if (suffix == ".tif" || suffix == ".tiff") return Format::kTiff;
  return Fail(
      ErrorCode::kUnsupported,
      fmt::format("cannot write {}: its name must end in .jpg, .jpeg, .png, .tif or .tiff", path));
}

Status Encode(Format format, const PixelSource& source, const EncodeParams& params,
              const PictureMetadata& metadata, OutputFile* file) {
  switch (format) {
    case Format::kJpeg:
      return EncodeJpeg(source, params, metadata, file);
    case Format::kPng:
      return EncodePng(source, params, metadata, file);
    case Format::kTiff:
      break;
  }
  return EncodeTiff(source, params, metadata, file);
}

}  // namespace

Status CheckPicturePath(const std::string& path, const EncodeParams& params) {
  PETZVAL_ASSIGN(const Format format, FormatOf(path));
  const int bits = params.bits;
  if (format == Format::kJpeg && bits != 8) {
    return Fail(ErrorCode::kUnsupported,
                fmt::format("cannot write {}: JPEG has 8 bits, not {}", path, bits));
  }
  if (format == Format::kPng && bits != 8 && bits != 16) {
    return Fail(ErrorCode::kUnsupported,
                fmt::format("cannot write {}: PNG has 8 or 16 bits, not {}", path, bits));
  }
  if (format == Format::kTiff && bits != 8 && bits != 16 && bits != 32) {
    return Fail(ErrorCode::kUnsupported,
                fmt::format("cannot write {}: TIFF has 8, 16 or 32 bits, not {}", path, bits));
  }
  if (params.jpeg_quality < 1 || params.jpeg_quality > 100) {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("JPEG quality is {}, it must be 1 to 100", params.jpeg_quality));
  }
  return {};
}

Status EncodePicture(const std::string& path, const PixelSource& source, const EncodeParams& params,
                     const PictureMetadata& metadata) {
  PETZVAL_RETURN_IF_ERROR(CheckPicturePath(path, params));
  PETZVAL_ASSIGN(const Format format, FormatOf(path));
  if (IsHighRange(metadata.space) && params.bits != 16) {
    return Fail(ErrorCode::kUnsupported,
                fmt::format("cannot write {}: a picture of high range needs 16 bits", path));
  }
  if (!SizeAllowed(source.width, source.height)) {
    return Fail(ErrorCode::kTooLarge,
                fmt::format("cannot write {}: {} x {} pixels are not possible", path, source.width,
                            source.height));
  }
  PETZVAL_ASSIGN(OutputFile file, OutputFile::Create(path));
  if (auto status = Encode(format, source, params, metadata, &file); !status) {
    // Errors of the system name the path already.
    if (status.error().message.find(path) != std::string::npos) return status;
    return Fail(status.error().In("cannot write " + path));
  }
  return file.Commit();
}

}  // namespace petzval
