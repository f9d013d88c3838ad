// Homographies by least squares.
#include "petzval/measure/chart/homography.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace petzval::measure {
namespace {

constexpr int kUnknowns = 8;
using Row = std::array<double, kUnknowns + 1>;

// Gauss with column pivots; false if the system is singular.
bool Solve(std::array<Row, kUnknowns>* system, std::array<double, kUnknowns>* x) {
  auto& a = *system;
  for (int k = 0; k < kUnknowns; ++k) {
    int pivot = k;
    for (int i = k + 1; i < kUnknowns; ++i) {
      if (std::abs(a[i][k]) > std::abs(a[pivot][k])) pivot = i;
    }
    if (std::abs(a[pivot][k]) < 1e-10) return false;
    std::swap(a[k], a[pivot]);
    for (int i = k + 1; i < kUnknowns; ++i) {
      const double factor = a[i][k] / a[k][k];
      for (int j = k; j <= kUnknowns; ++j) a[i][j] -= factor * a[k][j];
    }
  }
  for (int k = kUnknowns - 1; k >= 0; --k) {
    double sum = a[k][kUnknowns];
    for (int j = k + 1; j < kUnknowns; ++j) sum -= a[k][j] * (*x)[j];
    (*x)[k] = sum / a[k][k];
  }
  return true;
}

// Moves the centroid to the origin and the mean distance from it to sqrt(2).
std::optional<Mat3> Normalisation(std::span<const Point> points) {
  Point mean;
  for (const Point& p : points) {
    mean.x += p.x / points.size();
    mean.y += p.y / points.size();
  }
  double distance = 0;
  for (const Point& p : points) distance += std::hypot(p.x - mean.x, p.y - mean.y) / points.size();
  if (!(distance > 0) || !std::isfinite(distance)) return std::nullopt;
  const double s = std::sqrt(2.0) / distance;
  Mat3 m;
  m[0] = {s, 0, -s * mean.x};
  m[1] = {0, s, -s * mean.y};
  m[2] = {0, 0, 1};
  return m;
}

}  // namespace

Point Homography::Map(const Point& p) const {
  const Vec3 q = matrix * Vec3{{p.x, p.y, 1}};
  return {q[0] / q[2], q[1] / q[2]};
}

Homography Homography::Inverted() const { return {Inverse(matrix)}; }

std::optional<Homography> FitHomography(std::span<const Point> from, std::span<const Point> to) {
  if (from.size() < 4 || from.size() != to.size()) return std::nullopt;
  const std::optional<Mat3> norm_from = Normalisation(from), norm_to = Normalisation(to);
  if (!norm_from || !norm_to) return std::nullopt;
  const Homography normal_from{*norm_from}, normal_to{*norm_to};
  std::array<Row, kUnknowns> system{};
  const auto add = [&](const Row& equation) {
    for (int i = 0; i < kUnknowns; ++i) {
      for (int j = 0; j <= kUnknowns; ++j) system[i][j] += equation[i] * equation[j];
    }
  };
  // x' (g x + h y + 1) = a x + b y + c and the same for y'. The centroid is the origin on both
  // sides, so that the last element of the matrix is never near zero.
  for (size_t i = 0; i < from.size(); ++i) {
    const Point p = normal_from.Map(from[i]), q = normal_to.Map(to[i]);
    add({p.x, p.y, 1, 0, 0, 0, -q.x * p.x, -q.x * p.y, q.x});
    add({0, 0, 0, p.x, p.y, 1, -q.y * p.x, -q.y * p.y, q.y});
  }
  std::array<double, kUnknowns> h{};
  if (!Solve(&system, &h)) return std::nullopt;
  Mat3 m;
  m[0] = {h[0], h[1], h[2]};
  m[1] = {h[3], h[4], h[5]};
  m[2] = {h[6], h[7], 1};
  if (std::abs(Determinant(m)) < 1e-9) return std::nullopt;
  const Homography result{Inverse(*norm_to) * m * *norm_from};
  double first = 0;
  for (const Point& p : from) {
    const Vec3 q = result.matrix * Vec3{{p.x, p.y, 1}};
    if (first == 0) first = q[2];
    if (!std::isfinite(q[2]) || q[2] * first <= 0) return std::nullopt;
  }
  return result;
}

bool Inside(std::span<const Point> polygon, const Point& p) {
  bool left = false, right = false;
  for (size_t i = 0; i < polygon.size(); ++i) {
    const Point &a = polygon[i], &b = polygon[(i + 1) % polygon.size()];
    const double cross = (b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x);
    left |= cross > 0;
    right |= cross < 0;
  }
  return !(left && right);
}

}  // namespace petzval::measure
