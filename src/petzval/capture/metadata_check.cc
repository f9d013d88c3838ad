// Each check: the claim, what the pixels say, the replacement, one sentence.
#include "petzval/capture/metadata_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "petzval/capture/noise_estimate.h"

namespace petzval {
namespace {

bool IsIdentity(const Mat3& m) { return m == Mat3::Identity(); }

void CheckColor(RawFrame& frame) {
  for (const auto& calibration : frame.color.calibration) {
    if (IsIdentity(calibration.camera_from_xyz)) {
      frame.warnings.push_back(
          "the colour matrix is a placeholder (identity); colours are a guess");
      frame.color.calibration.clear();
      return;
    }
  }
}

}  // namespace

Status CheckMetadata(const StatedMetadata& stated, RawFrame& frame) {
  const float black = *std::max_element(frame.black_dn.begin(), frame.black_dn.end());
  const float white = *std::min_element(frame.white_dn.begin(), frame.white_dn.end());
  if (!(white > black)) {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("its white level {} is not above its black level {}", white, black));
  }
  CheckColor(frame);
  const std::vector<double>& p = stated.noise_profile;
  frame.noise_from_file = !p.empty() && std::all_of(p.begin(), p.end(), [](double v) {
    return std::isfinite(v) && v > 0;
  });
  if (frame.noise_from_file) {
    for (size_t c = 0; c < 3; ++c) {
      frame.noise.plane[c] = {p[2 * c % p.size()], p[(2 * c + 1) % p.size()]};
    }
  } else {
    frame.noise = EstimateNoise(frame).model;
  }
  return {};
}

}  // namespace petzval
