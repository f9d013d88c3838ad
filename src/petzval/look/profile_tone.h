// The rendering of a camera profile: exposure, LookTable and tone curve.
#ifndef PETZVAL_LOOK_PROFILE_TONE_H_
#define PETZVAL_LOOK_PROFILE_TONE_H_

#include <optional>

#include "petzval/color/dcp_profile.h"

namespace petzval {

// What comes after the HueSatMap, in the order of the DNG specification. A profile without a curve
// ends after the table.
class ProfileTone {
 public:
  struct Parts {
    bool exposure = true, look = true, curve = true;
  };
  // `exposure_ev`: the file's BaselineExposure and the user's part; the profile's offset is added.
  ProfileTone(const DcpProfile& profile, double exposure_ev, Parts parts);
  ProfileTone(const DcpProfile& profile, double exposure_ev)
      : ProfileTone(profile, exposure_ev, Parts()) {}

  // Linear ProPhoto, any finite value -> display-linear ProPhoto, 0..1.
  Vec3 Apply(const Vec3& prophoto) const;
  bool has_curve() const { return curve_.has_value(); }

 private:
  double gain_ = 1;
  HueSatMap look_;
  std::optional<DcpToneCurve> curve_;
};

}  // namespace petzval

#endif  // PETZVAL_LOOK_PROFILE_TONE_H_
