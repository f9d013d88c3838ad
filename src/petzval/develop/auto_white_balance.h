// The light of a scene estimated from its picture.
#ifndef PETZVAL_DEVELOP_AUTO_WHITE_BALANCE_H_
#define PETZVAL_DEVELOP_AUTO_WHITE_BALANCE_H_

#include <array>
#include <limits>
#include <string_view>
#include <vector>

#include "petzval/color/dng_color.h"
#include "petzval/image/image.h"

namespace petzval {

// What one way of looking at the picture says about its light.
struct LightVote {
  std::string_view method;  // "grey-world", "white-patch", ..: a literal
  Vec3 neutral{{1, 1, 1}};  // camera RGB of white, green = 1
  double confidence = 0;    // 0..1: how far the picture supports this way of looking
};

struct NeutralEstimate {
  Vec3 neutral{{1, 1, 1}};  // camera RGB of white, green = 1
  // 0..1: how well the single estimates agree with each other and with the lights of the world; 0
  // if there was nothing to see.
  double confidence = 0;
  // The share of the picture, 0..0.5, that a second light of another colour lights, and that light
  // (green = 1). With one light only: 0 and `neutral`. `neutral` is the light of the larger part;
  // with nearly equal parts it moves towards the middle of both, so that no small change of the
  // picture flips the balance.
  double second_share = 0;
  Vec3 second_neutral{{1, 1, 1}};
  std::vector<LightVote> votes;  // single estimates, for reports
};

// What is known of a picture beside its pixels.
struct LightScene {
  LightScene() = default;  // no aggregate: where either may stand, {1, 1, 1} is a clip level
  std::array<float, 3> clip{1, 1, 1};  // where each channel saturates, 1 = white level
  // EV at ISO 100 of the shot: bright scenes are lit by the sky. NaN if unknown.
  double light_lv = std::numeric_limits<double>::quiet_NaN();
};

// `picture`: 3 planes of linear camera RGB, 1 = white level, any size (it is shrunk to 256 pixels).
// `model` tells where the lights of the world lie for this camera; a `generic` one is trusted less.
// A picture without usable pixels gives D50 with confidence 0.
NeutralEstimate EstimateNeutral(const Image<float>& picture, const DngColorModel& model,
                                bool generic, const LightScene& scene);
NeutralEstimate EstimateNeutral(const Image<float>& picture, const DngColorModel& model,
                                bool generic, const std::array<float, 3>& clip = {1, 1, 1});

}  // namespace petzval

#endif  // PETZVAL_DEVELOP_AUTO_WHITE_BALANCE_H_
