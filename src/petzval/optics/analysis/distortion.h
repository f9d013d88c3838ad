// The chief ray against the field: distortion, lateral colour, angle at the sensor.
#ifndef PETZVAL_OPTICS_ANALYSIS_DISTORTION_H_
#define PETZVAL_OPTICS_ANALYSIS_DISTORTION_H_

#include <optional>
#include <vector>

#include "petzval/optics/analysis/sampling.h"

namespace petzval::optics {

struct ChiefPoint {
  double field = 0;                          // unit of lens.fields
  double angle_deg = 0;                      // in object space
  std::vector<std::optional<double>> y_mm;   // for each wavelength
  double paraxial_y_mm = 0;                  // EFL tan h, or magnification times object height
  std::optional<double> distortion_percent;  // 100 (y / paraxial_y - 1); 0 on axis
  std::optional<double> f_theta_percent;     // 100 (y / (EFL h) - 1); objects at infinity
  std::optional<double> lateral_colour_um;   // y(first wavelength) - y(last)
  std::optional<double> image_angle_deg;     // of the primary chief ray at the image plane
};

// One entry for each field, in order. A field without a chief ray has empty figures.
std::vector<ChiefPoint> ComputeChiefTable(const LensModel& model, const std::vector<double>& fields,
                                          const SamplingOptions& options = {});

// The real chief ray through the centre of the stop at wide angles, primary wavelength.
struct WideChief {
  double angle_deg = 0;
  double y_mm = 0;
  // The ray passes (0, 0, EPL) + shift (0, cos h, -sin h).
  double pupil_shift_mm = 0;
  double surface1_y_mm = 0, surface1_z_mm = 0;
  double height_over_f_theta = 0;
};
// Empty where no ray through the centre of the stop exists for that angle.
std::vector<std::optional<WideChief>> ComputeWideChief(const LensModel& model,
                                                       const std::vector<double>& fields);

// Image points of a square grid of directions (tan hx, tan hy), for distortion-grid plots.
struct DistortionGrid {
  int n = 0;
  std::vector<double> ideal_x_mm, ideal_y_mm;  // n * n
  std::vector<double> x_mm, y_mm;              // 0 where not valid
  std::vector<uint8_t> valid;
};
// Reaches to the largest field at the corners. n: 3 .. 101, odd.
Result<DistortionGrid> ComputeDistortionGrid(const LensModel& model, int n = 11,
                                             const SamplingOptions& options = {});

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_ANALYSIS_DISTORTION_H_
