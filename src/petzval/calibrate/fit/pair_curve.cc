// A rising curve over stops of light: penalised least squares, then made monotone.
#include "petzval/calibrate/fit/pair_curve.h"

#include <fmt/format.h>

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <iterator>

#include "petzval/color/transfer.h"

namespace petzval::calibrate {
namespace {

constexpr double kGreySpread = 0.12;  // (largest - least) / largest of a grey, before
constexpr double kGreyAfter = 0.2;    // the same after, as light: a look may tint its greys
constexpr int kEnoughGreys = 60;
constexpr double kEnoughStops = 3;  // that greys must cover
constexpr double kDarkestEv = -12, kBrightestEv = 6;

double Spread(const Vec3& light) {
  const double high = *std::max_element(light.v.begin(), light.v.end());
  const double low = *std::min_element(light.v.begin(), light.v.end());
  return high > 0 ? (high - low) / high : 1;
}

double Luminance(const Vec3& c) { return 0.2126 * c[0] + 0.7152 * c[1] + 0.0722 * c[2]; }

struct Point {
  double ev, value, weight;
};

// The best rising sequence (pool adjacent violators, Ayer et al. 1955).
void MakeRising(const std::vector<double>& weight, std::vector<double>* value) {
  struct Pool {
    double sum, weight;
    int count;
  };
  std::vector<Pool> pools;
  for (size_t i = 0; i < value->size(); ++i) {
    pools.push_back({(*value)[i] * weight[i], weight[i], 1});
    while (pools.size() > 1) {
      const Pool& last = pools.back();
      const Pool& before = pools[pools.size() - 2];
      if (before.sum / before.weight <= last.sum / last.weight) break;
      pools[pools.size() - 2] = {before.sum + last.sum, before.weight + last.weight,
                                 before.count + last.count};
      pools.pop_back();
    }
  }
  size_t i = 0;
  for (const Pool& pool : pools) {
    for (int k = 0; k < pool.count; ++k) (*value)[i++] = pool.sum / pool.weight;
  }
}

// What is white in the picture after says nothing of the curve and was left out, but it has to
// become white: on as over the last stop, until white is reached.
void GoOnToWhite(PairCurve* curve) {
  std::vector<double>& value = curve->value;
  constexpr double kLeastSlope = 0.02;  // code values a stop
  const size_t knots_per_stop = static_cast<size_t>(std::lround(1 / curve->step_ev));
  const double rise = value.back() - value[value.size() - 1 - knots_per_stop];
  const double step = std::max(rise, kLeastSlope) * curve->step_ev;
  const auto last_ev = [curve] {
    return curve->first_ev + curve->step_ev * (static_cast<double>(curve->value.size()) - 1);
  };
  while (value.back() < 1 && last_ev() < kBrightestEv) {
    value.push_back(std::min(1.0, value.back() + step));
  }
}

}  // namespace

double PairCurve::Apply(double linear) const {
  if (value.empty() || !(linear > 0)) return 0;
  const double at = (std::log2(linear) - first_ev) / step_ev;
  if (at <= 0) return EncodeSrgb(DecodeSrgb(value.front()) * linear / std::exp2(first_ev));
  const size_t last = value.size() - 1;
  if (at >= static_cast<double>(last)) return value.back();
  const size_t i = static_cast<size_t>(at);
  return value[i] + (at - i) * (value[i + 1] - value[i]);
}

Result<PairCurve> FitPairCurve(std::span<const PixelPair* const> pairs, int* greys) {
  std::vector<Point> grey, all;
  double grey_low = INFINITY, grey_high = -INFINITY;
  for (const PixelPair* p : pairs) {
    const double y = Luminance(p->before);
    if (!(y > std::exp2(kDarkestEv)) || !(p->weight > 0)) continue;
    const Vec3 light{{DecodeSrgb(p->after[0]), DecodeSrgb(p->after[1]), DecodeSrgb(p->after[2])}};
    const Point point{std::min(std::log2(y), kBrightestEv), EncodeSrgb(Luminance(light)),
                      p->weight};
    all.push_back(point);
    if (Spread(p->before) < kGreySpread && Spread(light) < kGreyAfter) {
      grey.push_back(point);
      grey_low = std::min(grey_low, point.ev);
      grey_high = std::max(grey_high, point.ev);
    }
  }
  *greys = static_cast<int>(grey.size());
  const bool enough = *greys >= kEnoughGreys && grey_high - grey_low >= kEnoughStops;
  std::vector<Point>& points = enough ? grey : all;
  if (enough) {
    // Skies and lamps that are brighter than any grey still need a curve.
    std::copy_if(all.begin(), all.end(), std::back_inserter(points),
                 [&](const Point& p) { return p.ev < grey_low || p.ev > grey_high; });
  }
  if (points.empty()) return Fail(ErrorCode::kInvalidInput, "the pairs are all black");
  double low = INFINITY, high = -INFINITY;
  for (const Point& p : points) {
    low = std::min(low, p.ev);
    high = std::max(high, p.ev);
  }
  PairCurve curve;
  curve.first_ev = std::floor(low / curve.step_ev) * curve.step_ev;
  const int n = static_cast<int>(std::ceil((high - curve.first_ev) / curve.step_ev)) + 1;
  if ((n - 1) * curve.step_ev < 2) {
    return Fail(
        ErrorCode::kInvalidInput,
        fmt::format("the pairs cover {:.1f} stops of light, a tone curve needs 2", high - low));
  }

  // Straight pieces through the points, little bent; weights sum up to 1 a knot.
  Eigen::MatrixXd normal = Eigen::MatrixXd::Zero(n, n);
  Eigen::VectorXd right = Eigen::VectorXd::Zero(n);
  std::vector<double> weight(n, 1e-6);
  double total = 0;
  for (const Point& p : points) total += p.weight;
  for (const Point& p : points) {
    const double at = (p.ev - curve.first_ev) / curve.step_ev;
    const int i = std::min(static_cast<int>(at), n - 2);
    const double f = at - i, w = p.weight * n / total;
    normal(i, i) += w * (1 - f) * (1 - f);
    normal(i, i + 1) += w * f * (1 - f);
    normal(i + 1, i) += w * f * (1 - f);
    normal(i + 1, i + 1) += w * f * f;
    right[i] += w * (1 - f) * p.value;
    right[i + 1] += w * f * p.value;
    weight[i] += w * (1 - f);
    weight[i + 1] += w * f;
  }
  constexpr double kStiffness = 0.3;
  for (int i = 1; i + 1 < n; ++i) {
    const int at[3] = {i - 1, i, i + 1};
    const double bend[3] = {1, -2, 1};
    for (int a = 0; a < 3; ++a) {
      for (int b = 0; b < 3; ++b) normal(at[a], at[b]) += kStiffness * bend[a] * bend[b];
    }
  }
  normal.diagonal().array() += 1e-9;
  const Eigen::VectorXd solution = normal.ldlt().solve(right);
  curve.value.assign(solution.data(), solution.data() + n);

  // A curve that falls by more than its noise is no tone curve.
  double fall = 0, rise = 0;
  for (int i = 1; i < n; ++i) {
    const double step = curve.value[i] - curve.value[i - 1];
    (step < 0 ? fall : rise) += std::fabs(step) * std::min(weight[i], weight[i - 1]);
  }
  if (!(rise > 2 * fall) || !(curve.value.back() - curve.value.front() > 0.05)) {
    return Fail(ErrorCode::kInvalidInput,
                "what is brighter before is not brighter after: a negative, or pictures that do "
                "not belong together");
  }
  MakeRising(weight, &curve.value);
  for (double& v : curve.value) v = std::clamp(v, 0.0, 1.0);
  GoOnToWhite(&curve);
  return curve;
}

}  // namespace petzval::calibrate
