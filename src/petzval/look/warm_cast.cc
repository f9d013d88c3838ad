// How much of a warm light stays in the picture.
#include "petzval/look/warm_cast.h"

#include <algorithm>
#include <cmath>

#include "petzval/color/spaces.h"
#include "petzval/color/temperature.h"
#include "petzval/look/windows.h"

namespace petzval {
namespace {

// How warm a light has to be to leave a cast: 0 none, 1 all of it. `evening` 0..1: the low sun.
double Warmth(double light_k, double evening = 0) {
  const double full_cast_k = 3000 + 500 * evening, no_cast_k = 4000 + 1000 * evening;
  if (!std::isfinite(light_k) || light_k <= 0 || light_k >= no_cast_k) return 0;
  return Smooth((no_cast_k - light_k) / (no_cast_k - full_cast_k));
}

// The white of the picture when the share `left` of the light stays: full adaptation shows D65,
// none the light itself. A mixture of cone responses is the same mixture of XYZ.
Vec3 White(double light_k, double left) {
  if (left <= 0) return {{1, 1, 1}};
  const Vec3 light =
      XyzFromChromaticity(ChromaticityFromTemperature({std::max(light_k, 2000.0), 0}));
  const Vec3 d65 = XyzFromChromaticity(kWhiteD65);
  Vec3 white;
  for (int i = 0; i < 3; ++i) white[i] = (1 - left) * d65[i] + left * light[i];
  return RgbFromXyz(kRec2020) * white;
}

}  // namespace

Vec3 WarmCastGain(double light_k, double adaptation) {
  const double warmth = Warmth(light_k);
  return warmth > 0 ? White(light_k, (1 - adaptation) * warmth) : Vec3{{1, 1, 1}};
}

Vec3 WarmCastGain(const WarmLight& light, double adaptation) {
  constexpr double kLampsEndLv = 9, kSunLv = 12, kEveningShare = 3;
  const double evening = std::isfinite(light.light_lv)
                             ? Smooth((light.light_lv - kLampsEndLv) / (kSunLv - kLampsEndLv))
                             : 0;
  double left = Warmth(light.light_k, evening);
  if (left <= 0) return {{1, 1, 1}};
  if (std::isfinite(light.second_k) && light.second_k > 0) {
    const double share = std::clamp(light.second_share, 0.0, 0.5);
    left *= (1 - share) + share * Warmth(light.second_k, evening);
  }
  constexpr double kSure = 0.5;
  if (std::isfinite(light.confidence)) left *= std::clamp(light.confidence / kSure, 0.0, 1.0);
  const double short_of_full =
      std::min(1.0, (1 - adaptation) * (1 + (kEveningShare - 1) * evening));
  return White(light.light_k, short_of_full * left);
}

}  // namespace petzval
