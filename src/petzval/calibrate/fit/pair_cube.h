// The residual table of a rendering learned from pairs.
#ifndef PETZVAL_CALIBRATE_FIT_PAIR_CUBE_H_
#define PETZVAL_CALIBRATE_FIT_PAIR_CUBE_H_

#include <span>

#include "petzval/calibrate/fit/pair_fit.h"

namespace petzval::calibrate {

// The cube of `size` that takes `input` (0..1) to `output` with least squares and bends little:
// identity plus a residual whose second differences cost `smoothness` and whose first differences
// cost a hundredth of it, so that colours nobody has seen do as the nearest that were.
Lut3d FitResidualCube(int size, std::span<const Vec3> input, std::span<const Vec3> output,
                      std::span<const double> weight, double smoothness);

}  // namespace petzval::calibrate

#endif  // PETZVAL_CALIBRATE_FIT_PAIR_CUBE_H_
