// The rays of one object point: addressed by where they cross a plane through the pupil's centre.
#ifndef PETZVAL_OPTICS_TRACE_PENCIL_H_
#define PETZVAL_OPTICS_TRACE_PENCIL_H_

#include "petzval/optics/trace/first_order.h"
#include "petzval/optics/trace/trace.h"

namespace petzval::optics {

// For an object at infinity the rays are parallel and start on a plane wavefront well in front of
// the lens; for a finite one they start at the object point. In both cases the plane is the one
// through the centre (0, 0, EPL) of the paraxial entrance pupil, perpendicular to the central ray.
class Pencil {
 public:
  // `angle`: of the central ray, radians, below 90 degrees.
  Pencil(const System& system, const FirstOrder& first_order, double angle);

  double angle() const { return angle_; }
  // From the start of the rays to the pupil, about.
  double distance_mm() const;
  // Through the point (x, y, EPL) of the paraxial pupil's plane.
  Ray ThroughPupil(double x, double y) const;
  // Through the point centre + qx (1, 0, 0) + qy (0, cos h, -sin h).
  Ray Through(double qx, double qy) const;

 private:
  Ray ThroughPoint(double x, double y, double z) const;

  double angle_, sine_, cosine_;
  double epl_, back_;  // mm; back_: from the centre to the wavefront
  bool finite_;
  double object_y_ = 0, object_z_ = 0;
};

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_TRACE_PENCIL_H_
