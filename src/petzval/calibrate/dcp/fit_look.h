// Any rendering as a LookTable and a tone curve, so that other programs can show it.
#ifndef PETZVAL_CALIBRATE_DCP_FIT_LOOK_H_
#define PETZVAL_CALIBRATE_DCP_FIT_LOOK_H_

#include <array>
#include <functional>
#include <vector>

#include "petzval/base/result.h"
#include "petzval/color/dcp_profile.h"

namespace petzval::calibrate {

// Scene-linear ProPhoto, exposed, >= 0 -> display-linear ProPhoto, 0..1. Greys stay grey up to what
// the caller accepts to lose: a table cannot colour neutrals.
using ColorFunction = std::function<Vec3(const Vec3& prophoto)>;

struct LookFitOptions {
  int hues = 72, saturations = 32, values = 12;
  int curve_points = 96;
  // Scene value that the curve's end stands for: becomes BaselineExposureOffset = -log2(white).
  double white = 1;
};
struct FittedLook {
  HueSatMap look;  // sRGB-encoded values
  std::vector<std::array<double, 2>> tone_curve;
  double baseline_exposure_offset_ev = 0;
  // CIEDE2000 between the function and profile over colours of Rec.709 surfaces and lights.
  double de_mean = 0, de_p95 = 0, de_max = 0;
  double grey_chroma = 0;  // the largest C*ab that the function gives a grey: lost in the profile
};
// Errors: kInvalidInput when the function gives NaN, or its greys do not ascend.
Result<FittedLook> FitLook(const ColorFunction& function, const LookFitOptions& options = {});

}  // namespace petzval::calibrate

#endif  // PETZVAL_CALIBRATE_DCP_FIT_LOOK_H_
