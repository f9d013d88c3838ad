// Where rays are sampled in the pupil.
#ifndef PETZVAL_OPTICS_TRACE_PUPIL_GRID_H_
#define PETZVAL_OPTICS_TRACE_PUPIL_GRID_H_

#include <vector>

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

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_TRACE_PUPIL_GRID_H_
