// Modulation transfer: geometric from ray positions, diffraction from the sheared pupil.
#ifndef PETZVAL_OPTICS_ANALYSIS_MTF_H_
#define PETZVAL_OPTICS_ANALYSIS_MTF_H_

#include <vector>

#include "petzval/optics/analysis/sampling.h"

namespace petzval::optics {

enum class MtfKind { kGeometric, kDiffraction };

struct MtfOptions {
  MtfKind kind = MtfKind::kDiffraction;
  int wavelength = -1;  // -1: polychromatic
  // Polychromatic weights: empty: those of the lens.
  std::vector<double> weights;
  int grid = 0;  // pupil samples across; 0: 256 geometric, 192 diffraction
  SamplingOptions sampling;
};

// Modulation at each frequency; tangential and sagittal are empty when no ray arrives.
struct MtfCurve {
  double field = 0, shift_mm = 0;
  std::vector<double> cycles_per_mm;
  std::vector<double> tangential, sagittal;  // 0 .. 1
  RayCounts rays;                            // of the pupil grid, all wavelengths used
  bool empty() const { return tangential.empty(); }
};

// Geometric: |mean exp(-2 pi i f v)| over the grid's disc, no diffraction factor. Diffraction: the
// pupil overlapped with itself, sheared by lambda f / |dM/dpy| (dL/dpx) pupil radii; wavelengths
// add as complex numbers about the primary chief ray, so lateral colour counts. At the image plane
// as it stands. Errors: no chief ray at a wavelength used; options out of range (grid 8 .. 2048).
Result<MtfCurve> ComputeMtf(const LensModel& model, double field,
                            const std::vector<double>& cycles_per_mm,
                            const MtfOptions& options = {});

// One curve for each field; errors as above.
Result<std::vector<MtfCurve>> ComputeMtfVsField(const LensModel& model,
                                                const std::vector<double>& fields,
                                                const std::vector<double>& cycles_per_mm,
                                                const MtfOptions& options = {});

// One curve for each position of the image plane.
Result<std::vector<MtfCurve>> ComputeMtfThroughFocus(const LensModel& model, double field,
                                                     const std::vector<double>& cycles_per_mm,
                                                     const std::vector<double>& shifts_mm,
                                                     const MtfOptions& options = {});

// Of a perfect lens with a round pupil: cutoff 1 / (wavelength * f_number).
double DiffractionLimitedMtf(double cycles_per_mm, double wavelength_um, double f_number);

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_ANALYSIS_MTF_H_
