// Finished pictures out: JPEG, PNG, TIFF; the suffix of the name chooses.
#ifndef PETZVAL_ENCODE_ENCODE_H_
#define PETZVAL_ENCODE_ENCODE_H_

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "petzval/base/result.h"
#include "petzval/capture/raw_frame.h"

namespace petzval {

// The last three: Rec.2020 primaries with the curves PQ and HLG of BT.2100 and Leica L-Log.
enum class PictureSpace {
  kSrgb,
  kDisplayP3,
  kLinearRec2020,
  kRec2020Pq,
  kRec2020Hlg,
  kRec2020LLog
};
// Whether a picture in this space needs more than 8 bits, and programs that know its curve.
inline bool IsHighRange(PictureSpace space) { return space >= PictureSpace::kRec2020Pq; }
enum class ChromaSubsampling { k444, k422, k420 };

struct EncodeParams {
  int jpeg_quality = 92;                                    // 1..100
  ChromaSubsampling subsampling = ChromaSubsampling::k420;  // JPEG only
  int bits = 8;  // PNG: 8 or 16; TIFF: 8, 16 or 32 (float, linear)
};

// Metadata that travels with the picture. Private data (GPS, serial numbers, maker notes,
// thumbnails) is not copied.
struct PictureMetadata {
  ExifInfo exif;  // of the reference frame; orientation is always written as 1
  PictureSpace space = PictureSpace::kSrgb;
  std::vector<std::pair<std::string, std::string>> parameters;  // into XMP, petzval namespace
};

// Where an encoder gets its pixels: it asks for whole-width strips of rows, each once, possibly
// from several threads and in any order. A strip is interleaved RGB of `rows` rows starting at `y`,
// rows `stride` elements apart. Of the three functions only that of the asked bit depth is called.
struct PixelSource {
  int width = 0, height = 0;
  std::function<Status(int y, int rows, uint8_t* rgb, ptrdiff_t stride)> strip8;
  std::function<Status(int y, int rows, uint16_t* rgb, ptrdiff_t stride)> strip16;
  std::function<Status(int y, int rows, float* rgb, ptrdiff_t stride)> strip32f;
};

// Writes `path` (.jpg .jpeg .png .tif .tiff); it appears only complete.
// Errors: kUnsupported for another suffix or bit depth; kIo; whatever the source returns.
Status EncodePicture(const std::string& path, const PixelSource& source, const EncodeParams& params,
                     const PictureMetadata& metadata);

// Checks suffix and bit depth without writing: to be called before minutes of work.
Status CheckPicturePath(const std::string& path, const EncodeParams& params);

// Writes a mosaic (or LinearRaw) as DNG 1.4 with all of the frame's colour (its profile, too: set
// its matrices in `color` as well), level, noise, opcode and EXIF data: 16-bit samples as they are
// in the frame. Readable by LibRaw, exiftool -validate clean.
Status WriteDng(const std::string& path, const RawFrame& frame);

}  // namespace petzval

#endif  // PETZVAL_ENCODE_ENCODE_H_
