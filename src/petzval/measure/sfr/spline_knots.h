// Cubic B-splines on knots of any spacing: values, and jumps of the third derivative.
#ifndef PETZVAL_MEASURE_SFR_SPLINE_KNOTS_H_
#define PETZVAL_MEASURE_SFR_SPLINE_KNOTS_H_

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace petzval::measure {

// Knots at scale sinh(j step), j = -count..count: near 0 as far apart as scale x step, then wider.
inline std::vector<double> WideningKnots(double scale, double step, int count) {
  std::vector<double> knots;
  for (int j = -count; j <= count; ++j) knots.push_back(scale * std::sinh(j * step));
  return knots;
}

// Index j with knots[j] <= d < knots[j + 1], -1 outside.
inline int IntervalOf(const std::vector<double>& knots, double d) {
  if (knots.empty() || d < knots.front() || d >= knots.back()) return -1;
  return static_cast<int>(std::upper_bound(knots.begin(), knots.end(), d) - knots.begin()) - 1;
}

// Values at d of the splines j - 3 .. j, where j is the interval of d (de Boor's recurrence).
// Spline k rests on knots k .. k + 4; those that would need knots beyond the ends are not asked
// for: the caller leaves out k < 0 and k > knots - 5, which clamps the sum to 0 at both ends.
inline std::array<double, 4> SplinesAt(const std::vector<double>& knots, int j, double d) {
  const int last = static_cast<int>(knots.size()) - 1;
  // Knots beyond the ends continue at the spacing of the end; their splines are left out.
  const auto knot = [&](int i) {
    if (i < 0) return knots[0] + i * (knots[1] - knots[0]);
    if (i > last) return knots[last] + (i - last) * (knots[last] - knots[last - 1]);
    return knots[i];
  };
  std::array<double, 4> value{1, 0, 0, 0};
  double left[4], right[4];
  for (int degree = 1; degree <= 3; ++degree) {
    left[degree] = d - knot(j + 1 - degree);
    right[degree] = knot(j + degree) - d;
    double saved = 0;
    for (int r = 0; r < degree; ++r) {
      const double share = value[r] / (right[r + 1] + left[degree - r]);
      value[r] = saved + right[r + 1] * share;
      saved = left[degree - r] * share;
    }
    value[degree] = saved;
  }
  return value;
}

// Jumps of the third derivative of spline k at knots k .. k + 4.
inline std::array<double, 5> JumpsOf(const std::vector<double>& knots, int k) {
  std::array<double, 5> jump{};
  for (int j = 0; j < 5; ++j) {
    double product = 1;
    for (int i = 0; i < 5; ++i) {
      if (i != j) product *= knots[k + j] - knots[k + i];
    }
    jump[j] = 6 * (knots[k + 4] - knots[k]) / product;
  }
  return jump;
}

}  // namespace petzval::measure

#endif  // PETZVAL_MEASURE_SFR_SPLINE_KNOTS_H_
