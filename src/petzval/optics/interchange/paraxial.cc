// The marginal ray at the object's distance.
#include "petzval/optics/interchange/paraxial.h"

#include <cmath>

namespace petzval::optics {

Result<FileParaxial> ComputeFileParaxial(const Lens& lens) {
  PETZVAL_ASSIGN(const System system, MakeSystem(lens));
  FileParaxial out;
  out.first_order = ComputeFirstOrder(lens, system, system.primary);
  // From the axial object point to radius 1 in the entrance pupil.
  const double to_pupil = lens.object_mm + out.first_order.epl;
  const bool finite = std::isfinite(lens.object_mm);
  const ParaxialRay marginal = TraceParaxial(
      system, system.primary, finite ? lens.object_mm / to_pupil : 1, finite ? 1 / to_pupil : 0);
  const double slope = marginal.u_after.back();
  const bool leaves = slope != 0 && std::isfinite(slope);
  out.image_mm = leaves ? -marginal.y.back() / slope : std::nan("");
  out.working_epd_mm = leaves ? 1 / std::abs(slope) : std::nan("");
  return out;
}

}  // namespace petzval::optics
