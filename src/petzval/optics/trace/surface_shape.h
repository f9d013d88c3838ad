// The form of a surface: sag and slopes, scalar double precision.
#ifndef PETZVAL_OPTICS_TRACE_SURFACE_SHAPE_H_
#define PETZVAL_OPTICS_TRACE_SURFACE_SHAPE_H_

#include <vector>

#include "petzval/optics/trace/system.h"

namespace petzval::optics {

// z(x, y) and its slopes. `valid` is false where the conic ends, 1 - (1+k) c^2 r^2 < 0; the square
// root is clamped there, so that a search may pass through.
struct Shape {
  double z = 0, dz_dx = 0, dz_dy = 0;
  bool valid = true;
};
Shape ShapeAt(const TraceSurface& surface, double x, double y);

// Forbes' polynomials as sum of b_m P_m(x), x = (r/norm)^2, with a three-term recurrence
// P_(m+1) = (alpha_m + beta_m x) P_m - gamma_m P_(m-1). Sources: Forbes, Opt. Express 15 (2007)
// 5218 and 18 (2010) 19700.
struct QBasis {
  std::vector<double> b;                       // coefficients, mm
  double p0 = 1, p1_offset = 0, p1_slope = 0;  // P_0 and P_1 = p1_offset + p1_slope x
  std::vector<double> alpha, beta, gamma;      // for m >= 1; index m
};
QBasis MakeQBasis(AsphereKind kind, const std::vector<double>& q);
// Sum and derivative with respect to x.
void EvaluateQ(const QBasis& basis, double x, double* sum, double* derivative);

// Coefficients of r^2 and r^4 of the departure from the conic, mm^-1 and mm^-3, whatever form it
// is given in: what paraxial and Seidel formulas need.
struct VertexTerms {
  double a2 = 0, a4 = 0;
};
VertexTerms DepartureAtVertex(const TraceSurface& surface);

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_TRACE_SURFACE_SHAPE_H_
