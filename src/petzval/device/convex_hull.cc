// Convex polygons in the plane.
#include "petzval/device/convex_hull.h"

#include <algorithm>
#include <cmath>

namespace petzval {
namespace {

// Twice the area of the triangle o, a, b; positive when it turns left.
double Turn(const Point2& o, const Point2& a, const Point2& b) {
  return (a[0] - o[0]) * (b[1] - o[1]) - (a[1] - o[1]) * (b[0] - o[0]);
}

}  // namespace

std::vector<Point2> ConvexHull(std::vector<Point2> points) {
  std::sort(points.begin(), points.end());
  points.erase(std::unique(points.begin(), points.end()), points.end());
  if (points.size() < 3) return points;
  std::vector<Point2> hull;
  const auto half = [&](auto begin, auto end) {
    const size_t first = hull.size();
    for (auto p = begin; p != end; ++p) {
      while (hull.size() >= first + 2 && Turn(hull[hull.size() - 2], hull.back(), *p) <= 0) {
        hull.pop_back();
      }
      hull.push_back(*p);
    }
    hull.pop_back();  // begins the other half
  };
  half(points.begin(), points.end());
  half(points.rbegin(), points.rend());
  return hull;
}

double HullEdges::Gauge(const Point2& p) const {
  double gauge = 0;
  for (const Point2& n : normal) {
    gauge = std::max(gauge, n[0] * (p[0] - middle[0]) + n[1] * (p[1] - middle[1]));
  }
  return gauge;
}

HullEdges EdgesOfHull(const std::vector<Point2>& hull) {
  HullEdges edges;
  const size_t n = hull.size();
  for (const Point2& p : hull) {
    for (int i = 0; i < 2; ++i) edges.middle[i] += p[i] / static_cast<double>(n);
  }
  for (size_t i = 0; i < n && n >= 3; ++i) {
    const Point2 &a = hull[i], &b = hull[(i + 1) % n];
    const Point2 normal = {b[1] - a[1], a[0] - b[0]};
    const double height =
        normal[0] * (a[0] - edges.middle[0]) + normal[1] * (a[1] - edges.middle[1]);
    // Edges of no length, and of a polygon without an inside, limit nothing.
    if (std::abs(height) < 1e-12) continue;
    edges.normal.push_back({normal[0] / height, normal[1] / height});
  }
  if (edges.normal.size() < 3) edges.normal.clear();
  return edges;
}

bool IsConvex(const std::vector<Point2>& corners) {
  const size_t n = corners.size();
  if (n < 3) return false;
  double area = 0, least = 0, most = 0, angle = 0;
  for (size_t i = 0; i < n; ++i) {
    const Point2 &a = corners[i], &b = corners[(i + 1) % n], &c = corners[(i + 2) % n];
    const double turn = Turn(a, b, c);
    least = std::min(least, turn);
    most = std::max(most, turn);
    area += a[0] * b[1] - a[1] * b[0];
    const double dot = (b[0] - a[0]) * (c[0] - b[0]) + (b[1] - a[1]) * (c[1] - b[1]);
    angle += std::atan2(turn, dot);
  }
  // Once round, always the same way (a star turns the same way, but twice round).
  const double tolerance = 1e-9 * std::abs(area);
  return std::abs(area) > 1e-9 && (least >= -tolerance || most <= tolerance) &&
         std::abs(std::abs(angle) - 2 * M_PI) < 1e-3;
}

}  // namespace petzval
