// The shape of a surface: sag over the radius.
#ifndef PETZVAL_OPTICS_LENS_SAG_H_
#define PETZVAL_OPTICS_LENS_SAG_H_

#include "petzval/optics/lens/lens.h"

namespace petzval::optics {

// z in mm at the radius `r_mm` >= 0 in the y-z section, the vertex at 0: conic plus asphere. Where
// the conic ends (1 - (1+k) c^2 r^2 < 0) it goes on at its rim, as the polynomial does.
double SurfaceSag(const Surface& surface, double r_mm);

// What the asphere adds to the conic of curvature `c` (1/mm) and constant `k`. Q polynomials:
// Forbes 2007 (Q_con) and 2011 (Q_bfs, about the best-fit sphere, here the vertex curvature).
double AsphereSag(const Asphere& asphere, double c, double r_mm);

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_LENS_SAG_H_
