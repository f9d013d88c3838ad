// A point spread as the pixels of a sensor see it.
#ifndef PETZVAL_OPTICS_BAKE_PIXEL_PSF_H_
#define PETZVAL_OPTICS_BAKE_PIXEL_PSF_H_

#include <vector>

#include "petzval/optics/analysis/psf.h"
#include "petzval/optics/profile/lens_profile.h"

namespace petzval::optics {

struct PixelPsfOptions {
  double pitch_um = 1;
  PsfKind kind = PsfKind::kHuygens;
  int pupil = 0;  // samples across the pupil; 0: enough for the picture
  SamplingOptions sampling;
  std::vector<double> weights;  // of the model's wavelengths
  double energy = 0.995;        // that the picture holds at least
  double middle_mm = 0;         // height in the image plane that becomes the middle sample
};

// The sum over wavelengths, through a square pixel, at half the pitch, turned so that y runs away
// from the axis; symmetric in x and of sum 1. Errors: those of ComputePsf; kInvalidInput when the
// spread is wider than BakedPsf can hold.
Result<BakedPsf> ComputePixelPsf(const LensModel& model, double field,
                                 const PixelPsfOptions& options);

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_BAKE_PIXEL_PSF_H_
