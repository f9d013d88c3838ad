// ACES 2: how colourful AP1 reaches per hue, the colours that the output transform expects.
#include "petzval/color/aces/reach_v2.h"

#include <algorithm>

#include "petzval/color/aces/jmh.h"

namespace petzval::aces {

ReachV2::ReachV2(double peak_nits) {
  const double limit_j = JFromLuminance(peak_nits);
  const JmhSpace ap1(kAp1);
  for (int h = 0; h <= kHues; ++h) {
    const auto inside = [&](double m) {
      const Vec3 rgb = ap1.ToRgb({limit_j, m, static_cast<double>(h)});
      return rgb[0] >= 0 && rgb[1] >= 0 && rgb[2] >= 0;
    };
    double low = 0, high = 50;
    constexpr double kFarthest = 1300;
    while (high < kFarthest && inside(high)) {
      low = high;
      high += 50;
    }
    for (int i = 0; i < 24; ++i) {
      const double middle = (low + high) / 2;
      (inside(middle) ? low : high) = middle;
    }
    m_[h] = high;
  }
}

double ReachV2::At(double h) const {
  const double at = std::clamp(h, 0.0, static_cast<double>(kHues));
  const int i = std::min(static_cast<int>(at), kHues - 1);
  return m_[i] + (at - i) * (m_[i + 1] - m_[i]);
}

}  // namespace petzval::aces
