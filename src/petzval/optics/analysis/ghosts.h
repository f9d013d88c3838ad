// Ghost images by two reflections, ranked by paraxial optics.
#ifndef PETZVAL_OPTICS_ANALYSIS_GHOSTS_H_
#define PETZVAL_OPTICS_ANALYSIS_GHOSTS_H_

#include <optional>
#include <vector>

#include "petzval/optics/analysis/sampling.h"

namespace petzval::optics {

// Light that passes to surface `back`, returns to `front` (front < back, from 0), and goes on.
struct Ghost {
  int front = 0, back = 0;
  std::optional<double> focus_mm;  // of the ghost from the image plane; empty: leaves parallel
  double blur_radius_mm = 0;       // of its marginal ray at the image plane
  double chief_y_mm = 0;           // where the chief ray of the largest field lands by this path
  double reflectance = 0;  // product of both uncoated Fresnel reflectances at normal incidence
  // reflectance / blur area in mm^2 (not below half a wavelength of radius): the rank.
  double irradiance = 0;
};

// All pairs, brightest first. Mirrors take no part.
std::vector<Ghost> ComputeGhosts(const LensModel& model);

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_ANALYSIS_GHOSTS_H_
