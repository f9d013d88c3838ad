// Local quadratic regression on a grid of cells.
#include "petzval/calibrate/frames/smooth_field.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "petzval/base/parallel.h"
#include "petzval/measure/subject/median.h"

namespace petzval::calibrate {
namespace {

using Basis = Eigen::Matrix<double, 6, 1>;
using System = Eigen::Matrix<double, 6, 6>;

constexpr double kTooFar = 5;  // robust standard deviations
constexpr int kRounds = 3;

double Tricube(double t) {
  const double a = 1 - std::min(1.0, std::abs(t) * t * t);
  return t >= 1 ? 0 : a * a * a;
}

struct Sample {
  Basis basis;
  double value, weight, variance;
};

}  // namespace

FieldPoint FitAt(const CellField& field, const std::vector<char>& outlier, double x, double y,
                 double reach_x, double reach_y) {
  std::vector<Sample> samples;
  const int i0 = std::max(0, static_cast<int>(std::floor((x - reach_x) * field.columns - 0.5)));
  const int i1 =
      std::min(field.columns - 1, static_cast<int>(std::ceil((x + reach_x) * field.columns - 0.5)));
  const int j0 = std::max(0, static_cast<int>(std::floor((y - reach_y) * field.rows - 0.5)));
  const int j1 =
      std::min(field.rows - 1, static_cast<int>(std::ceil((y + reach_y) * field.rows - 0.5)));
  for (int j = j0; j <= j1; ++j) {
    for (int i = i0; i <= i1; ++i) {
      const size_t at = static_cast<size_t>(j) * field.columns + i;
      if (field.variance[at] < 0 || (!outlier.empty() && outlier[at])) continue;
      const double u = ((i + 0.5) / field.columns - x) / reach_x;
      const double v = ((j + 0.5) / field.rows - y) / reach_y;
      const double weight = Tricube(std::hypot(u, v));
      if (!(weight > 0)) continue;
      Basis basis;
      basis << 1, u, v, u * u, u * v, v * v;
      samples.push_back({basis, field.value[at], weight, field.variance[at]});
    }
  }
  if (samples.size() < 6) return {std::nan(""), std::nan("")};
  std::vector<double> robust(samples.size(), 1.0);
  Basis solution = Basis::Zero(), first_row = Basis::Zero();
  for (int round = 0; round < kRounds; ++round) {
    System normal = System::Zero();
    Basis right = Basis::Zero();
    for (size_t k = 0; k < samples.size(); ++k) {
      const double w = samples[k].weight * robust[k];
      normal += w * samples[k].basis * samples[k].basis.transpose();
      right += w * samples[k].value * samples[k].basis;
    }
    normal.diagonal().array() += 1e-9 * normal(0, 0);
    const Eigen::LDLT<System> solver(normal);
    solution = solver.solve(right);
    first_row = solver.solve(Basis::Unit(0));
    std::vector<double> off;
    for (const Sample& s : samples) off.push_back(std::abs(s.value - s.basis.dot(solution)));
    const double spread = 6 * measure::Median(off);
    if (!(spread > 0) || round + 1 == kRounds) break;
    for (size_t k = 0; k < samples.size(); ++k) {
      const double t = off[k] / spread;
      robust[k] = t < 1 ? (1 - t * t) * (1 - t * t) : 0;
    }
  }
  double variance = 0;
  for (size_t k = 0; k < samples.size(); ++k) {
    const double share = samples[k].weight * robust[k] * first_row.dot(samples[k].basis);
    variance += share * share * samples[k].variance;
  }
  return {solution[0], std::sqrt(variance)};
}

std::vector<char> FindOutliers(const CellField& field, double reach_x, double reach_y,
                               double least) {
  const size_t count = field.value.size();
  std::vector<double> off(count, 0.0);
  ParallelFor(field.rows, [&](int j) {
    for (int i = 0; i < field.columns; ++i) {
      const size_t at = static_cast<size_t>(j) * field.columns + i;
      if (field.variance[at] < 0) continue;
      const FieldPoint fit =
          FitAt(field, {}, (i + 0.5) / field.columns, (j + 0.5) / field.rows, reach_x, reach_y);
      off[at] = std::isfinite(fit.value) ? field.value[at] - fit.value : 0;
    }
  });
  std::vector<double> sizes;
  for (size_t at = 0; at < count; ++at) {
    if (field.variance[at] >= 0) sizes.push_back(std::abs(off[at]));
  }
  const double deviation = 1.4826 * measure::Median(std::move(sizes));
  std::vector<char> outlier(count, 0);
  for (size_t at = 0; at < count; ++at) {
    const double limit = std::max({kTooFar * deviation, least * std::abs(field.value[at]),
                                   kTooFar * std::sqrt(std::max(0.0, field.variance[at]))});
    outlier[at] = field.variance[at] >= 0 && std::abs(off[at]) > limit ? 1 : 0;
  }
  return outlier;
}

}  // namespace petzval::calibrate
