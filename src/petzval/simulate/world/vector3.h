// Small vectors of floats for geometry and shading, and turns about axes.
#ifndef PETZVAL_SIMULATE_WORLD_VECTOR3_H_
#define PETZVAL_SIMULATE_WORLD_VECTOR3_H_

#include <cmath>

#include "petzval/base/matrix.h"

namespace petzval::simulate {

struct V3 {
  float x = 0, y = 0, z = 0;
  friend V3 operator+(V3 a, V3 b) { return {a.x + b.x, a.y + b.y, a.z + b.z}; }
  friend V3 operator-(V3 a, V3 b) { return {a.x - b.x, a.y - b.y, a.z - b.z}; }
  friend V3 operator*(float k, V3 a) { return {k * a.x, k * a.y, k * a.z}; }
  friend V3 operator*(V3 a, V3 b) { return {a.x * b.x, a.y * b.y, a.z * b.z}; }
  friend bool operator==(const V3&, const V3&) = default;
};
inline float Dot(V3 a, V3 b) { return a.x * b.x + a.y * b.y + a.z * b.z; }
inline V3 Cross(V3 a, V3 b) {
  return {a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x};
}
inline float Length(V3 a) { return std::sqrt(Dot(a, a)); }
// Up where `a` has no length.
inline V3 Unit(V3 a) {
  const float length = Length(a);
  return length > 0 ? (1 / length) * a : V3{0, 1, 0};
}
inline V3 ToV3(const Vec3& a) {
  return {static_cast<float>(a[0]), static_cast<float>(a[1]), static_cast<float>(a[2])};
}
inline Vec3 ToVec3(V3 a) { return {{a.x, a.y, a.z}}; }

// A direction across `a`.
inline V3 AnyAcross(V3 a) {
  return Unit(Cross(a, std::fabs(a.y) < 0.9f ? V3{0, 1, 0} : V3{1, 0, 0}));
}

struct M3 {
  V3 row[3] = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
};
inline V3 operator*(const M3& m, V3 a) {
  return {Dot(m.row[0], a), Dot(m.row[1], a), Dot(m.row[2], a)};
}
inline V3 TransposedTimes(const M3& m, V3 a) {
  return a.x * m.row[0] + a.y * m.row[1] + a.z * m.row[2];
}
inline M3 operator*(const M3& a, const M3& b) {
  M3 r;
  for (int i = 0; i < 3; ++i) r.row[i] = TransposedTimes(b, a.row[i]);
  return r;
}

// About `axis` by its length in radians, right-handed (Rodrigues).
inline M3 Turn(V3 axis) {
  const float angle = Length(axis);
  if (angle == 0) return {};
  const V3 k = (1 / angle) * axis;
  const float c = std::cos(angle), s = std::sin(angle), d = 1 - c;
  return {{{c + d * k.x * k.x, d * k.x * k.y - s * k.z, d * k.x * k.z + s * k.y},
           {d * k.x * k.y + s * k.z, c + d * k.y * k.y, d * k.y * k.z - s * k.x},
           {d * k.x * k.z - s * k.y, d * k.y * k.z + s * k.x, c + d * k.z * k.z}}};
}

}  // namespace petzval::simulate

#endif  // PETZVAL_SIMULATE_WORLD_VECTOR3_H_
