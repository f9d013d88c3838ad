// Convex hulls in the plane.
#include "petzval/measure/chart/convex_hull.h"

#include <algorithm>
#include <cmath>

namespace petzval::measure {
namespace {

double Cross(const Point& o, const Point& a, const Point& b) {
  return (a.x - o.x) * (b.y - o.y) - (a.y - o.y) * (b.x - o.x);
}

}  // namespace

std::vector<Point> ConvexHull(std::vector<Point> points) {
  std::sort(points.begin(), points.end(),
            [](const Point& a, const Point& b) { return a.x < b.x || (a.x == b.x && a.y < b.y); });
  points.erase(std::unique(points.begin(), points.end()), points.end());
  if (points.size() < 3) return points;
  std::vector<Point> hull;
  const auto chain = [&hull](const Point& p, size_t least) {
    while (hull.size() >= least && Cross(hull[hull.size() - 2], hull.back(), p) <= 0) {
      hull.pop_back();
    }
    hull.push_back(p);
  };
  for (const Point& p : points) chain(p, 2);
  const size_t lower = hull.size() + 1;
  for (size_t i = points.size() - 1; i-- > 0;) chain(points[i], lower);
  hull.pop_back();
  return hull;
}

double PolygonArea(std::span<const Point> polygon) {
  double twice = 0;
  for (size_t i = 0; i < polygon.size(); ++i) {
    const Point &a = polygon[i], &b = polygon[(i + 1) % polygon.size()];
    twice += a.x * b.y - a.y * b.x;
  }
  return 0.5 * std::abs(twice);
}

Point Centroid(std::span<const Point> polygon) {
  // About the first corner, so that far polygons lose no digits.
  const Point o = polygon.front();
  double twice = 0;
  Point sum, corners;
  for (size_t i = 0; i < polygon.size(); ++i) {
    const Point &a = polygon[i], &b = polygon[(i + 1) % polygon.size()];
    const double cross = (a.x - o.x) * (b.y - o.y) - (a.y - o.y) * (b.x - o.x);
    twice += cross;
    sum.x += cross * (a.x - o.x + b.x - o.x) / 3;
    sum.y += cross * (a.y - o.y + b.y - o.y) / 3;
    corners.x += a.x / static_cast<double>(polygon.size());
    corners.y += a.y / static_cast<double>(polygon.size());
  }
  if (twice == 0) return corners;
  return {o.x + sum.x / twice, o.y + sum.y / twice};
}

void ReduceToQuad(std::vector<Point>* polygon) {
  while (polygon->size() > 4) {
    const size_t n = polygon->size();
    size_t least = 0;
    double least_area = 1e300;
    for (size_t i = 0; i < n; ++i) {
      const double area =
          std::abs(Cross((*polygon)[i], (*polygon)[(i + 1) % n], (*polygon)[(i + n - 1) % n]));
      if (area < least_area) {
        least_area = area;
        least = i;
      }
    }
    polygon->erase(polygon->begin() + static_cast<ptrdiff_t>(least));
  }
}

}  // namespace petzval::measure
