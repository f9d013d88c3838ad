// Luminance and colour shading from a picture of an evenly lit field.
#ifndef PETZVAL_MEASURE_GEOMETRY_UNIFORMITY_H_
#define PETZVAL_MEASURE_GEOMETRY_UNIFORMITY_H_

#include <array>
#include <vector>

#include "petzval/base/matrix.h"
#include "petzval/base/result.h"
#include "petzval/measure/subject/figure.h"
#include "petzval/measure/subject/subject.h"

namespace petzval::measure {

struct UniformityParams {
  int columns = 10, rows = 8;   // of the grid of points, 2..64 each
  double window = 0.5;          // side of a point's window, of the grid's pitch, 0.05..1
  double max_clipped = 0.005;   // share of clipped samples of a colour that is still accepted
  double min_level = 0.01;      // mean of the brightest colour in the centre, of white
  double max_structure = 0.03;  // rms deviation from a smooth field, of the mean
};

// One point of the grid: means over its window, linear light as stored (RAW: camera RGB).
struct UniformityPoint {
  double x_px = 0, y_px = 0;  // centre of the window
  Vec3 rgb;                   // monochrome: three equal ones
  double luminance = 0;       // relative to the centre of the picture
  Vec3 lab;                   // see UniformityReport::max_dc
};

struct UniformityReport {
  int columns = 0, rows = 0;
  std::vector<UniformityPoint> points;  // row by row from the top left
  // Luminance (RAW: green) at the corners of the picture, relative to its centre, from local
  // quadratic fits: top left, top right, bottom left, bottom right; their mean.
  std::array<double, 4> corner_to_centre{};
  double mean_corner_to_centre = 0;
  double min_to_max = 0;          // over the grid
  Vec3 channel_corner_to_centre;  // mean of corners of each colour
  // Largest chroma difference sqrt(da*^2 + db*^2) of a point to the centre. Pictures: CIELAB
  // relative to D50 as in the file. RAW: camera RGB divided by the centre's, then the file's
  // white and matrix, at L* = 50 in the centre. NaN for monochrome.
  double max_dc = 0;
  // Luminance over r (1 = corner): 1 + a[0] r^2 + a[1] r^4 + a[2] r^6, times a tilt
  // 1 + tilt_x x + tilt_y y (x, y = +-1 at the sides) of the light.
  std::array<double, 3> falloff{};
  double tilt_x = 0, tilt_y = 0;
  double falloff_rms = 0;  // of the grid's points about that fit, relative
  // cos^4 of the field angle, the angle at the corner free.
  double cos4_corner_deg = 0, cos4_rms = 0;
  Findings findings;  // "uniformity.*" and the curve of luminance over r
};

// Errors: kInvalidInput, one sentence: parameters out of range, picture smaller than 64 pixels or
// than two pixels for each point, clipped, too dark, not a flat field.
Result<UniformityReport> MeasureUniformity(const Subject& subject,
                                           const UniformityParams& params = {});

}  // namespace petzval::measure

#endif  // PETZVAL_MEASURE_GEOMETRY_UNIFORMITY_H_
