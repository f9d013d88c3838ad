// libtiff for writing: errors as values, EXIF directory, DNG tags.
#ifndef PETZVAL_ENCODE_TIFF_WRITER_H_
#define PETZVAL_ENCODE_TIFF_WRITER_H_

#include <tiffio.h>

#include <cstdarg>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "petzval/base/file.h"
#include "petzval/capture/raw_frame.h"

namespace petzval {

// DNG tags that libtiff 4.5 does not know; registered by TiffWriter.
enum DngTag : uint32_t {
  kTagForwardMatrix1 = 50964,
  kTagForwardMatrix2 = 50965,
  kTagOpcodeList1 = 51008,
  kTagOpcodeList2 = 51009,
  kTagOpcodeList3 = 51022,
  kTagNoiseProfile = 51041,
  kTagCameraCalibrationSignature = 50931,
  kTagProfileCalibrationSignature = 50932,
  kTagProfileName = 50936,
  kTagProfileHueSatMapDims = 50937,
  kTagProfileHueSatMapData1 = 50938,
  kTagProfileHueSatMapData2 = 50939,
  kTagProfileToneCurve = 50940,
  kTagProfileEmbedPolicy = 50941,
  kTagProfileCopyright = 50942,
  kTagProfileLookTableDims = 50981,
  kTagProfileLookTableData = 50982,
  kTagProfileHueSatMapEncoding = 51107,
  kTagProfileLookTableEncoding = 51108,
  kTagBaselineExposureOffset = 51109,
  kTagDefaultBlackRender = 51110,
  kTagCalibrationIlluminant3 = 52529,
  kTagCameraCalibration3 = 52530,
  kTagColorMatrix3 = 52531,
  kTagForwardMatrix3 = 52532,
  kTagIlluminantData1 = 52533,
  kTagIlluminantData2 = 52534,
  kTagIlluminantData3 = 52535,
  kTagProfileHueSatMapData3 = 52537,
};

// A little-endian TIFF being written into an OutputFile. Calls after a failure do nothing; Close
// reports the first one. (libtiff's own calls through handle() report theirs there too.)
class TiffWriter {
 public:
  // `big`: BigTIFF, for more than 4 GB.
  TiffWriter(OutputFile* file, bool big);
  ~TiffWriter();
  TiffWriter(const TiffWriter&) = delete;
  TiffWriter& operator=(const TiffWriter&) = delete;

  TIFF* handle() { return tiff_; }

  // Writes the Exif IFD; must come before the first Set. `color_space`: 1, 65535, or 0 for none.
  void WriteExif(const ExifInfo& exif, int color_space);

  template <class... Values>
  void Set(uint32_t tag, Values... values) {
    if (tiff_ && TIFFSetField(tiff_, tag, values...) != 1) {
      Fail("a tag is not accepted: " + std::to_string(tag));
    }
  }
  void SetText(uint32_t tag, const std::string& text) {
    if (!text.empty()) Set(tag, text.c_str());
  }
  // Bytes of strip `index` as they will be in the file. 16- and 32-bit samples little-endian.
  void WriteStrip(int index, std::span<const uint8_t> bytes);
  // The first failure so far, if any.
  Status status() const;
  // Writes the directory and closes.
  Status Close();

 private:
  void Fail(const std::string& message);
  void CloseHandle();
  static int OnError(TIFF*, void* self, const char* module, const char* format, va_list arguments);

  TIFF* tiff_ = nullptr;
  uint64_t exif_offset_ = 0;
  std::string error_;
};

}  // namespace petzval

#endif  // PETZVAL_ENCODE_TIFF_WRITER_H_
