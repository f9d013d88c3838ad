// An ideal edge behind a Gaussian blur and a square pixel.
#include "petzval/measure/sfr/edge_model.h"

#include <algorithm>
#include <cmath>

namespace petzval::measure {
namespace {

// Narrower Gaussians make no difference that a picture could show.
constexpr double kMinSigma = 0.02;
// Below this the second box is replaced by its limit, a point.
constexpr double kMinBox = 1e-5;

double Sinc(double x) {
  const double z = M_PI * x;
  return std::abs(z) < 1e-4 ? 1 - z * z / 6 : std::sin(z) / z;
}

// Normal distribution scaled to `sigma`, with its first and second integrals.
struct Integrals {
  double phi, distribution, first, second;
};
Integrals At(double z, double sigma) {
  constexpr double kFar = 6.5;
  const double x = z / sigma;
  if (x <= -kFar) return {0, 0, 0, 0};
  if (x >= kFar) return {0, 1, z, 0.5 * (z * z + sigma * sigma)};
  const double phi = std::exp(-0.5 * x * x) * (M_2_SQRTPI * M_SQRT1_2 / 2);
  const double distribution = 0.5 * std::erfc(-x * M_SQRT1_2);
  return {phi / sigma, distribution, z * distribution + sigma * phi,
          0.5 * ((z * z + sigma * sigma) * distribution + z * sigma * phi)};
}

}  // namespace

EdgeModel::EdgeModel(double variance, double theta, double aperture)
    : variance_(variance), sigma_(std::max(kMinSigma, std::sqrt(std::max(variance, 0.0)))) {
  const double c = aperture * std::abs(std::cos(theta)), s = aperture * std::abs(std::sin(theta));
  a_ = std::max(c, s);
  b_ = std::min(c, s);
  reach_ = (a_ + b_) / 2 + 6.2 * sigma_;
}

EdgeModel::Value EdgeModel::At(double d) const {
  if (d >= reach_) return {1, 0, 0};
  if (d <= -reach_) return {0, 0, 0};
  if (a_ < kMinBox) {
    const Integrals p = measure::At(d, sigma_);
    return {p.distribution, p.phi, -0.5 * d / (sigma_ * sigma_) * p.phi};
  }
  if (b_ < kMinBox) {
    const Integrals p = measure::At(d + a_ / 2, sigma_), q = measure::At(d - a_ / 2, sigma_);
    return {(p.first - q.first) / a_, (p.distribution - q.distribution) / a_,
            0.5 * (p.phi - q.phi) / a_};
  }
  const Integrals p = measure::At(d + (a_ + b_) / 2, sigma_);
  const Integrals q = measure::At(d + (a_ - b_) / 2, sigma_);
  const Integrals r = measure::At(d - (a_ - b_) / 2, sigma_);
  const Integrals s = measure::At(d - (a_ + b_) / 2, sigma_);
  const double scale = 1 / (a_ * b_);
  return {(p.second - q.second - r.second + s.second) * scale,
          (p.first - q.first - r.first + s.first) * scale,
          0.5 * (p.distribution - q.distribution - r.distribution + s.distribution) * scale};
}

double EdgeModel::Mtf(double f) const {
  return std::exp(-2 * M_PI * M_PI * sigma_ * sigma_ * f * f) * Sinc(a_ * f) * Sinc(b_ * f);
}

EdgeModelTable::EdgeModelTable(const EdgeModel& model) : reach_(model.reach()) {
  const double sigma = std::sqrt(std::max(model.variance(), 0.0));
  per_pixel_ = std::clamp(8 / std::max(sigma, 0.02), 4.0, 64.0);
  step_ = 1 / per_pixel_;
  const int n = static_cast<int>(reach_ * per_pixel_) + 2;
  last_ = n - 1;
  for (int i = 0; i < n; ++i) {
    const EdgeModel::Value e = model.At(i * step_);
    nodes_.push_back({e.esf, e.lsf, 2 * e.d_variance});
  }
}

}  // namespace petzval::measure
