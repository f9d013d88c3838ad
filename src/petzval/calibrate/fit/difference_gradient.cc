// CIEDE2000 by forward differentiation: every number carries its derivatives by the three inputs.
#include "petzval/calibrate/fit/difference_gradient.h"

#include <cmath>

namespace petzval::calibrate {
namespace {

struct Dual {
  double v = 0;
  double d[3] = {0, 0, 0};
};

// f(x) with its value and slope.
Dual Chain(const Dual& x, double value, double slope) {
  return {value, {slope * x.d[0], slope * x.d[1], slope * x.d[2]}};
}
Dual operator+(const Dual& a, const Dual& b) {
  return {a.v + b.v, {a.d[0] + b.d[0], a.d[1] + b.d[1], a.d[2] + b.d[2]}};
}
Dual operator-(const Dual& a, const Dual& b) {
  return {a.v - b.v, {a.d[0] - b.d[0], a.d[1] - b.d[1], a.d[2] - b.d[2]}};
}
Dual operator*(const Dual& a, const Dual& b) {
  Dual r{a.v * b.v, {}};
  for (int i = 0; i < 3; ++i) r.d[i] = a.d[i] * b.v + a.v * b.d[i];
  return r;
}
Dual operator/(const Dual& a, const Dual& b) {
  Dual r{a.v / b.v, {}};
  for (int i = 0; i < 3; ++i) r.d[i] = (a.d[i] - r.v * b.d[i]) / b.v;
  return r;
}
Dual operator*(double k, const Dual& a) { return Chain(a, k * a.v, k); }
Dual operator+(const Dual& a, double k) { return Chain(a, a.v + k, 1); }
Dual Sqrt(const Dual& a) {
  const double root = std::sqrt(a.v);
  return Chain(a, root, 0.5 / root);
}
Dual Sin(const Dual& a) { return Chain(a, std::sin(a.v), std::cos(a.v)); }
Dual Cos(const Dual& a) { return Chain(a, std::cos(a.v), -std::sin(a.v)); }
Dual Exp(const Dual& a) {
  const double e = std::exp(a.v);
  return Chain(a, e, e);
}
Dual Atan2(const Dual& y, const Dual& x) {
  const double square = x.v * x.v + y.v * y.v;
  Dual r{std::atan2(y.v, x.v), {}};
  if (square <= 0) return r;
  for (int i = 0; i < 3; ++i) r.d[i] = (x.v * y.d[i] - y.v * x.d[i]) / square;
  return r;
}
// Chroma; the tiny addend keeps its slope finite at grey.
Dual Length(const Dual& a, const Dual& b) { return Sqrt(a * a + b * b + 1e-18); }

Dual LabCurve(const Dual& t) {
  constexpr double kEdge = 216.0 / 24389, kSlope = 24389.0 / 27 / 116;
  if (t.v <= kEdge) return Chain(t, kSlope * t.v + 16.0 / 116, kSlope);
  const double root = std::cbrt(t.v);
  return Chain(t, root, 1 / (3 * root * root));
}

// sqrt(c^7 / (c^7 + 25^7))
Dual Seventh(const Dual& c) {
  const double c7 = std::pow(c.v / 25, 7), value = std::sqrt(c7 / (c7 + 1));
  return Chain(c, value, 3.5 * value / ((c7 + 1) * c.v));
}

constexpr double kDegree = M_PI / 180;

}  // namespace

SquaredDifference SquaredDeltaE2000(const Vec3& relative, const Vec3& lab) {
  const Dual fx = LabCurve({relative[0], {1, 0, 0}});
  const Dual fy = LabCurve({relative[1], {0, 1, 0}});
  const Dual fz = LabCurve({relative[2], {0, 0, 1}});
  const Dual l1 = 116 * fy + -16, a1 = 500 * (fx - fy), b1 = 200 * (fy - fz);
  const Dual l2{lab[0], {}}, a2{lab[1], {}}, b2{lab[2], {}};

  // Sharma, Wu, Dalal 2005; angles in radians, the hue difference from the cross and dot product.
  const Dual stretch = -0.5 * Seventh(0.5 * (Length(a1, b1) + Length(a2, b2))) + 1.5;
  const Dual p1 = a1 * stretch, p2 = a2 * stretch;
  const Dual c1 = Length(p1, b1), c2 = Length(p2, b2), c = 0.5 * (c1 + c2);
  const Dual dh = Atan2(p1 * b2 - b1 * p2, p1 * p2 + b1 * b2);
  const Dual dhm = 2 * (Sqrt(c1 * c2) * Sin(0.5 * dh));
  Dual h = Atan2(b1, p1) + 0.5 * dh;
  if (h.v < 0) h.v += 2 * M_PI;
  const Dual t = -0.17 * Cos(h + -30 * kDegree) + 0.24 * Cos(2 * h) +
                 0.32 * Cos(3 * h + 6 * kDegree) + -0.20 * Cos(4 * h + -63 * kDegree) + 1;
  const Dual l50 = 0.5 * (l1 + l2) + -50, l50_2 = l50 * l50;
  const Dual sl = (0.015 * l50_2) / Sqrt(l50_2 + 20) + 1;
  const Dual sc = 0.045 * c + 1;
  const Dual sh = 0.015 * (c * t) + 1;
  const Dual u = (1 / (25 * kDegree)) * (h + -275 * kDegree);
  const Dual turn = (60 * kDegree) * Exp(-1 * (u * u));
  const Dual rotation = -2 * (Sin(turn) * Seventh(c));
  const Dual x = (l2 - l1) / sl, y = (c2 - c1) / sc, z = dhm / sh;
  const Dual q = x * x + y * y + z * z + rotation * (y * z);
  if (!(q.v > 0)) return {};
  return {q.v, {{q.d[0], q.d[1], q.d[2]}}};
}

}  // namespace petzval::calibrate
