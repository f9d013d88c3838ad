// Smooth steps and windows, with which looks tell apart what they treat differently.
#ifndef PETZVAL_LOOK_WINDOWS_H_
#define PETZVAL_LOOK_WINDOWS_H_

#include <algorithm>
#include <cmath>
#include <numbers>

#include "petzval/color/oklab.h"

namespace petzval {

// 0 up to t = 0, 1 from t = 1 on, without a corner.
inline double Smooth(double t) {
  t = std::clamp(t, 0.0, 1.0);
  return t * t * (3 - 2 * t);
}
// The same between lo < hi.
inline double SmoothStep(double lo, double hi, double x) { return Smooth((x - lo) / (hi - lo)); }

// `hue` in radians: 1 at `center_deg`, 0 from `half_width_deg` on, raised cosine between.
inline double HueWindow(double hue, double center_deg, double half_width_deg) {
  constexpr double kDeg = std::numbers::pi / 180;
  const double d = std::fabs(WrapAngle(hue - center_deg * kDeg)) / (half_width_deg * kDeg);
  return d < 1 ? 0.5 + 0.5 * std::cos(std::numbers::pi * d) : 0;
}

}  // namespace petzval

#endif  // PETZVAL_LOOK_WINDOWS_H_
