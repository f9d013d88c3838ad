// The projective map between two planes: a chart and its picture.
#ifndef PETZVAL_MEASURE_CHART_HOMOGRAPHY_H_
#define PETZVAL_MEASURE_CHART_HOMOGRAPHY_H_

#include <optional>
#include <span>

#include "petzval/base/matrix.h"

namespace petzval::measure {

struct Point {
  double x = 0, y = 0;
  friend bool operator==(const Point&, const Point&) = default;
};

struct Homography {
  Mat3 matrix = Mat3::Identity();  // of homogeneous coordinates (x, y, 1)

  Point Map(const Point& p) const;
  Homography Inverted() const;
  friend Homography operator*(const Homography& a, const Homography& b) {
    return {a.matrix * b.matrix};
  }
};

// Least squares over four or more pairs (direct linear transformation after Hartley's
// normalisation, Hartley 1997). Nothing if the points do not determine a map: fewer than four,
// three of four on a line, or a map that folds the plane between the points.
std::optional<Homography> FitHomography(std::span<const Point> from, std::span<const Point> to);

// Whether p lies in the convex polygon, in either sense of turning.
bool Inside(std::span<const Point> polygon, const Point& p);

}  // namespace petzval::measure

#endif  // PETZVAL_MEASURE_CHART_HOMOGRAPHY_H_
