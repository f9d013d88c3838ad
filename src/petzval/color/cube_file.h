// Colour tables in .cube files (Adobe Cube LUT Specification 1.0, with what Resolve adds).
#ifndef PETZVAL_COLOR_CUBE_FILE_H_
#define PETZVAL_COLOR_CUBE_FILE_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "petzval/base/result.h"
#include "petzval/color/lut.h"

namespace petzval {

// A table of the largest size in long numbers stays below this.
inline constexpr int64_t kMaxCubeFileBytes = 256 << 20;

// Reads LUT_1D_SIZE (2..65536), LUT_3D_SIZE (2..144) or both (a curve, then a cube), TITLE,
// DOMAIN_MIN and DOMAIN_MAX, LUT_1D_INPUT_RANGE and LUT_3D_INPUT_RANGE, and comments; lines end in
// LF or CRLF, numbers have a point whatever the locale is. With both tables DOMAIN_* is what goes
// into the curve, while the cube takes 0..1 unless LUT_3D_INPUT_RANGE tells.
// Errors: kInvalidInput naming the line: no size, wrong count of entries, a number that is none or
// not finite, an unknown keyword, an empty domain; kTooLarge for a size beyond the limits (before
// memory is taken). ReadCube also kIo, kTooLarge above kMaxCubeFileBytes.
Result<ColorLut> ParseCube(std::string_view text, const std::string& name);
Result<ColorLut> ReadCube(const std::string& path);

// The file of a table, 9 digits, so that reading gives the same floats. `lut` has a curve or a
// cube; both are written one after the other, as Resolve does. Errors: kUnsupported for neither,
// and for both when the channels of one have different ranges. WriteCube also kIo.
Result<std::string> FormatCube(const ColorLut& lut);
Status WriteCube(const std::string& path, const ColorLut& lut);

}  // namespace petzval

#endif  // PETZVAL_COLOR_CUBE_FILE_H_
