// Colour tables as pictures: HaldCLUT files (Quelsolaar; ImageMagick, RawTherapee, darktable).
#ifndef PETZVAL_LOOK_HALD_CLUT_H_
#define PETZVAL_LOOK_HALD_CLUT_H_

#include <string>

#include "petzval/base/result.h"
#include "petzval/color/lut.h"

namespace petzval {

// A HaldCLUT of level l is a square of l^3 pixels a side: a cube of l^2 entries a side, red
// fastest, row after row, sRGB-encoded in and out.
inline constexpr int kMinHaldLevel = 2, kMaxHaldLevel = 12;

// A picture file (PNG, TIFF, JPEG; 8 or 16 bits, floats as they are). Errors: kInvalidInput when
// the picture is not square, or its side is not the cube of a level within the limits; otherwise
// as ReadPicture.
Result<Lut3d> ReadHaldClut(const std::string& path);

// A PNG of 8 or 16 bits; values are clipped to 0..1. A cube whose side is the square of a level is
// written as it is, any other is resampled to `level`. Errors: kUnsupported for other depths or
// levels, or a cube whose domain is not 0..1; kIo.
Status WriteHaldClut(const std::string& path, const Lut3d& cube, int level, int bit_depth);

}  // namespace petzval

#endif  // PETZVAL_LOOK_HALD_CLUT_H_
