// Iterated weighted least squares with two or three terms.
#include "petzval/measure/noise/transfer_fit.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <vector>

#include "petzval/measure/subject/median.h"

namespace petzval::measure {
namespace {

constexpr double kModelError = 0.002;

// Variance of a point's variance when the truth is `expected`.
double Spread(double expected, double degrees) {
  return expected * expected * (2 / degrees + kModelError * kModelError);
}

VarianceLine Fit(std::span<const VariancePoint> points, int terms) {
  const int n = static_cast<int>(points.size());
  VarianceLine line;
  if (n < terms) return line;
  double top = 0;
  for (const VariancePoint& p : points) top = std::max(top, std::abs(p.level));
  if (!(top > 0)) return line;
  std::vector<double> expected(n), robust(n, 1.0);
  for (int i = 0; i < n; ++i) expected[i] = points[i].variance;
  Eigen::MatrixXd a(n, terms), covariance;
  Eigen::VectorXd b(n), x;
  double scale2 = 1;
  for (int round = 0; round < 12; ++round) {
    for (int i = 0; i < n; ++i) {
      const double weight =
          std::sqrt(robust[i] / Spread(std::max(expected[i], 1e-12), points[i].degrees));
      const double level = points[i].level / top;  // conditioned
      for (int k = 0; k < terms; ++k) a(i, k) = weight * std::pow(level, k);
      b[i] = weight * points[i].variance;
    }
    const Eigen::MatrixXd normal = a.transpose() * a;
    const Eigen::LDLT<Eigen::MatrixXd> factors(normal);
    const Eigen::VectorXd pivots = factors.vectorD();
    if (factors.info() != Eigen::Success || !(pivots.minCoeff() > 0)) return line;
    x = factors.solve(a.transpose() * b);
    covariance = factors.solve(Eigen::MatrixXd::Identity(terms, terms));
    double chi2 = 0, weights = 0;
    std::vector<double> off(n);
    double lowest = INFINITY;
    for (const VariancePoint& p : points) lowest = std::min(lowest, p.variance);
    for (int i = 0; i < n; ++i) {
      const double level = points[i].level / top;
      double fitted = 0;
      for (int k = terms - 1; k >= 0; --k) fitted = fitted * level + x[k];
      expected[i] = std::max(fitted, 0.1 * std::max(lowest, 1e-9));
      off[i] =
          std::abs(points[i].variance - fitted) / std::sqrt(Spread(expected[i], points[i].degrees));
      chi2 += robust[i] * off[i] * off[i];
      weights += robust[i];
    }
    scale2 = weights > terms ? std::max(1.0, chi2 / (weights - terms)) : 1;
    if (n <= terms + 2) continue;
    const double unit = std::max(1.0, 1.4826 * Median(off));
    for (int i = 0; i < n; ++i) {
      const double u = off[i] / (6 * unit);
      robust[i] = u < 1 ? (1 - u * u) * (1 - u * u) : 1e-6;
    }
  }
  line.intercept = x[0];
  line.slope = x[1] / top;
  line.intercept_error = std::sqrt(scale2 * covariance(0, 0));
  line.slope_error = std::sqrt(scale2 * covariance(1, 1)) / top;
  if (terms > 2) {
    line.square = x[2] / (top * top);
    line.square_error = std::sqrt(scale2 * covariance(2, 2)) / (top * top);
  }
  line.known = line.slope > 0 && std::isfinite(line.slope_error);
  return line;
}

}  // namespace

VarianceLine FitVarianceLine(std::span<const VariancePoint> points) {
  const VarianceLine straight = Fit(points, 2);
  if (points.size() < 6) return straight;
  const VarianceLine bent = Fit(points, 3);
  const bool bends = bent.known && std::abs(bent.square) > 4 * bent.square_error;
  return bends || !straight.known ? bent : straight;
}

}  // namespace petzval::measure
