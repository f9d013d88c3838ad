// Form errors: a surface that departs from its nominal shape by a Zernike term.
#ifndef PETZVAL_OPTICS_DESIGN_PERTURB_FORM_H_
#define PETZVAL_OPTICS_DESIGN_PERTURB_FORM_H_

#include <vector>

#include "petzval/optics/design/perturb_system.h"

namespace petzval::optics {

// Where rays land when surface `parameter.first` has the form error `value_um` (peak to valley over
// `radius_mm`): spherical 6 r^4 - 6 r^2 + 1, astigmatism r^2 cos 2a or r^2 sin 2a, the angle a from
// x. The rays are traced exactly: up to the surface, refracted by its changed shape, and on. Rays
// that fail have their status set.
void TraceWithForm(const System& system, int wavelength, const ErrorParameter& parameter,
                   double radius_mm, double value_um, const RayBatch<double>& rays,
                   RayResults<double>* results);

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_DESIGN_PERTURB_FORM_H_
