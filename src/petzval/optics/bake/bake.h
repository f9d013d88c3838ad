// From a prescription and a sensor to the profile that corrects its pictures.
#ifndef PETZVAL_OPTICS_BAKE_BAKE_H_
#define PETZVAL_OPTICS_BAKE_BAKE_H_

#include <array>
#include <functional>
#include <optional>
#include <vector>

#include "petzval/optics/analysis/psf.h"
#include "petzval/optics/profile/lens_profile.h"

namespace petzval::optics {

struct BakeOptions {
  std::vector<double> object_mm = {kInfinity};  // focus distances from surface 1, far to near
  SensorResponse response;                      // of the channels, times the light
  int wavelengths = 7;                          // for each channel, 1 .. 31
  // Wavelengths of every channel instead, equal weights.
  std::vector<double> um;
  // Empty: the separable transform up to 35 degrees in object space, Huygens' sum beyond.
  std::optional<PsfKind> kind;
  int pupil = 0;  // samples across the pupil; 0: enough for the spread
  SamplingOptions sampling = SamplingOptions::AsBuilt();
  double energy = 0.995;  // of a spread that its picture holds at least, 0.5 .. 0.9999
  // Response of the pixels to light from this angle (degrees, of the chief ray), 1 at 0; empty: 1.
  std::function<double(double chief_deg)> angle_response;
};

// Spreads are sums of diffraction PSFs over the channel's wavelengths, through the aperture of a
// pixel. Green's chief ray stands for the place; each channel's spread is centred on that channel's
// mean chief ray, whose distance from green's is the lateral colour. At a focus distance other than
// that of the lens the whole lens is moved by the paraxial shift. Wavelengths beyond what the
// lens's glasses state are left out. Errors: kInvalidInput for a lens that cannot be traced, whose
// image does not reach the sensor's corners (with both radii), or options out of range.
Result<LensProfile> BakeLens(const Lens& lens, const SensorGeometry& sensor,
                             const BakeOptions& options = {});

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_BAKE_BAKE_H_
