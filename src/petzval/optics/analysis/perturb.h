// What a small error of manufacture does: moved elements and changed radii.
#ifndef PETZVAL_OPTICS_ANALYSIS_PERTURB_H_
#define PETZVAL_OPTICS_ANALYSIS_PERTURB_H_

#include <optional>
#include <vector>

#include "petzval/optics/analysis/sampling.h"

namespace petzval::optics {

// An element or cemented group: surfaces first .. last (from 0), glass between them.
struct Element {
  int first = 0, last = 0;
};
// Every run of surfaces joined by media other than air (index 1 in the file: no name), mirrors
// alone. `cemented` false: each single lens of a cemented group by itself.
std::vector<Element> FindElements(const Lens& lens, bool cemented = true);

// A rigid motion of an element: shift, and right-handed rotation about x then y at the vertex of
// its first surface.
struct ElementMotion {
  double shift_x_mm = 0, shift_y_mm = 0, shift_z_mm = 0;
  double tilt_x_deg = 0, tilt_y_deg = 0;
};
// The model with that element moved as a body; spacing and first order unchanged (launch rays from
// the model it came from). Errors: kUnsupported for an element with a surface whose pose carries
// what follows; kInvalidInput for surfaces out of range.
Result<LensModel> MovedElement(const LensModel& model, const Element& element,
                               const ElementMotion& motion);

struct ElementEffect {
  Element element;
  ElementMotion motion;
  std::optional<double> axis_chief_x_um, axis_chief_y_um;  // image of the axis point moves by
  std::optional<double> axis_rms_um;                       // about the centroid, primary
  std::optional<double> plus_rms_um, minus_rms_um;         // at +field and -field
};
// At the largest field, hexapolar `rings`, primary wavelength.
Result<ElementEffect> ComputeElementEffect(const LensModel& model, const Element& element,
                                           const ElementMotion& motion, int rings = 6,
                                           const SamplingOptions& options = {});

// First-order change when one surface's radius is multiplied; A_p and k stay.
struct FirstOrderChange {
  int surface = 0;
  double defl_mm = 0, dbfl_mm = 0;
};
// For every curved surface. Empty figures are impossible: an afocal lens gives an empty list.
std::vector<FirstOrderChange> ComputeRadiusSensitivity(const LensModel& model,
                                                       double radius_factor = 1.001);

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_ANALYSIS_PERTURB_H_
