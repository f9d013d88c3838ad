// Convex hulls in the plane and the quadrangle nearest to one.
#ifndef PETZVAL_MEASURE_CHART_CONVEX_HULL_H_
#define PETZVAL_MEASURE_CHART_CONVEX_HULL_H_

#include <span>
#include <vector>

#include "petzval/measure/chart/homography.h"

namespace petzval::measure {

// Corners of the hull in turn, without those on a straight line (Andrew's monotone chain).
std::vector<Point> ConvexHull(std::vector<Point> points);

// Area of a polygon whose corners are in turn; never negative.
double PolygonArea(std::span<const Point> polygon);

// Centre of mass of a polygon whose corners are in turn; of its corners if it has no area.
Point Centroid(std::span<const Point> polygon);

// Takes corners from a convex polygon, each time the one whose loss costs least area, until four
// are left (or fewer, if it had fewer).
void ReduceToQuad(std::vector<Point>* polygon);

}  // namespace petzval::measure

#endif  // PETZVAL_MEASURE_CHART_CONVEX_HULL_H_
