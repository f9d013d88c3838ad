// The libtiff adapter.
#include "petzval/encode/tiff_writer.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdio>
#include <mutex>

namespace petzval {
namespace {

static_assert(std::endian::native == std::endian::little,
              "strips are written as they lie in memory");

TIFFExtendProc parent_extender = nullptr;

void AddDngTags(TIFF* tiff) {
  static char names[][20] = {"ForwardMatrix1", "ForwardMatrix2", "OpcodeList1",
                             "OpcodeList2",    "OpcodeList3",    "NoiseProfile"};
  static const TIFFFieldInfo kFields[] = {
      {kTagForwardMatrix1, -1, -1, TIFF_SRATIONAL, FIELD_CUSTOM, 1, 1, names[0]},
      {kTagForwardMatrix2, -1, -1, TIFF_SRATIONAL, FIELD_CUSTOM, 1, 1, names[1]},
      {kTagOpcodeList1, -3, -3, TIFF_UNDEFINED, FIELD_CUSTOM, 1, 1, names[2]},
      {kTagOpcodeList2, -3, -3, TIFF_UNDEFINED, FIELD_CUSTOM, 1, 1, names[3]},
      {kTagOpcodeList3, -3, -3, TIFF_UNDEFINED, FIELD_CUSTOM, 1, 1, names[4]},
      {kTagNoiseProfile, -1, -1, TIFF_DOUBLE, FIELD_CUSTOM, 1, 1, names[5]},
  };
  TIFFMergeFieldInfo(tiff, kFields, std::size(kFields));
  if (parent_extender) parent_extender(tiff);
}

}  // namespace

TiffWriter::TiffWriter(OutputFile* file, bool big) {
  static std::once_flag once;
  std::call_once(once, [] { parent_extender = TIFFSetTagExtender(AddDngTags); });
  const int fd = dup(file->fd());  // TIFFClose closes its own
  if (fd < 0) {
    error_ = "no more files can be opened";
    return;
  }
  TIFFOpenOptions* options = TIFFOpenOptionsAlloc();
  TIFFOpenOptionsSetErrorHandlerExtR(options, OnError, this);
  TIFFOpenOptionsSetWarningHandlerExtR(
      options, [](TIFF*, void*, const char*, const char*, va_list) { return 1; }, nullptr);
  tiff_ = TIFFFdOpenExt(fd, file->temporary_path().c_str(), big ? "wl8" : "wl", options);
  TIFFOpenOptionsFree(options);
  if (!tiff_) {
    close(fd);
    Fail("TIFF cannot be started");
  }
}

TiffWriter::~TiffWriter() { CloseHandle(); }

void TiffWriter::CloseHandle() {
  if (!tiff_) return;
  TIFFFreeDirectory(tiff_);
  TIFFCreateDirectory(tiff_);  // nothing is pending then: TIFFClose writes no more
  TIFFClose(tiff_);
  tiff_ = nullptr;
}

int TiffWriter::OnError(TIFF*, void* self, const char*, const char* format, va_list arguments) {
  char text[300];
  std::vsnprintf(text, sizeof text, format, arguments);
  static_cast<TiffWriter*>(self)->Fail(text);
  return 1;
}

void TiffWriter::Fail(const std::string& message) {
  if (error_.empty()) error_ = message;
}

void TiffWriter::WriteExif(const ExifInfo& e, int color_space) {
  if (!tiff_) return;
  if (TIFFCreateEXIFDirectory(tiff_) != 0) return Fail("the EXIF directory cannot be made");
  Set(EXIFTAG_EXIFVERSION, "0231");
  if (e.exposure_s > 0) Set(EXIFTAG_EXPOSURETIME, e.exposure_s);
  if (e.f_number > 0) Set(EXIFTAG_FNUMBER, e.f_number);
  if (e.iso >= 0.5) {
    const auto iso = static_cast<uint16_t>(std::min(65535.0, std::round(e.iso)));
    Set(EXIFTAG_ISOSPEEDRATINGS, 1, &iso);
  }
  SetText(EXIFTAG_DATETIMEORIGINAL, e.datetime_original);
  if (!e.datetime_original.empty()) SetText(EXIFTAG_SUBSECTIMEORIGINAL, e.subsec_original);
  if (e.focal_length_mm > 0) Set(EXIFTAG_FOCALLENGTH, e.focal_length_mm);
  if (e.focal_length_35mm > 0) Set(EXIFTAG_FOCALLENGTHIN35MMFILM, e.focal_length_35mm);
  SetText(EXIFTAG_LENSMODEL, e.lens);
  Set(EXIFTAG_FLASHPIXVERSION, "0100");
  if (color_space != 0) Set(EXIFTAG_COLORSPACE, color_space);
  if (TIFFWriteCustomDirectory(tiff_, &exif_offset_) != 1)
    Fail("the EXIF directory is not written");
  TIFFFreeDirectory(tiff_);
  TIFFCreateDirectory(tiff_);
  Set(TIFFTAG_EXIFIFD, exif_offset_);
}

void TiffWriter::WriteStrip(int index, std::span<const uint8_t> bytes) {
  if (!tiff_ || !error_.empty()) return;
  const tmsize_t size = static_cast<tmsize_t>(bytes.size());
  if (TIFFWriteRawStrip(tiff_, static_cast<uint32_t>(index), const_cast<uint8_t*>(bytes.data()),
                        size) != size) {
    Fail("writing failed");
  }
}

Status TiffWriter::status() const {
  if (!error_.empty()) return petzval::Fail(ErrorCode::kIo, error_);
  return {};
}

Status TiffWriter::Close() {
  if (tiff_ && error_.empty() && TIFFWriteDirectory(tiff_) != 1)
    Fail("the directory is not written");
  CloseHandle();
  return status();
}

}  // namespace petzval
