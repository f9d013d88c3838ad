// The light of a scene estimated from its picture.
#ifndef PETZVAL_DEVELOP_AUTO_WHITE_BALANCE_H_
#define PETZVAL_DEVELOP_AUTO_WHITE_BALANCE_H_

#include <array>

#include "petzval/color/dng_color.h"
#include "petzval/image/image.h"

namespace petzval {

struct NeutralEstimate {
  Vec3 neutral{{1, 1, 1}};  // camera RGB of white, green = 1
  double confidence = 0;    // 0..1: how well the single estimates agree
};

// `picture`: 3 planes of linear camera RGB, 1 = white level, which saturate at `clip`. `model`
// tells where the lights of the world lie for this camera; a `generic` one is trusted less.
NeutralEstimate EstimateNeutral(const Image<float>& picture, const DngColorModel& model,
                                bool generic, const std::array<float, 3>& clip = {1, 1, 1});

}  // namespace petzval

#endif  // PETZVAL_DEVELOP_AUTO_WHITE_BALANCE_H_
