// What the parameters of a look cannot say, as a table behind them.
#ifndef PETZVAL_CALIBRATE_TASTE_LOOK_RESIDUAL_H_
#define PETZVAL_CALIBRATE_TASTE_LOOK_RESIDUAL_H_

#include <span>
#include <string>
#include <vector>

#include "petzval/base/matrix.h"
#include "petzval/base/result.h"
#include "petzval/color/lut.h"

namespace petzval::calibrate {

// The same places of a picture as a look shows them, and as they shall be: linear sRGB.
struct ResidualScene {
  std::string name;
  std::vector<Vec3> shown, after;
};

struct Residual {
  ColorLut lut;  // encoded sRGB to encoded sRGB
  std::vector<std::string> warnings;
  Vec3 Apply(const Vec3& shown) const;  // linear sRGB
};

// Errors: kInvalidInput for a size outside 2..33; as FitPairs.
Result<Residual> FitResidual(std::span<const ResidualScene> scenes, int cube_size);

}  // namespace petzval::calibrate

#endif  // PETZVAL_CALIBRATE_TASTE_LOOK_RESIDUAL_H_
