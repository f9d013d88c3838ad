// Geometric distortion from a grid of dots or a checkerboard.
#ifndef PETZVAL_MEASURE_GEOMETRY_DISTORTION_H_
#define PETZVAL_MEASURE_GEOMETRY_DISTORTION_H_

#include "petzval/base/result.h"
#include "petzval/measure/geometry/dot_grid.h"
#include "petzval/measure/subject/figure.h"
#include "petzval/measure/subject/subject.h"

namespace petzval::measure {

struct DistortionParams {
  DotGridParams grid;
  bool free_centre = true;  // of the distortion; else the middle of the picture
};

// The chart's lattice goes through a homography to ideal image points, and each of these at the
// distance r from the centre to x' = centre + (x - centre) (1 + k1 r^2 + k2 r^4), where r is in
// units of half the picture's diagonal. Negative k1: barrel.
struct DistortionReport {
  double k1 = 0, k2 = 0;
  double centre_x_px = 0, centre_y_px = 0;
  bool centre_fitted = false;  // too little distortion to tell: the picture's middle
  // Of the rectangle whose distorted corners are those of the picture, A its height there and B
  // its distorted height in the middle, percent: SMIA (A - B) / B; EBU and ISO 17850 (bend of one
  // side over the height) (A - B) / (2 B). Negative: barrel.
  double tv_percent = 0, smia_tv_percent = 0;
  // (r' - r) / r of the point where it is largest in size, percent; r_of_max in half diagonals.
  double max_local_percent = 0, r_of_max = 0;
  // Of the chart without distortion: (top - bottom) / mean width and (left - right) / mean height,
  // percent; its rotation, counterclockwise on the screen.
  double keystone_vertical_percent = 0, keystone_horizontal_percent = 0, rotation_deg = 0;
  double residual_rms_px = 0, residual_max_px = 0;
  double covered_r = 0;  // largest r' of a point, half diagonals: beyond it the model extrapolates
  DotGrid grid;
  Findings findings;  // "distortion.*" and the curve of local distortion over r
};

// Errors: as FindDotGrid; kInvalidInput when no fit is found.
Result<DistortionReport> MeasureDistortion(const Subject& subject,
                                           const DistortionParams& params = {});

}  // namespace petzval::measure

#endif  // PETZVAL_MEASURE_GEOMETRY_DISTORTION_H_
