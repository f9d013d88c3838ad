// Sagittal and tangential foci along the field from rays close to the chief ray.
#ifndef PETZVAL_OPTICS_ANALYSIS_FIELD_CURVES_H_
#define PETZVAL_OPTICS_ANALYSIS_FIELD_CURVES_H_

#include <optional>
#include <vector>

#include "petzval/optics/analysis/sampling.h"

namespace petzval::optics {

struct FieldFocus {
  double field = 0;
  std::optional<double> chief_y_mm;
  std::optional<double> sagittal_mm, tangential_mm;  // from the image plane, along +z
  std::optional<double> distortion_percent;
};

// Rays parallel to the chief ray (diverging from the object point for a finite object), displaced
// by 1e-4 EPD/2. A field without those rays, or whose pair stays parallel, has empty figures.
std::vector<FieldFocus> ComputeFieldCurves(const LensModel& model,
                                           const std::vector<double>& fields, int wavelength,
                                           const SamplingOptions& options = {});

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_ANALYSIS_FIELD_CURVES_H_
