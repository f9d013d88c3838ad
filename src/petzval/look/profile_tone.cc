// Exposure, LookTable and curve in the order of the DNG specification.
#include "petzval/look/profile_tone.h"

#include <algorithm>
#include <cmath>

namespace petzval {
ProfileTone::ProfileTone(const DcpProfile& profile, double exposure_ev, Parts parts) {
  if (parts.exposure) gain_ = std::exp2(exposure_ev + profile.baseline_exposure_offset_ev);
  if (parts.look) look_ = profile.look;
  if (parts.curve && profile.tone_curve.size() >= 2) curve_.emplace(profile.tone_curve);
}

Vec3 ProfileTone::Apply(const Vec3& prophoto) const {
  const auto bounded = [](const Vec3& v) {
    Vec3 out;
    // NaN counts as black.
    for (int c = 0; c < 3; ++c) out[c] = v[c] > 0 ? std::min(v[c], 1.0) : 0.0;
    return out;
  };
  Vec3 rgb = bounded({{gain_ * prophoto[0], gain_ * prophoto[1], gain_ * prophoto[2]}});
  if (!look_.empty()) rgb = bounded(look_.Apply(rgb));
  if (curve_) rgb = bounded(curve_->Apply(rgb));
  return rgb;
}

}  // namespace petzval
