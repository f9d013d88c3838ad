// Sag and slopes of conics, power aspheres, Forbes polynomials and toroids.
#include "petzval/optics/trace/surface_shape.h"

#include <algorithm>
#include <cmath>

namespace petzval::optics {
namespace {

// z and dz/dr / r of a profile at r^2; the slope over r stays finite at r = 0.
struct Profile {
  double z, w;
  bool valid;
};

// Below it the root of the conic counts as ended: the slope would be without bound.
constexpr double kSmallestRoot2 = 1e-12;

Profile ConicProfile(double c, double k, double r2) {
  const double arg = 1 - (1 + k) * c * c * r2;
  const double root = std::sqrt(std::max(arg, kSmallestRoot2));
  return {c * r2 / (1 + root), c / root, arg >= 0};
}

void AddPowers(const std::vector<double>& a, double r2, Profile* profile) {
  const double r = std::sqrt(r2);
  double sum = 0, slope = 0;  // sum A_p r^(p-2), sum p A_p r^(p-2)
  for (int p = static_cast<int>(a.size()) - 1; p >= 2; --p) {
    sum = sum * r + a[p];
    slope = slope * r + p * a[p];
  }
  profile->z += sum * r2;
  profile->w += slope;
}

void AddQ(const TraceSurface& s, double r2, Profile* profile) {
  const double h2 = s.norm_mm * s.norm_mm, x = r2 / h2;
  double sum, derivative;
  EvaluateQ(MakeQBasis(s.q_kind, s.q), x, &sum, &derivative);
  if (s.q_kind == AsphereKind::kQcon) {
    profile->z += x * x * sum;
    profile->w += 2 / h2 * (2 * x * sum + x * x * derivative);
    return;
  }
  const double arg = 1 - s.c * s.c * r2;
  const double root = std::sqrt(std::max(arg, kSmallestRoot2));
  const double front = x * (1 - x) / root;
  const double front_x = (1 - 2 * x) / root + 0.5 * front * s.c * s.c * h2 / (root * root);
  profile->z += front * sum;
  profile->w += 2 / h2 * (front_x * sum + front * derivative);
  profile->valid = profile->valid && arg >= 0;
}

Profile ProfileAt(const TraceSurface& s, double r2) {
  Profile profile = ConicProfile(s.c, s.k, r2);
  if (!s.a.empty()) AddPowers(s.a, r2, &profile);
  if (s.q_kind != AsphereKind::kNone && !s.q.empty()) AddQ(s, r2, &profile);
  return profile;
}

// f, g, h of Forbes 2010, eq. A.14 to A.16: they turn the Q_bfs coefficients into those of the
// auxiliary P_m, P_(m+1) = (2 - 4x) P_m - P_(m-1).
std::vector<double> QbfsToAuxiliary(const std::vector<double>& q) {
  const int count = static_cast<int>(q.size());
  std::vector<double> f(count), g(count), h(count);
  for (int m = 0; m < count; ++m) {
    if (m == 0) {
      f[0] = 2;
    } else if (m == 1) {
      f[1] = std::sqrt(19.0) / 2;
      g[0] = -0.5;
    } else {
      h[m - 2] = -0.5 * m * (m - 1) / f[m - 2];
      g[m - 1] = -(1 + g[m - 2] * h[m - 2]) / f[m - 1];
      f[m] = std::sqrt(m * (m + 1.0) + 3 - g[m - 1] * g[m - 1] - h[m - 2] * h[m - 2]);
    }
  }
  std::vector<double> b(count);
  for (int m = count - 1; m >= 0; --m) {
    double rest = q[m];
    if (m + 1 < count) rest -= g[m] * b[m + 1];
    if (m + 2 < count) rest -= h[m] * b[m + 2];
    b[m] = rest / f[m];
  }
  return b;
}

}  // namespace

QBasis MakeQBasis(AsphereKind kind, const std::vector<double>& q) {
  QBasis basis;
  const int count = static_cast<int>(q.size());
  basis.alpha.resize(count), basis.beta.resize(count), basis.gamma.resize(count);
  if (kind == AsphereKind::kQbfs) {
    basis.b = QbfsToAuxiliary(q);
    basis.p0 = 2, basis.p1_offset = 6, basis.p1_slope = -8;
    for (int m = 1; m < count; ++m) {
      basis.alpha[m] = 2, basis.beta[m] = -4, basis.gamma[m] = 1;
    }
    return basis;
  }
  // Jacobi P_m^(0,4)(2x - 1).
  basis.b = q;
  basis.p0 = 1, basis.p1_offset = -5, basis.p1_slope = 6;
  for (int m = 1; m < count; ++m) {
    const double d = 2.0 * (m + 1) * (m + 5) * (2 * m + 4);
    const double linear = (2.0 * m + 4) * (2 * m + 5) * (2 * m + 6) / d;
    basis.alpha[m] = -(2.0 * m + 5) * 16 / d - linear;
    basis.beta[m] = 2 * linear;
    basis.gamma[m] = 2.0 * m * (m + 4) * (2 * m + 6) / d;
  }
  return basis;
}

void EvaluateQ(const QBasis& basis, double x, double* sum, double* derivative) {
  *sum = *derivative = 0;
  const int count = static_cast<int>(basis.b.size());
  if (count == 0) return;
  double before = basis.p0, before_x = 0;
  double p = basis.p1_offset + basis.p1_slope * x, p_x = basis.p1_slope;
  *sum = basis.b[0] * before;
  for (int m = 1; m < count; ++m) {
    *sum += basis.b[m] * p;
    *derivative += basis.b[m] * p_x;
    const double factor = basis.alpha[m] + basis.beta[m] * x;
    const double next = factor * p - basis.gamma[m] * before;
    const double next_x = factor * p_x + basis.beta[m] * p - basis.gamma[m] * before_x;
    before = p, before_x = p_x;
    p = next, p_x = next_x;
  }
}

Shape ShapeAt(const TraceSurface& s, double x, double y) {
  if (!s.toroid) {
    const Profile p = ProfileAt(s, x * x + y * y);
    return {p.z, p.w * x, p.w * y, p.valid};
  }
  // The y-z profile turned about a line parallel to y through the centre of the x-z section.
  const Profile p = ProfileAt(s, y * y);
  const double v = 1 - s.c_x * p.z;
  const double arg = v * v - s.c_x * s.c_x * x * x;
  const double root = std::sqrt(std::max(arg, kSmallestRoot2));
  return {p.z + s.c_x * x * x / (v + root), s.c_x * x / root, p.w * y * v / root,
          p.valid && arg >= 0 && v > 0};
}

VertexTerms DepartureAtVertex(const TraceSurface& s) {
  VertexTerms terms;
  if (s.a.size() > 2) terms.a2 = s.a[2];
  if (s.a.size() > 4) terms.a4 = s.a[4];
  if (s.q_kind == AsphereKind::kNone || s.q.empty()) return terms;
  const double h2 = s.norm_mm * s.norm_mm;
  double sum, derivative;
  EvaluateQ(MakeQBasis(s.q_kind, s.q), 0, &sum, &derivative);
  if (s.q_kind == AsphereKind::kQcon) {
    terms.a4 += sum / (h2 * h2);
  } else {
    // x (1 - x) (1 + c^2 h^2 x / 2) (sum + derivative x) to x^2.
    terms.a2 += sum / h2;
    terms.a4 += (derivative - sum + 0.5 * s.c * s.c * h2 * sum) / (h2 * h2);
  }
  return terms;
}

}  // namespace petzval::optics
