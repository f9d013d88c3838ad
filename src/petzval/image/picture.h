// Finished pictures in: JPEG, PNG, TIFF, PFM, with what their colour means.
#ifndef PETZVAL_IMAGE_PICTURE_H_
#define PETZVAL_IMAGE_PICTURE_H_

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "petzval/base/matrix.h"
#include "petzval/base/result.h"
#include "petzval/image/image.h"

namespace petzval {

// A picture of 3 planes (R, G, B; a grey file gives three equal ones). Either `code` holds integers
// 0..max_code, or `value` floats as stored; the other is empty.
struct Picture {
  std::string path;
  Image<uint16_t> code;
  int max_code = 255;
  Image<float> value;  // 32-bit TIFF and PFM; finite, see `warnings`

  // Code (as a fraction 0..1, `curve` sampled evenly, linear between) or float value to linear
  // light; an empty curve is the identity. Then linear RGB to XYZ relative to D50.
  std::array<std::vector<float>, 3> curve;
  Mat3 xyz_d50_from_linear;
  std::string space;  // "sRGB", "Display P3", the ICC profile's description, "linear Rec.2020", ..
  std::vector<std::string> warnings;  // "no colour profile: taken as sRGB"

  bool is_float() const { return !value.empty(); }
  int width() const { return is_float() ? value.width() : code.width(); }
  int height() const { return is_float() ? value.height() : code.height(); }
};

// The format is told by the contents. A file without profile counts as sRGB (8 and 16 bits) or as
// linear Rec.2020 (floats). Turned upright by the EXIF orientation. Errors: kInvalidInput when
// damaged, not a picture, CMYK or a profile that is no matrix with curves; kTooLarge beyond
// kMaxPixels (before memory is taken); kIo.
Result<Picture> ReadPicture(const std::string& path);
// The same of the bytes of a file; `path` stays empty. Errors: as ReadPicture but kIo.
Result<Picture> DecodePicture(std::vector<uint8_t> file);
// Whether the first bytes of the file are those of a format of ReadPicture (a DNG is not).
bool IsPictureFile(const std::string& path);

// Linear light (1 = white) of a row or of all, 3 planes of the picture's own primaries.
void LinearRow(const Picture& picture, int y, float* r, float* g, float* b);
Image<float> LinearRgb(const Picture& picture);

// Portable float map, 1 or 3 planes, rows top first in memory (the file stores bottom first).
// Errors: as ReadPicture; kIo.
Result<Image<float>> ReadPfm(const std::string& path);
Status WritePfm(const std::string& path, const Image<float>& image);

}  // namespace petzval

#endif  // PETZVAL_IMAGE_PICTURE_H_
