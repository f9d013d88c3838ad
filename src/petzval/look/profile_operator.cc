// A camera profile as tone operator.
#include "petzval/look/profile_operator.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "petzval/color/spaces.h"
#include "petzval/look/profile_tone.h"

namespace petzval {
namespace {

class ProfileOperator : public ToneOperator {
 public:
  ProfileOperator(const DcpProfile& profile, const ToneCurve& fallback)
      : tone_(profile, 0),
        fallback_(fallback),
        prophoto_from_rec2020_(RgbFromRgb(kProPhoto, kRec2020)),
        rec2020_from_prophoto_(RgbFromRgb(kRec2020, kProPhoto)),
        white_(ProfileWhite(profile)),
        grey_(kSteps + 1) {
    for (int i = 0; i <= kSteps; ++i) {
      const double scene = SceneAt(i);
      grey_[i] = Toned({{scene, scene, scene}})[1];
      if (i > 0) grey_[i] = std::max(grey_[i], grey_[i - 1]);
    }
  }

  Vec3 Apply(const Vec3& scene) const override {
    Vec3 light;
    for (int i = 0; i < 3; ++i) light[i] = scene[i] > 0 ? std::min(scene[i], kMost) : 0;
    if (light[0] == light[1] && light[1] == light[2]) {
      const double grey = Grey(light[0]);
      return {{grey, grey, grey}};
    }
    return rec2020_from_prophoto_ * Toned(prophoto_from_rec2020_ * light);
  }

  double Grey(double scene) const override {
    if (!(scene > 0)) return grey_.front();
    const double at = kSteps * std::sqrt(std::min(1.0, scene / white_));
    const int i = std::min(static_cast<int>(at), kSteps - 1);
    // Between two steps in scene light, so that SceneOfGrey is the inverse.
    const double part = (std::min(scene, white_) - SceneAt(i)) / (SceneAt(i + 1) - SceneAt(i));
    return grey_[i] + std::clamp(part, 0.0, 1.0) * (grey_[i + 1] - grey_[i]);
  }

  double SceneOfGrey(double display) const override {
    const auto above = std::upper_bound(grey_.begin(), grey_.end(), display);
    if (above == grey_.begin()) return 0;
    if (above == grey_.end()) return white_;
    const auto i = static_cast<int>(above - grey_.begin()) - 1;
    const double part = (display - grey_[i]) / (grey_[i + 1] - grey_[i]);
    return SceneAt(i) + part * (SceneAt(i + 1) - SceneAt(i));
  }

 private:
  static constexpr int kSteps = 2048;
  static constexpr double kMost = 1e6;

  // Even steps of the square root: fine in the dark.
  double SceneAt(int step) const {
    const double root = static_cast<double>(step) / kSteps;
    return white_ * root * root;
  }
  Vec3 Toned(const Vec3& prophoto) const {
    const Vec3 out = tone_.Apply(prophoto);
    if (tone_.has_curve()) return out;
    return ApplyKeepingPlace([this](double v) { return fallback_.Apply(v); }, out);
  }

  ProfileTone tone_;
  ToneCurve fallback_;
  Mat3 prophoto_from_rec2020_, rec2020_from_prophoto_;
  double white_;
  std::vector<double> grey_;
};

}  // namespace

double ProfileWhite(const DcpProfile& profile) {
  return std::exp2(-profile.baseline_exposure_offset_ev);
}

std::unique_ptr<ToneOperator> MakeProfileOperator(const DcpProfile& profile,
                                                  const ToneCurve& fallback) {
  return std::make_unique<ProfileOperator>(profile, fallback);
}

}  // namespace petzval
