// Axial colour: paraxial and real focus against wavelength.
#ifndef PETZVAL_OPTICS_ANALYSIS_CHROMATIC_H_
#define PETZVAL_OPTICS_ANALYSIS_CHROMATIC_H_

#include <optional>
#include <vector>

#include "petzval/optics/analysis/sampling.h"

namespace petzval::optics {

struct ChromaticFocus {
  double um = 0;
  std::optional<double> efl_mm, bfl_mm;
  std::optional<double> paraxial_shift_mm;  // BFL minus that of the primary wavelength
  // Crossing of the axis by a ray at this pupil height, relative to the image plane.
  std::optional<double> zone_shift_mm, marginal_shift_mm;  // py = 0.7 and py = 1
};

// At the lens's own wavelengths.
std::vector<ChromaticFocus> ComputeAxialColour(const LensModel& model);
// At `count` (2 .. 1000) equal steps from `min_um` to `max_um`. Errors: a glass without data there.
Result<std::vector<ChromaticFocus>> ComputeChromaticFocalShift(const LensModel& model,
                                                               double min_um, double max_um,
                                                               int count);
// Longitudinal spherical aberration: axis crossing of rays at `count` heights (0, 1], each
// wavelength of the lens.
struct LongitudinalAberration {
  double pupil = 0;
  std::vector<std::optional<double>> shift_mm;  // from the image plane, for each wavelength
};
std::vector<LongitudinalAberration> ComputeLongitudinalAberration(const LensModel& model,
                                                                  int count = 20);

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_ANALYSIS_CHROMATIC_H_
