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

// libtiff wants names that it could write to, and never does.
char* Name(const char* name) { return const_cast<char*>(name); }

void AddDngTags(TIFF* tiff) {
  // Counts: -1 in 16 bits, -3 in 32 bits before the values.
  static const TIFFFieldInfo kFields[] = {
      {kTagForwardMatrix1, -1, -1, TIFF_SRATIONAL, FIELD_CUSTOM, 1, 1, Name("ForwardMatrix1")},
      {kTagForwardMatrix2, -1, -1, TIFF_SRATIONAL, FIELD_CUSTOM, 1, 1, Name("ForwardMatrix2")},
      {kTagOpcodeList1, -3, -3, TIFF_UNDEFINED, FIELD_CUSTOM, 1, 1, Name("OpcodeList1")},
      {kTagOpcodeList2, -3, -3, TIFF_UNDEFINED, FIELD_CUSTOM, 1, 1, Name("OpcodeList2")},
      {kTagOpcodeList3, -3, -3, TIFF_UNDEFINED, FIELD_CUSTOM, 1, 1, Name("OpcodeList3")},
      {kTagNoiseProfile, -1, -1, TIFF_DOUBLE, FIELD_CUSTOM, 1, 1, Name("NoiseProfile")},
      {kTagCameraCalibrationSignature, -1, -1, TIFF_ASCII, FIELD_CUSTOM, 1, 0,
       Name("CameraCalibrationSignature")},
      {kTagProfileCalibrationSignature, -1, -1, TIFF_ASCII, FIELD_CUSTOM, 1, 0,
       Name("ProfileCalibrationSignature")},
      {kTagProfileName, -1, -1, TIFF_ASCII, FIELD_CUSTOM, 1, 0, Name("ProfileName")},
      {kTagProfileHueSatMapDims, -3, -3, TIFF_LONG, FIELD_CUSTOM, 1, 1, Name("HueSatMapDims")},
      {kTagProfileHueSatMapData1, -3, -3, TIFF_FLOAT, FIELD_CUSTOM, 1, 1, Name("HueSatMapData1")},
      {kTagProfileHueSatMapData2, -3, -3, TIFF_FLOAT, FIELD_CUSTOM, 1, 1, Name("HueSatMapData2")},
      {kTagProfileToneCurve, -3, -3, TIFF_FLOAT, FIELD_CUSTOM, 1, 1, Name("ProfileToneCurve")},
      {kTagProfileEmbedPolicy, 1, 1, TIFF_LONG, FIELD_CUSTOM, 1, 0, Name("ProfileEmbedPolicy")},
      {kTagProfileCopyright, -1, -1, TIFF_ASCII, FIELD_CUSTOM, 1, 0, Name("ProfileCopyright")},
      {kTagProfileLookTableDims, -3, -3, TIFF_LONG, FIELD_CUSTOM, 1, 1, Name("LookTableDims")},
      {kTagProfileLookTableData, -3, -3, TIFF_FLOAT, FIELD_CUSTOM, 1, 1, Name("LookTableData")},
      {kTagProfileHueSatMapEncoding, 1, 1, TIFF_LONG, FIELD_CUSTOM, 1, 0,
       Name("HueSatMapEncoding")},
      {kTagProfileLookTableEncoding, 1, 1, TIFF_LONG, FIELD_CUSTOM, 1, 0,
       Name("LookTableEncoding")},
      {kTagBaselineExposureOffset, 1, 1, TIFF_SRATIONAL, FIELD_CUSTOM, 1, 0,
       Name("BaselineExposureOffset")},
      {kTagDefaultBlackRender, 1, 1, TIFF_LONG, FIELD_CUSTOM, 1, 0, Name("DefaultBlackRender")},
      {kTagCalibrationIlluminant3, 1, 1, TIFF_SHORT, FIELD_CUSTOM, 1, 0,
       Name("CalibrationIlluminant3")},
      {kTagCameraCalibration3, -1, -1, TIFF_SRATIONAL, FIELD_CUSTOM, 1, 1,
       Name("CameraCalibration3")},
      {kTagColorMatrix3, -1, -1, TIFF_SRATIONAL, FIELD_CUSTOM, 1, 1, Name("ColorMatrix3")},
      {kTagForwardMatrix3, -1, -1, TIFF_SRATIONAL, FIELD_CUSTOM, 1, 1, Name("ForwardMatrix3")},
      {kTagIlluminantData1, -3, -3, TIFF_UNDEFINED, FIELD_CUSTOM, 1, 1, Name("IlluminantData1")},
      {kTagIlluminantData2, -3, -3, TIFF_UNDEFINED, FIELD_CUSTOM, 1, 1, Name("IlluminantData2")},
      {kTagIlluminantData3, -3, -3, TIFF_UNDEFINED, FIELD_CUSTOM, 1, 1, Name("IlluminantData3")},
      {kTagProfileHueSatMapData3, -3, -3, TIFF_FLOAT, FIELD_CUSTOM, 1, 1, Name("HueSatMapData3")},
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
