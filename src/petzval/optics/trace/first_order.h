// Paraxial optics: focal length, pupils, Lagrange invariant (definitions: Welford 1986).
#ifndef PETZVAL_OPTICS_TRACE_FIRST_ORDER_H_
#define PETZVAL_OPTICS_TRACE_FIRST_ORDER_H_

#include <vector>

#include "petzval/optics/trace/system.h"

namespace petzval::optics {

// Lengths in mm; nan where the quantity does not exist (an afocal system has no focal length).
struct FirstOrder {
  double efl, bfl, ffl;  // bfl from the last vertex, ffl from the first
  double f_number;       // efl / epd
  double epd, epl;       // entrance pupil: diameter; distance from surface 1, positive to the right
  double xpd, xpl;       // exit pupil: diameter; distance from the image plane
  double image_distance;  // last vertex to image plane
  double total_track;     // surface 1 to image plane
  double lagrange;        // ubar_1 * epd / 2 at the largest field
  double stop_radius;     // paraxial semi-diameter of the stop
  double magnification;   // 0 for an object at infinity
};

// A paraxial ray at each surface: height y, slope u before refraction and u' after.
struct ParaxialRay {
  std::vector<double> y, u, u_after;
};
ParaxialRay TraceParaxial(const System& system, int wavelength, double y, double u);

// `aperture` and `fields` as of the lens; the entrance pupil diameter is fixed at the primary
// wavelength, everything else is of `wavelength`.
FirstOrder ComputeFirstOrder(const Lens& lens, const System& system, int wavelength);

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_TRACE_FIRST_ORDER_H_
