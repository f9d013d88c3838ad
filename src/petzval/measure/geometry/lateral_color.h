// Lateral chromatic displacement from a grid of dots.
#ifndef PETZVAL_MEASURE_GEOMETRY_LATERAL_COLOR_H_
#define PETZVAL_MEASURE_GEOMETRY_LATERAL_COLOR_H_

#include <array>
#include <vector>

#include "petzval/base/result.h"
#include "petzval/measure/geometry/dot_grid.h"
#include "petzval/measure/subject/figure.h"
#include "petzval/measure/subject/subject.h"

namespace petzval::measure {

// Displacement of a dot in red or blue against green.
struct LateralShift {
  double x_px = 0, y_px = 0;  // of the dot in green
  double r = 0;               // distance from the middle of the picture, half diagonals
  double dx_px = 0, dy_px = 0;
  double radial_px = 0, tangential_px = 0;  // outwards; clockwise on the screen
};

struct LateralChannel {
  std::vector<LateralShift> shifts;
  // radial(r) = a[0] r + a[1] r^3 pixels, fitted after the mean shift of the whole plane.
  std::array<double, 2> radial_fit{};
  double mean_dx_px = 0, mean_dy_px = 0;  // of the fit: planes shifted as a whole
  double residual_rms_px = 0;             // of both coordinates about the fit
  double max_px = 0;                      // largest displacement of a dot
  double max_percent = 0;                 // of the distance from centre to corner
  double mean_px = 0;
  int lost = 0;  // dots that could not be measured in this channel
};

struct LateralColorReport {
  LateralChannel red, blue;  // against green
  DotGrid grid;
  Findings findings;  // "chroma.*" and curves of radial displacement over r
};

// Errors: as FindDotGrid; kInvalidInput for a monochrome subject, a checkerboard, or when red or
// blue show too few of the dots.
Result<LateralColorReport> MeasureLateralColor(const Subject& subject,
                                               const DotGridParams& params = {});

}  // namespace petzval::measure

#endif  // PETZVAL_MEASURE_GEOMETRY_LATERAL_COLOR_H_
