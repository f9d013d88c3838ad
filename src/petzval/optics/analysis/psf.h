// Point spread functions in real pixel units: FFT, Huygens, geometric; one or many colours.
#ifndef PETZVAL_OPTICS_ANALYSIS_PSF_H_
#define PETZVAL_OPTICS_ANALYSIS_PSF_H_

#include <optional>
#include <vector>

#include "petzval/optics/analysis/sampling.h"

namespace petzval::optics {

enum class PsfKind { kFft, kHuygens, kGeometric };

// Energy per pixel, rows from low to high y, columns from low to high x; the sum is the energy that
// falls into the picture when all that passes is 1.
struct Psf {
  double field = 0;
  int width = 0, height = 0;
  double pitch_x_um = 0, pitch_y_um = 0;
  // Image point of the centre of pixel (width / 2, height / 2): the primary chief ray.
  double center_x_mm = 0, center_y_mm = 0;
  std::vector<float> values;     // width * height
  std::optional<double> strehl;  // monochromatic wave PSFs only
  RayCounts rays;
  bool empty() const { return values.empty(); }
  float at(int x, int y) const { return values[static_cast<size_t>(y) * width + x]; }
};

struct PsfOptions {
  PsfKind kind = PsfKind::kHuygens;
  int wavelength = -1;          // -1: polychromatic
  std::vector<double> weights;  // polychromatic; empty: those of the lens
  // Samples across the pupil. 0: so many that copies of the blur stay out of the picture, but at
  // most 1024, for kHuygens 512; a blur beyond that is for kGeometric. kGeometric: 512.
  int pupil = 0;
  int size = 64;        // pixels across the picture, 8 .. 2048
  double pitch_um = 0;  // 0: a quarter of the primary wavelength times the f-number
  SamplingOptions sampling;
};

// The PSF on a square picture of one pitch, centred on the primary chief ray. kFft uses the
// separable transform of the pupil at exactly that pitch (Soummer et al. 2007), kHuygens a sum of
// plane waves with each ray's own direction, good at any angle and for strong distortion,
// kGeometric the rays that fall into each pixel. Polychromatic sums keep lateral colour.
// Empty when nothing arrives. Errors: no primary chief ray; options out of range.
Result<Psf> ComputePsf(const LensModel& model, double field, const PsfOptions& options = {});

// |FFT of the padded pupil|^2 of one wavelength as it comes: the pitch is lambda R / (N dx_pupil),
// different for x and y off axis. `pupil` samples across the disc (8 .. 2048), `padding` >= 2.
Result<Psf> ComputeFftPsf(const LensModel& model, double field, int wavelength, int pupil = 128,
                          int padding = 2, const SamplingOptions& options = {});

// Energy within radii about the centroid; radii in um, fractions 0 .. 1.
struct EncircledEnergy {
  std::vector<double> radius_um, fraction;
};
EncircledEnergy ComputeEncircledEnergy(const Psf& psf, int steps = 64);

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_ANALYSIS_PSF_H_
