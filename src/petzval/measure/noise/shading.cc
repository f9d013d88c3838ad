// Normal equations in Legendre polynomials of the place, which keep them well conditioned.
#include "petzval/measure/noise/shading.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cassert>

#include "petzval/measure/noise/sites.h"

namespace petzval::measure {
namespace {

constexpr int kMaxTerms = (kMaxShadingOrder + 1) * (kMaxShadingOrder + 2) / 2;

// P0..P4 of t in -1..1.
void Legendre(double t, int order, double* p) {
  p[0] = 1;
  if (order > 0) p[1] = t;
  for (int n = 1; n < order; ++n) p[n + 1] = ((2 * n + 1) * t * p[n] - n * p[n - 1]) / (n + 1);
}

}  // namespace

void Shading::Basis(int x, int y, double* basis) const {
  double px[kMaxShadingOrder + 1], py[kMaxShadingOrder + 1];
  Legendre((2 * (x - roi_.x) + 1.0) / roi_.width - 1, order_, px);
  Legendre((2 * (y - roi_.y) + 1.0) / roi_.height - 1, order_, py);
  int k = 0;
  for (int degree = 0; degree <= order_; ++degree) {
    for (int j = 0; j <= degree; ++j) basis[k++] = px[degree - j] * py[j];
  }
}

Shading::Shading(ImageView<const float> values, SiteMask sites, const Rect& roi, int order)
    : roi_(roi), order_(order) {
  assert(order >= 0 && order <= kMaxShadingOrder);
  const int terms = (order + 1) * (order + 2) / 2;
  Eigen::MatrixXd normal = Eigen::MatrixXd::Zero(terms, terms);
  Eigen::VectorXd right = Eigen::VectorXd::Zero(terms);
  double basis[kMaxTerms];
  double sum = 0;
  int64_t count = 0;
  ForSites(sites, roi, [&](int x, int y) {
    const double value = values.At(x, y);
    sum += value;
    ++count;
    if (terms == 1) return;
    Basis(x, y, basis);
    for (int i = 0; i < terms; ++i) {
      right[i] += basis[i] * value;
      for (int j = 0; j <= i; ++j) normal(i, j) += basis[i] * basis[j];
    }
  });
  mean_ = count > 0 ? sum / static_cast<double>(count) : 0;
  coefficients_ = {mean_};
  if (terms > 1 && count > terms) {
    const Eigen::LDLT<Eigen::MatrixXd> factors(normal.selfadjointView<Eigen::Lower>());
    const Eigen::VectorXd pivots = factors.vectorD();
    if (factors.info() == Eigen::Success &&
        pivots.minCoeff() > 1e-9 * pivots.cwiseAbs().maxCoeff()) {
      const Eigen::VectorXd solved = factors.solve(right);
      coefficients_.assign(solved.data(), solved.data() + terms);
    }
  }
  if (coefficients_.size() == 1) order_ = 0;

  double low = mean_, high = mean_;
  for (int j = 0; j <= 16 && order_ > 0; ++j) {
    for (int i = 0; i <= 16; ++i) {
      const double value = At(roi.x + (roi.width - 1) * i / 16, roi.y + (roi.height - 1) * j / 16);
      low = i + j == 0 ? value : std::min(low, value);
      high = i + j == 0 ? value : std::max(high, value);
    }
  }
  range_ = high - low;
}

double Shading::At(int x, int y) const {
  double basis[kMaxTerms];
  Basis(x, y, basis);
  double value = 0;
  for (size_t i = 0; i < coefficients_.size(); ++i) value += coefficients_[i] * basis[i];
  return value;
}

}  // namespace petzval::measure
