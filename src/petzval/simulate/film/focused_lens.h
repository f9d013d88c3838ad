// A prescription at one scale, stop and focus, traced both ways.
#ifndef PETZVAL_SIMULATE_FILM_FOCUSED_LENS_H_
#define PETZVAL_SIMULATE_FILM_FOCUSED_LENS_H_

#include "petzval/base/result.h"
#include "petzval/optics/lens/lens.h"
#include "petzval/optics/trace/system.h"
#include "petzval/simulate/film/camera_optics.h"

namespace petzval::simulate {

// Both systems are at OpticsParams::wavelengths_um. `forward` ends on the film; `reversed` begins
// at the last vertex and ends in the plane of the entrance pupil, its z is that of the camera.
struct FocusedLens {
  optics::System forward, reversed;
  int green = 0;         // index of the wavelength nearest to 546 nm
  double focal_mm = 0;   // green, paraxial
  double f_number = 0;   // at infinity
  double film_mm = 0;    // from the last vertex
  double pupil_mm = 0;   // entrance pupil, from the first vertex, positive towards the film
  double length_mm = 0;  // first to last vertex
  bool round = true;     // every edge is a circle about the axis
  double stop_mm = 0;    // semi-diameter of the stop in use
};

// The stop is what the prescription's aperture asks for, or OpticsParams::f_number if that is
// smaller, and never wider than its clear semi-diameter. Focus: lenses with configurations for
// object distances take their thicknesses between them (linear in 1/distance); then the film goes
// where rays from its middle meet the plane in focus with the smallest RMS radius (green).
// Errors: kInvalidInput for a focus nearer than the lens can, a lens that does not collect light;
// kUnsupported for poses, toroids, mirrors other than plane ones that fold the path (which are
// unfolded) and media other than air outside.
Result<FocusedLens> FocusLens(const optics::Lens& lens, const OpticsParams& params);

}  // namespace petzval::simulate

#endif  // PETZVAL_SIMULATE_FILM_FOCUSED_LENS_H_
