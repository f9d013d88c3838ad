// Sag of conics, power series and Forbes' Q polynomials.
#include "petzval/optics/lens/sag.h"

#include <algorithm>
#include <cmath>

namespace petzval::optics {
namespace {

double ConicSag(double c, double k, double r) {
  const double root = std::sqrt(std::max(0.0, 1 - (1 + k) * c * c * r * r));
  return c * r * r / (1 + root);
}

// sum a_m P_m^(0,4)(2x - 1): the Jacobi recurrence with alpha = 0, beta = 4 (Forbes 2007).
double QconSum(const std::vector<double>& a, double x) {
  double before = 0, now = 1, sum = 0;
  const double t = 2 * x - 1;
  for (size_t m = 0; m < a.size(); ++m) {
    sum += a[m] * now;
    const double n = static_cast<double>(m) + 1;
    const double s = 2 * n + 4;
    const double next =
        n == 1 ? 6 * x - 5
               : ((s - 1) * (s * (s - 2) * t - 16) * now - 2 * (n - 1) * (n + 3) * s * before) /
                     (2 * n * (n + 4) * (s - 2));
    before = now;
    now = next;
  }
  return sum;
}

// sum a_m Qbfs_m(x) by the recurrences of Forbes 2010: auxiliary P_m, orthogonalised by f, g, h.
double QbfsSum(const std::vector<double>& a, double x) {
  if (a.empty()) return 0;
  double f1 = 2, f2 = 0;  // f of m - 1 and m - 2
  double g = 0;           // g of m - 2
  double p1 = 2, p2 = 0;  // P of m - 1 and m - 2
  double q1 = 1, q2 = 0;  // Q of m - 1 and m - 2
  double sum = a[0];
  for (size_t i = 1; i < a.size(); ++i) {
    const double m = static_cast<double>(i);
    const double h = i < 2 ? 0 : -m * (m - 1) / (2 * f2);
    const double g_next = i < 2 ? -0.5 : -(1 + g * h) / f1;
    const double f =
        i < 2 ? std::sqrt(19.0) / 2 : std::sqrt(m * (m + 1) + 3 - g_next * g_next - h * h);
    const double p = i < 2 ? 6 - 8 * x : (2 - 4 * x) * p1 - p2;
    const double q = (p - g_next * q1 - h * q2) / f;
    sum += a[i] * q;
    f2 = f1, f1 = f, g = g_next, p2 = p1, p1 = p, q2 = q1, q1 = q;
  }
  return sum;
}

}  // namespace

double AsphereSag(const Asphere& asphere, double c, double r_mm) {
  const double u = r_mm / asphere.norm_mm, x = u * u;
  switch (asphere.kind) {
    case AsphereKind::kNone:
      return 0;
    case AsphereKind::kPower: {
      // Checks and edge thicknesses ask thousands of times; pow() would be most of their time.
      double sum = 0, u_power = 1;
      int at = 0;
      for (const auto& [power, a] : asphere.powers) {
        for (; at < power; ++at) u_power *= u;
        sum += a * u_power;
      }
      return sum;
    }
    case AsphereKind::kQcon:
      return x * x * QconSum(asphere.q, x);
    case AsphereKind::kQbfs:
      return x * (1 - x) / std::sqrt(std::max(1e-12, 1 - c * c * r_mm * r_mm)) *
             QbfsSum(asphere.q, x);
  }
  return 0;
}

double SurfaceSag(const Surface& surface, double r_mm) {
  const double c = surface.curvature();
  return ConicSag(c, surface.conic, r_mm) + AsphereSag(surface.asphere, c, r_mm);
}

}  // namespace petzval::optics
