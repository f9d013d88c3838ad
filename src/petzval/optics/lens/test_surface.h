// For tests and benches: lenses typed surface by surface.
#ifndef PETZVAL_OPTICS_LENS_TEST_SURFACE_H_
#define PETZVAL_OPTICS_LENS_TEST_SURFACE_H_

#include <string>

#include "petzval/optics/lens/lens.h"

namespace petzval::optics {

inline void AddSurface(double radius_mm, double thickness_mm, std::string medium, Lens* lens) {
  Surface s;
  s.radius_mm = radius_mm;
  s.thickness_mm = thickness_mm;
  s.medium = std::move(medium);
  lens->surfaces.push_back(s);
}

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_LENS_TEST_SURFACE_H_
