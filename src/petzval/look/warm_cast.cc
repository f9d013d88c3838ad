// How much of a warm light stays in the picture.
#include "petzval/look/warm_cast.h"

#include <algorithm>
#include <cmath>

#include "petzval/color/spaces.h"
#include "petzval/color/temperature.h"

namespace petzval {

Vec3 WarmCastGain(double light_k, double adaptation) {
  constexpr double kFullCastK = 3000, kNoCastK = 4000;
  if (!std::isfinite(light_k) || light_k <= 0 || light_k >= kNoCastK) return {{1, 1, 1}};
  const double t = std::clamp((kNoCastK - light_k) / (kNoCastK - kFullCastK), 0.0, 1.0);
  const double left = (1 - adaptation) * t * t * (3 - 2 * t);
  // The white of the picture: full adaptation shows D65, none the light itself. A mixture of cone
  // responses is the same mixture of XYZ.
  const Vec3 light =
      XyzFromChromaticity(ChromaticityFromTemperature({std::max(light_k, 2000.0), 0}));
  const Vec3 d65 = XyzFromChromaticity(kWhiteD65);
  Vec3 white;
  for (int i = 0; i < 3; ++i) white[i] = (1 - left) * d65[i] + left * light[i];
  return RgbFromXyz(kRec2020) * white;
}

}  // namespace petzval
