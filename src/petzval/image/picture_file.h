// Inside ReadPicture: what each format's adapter gives.
#ifndef PETZVAL_IMAGE_PICTURE_FILE_H_
#define PETZVAL_IMAGE_PICTURE_FILE_H_

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "petzval/base/result.h"
#include "petzval/image/image.h"

namespace petzval {

inline constexpr int64_t kMaxProfileBytes = 32 << 20;

// Colour that a file states in its own words: chromaticities x, y of red, green, blue, white and
// the exponent from code to light (0: the curve of sRGB).
struct StatedSpace {
  std::string name;
  std::array<double, 8> xy{0.640, 0.330, 0.300, 0.600, 0.150, 0.060, 0.3127, 0.3290};
  double gamma = 0;
};

// Pixels as stored, 1 or 3 planes; one of the images is filled.
struct PictureFile {
  Image<uint16_t> code;
  int max_code = 255;
  Image<float> value;
  std::vector<uint8_t> icc;  // empty: none
  std::optional<StatedSpace> stated;
  int orientation = 1;  // EXIF, 1..8
  std::vector<std::string> warnings;
};

// Errors: kInvalidInput when damaged or CMYK, kUnsupported, kTooLarge.
Result<PictureFile> DecodePictureJpeg(std::span<const uint8_t> file);
Result<PictureFile> DecodePicturePng(std::span<const uint8_t> file);
Result<PictureFile> DecodePictureTiff(std::span<const uint8_t> file);
Result<Image<float>> DecodePfm(std::span<const uint8_t> file);

// Orientation of an EXIF block (a TIFF structure: starts with "II" or "MM"); 1 if it states none.
int ExifOrientation(std::span<const uint8_t> exif);
// Whether the first directory of a TIFF (not BigTIFF) has this tag.
bool HasTiffTag(std::span<const uint8_t> file, int tag);
// Whether a TIFF is that of a camera: a DNG, TIFF/EP, or pictures below a thumbnail.
bool IsRawTiff(std::span<const uint8_t> head);

// What a profile means.
struct ProfileColor {
  std::array<std::vector<float>, 3> curve;         // as in Picture
  std::array<std::array<double, 3>, 3> xyz_d50{};  // row X, Y, Z of linear R, G, B
  std::string name;
};
// `planes`: of the pixels it belongs to. Errors: kInvalidInput when damaged or no matrix with
// curves.
Result<ProfileColor> ReadProfile(std::span<const uint8_t> icc, int planes);
Result<ProfileColor> ColorOf(const StatedSpace& space);

}  // namespace petzval

#endif  // PETZVAL_IMAGE_PICTURE_FILE_H_
