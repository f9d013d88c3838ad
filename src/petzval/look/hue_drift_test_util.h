// For tests: how far the hue of a colour moves while it gets brighter.
#ifndef PETZVAL_LOOK_HUE_DRIFT_TEST_UTIL_H_
#define PETZVAL_LOOK_HUE_DRIFT_TEST_UTIL_H_

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>

#include "petzval/base/matrix.h"
#include "petzval/color/oklab.h"

namespace petzval {

// HSV with v = 1.
inline Vec3 FromHsv(double hue, double s) {
  Vec3 out;
  for (int i = 0; i < 3; ++i) {
    const double n = std::fmod(5 - 2 * i + hue / 60, 6);
    out[i] = 1 - s * std::max(0.0, std::min({n, 4 - n, 1.0}));
  }
  return out;
}

// The colours of hue_drift_golden.json: linear Rec.709 of a HSV hue at a saturation of 0.9.
inline Vec3 DriftHue(double hue, double s = 0.9) {
  Vec3 base = FromHsv(hue, s);
  for (double& v : base.v) v = std::pow(v, 2.2);
  return base;
}

// Its experiment: Oklab hue of what `render` makes of base * 0.5 * 2^EV (in the space of `out`)
// against what `oklab` says of its input, EV -2..+6, where the result has chroma > 0.03; degrees,
// signed, the largest in size.
inline double LargestDriftDeg(const Vec3& base, const std::function<Vec3(const Vec3&)>& oklab,
                              const OklabConverter& out,
                              const std::function<Vec3(const Vec3&)>& render) {
  double worst = 0;
  for (double ev = -2; ev <= 6; ev += 0.5) {
    Vec3 scene;
    for (int i = 0; i < 3; ++i) scene[i] = std::max(1e-6, base[i] * 0.5 * std::exp2(ev));
    const OklchColor a = OklchFromOklab(oklab(scene));
    const OklchColor b = OklchFromOklab(out.FromRgb(render(scene)));
    if (b.c <= 0.03) continue;
    const double drift = WrapAngle(b.h - a.h) * 180 / std::numbers::pi;
    if (std::fabs(drift) > std::fabs(worst)) worst = drift;
  }
  return worst;
}

inline double LargestDriftDeg(const Vec3& base, const OklabConverter& in, const OklabConverter& out,
                              const std::function<Vec3(const Vec3&)>& render) {
  return LargestDriftDeg(
      base, [&in](const Vec3& scene) { return in.FromRgb(scene); }, out, render);
}

}  // namespace petzval

#endif  // PETZVAL_LOOK_HUE_DRIFT_TEST_UTIL_H_
