// Single rays for what few rays decide: used heights, angles of incidence, how far a ray fails.
#ifndef PETZVAL_OPTICS_DESIGN_SCALAR_TRACE_H_
#define PETZVAL_OPTICS_DESIGN_SCALAR_TRACE_H_

#include <vector>

#include "petzval/optics/design/raw_system.h"

namespace petzval::optics {

// How far a failed ray is from being traced, >= 0 and without unit (negative square of the cosine
// of refraction, or of the root of the intersection or of the conic), with its derivatives by the
// raw numbers at fixed start; no gradient where there is none to give.
struct RayFailure {
  int surface = -1;  // -1: did not fail
  double depth = 0;
  std::vector<double> gradient;
  double by_start[2] = {0, 0};  // derivatives by the start's x and y
};
RayFailure MeasureFailure(const RawSystem& system, int wavelength, double x, double y, double l,
                          double m, double n, bool derivatives);

// Height and cosine of incidence at each surface that the ray reaches.
struct SurfaceHit {
  double x = 0, y = 0, height = 0, cosine = 1;
};
std::vector<SurfaceHit> TraceHits(const RawSystem& system, int wavelength, double x, double y,
                                  double l, double m, double n);

// Cosine of incidence at one surface; adds its derivatives by the raw numbers, at fixed start,
// times `factor` to `row` (may be null) and gives those by the start's x and y. 0 where the ray
// does not get.
double IncidenceCosine(const RawSystem& system, int wavelength, double x, double y, double l,
                       double m, double n, int surface, double factor, std::vector<double>* row,
                       double by_start[2]);

// Where the ray meets a surface: adds x_factor * d(x) + y_factor * d(y) by the raw numbers, at
// fixed start, to `row`; returns the derivatives by the start's x and y. False where the ray does
// not get.
bool HitGradient(const RawSystem& system, int wavelength, double x, double y, double l, double m,
                 double n, int surface, double x_factor, double y_factor, std::vector<double>* row,
                 double by_start[2]);

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_DESIGN_SCALAR_TRACE_H_
