// The rays of a pupil grid at the image plane, ready to be summed as waves.
#ifndef PETZVAL_OPTICS_ANALYSIS_PUPIL_FIELD_H_
#define PETZVAL_OPTICS_ANALYSIS_PUPIL_FIELD_H_

#include <optional>
#include <vector>

#include "petzval/optics/analysis/otf.h"

namespace petzval::optics {

// One wavelength. Arrays hold the rays that arrive.
struct PupilField {
  int n = 0;                       // grid across the disc
  std::vector<int> column, row;    // in the grid
  std::vector<double> x, y, l, m;  // image plane, mm; direction cosines
  std::vector<double> path_waves;  // OPL minus that of the chief ray, at the image plane
  std::vector<double> waves;       // W at the reference sphere; empty without one
  RayResult chief;
  PupilSlopes slopes;
  double lambda_mm = 0, index = 1;
  RayCounts rays;

  std::optional<double> Strehl() const;
};

// Empty when fewer than three rays arrive or they do not converge. Errors: no chief ray.
Result<std::optional<PupilField>> TracePupilField(const LensModel& model, double field,
                                                  int wavelength, int n,
                                                  const SamplingOptions& options);

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_ANALYSIS_PUPIL_FIELD_H_
