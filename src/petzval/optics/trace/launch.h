// From field and pupil coordinates to rays: paraxial pupil or real-stop aiming.
#ifndef PETZVAL_OPTICS_TRACE_LAUNCH_H_
#define PETZVAL_OPTICS_TRACE_LAUNCH_H_

#include <span>
#include <vector>

#include "petzval/optics/trace/aim.h"
#include "petzval/optics/trace/first_order.h"
#include "petzval/optics/trace/pencil.h"
#include "petzval/optics/trace/trace.h"

namespace petzval::optics {

struct PupilPoint {
  double x = 0, y = 0;  // 1 at the rim
};

// The centre plus rings i = 1 .. n of radius i/n with 6 i points from azimuth 0.
std::vector<PupilPoint> HexapolarGrid(int rings);
// Midpoints of an n x n grid over [-extent, extent]^2, row by row (y outer); only those inside the
// disc of radius extent when `disc`.
std::vector<PupilPoint> MidpointGrid(int n, bool disc, double extent = 1.0);
// Gaussian quadrature in radius with `arms` azimuths (Forbes 1988); weights sum to 1.
struct PupilQuadrature {
  std::vector<PupilPoint> points;
  std::vector<double> weights;
};
PupilQuadrature GaussianPupil(int rings, int arms);

// A lens at one configuration with what every analysis needs of it.
struct LensModel {
  Lens lens;
  System system;
  std::vector<FirstOrder> first_order;  // for each wavelength

  const FirstOrder& primary() const { return first_order[system.primary]; }
};
Result<LensModel> MakeModel(const Lens& lens);
Result<LensModel> MakeModel(const Lens& lens, const std::vector<double>& um);

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

  const LensModel* model_;
  int wavelength_;
  Launch launch_;
  Pencil pencil_;
  AimPoint chief_;  // aiming only
};

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_TRACE_LAUNCH_H_
