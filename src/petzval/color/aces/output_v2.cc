// The Academy's output transforms of version 2: scene to any display in one appearance space.
#include "petzval/color/aces/output_v2.h"

#include <algorithm>

namespace petzval::aces {

double WhiteGain(const RgbSpace& creative, const Mat3& display_from_xyz) {
  const Vec3 white = display_from_xyz * XyzFromChromaticity(creative.white);
  return 1 / std::max({white[0], white[1], white[2]});
}

OutputTransformV2::OutputTransformV2(const OutputV2& display)
    : display_(display),
      scene_(kAp0),
      shown_(display.limit),
      tone_({display.peak_nits}),
      chroma_(display.peak_nits),
      gamut_(display.limit, display.peak_nits) {}

Vec3 OutputTransformV2::Render(const Vec3& ap0) const {
  const Jmh scene = scene_.FromRgb(ap0);
  const double nits = tone_.Apply(LuminanceFromJ(scene.j) / 100);
  return shown_.ToRgb(gamut_.Apply(chroma_.Apply(scene, JFromLuminance(nits))));
}

Vec3 OutputTransformV2::Apply(const Vec3& ap0) const {
  static const Mat3 ap1_from_ap0 = RgbFromRgb(kAp1, kAp0), ap0_from_ap1 = RgbFromRgb(kAp0, kAp1);
  // Beyond eight times what becomes the peak there is nothing left to tell apart.
  const double most = 8 * tone_.hit();
  Vec3 scene = ap1_from_ap0 * ap0;
  for (double& v : scene.v) v = std::clamp(v, 0.0, most);
  Vec3 rgb = Render(ap0_from_ap1 * scene);
  for (double& v : rgb.v) v = display_.gain * std::clamp(v, 0.0, display_.peak_nits / 100);
  return XyzFromRgb(display_.limit) * rgb;
}

}  // namespace petzval::aces
