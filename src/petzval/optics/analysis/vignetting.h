// The pupil that the clear diameters leave, and how bright the image is with it.
#ifndef PETZVAL_OPTICS_ANALYSIS_VIGNETTING_H_
#define PETZVAL_OPTICS_ANALYSIS_VIGNETTING_H_

#include <optional>
#include <vector>

#include "petzval/optics/analysis/sampling.h"

namespace petzval::optics {

// Integral of |d(L, M)/d(px, py)| over the pupil, image-space direction cosines: exact radiometry
// of a uniform Lambertian scene (Rimmer 1986).
struct IlluminationPoint {
  double field = 0;
  // To the axis; empty when nothing arrives, without clipping when any ray of the pupil fails, and
  // where no chief ray is found (then no ray is counted).
  std::optional<double> relative;
  RayCounts rays;
};
struct IlluminationOptions {
  int grid = 100;       // midpoints across
  double extent = 1.0;  // of the grid in pupil radii
  bool disc = true;     // only points inside the disc of that extent
  SamplingOptions sampling;
};
// Errors: no chief ray on the axis; a grid out of range.
Result<std::vector<IlluminationPoint>> ComputeRelativeIllumination(
    const LensModel& model, const std::vector<double>& fields,
    const IlluminationOptions& options = {});

// One field with all diameters clipping, primary wavelength.
struct ClippedPupil {
  double field = 0;
  double area = 0;                       // relative to the disc of radius EPD/2
  std::optional<double> area_over_axis;  // the same relative to the axis
  std::optional<double> relative_illumination;
  // Passing pupil points in units of EPD/2; meaningful when area > 0.
  double x_min = 0, x_max = 0, y_min = 0, y_max = 0;
  double centroid_x = 0, centroid_y = 0;
  // Second moments of the geometric spot.
  std::optional<double> sigma_x_um, sigma_y_um, rms_centroid_um;
  std::vector<double> mtf_tangential, mtf_sagittal;  // geometric, at options.cycles_per_mm
  RayCounts rays;             // none where no chief ray is found: nothing is known of the field
  std::vector<uint8_t> mask;  // grid * grid, rows of rising py; 1 passes
};
struct ClippedPupilOptions {
  int grid = 400;                          // midpoints across, 8 .. 4096
  double extent = 1.6;                     // in pupil radii
  Launch launch = Launch::kParaxialPupil;  // no aiming: the diameters decide
  std::vector<double> cycles_per_mm;
  bool keep_mask = false;
};
// Errors: no chief ray on the axis; a grid out of range.
Result<std::vector<ClippedPupil>> ComputeVignetting(const LensModel& model,
                                                    const std::vector<double>& fields,
                                                    const ClippedPupilOptions& options = {});

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_ANALYSIS_VIGNETTING_H_
