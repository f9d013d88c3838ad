// Homography and radial distortion from ordered points.
#ifndef PETZVAL_MEASURE_GEOMETRY_DISTORTION_FIT_H_
#define PETZVAL_MEASURE_GEOMETRY_DISTORTION_FIT_H_

#include <array>
#include <span>

#include "petzval/measure/geometry/dot_grid.h"

namespace petzval::measure {

// x' = centre + (x - centre) (1 + k1 r^2 + k2 r^4), all in half diagonals from the middle of the
// picture; x is the homography of (column, row).
struct DistortionModel {
  std::array<double, 8> homography{};  // rows; the last entry is 1
  double k1 = 0, k2 = 0, cx = 0, cy = 0;

  struct Point {
    double x = 0, y = 0;
  };
  Point Ideal(double column, double row) const;
  Point Distort(Point ideal) const;
  // The ideal distance from the centre whose distorted one is `r`; NaN beyond the model's turn.
  double UndistortRadius(double r) const;
};

struct DistortionFit {
  bool converged = false;
  DistortionModel model;
  double rms = 0, max = 0;     // residual distances, half diagonals
  double centre_error = 0;     // standard error of the centre's coordinates, half diagonals
  int used = 0, left_out = 0;  // points; left out: farther than 5 times the rms of a coordinate
};

// At least 12 points that are not on a line; `scale` pixels are one half diagonal and (mx, my) is
// the picture's middle.
DistortionFit FitDistortion(std::span<const GridPoint> points, double mx, double my, double scale,
                            bool free_centre);

}  // namespace petzval::measure

#endif  // PETZVAL_MEASURE_GEOMETRY_DISTORTION_FIT_H_
