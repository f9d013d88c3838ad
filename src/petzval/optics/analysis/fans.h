// Ray fans: transverse aberration and wave aberration along the two axes of the pupil.
#ifndef PETZVAL_OPTICS_ANALYSIS_FANS_H_
#define PETZVAL_OPTICS_ANALYSIS_FANS_H_

#include <optional>
#include <span>
#include <vector>

#include "petzval/optics/analysis/sampling.h"

namespace petzval::optics {

// One ray relative to the chief ray of its wavelength.
struct RayError {
  PupilPoint pupil;
  RayStatus status = RayStatus::kOk;  // figures only where kOk
  double dx_um = 0, dy_um = 0;
  std::optional<double> opd_waves;  // empty without a finite exit pupil
};

struct WavelengthFans {
  int wavelength = 0;
  // Chief ray of this wavelength minus that of the primary: add to dx, dy for a common origin.
  double chief_dx_um = 0, chief_dy_um = 0;
  std::vector<RayError> tangential;  // py from -1 to 1 at px = 0
  std::vector<RayError> sagittal;    // px from -1 to 1 at py = 0
};

struct FieldFans {
  double field = 0;
  std::vector<WavelengthFans> fans;  // for each wavelength that has a chief ray
  RayCounts rays;
};

// `points`: along each fan, 3 .. 10001; odd counts hold the chief ray.
// Errors: no chief ray at the primary wavelength.
Result<FieldFans> ComputeFans(const LensModel& model, double field, int points = 65,
                              const SamplingOptions& options = {});

// Ray errors at any pupil points.
Result<std::vector<RayError>> ComputeRayErrors(const LensModel& model, double field, int wavelength,
                                               std::span<const PupilPoint> pupil,
                                               const SamplingOptions& options = {});

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_ANALYSIS_FANS_H_
