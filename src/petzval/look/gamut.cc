// Gamut: colours no light can have on the way in, colours no display can show on the way out.
#include "petzval/look/gamut.h"

#include <algorithm>
#include <cmath>

namespace petzval {
namespace {

bool InGamut(const Vec3& rgb) {
  return rgb[0] >= 0 && rgb[1] >= 0 && rgb[2] >= 0 && rgb[0] <= 1 && rgb[1] <= 1 && rgb[2] <= 1;
}

}  // namespace

Vec3 CompressSceneGamut(const Vec3& rgb, double white) {
  const double largest = std::max({rgb[0], rgb[1], rgb[2]});
  if (!(largest > 0)) return {};
  Vec3 out;
  for (int i = 0; i < 3; ++i) {
    double d = 1 - rgb[i] / largest;
    const double over = d - kGamutThreshold;
    if (over > 0) d = kGamutThreshold + over / (1 + over / kGamutBend);
    out[i] = std::min(largest, white) * std::max(0.0, 1 - d);
  }
  return out;
}

double MaxChroma(const OklabConverter& space, double lightness, double hue) {
  if (!(lightness > 0) || !(lightness < 1)) return 0;
  const auto p = space.ChromaPolynomials(lightness, std::cos(hue), std::sin(hue));
  const auto in_gamut = [&p](double c) {
    for (const auto& channel : p) {
      const double value = ((channel[3] * c + channel[2]) * c + channel[1]) * c + channel[0];
      if (value < 0 || value > 1) return false;
    }
    return true;
  };
  // No display colour of Rec.709, P3 or Rec.2020 reaches a chroma of 0.5.
  double inside = 0, outside = 0.5;
  for (int i = 0; i < 14; ++i) {
    const double c = (inside + outside) / 2;
    (in_gamut(c) ? inside : outside) = c;
  }
  return inside;
}

Vec3 MapToDisplayGamut(const OklabConverter& space, const Vec3& oklab) {
  if (!(oklab[0] > 0)) return {};
  if (!(oklab[0] < 1)) return {{1, 1, 1}};
  const double chroma = std::sqrt(oklab[1] * oklab[1] + oklab[2] * oklab[2]);
  Vec3 rgb = space.ToRgb(oklab);
  // Most colours are far inside; only the others need their limit searched.
  const double grow = 1 / kGamutKnee;
  if (!InGamut(rgb) || !InGamut(space.ToRgb({{oklab[0], oklab[1] * grow, oklab[2] * grow}}))) {
    const OklchColor lch = OklchFromOklab(oklab);
    const double limit = MaxChroma(space, lch.l, lch.h);
    if (!(limit > 0)) {
      rgb = space.ToRgb({{lch.l, 0, 0}});
    } else if (const double x = chroma / limit; x > kGamutKnee) {
      const double room = 1 - kGamutKnee;
      const double bent = kGamutKnee + room * (1 - std::exp(-(x - kGamutKnee) / room));
      rgb = space.ToRgb(OklabFromOklch({lch.l, bent * limit, lch.h}));
    }
  }
  for (int i = 0; i < 3; ++i) rgb[i] = std::clamp(rgb[i], 0.0, 1.0);
  return rgb;
}

}  // namespace petzval
