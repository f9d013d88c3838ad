// Errors of manufacture as numbers that change a system: what can err, and the system that has
// erred.
#ifndef PETZVAL_OPTICS_DESIGN_PERTURB_SYSTEM_H_
#define PETZVAL_OPTICS_DESIGN_PERTURB_SYSTEM_H_

#include <span>
#include <string>
#include <vector>

#include "petzval/optics/analysis/perturb.h"
#include "petzval/optics/trace/launch.h"

namespace petzval::optics {

// One number that errs. Values are in the unit of the kind; pairs of kinds for y and x are drawn
// together.
enum class ErrorKind {
  kRadiusPercent,  // R times 1 + v/100
  kFringes,        // Newton's rings at 546.07 nm over the clear diameter: dc = v lambda / h^2
  kThickness_mm,   // everything behind moves along
  kIndex,          // of one space, the same at all wavelengths
  kAbbePercent,    // V of one space times 1 + v/100, nd kept
  kDecentreY_mm,   // of an element as a body
  kDecentreX_mm,
  kTiltX_deg,  // of an element about the vertex of its first surface, about the x axis
  kTiltY_deg,
  kWedgeX_deg,  // of one surface about its vertex, about the x axis
  kWedgeY_deg,
  kFormSpherical_um,  // form error, peak to valley over the clear diameter: see perturb_form.h
  kFormAstigmatism0_um,
  kFormAstigmatism45_um,
};

struct ErrorParameter {
  ErrorKind kind = ErrorKind::kThickness_mm;
  int first = 0, last = 0;  // surfaces from 0; the same for errors of one surface
  double limit = 0;         // +- what the tolerance allows

  bool IsForm() const { return kind >= ErrorKind::kFormSpherical_um; }
  // "decentre y of surfaces 3 to 5, mm"
  std::string Description() const;
};

// What errors need to know of the nominal lens: made once, used from any number of threads.
class Perturber {
 public:
  // Errors: kInvalidInput for a parameter with surfaces out of range, kUnsupported for an element
  // whose surface carries what follows.
  static Result<Perturber> Create(const LensModel& model, std::vector<ErrorParameter> parameters);

  std::span<const ErrorParameter> parameters() const { return parameters_; }
  // The nominal system with `values` (one for each parameter) applied: curvatures, thicknesses and
  // indices first, then wedges, then elements as bodies. Form errors change no number of a system.
  void Apply(std::span<const double> values, System* system) const;
  const System& nominal() const { return nominal_; }
  // Semi-diameter over which errors of a surface's form count: the clear one, or what the rays of
  // all fields use.
  double used_radius_mm(int surface) const { return used_radius_[surface]; }

 private:
  System nominal_;
  std::vector<ErrorParameter> parameters_;
  std::vector<Element> elements_;  // those that parameters move
  std::vector<int> element_of_;    // for each parameter; -1: none
  std::vector<double> used_radius_;
  std::vector<double> index_d_;  // of the space behind each surface, at the d line
};

// Moves surfaces first .. last of `system` as a body (see ElementMotion); poses stay relative to
// it.
void MoveElement(const Element& element, const ElementMotion& motion, System* system);

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_DESIGN_PERTURB_SYSTEM_H_
