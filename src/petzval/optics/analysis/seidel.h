// Third-order (Seidel) aberrations with aspheric and chromatic terms (Welford 1986, chapter 8).
#ifndef PETZVAL_OPTICS_ANALYSIS_SEIDEL_H_
#define PETZVAL_OPTICS_ANALYSIS_SEIDEL_H_

#include <string>
#include <vector>

#include "petzval/optics/trace/launch.h"

namespace petzval::optics {

// Wavefront sums in mm: spherical, coma, astigmatism, Petzval, distortion; c1 axial and c2 lateral
// colour (first minus last wavelength of the lens).
struct SeidelTerms {
  double s1 = 0, s2 = 0, s3 = 0, s4 = 0, s5 = 0, c1 = 0, c2 = 0;
};

// Transverse third-order aberrations in mm as CODE V lists them.
struct TransverseTerms {
  double sa = 0, tco = 0, tas = 0, sas = 0, ptb = 0, dst = 0;
  double ax = 0, lat = 0;  // last minus first wavelength, as CODE V lists them for C d F
  double ptz = 0;          // Petzval curvature contribution, 1/mm
};

// Wavefront coefficients in waves of the primary wavelength; w220 is the sagittal one.
struct WaveTerms {
  double w040 = 0, w131 = 0, w222 = 0, w220 = 0, w311 = 0;
};

struct Seidel {
  double field_deg = 0;               // the largest field
  std::vector<SeidelTerms> surfaces;  // spherical (c_e) and aspheric part together
  std::vector<SeidelTerms> aspheric;  // the aspheric part alone
  SeidelTerms sum;
  std::vector<TransverseTerms> transverse;
  TransverseTerms transverse_sum;
  WaveTerms waves;
  // False for an afocal system: transverse terms have no meaning and stay empty.
  bool has_transverse = true;
  // Surfaces (from 0) with terms that third-order theory has no place for: odd powers A_3, A_5 ..,
  // toroids, decentred or tilted surfaces. When not empty, `surfaces` and `sum` hold the
  // rotationally symmetric even part only and must be shown with `note`, not as the aberrations of
  // the lens.
  std::vector<int> incomplete;
  std::string note;  // empty, or a sentence that says what is not in the sums
  bool complete() const { return incomplete.empty(); }
};

// Primary wavelength, largest field. With a largest field of 0, s1 and c1 are given and the field
// terms are 0. Errors: kInvalidInput where the pupil is not finite (stop at a focus of the front).
Result<Seidel> ComputeSeidel(const LensModel& model);

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_ANALYSIS_SEIDEL_H_
