// Convex polygons in the plane: hulls of points, and how far out a point lies.
#ifndef PETZVAL_DEVICE_CONVEX_HULL_H_
#define PETZVAL_DEVICE_CONVEX_HULL_H_

#include <array>
#include <vector>

namespace petzval {

using Point2 = std::array<double, 2>;

// Corners of the convex hull, counter-clockwise, without points on edges (Andrew 1979). Fewer than
// three when the points lie on a line.
std::vector<Point2> ConvexHull(std::vector<Point2> points);

// A convex polygon as half planes about its middle, the mean of its corners.
struct HullEdges {
  Point2 middle{};
  // 1 = normal . (p - middle) on the edge.
  std::vector<Point2> normal;

  // 0 in the middle, 1 on the border, proportional outwards (the gauge of the polygon); 0 for no
  // edges.
  double Gauge(const Point2& p) const;
};
// `hull`: corners in turn, either way round. Empty when they enclose no area.
HullEdges EdgesOfHull(const std::vector<Point2>& hull);

// Whether `corners` (at least three) are those of a convex polygon in turn.
bool IsConvex(const std::vector<Point2>& corners);

}  // namespace petzval

#endif  // PETZVAL_DEVICE_CONVEX_HULL_H_
