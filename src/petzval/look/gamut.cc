// Gamut: colours no light can have on the way in, colours no display can show on the way out.
#include "petzval/look/gamut.h"

#include <algorithm>
#include <cmath>

namespace petzval {
namespace {

// In units of the luminance of the grey with the same lightness; not visible after clipping.
constexpr double kGamutSlack = 3e-3;

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
  // Along some hues of blue a channel runs just below zero and comes back: without a little slack
  // the limit would jump from one side of that dip to the other.
  const double least = -kGamutSlack * lightness * lightness * lightness;
  const auto in_gamut = [&p, least](double c) {
    for (const auto& channel : p) {
      const double value = ((channel[3] * c + channel[2]) * c + channel[1]) * c + channel[0];
      if (value < least || value > 1) return false;
    }
    return true;
  };
  // The first way out, in steps of chroma over lightness: where a channel becomes negative then
  // does not depend on lightness at all. No display colour of Rec.709, P3 or Rec.2020 is
  // beyond 1.25.
  constexpr double kStep = 1.0 / 32, kMost = 1.25;
  double inside = 0, outside = kStep * lightness;
  while (outside < kMost * lightness && in_gamut(outside)) {
    inside = outside;
    outside += kStep * lightness;
  }
  for (int i = 0; i < 11; ++i) {
    const double c = (inside + outside) / 2;
    (in_gamut(c) ? inside : outside) = c;
  }
  return inside;
}

Vec3 MapToDisplayGamut(const OklabConverter& space, const Vec3& oklab, double knee) {
  if (!(oklab[0] > 0)) return {};
  if (!(oklab[0] < 1)) return {{1, 1, 1}};
  const double chroma = std::sqrt(oklab[1] * oklab[1] + oklab[2] * oklab[2]);
  Vec3 rgb = space.ToRgb(oklab);
  // Most colours are far inside; only the others need their limit searched.
  const double grow = 1 / knee;
  if (!InGamut(rgb) || !InGamut(space.ToRgb({{oklab[0], oklab[1] * grow, oklab[2] * grow}}))) {
    const OklchColor lch = OklchFromOklab(oklab);
    const double limit = MaxChroma(space, lch.l, lch.h);
    if (!(limit > 0)) {
      rgb = space.ToRgb({{lch.l, 0, 0}});
    } else if (const double x = chroma / limit; x > knee) {
      const double room = 1 - knee;
      const double bent = knee + room * (1 - std::exp(-(x - knee) / room));
      rgb = space.ToRgb(OklabFromOklch({lch.l, bent * limit, lch.h}));
    }
  }
  for (int i = 0; i < 3; ++i) rgb[i] = std::clamp(rgb[i], 0.0, 1.0);
  return rgb;
}

Vec3 MapToPeak(const OklabConverter& space, const Vec3& oklab, double peak, double knee) {
  if (peak == 1) return MapToDisplayGamut(space, oklab, knee);
  const double k = 1 / std::cbrt(peak);
  Vec3 rgb = MapToDisplayGamut(space, {{k * oklab[0], k * oklab[1], k * oklab[2]}}, knee);
  for (double& v : rgb.v) v *= peak;
  return rgb;
}

}  // namespace petzval
