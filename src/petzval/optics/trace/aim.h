// Real-stop ray aiming: rays that cross the stop surface where they are wanted.
#ifndef PETZVAL_OPTICS_TRACE_AIM_H_
#define PETZVAL_OPTICS_TRACE_AIM_H_

#include <optional>

#include "petzval/optics/trace/pencil.h"
#include "petzval/optics/trace/trace.h"

namespace petzval::optics {

// Where a ray meets the stop surface, without clipping. False: it does not get there.
bool TraceToStop(const System& system, int wavelength, const Ray& ray, double* x, double* y);

// How the crossing of the stop follows the pencil's plane around one ray: the point q, and dq by
// which q moves when the crossing moves by one stop radius.
struct AimPoint {
  double qx = 0, qy = 0;
  double dq[2][2] = {{1, 0}, {0, 1}};  // dq[i][j]: q_i for crossing j
};

// How near a crossing of the stop must come, in stop radii: 1e-12, or what rounding leaves of it
// over the distance of the object.
double AimTolerance(const Pencil& pencil, double stop_radius);

// The ray that crosses the stop at (px, py) stop radii, found by Newton's method from `start`
// (Broyden 1965 between evaluations of the Jacobian). `reach` limits how far
// q may go from the start, mm. Empty: no such ray.
std::optional<AimPoint> AimRay(const System& system, int wavelength, const Pencil& pencil,
                               double stop_radius, double px, double py, const AimPoint& start,
                               double reach);

// Chief rays from the axis outwards: each field is reached by continuation from the one before, so
// that no other solution is taken for it.
class ChiefFinder {
 public:
  ChiefFinder(const System& system, const FirstOrder& first_order, int wavelength);
  // Continues to `angle` (radians). Empty: no chief ray gets through the stop there.
  std::optional<AimPoint> At(double angle);

 private:
  std::optional<AimPoint> Solve(double angle, const AimPoint& start) const;

  const System& system_;
  FirstOrder first_order_;
  int wavelength_;
  bool started_ = false;
  double angle_ = 0, last_angle_ = 0;
  AimPoint here_, last_;
};

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_TRACE_AIM_H_
