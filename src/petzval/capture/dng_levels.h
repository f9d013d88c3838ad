// Black and white levels of a DNG, and what of them has to be worked into the pixels.
#ifndef PETZVAL_CAPTURE_DNG_LEVELS_H_
#define PETZVAL_CAPTURE_DNG_LEVELS_H_

#include <array>
#include <vector>

#include "petzval/base/result.h"
#include "petzval/capture/raw_frame.h"
#include "petzval/capture/tiff_file.h"

namespace petzval {

// Levels as the file states them, all sizes checked. Positions count from the active area.
struct DngLevels {
  std::vector<uint16_t> linearization;  // empty: none
  int repeat_rows = 1, repeat_cols = 1, planes = 1;
  std::vector<double> black;             // [row][col][plane], in linearised units
  std::vector<double> delta_h, delta_v;  // per column, per row; empty: none
  std::array<double, 3> white{};         // per plane
};

// Reads the level tags of a picture of `planes` planes and `bits` bits whose active area is
// width x height. Levels of black that do not fit it are replaced by the mean of what is stated,
// deltas that do not are left out; `warnings` gets a sentence for each. Errors: kInvalidInput for a
// linearisation table that cannot be read.
Result<DngLevels> ReadDngLevels(const TiffFile& tiff, const TiffIfd& ifd, int planes, int bits,
                                int width, int height, std::vector<std::string>& warnings);

// Applies the linearisation table, and takes from the pixels of `frame` what RawFrame's levels
// cannot say (deltas per row and column, black patterns beyond a 4 x 4 period or unlike between
// planes); sets black_dn and white_dn. When that leaves fractions, the pixels and levels are scaled
// up towards 16 bits so that rounding is far below the noise.
void ApplyDngLevels(const DngLevels& levels, RawFrame& frame);

}  // namespace petzval

#endif  // PETZVAL_CAPTURE_DNG_LEVELS_H_
