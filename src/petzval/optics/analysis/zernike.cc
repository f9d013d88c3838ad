// Zernike polynomials in Noll's order and their least-squares fit to a wavefront.
#include <Eigen/Dense>
#include <cmath>
#include <vector>

#include "petzval/optics/analysis/opd.h"

namespace petzval::optics {
namespace {

struct Order {
  int n, m;  // m < 0: sine
};

// Noll 1976: even numbers are cosines, |m| grows within a row.
Order NollOrder(int index) {
  int n = 0, before = 0;
  while (before + n + 1 < index) before += ++n;
  const int k = index - before - 1;  // place in the row of n
  const int m = n % 2 == 0 ? 2 * ((k + 1) / 2) : 2 * (k / 2) + 1;
  return {n, index % 2 == 0 ? m : -m};
}

double Radial(int n, int m, double r) {
  double sum = 0;
  for (int s = 0; s <= (n - m) / 2; ++s) {
    const double term =
        std::tgamma(n - s + 1) /
        (std::tgamma(s + 1) * std::tgamma((n + m) / 2 - s + 1) * std::tgamma((n - m) / 2 - s + 1));
    sum += (s % 2 ? -term : term) * std::pow(r, n - 2 * s);
  }
  return sum;
}

}  // namespace

double ZernikeNoll(int index, double px, double py) {
  const auto [n, m] = NollOrder(index);
  const double r = std::hypot(px, py);
  if (m == 0) return std::sqrt(n + 1.0) * Radial(n, 0, r);
  const double angle = std::atan2(py, px), scale = std::sqrt(2.0 * (n + 1));
  if (m > 0) return scale * Radial(n, m, r) * std::cos(m * angle);
  return scale * Radial(n, -m, r) * std::sin(-m * angle);
}

std::optional<ZernikeFit> FitZernike(const OpdSamples& samples, int terms) {
  const auto count = static_cast<Eigen::Index>(samples.waves.size());
  if (terms < 1 || terms > 66 || count < terms) return std::nullopt;
  Eigen::MatrixXd a(count, terms);
  for (Eigen::Index i = 0; i < count; ++i) {
    for (int t = 0; t < terms; ++t) {
      a(i, t) = ZernikeNoll(t + 1, samples.pupil[i].x, samples.pupil[i].y);
    }
  }
  const Eigen::Map<const Eigen::VectorXd> w(samples.waves.data(), count);
  const Eigen::ColPivHouseholderQR<Eigen::MatrixXd> qr(a);
  if (qr.rank() < terms) return std::nullopt;
  const Eigen::VectorXd x = qr.solve(w);
  ZernikeFit fit;
  fit.noll.assign(x.data(), x.data() + terms);
  fit.residual_rms_waves = (a * x - w).norm() / std::sqrt(static_cast<double>(count));
  return fit;
}

}  // namespace petzval::optics
