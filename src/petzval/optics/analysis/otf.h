// Optical transfer functions of one wavelength, the terms that MTF curves are summed from.
#ifndef PETZVAL_OPTICS_ANALYSIS_OTF_H_
#define PETZVAL_OPTICS_ANALYSIS_OTF_H_

#include <complex>
#include <vector>

#include "petzval/optics/analysis/field_tracer.h"

namespace petzval::optics {

// What to compute, shared by the wavelengths of a sum.
struct OtfRequest {
  const std::vector<double>& cycles_per_mm;
  const std::vector<double>& shifts_mm;  // positions of the image plane
  RayResult origin;                      // chief ray about which wavelengths are summed
  int grid = 0;
};

// [shift][frequency], unnormalised: divide by `norm`, or add terms and norms first.
struct Otf {
  std::vector<std::vector<std::complex<double>>> tangential, sagittal;
  double norm = 0;
  RayCounts rays;

  static Otf Zero(const OtfRequest& request);
  void Add(const Otf& other, double weight);
};

// sum exp(-2 pi i f v) over rays, norm their number.
Otf GeometricOtf(const LensModel& model, double field, const FieldTracer& tracer,
                 const OtfRequest& request);

// The sheared-pupil sum; norm as that of the whole pupil: pi (n/2)^2 samples, or with clipping the
// samples that pass. Errors: no reference sphere.
Result<Otf> DiffractionOtf(const LensModel& model, double field, int wavelength,
                           const FieldTracer& tracer, const OtfRequest& request);

// Least-squares slopes dL/dpx and dM/dpy of the image-space direction cosines over a 24 x 24 grid
// of the pupil. Empty where fewer than three rays arrive or a slope vanishes.
struct PupilSlopes {
  double l = 0, m = 0;
};
std::optional<PupilSlopes> MeasurePupilSlopes(const FieldTracer& tracer);

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_ANALYSIS_OTF_H_
