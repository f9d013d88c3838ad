// The numbers of a lens as one flat vector, so that derivatives of anything have one layout.
#ifndef PETZVAL_OPTICS_DESIGN_RAW_SYSTEM_H_
#define PETZVAL_OPTICS_DESIGN_RAW_SYSTEM_H_

#include <vector>

#include "petzval/optics/design/ray_kernel.h"
#include "petzval/optics/lens/lens.h"

namespace petzval::optics {

// Where a number stands in the vector: for each surface c, t, k, A_2 .. A_30 (mm^(1-p)) and the
// index behind it at each wavelength.
struct RawLayout {
  static constexpr int kHighestPower = 30;
  static constexpr int kFirstPower = 3;  // slot of A_2
  static constexpr int kFirstIndex = kFirstPower + kHighestPower - 1;

  int surfaces = 0, wavelengths = 1;

  int stride() const { return kFirstIndex + wavelengths; }
  int size() const { return surfaces * stride(); }
  int C(int surface) const { return surface * stride(); }
  int T(int surface) const { return surface * stride() + 1; }
  int K(int surface) const { return surface * stride() + 2; }
  int A(int surface, int power) const { return surface * stride() + kFirstPower + power - 2; }
  int N(int surface, int wavelength) const { return surface * stride() + kFirstIndex + wavelength; }
};

// A rotationally symmetric lens ready for the ray kernel.
struct RawSystem {
  RawLayout layout;
  KernelSystem kernel;
  int stop = 0;
  int primary = 0;  // wavelength

  // Writes one number of the layout into the kernel's system.
  void Set(int raw, double value);
};

// The lens at its own wavelengths. Q_con polynomials become powers. Errors: kUnsupported for what
// has no rotational symmetry or cannot be varied here (poses, mirrors, toroids, Q_bfs);
// kInvalidInput for a medium that is unknown or a wavelength outside its range.
Result<RawSystem> MakeRawSystem(const Lens& lens);

// Coefficient of x^j in Forbes's Q_con polynomial of order m: Jacobi P_m^(0,4)(2 x - 1).
double QconMonomial(int m, int j);

// Adds d(sag at r) / d(raw) of a surface, times `factor`, to `row`; returns the sag. `slope`: gets
// dz/dr. Outside the conic's reach the root is clamped.
double SagGradient(const RawSystem& system, int surface, double r, double factor,
                   std::vector<double>* row, double* slope = nullptr);
// The same for dz/dr at r; returns dz/dr, `second` gets d2z/dr2.
double SlopeGradient(const RawSystem& system, int surface, double r, double factor,
                     std::vector<double>* row, double* second = nullptr);

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_DESIGN_RAW_SYSTEM_H_
