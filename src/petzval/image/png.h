// PNG files in and out (libpng).
#ifndef PETZVAL_IMAGE_PNG_H_
#define PETZVAL_IMAGE_PNG_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "petzval/base/result.h"
#include "petzval/image/image.h"

namespace petzval {

// Pixel values as stored in the file, neither scaled nor decoded.
struct PngImage {
  Image<uint16_t> pixels;  // 1 plane (grey) or 3 (R, G, B)
  int bit_depth = 8;       // 8: values 0..255; 16: 0..65535
};

// Reads grey, RGB and palette files of 1 to 16 bits, interlaced or not; fewer than 8 bits are
// widened to 8, transparency is dropped. Errors: kInvalidInput if damaged or no PNG, kTooLarge
// beyond kMaxPixels (nothing is allocated then), ReadPng also kIo.
Result<PngImage> DecodePng(std::span<const uint8_t> file);
Result<PngImage> ReadPng(const std::string& path);

// What a PNG can carry beside its pixels; empty spans are left out.
struct PngMetadata {
  std::span<const uint8_t> icc;   // a colour profile
  std::span<const uint8_t> exif;  // a TIFF structure: starts with "II" or "MM"
  std::string xmp;                // a packet
};

// The file of `pixels` (1 or 3 planes). `bit_depth` 8 or 16; larger values are clipped to it.
// Errors: kUnsupported for other plane counts or depths, kTooLarge beyond kMaxPixels.
Result<std::vector<uint8_t>> EncodePng(const Image<uint16_t>& pixels, int bit_depth,
                                       const PngMetadata& metadata = {});
// The same as a file that appears only complete. Errors: also kIo.
Status WritePng(const std::string& path, const Image<uint16_t>& pixels, int bit_depth,
                const PngMetadata& metadata = {});

}  // namespace petzval

#endif  // PETZVAL_IMAGE_PNG_H_
