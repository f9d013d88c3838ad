// From field and pupil coordinates to rays: paraxial pupil or real-stop aiming.
#ifndef PETZVAL_OPTICS_TRACE_LAUNCH_H_
#define PETZVAL_OPTICS_TRACE_LAUNCH_H_

#include <span>
#include <vector>

#include "petzval/optics/trace/aim.h"
#include "petzval/optics/trace/first_order.h"
#include "petzval/optics/trace/pencil.h"
#include "petzval/optics/trace/pupil_grid.h"
#include "petzval/optics/trace/trace.h"

namespace petzval::optics {

// A lens at one configuration with what every analysis needs of it.
struct LensModel {
  Lens lens;
  System system;
  std::vector<FirstOrder> first_order;  // for each wavelength

  const FirstOrder& primary() const { return first_order[system.primary]; }
};
Result<LensModel> MakeModel(const Lens& lens);
Result<LensModel> MakeModel(const Lens& lens, const std::vector<double>& um);

struct AimTask;

// Launches rays of one field and wavelength. Fields in image or object heights are turned into the
// angle at the pupil first: an image height is that of the real chief ray at the primary
// wavelength; the object point of field v stands at y = +v. Real-stop aiming finds the chief ray by
// continuation in field, so wide angles beyond 80 degrees work, then each ray by Newton to 1e-12 of
// the stop radius; a point that no ray reaches is launched as a ray with n = 0, which the tracers
// report as kMissed. Pupil and stop radius are those of the primary wavelength for all; aiming is
// done for each wavelength for itself. The model must outlive the launcher.
class Launcher {
 public:
  // `field`: in the unit of lens.fields. Errors: kInvalidInput when no chief ray is found.
  static Result<Launcher> Create(const LensModel& model, double field, int wavelength);
  // The same with another way of launching than the lens's own.
  static Result<Launcher> Create(const LensModel& model, double field, int wavelength,
                                 Launch launch);

  Ray At(PupilPoint pupil) const;
  RayBatch<double> Batch(std::span<const PupilPoint> pupil) const;
  // The same in single precision, starting at the vertex plane of the first surface: coordinates
  // far in front of the lens would cost the digits that count.
  RayBatch<float> Batch32(std::span<const PupilPoint> pupil) const;
  // Angle of the central ray in object space: the field angle for an object at infinity; for a
  // finite one its tangent is -height / (distance to the entrance pupil).
  double field_angle_rad() const { return pencil_.angle(); }
  // How far the chief ray passes from the centre of the paraxial entrance pupil, mm, in the plane
  // through that centre perpendicular to the central ray: across and upwards. 0 without aiming.
  double chief_shift_x_mm() const { return chief_.qx; }
  double chief_shift_y_mm() const { return chief_.qy; }

 private:
  Launcher(const LensModel* model, int wavelength, Launch launch, const Pencil& pencil,
           const AimPoint& chief);
  AimTask Task() const;

  const LensModel* model_;
  int wavelength_;
  Launch launch_;
  Pencil pencil_;
  AimPoint chief_;  // aiming only
};

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_TRACE_LAUNCH_H_
