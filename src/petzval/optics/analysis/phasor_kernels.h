// Sums of complex exponentials, vectorised: what MTF, Strehl and PSF spend their time on.
#ifndef PETZVAL_OPTICS_ANALYSIS_PHASOR_KERNELS_H_
#define PETZVAL_OPTICS_ANALYSIS_PHASOR_KERNELS_H_

#include <complex>
#include <cstddef>

namespace petzval::optics {

// sum of weight_i exp(2 pi i turns_i); `weights` null: all 1. |turns| below 1e9; the error of each
// term is below 1e-15 + 1e-16 |turns|.
std::complex<double> PhasorSum(const double* turns, const double* weights, size_t count);

// exp(2 pi i turns_i) into re and im.
void Phasors(const double* turns, size_t count, double* re, double* im);

// Adds the product of a column by a row to a picture of complex numbers held as two planes:
// picture(y, x) += column_y row_x, for `terms` such products one after the other. Columns are
// [terms][height], rows [terms][width].
struct ComplexPlanes {
  double* re;
  double* im;
};
void AddOuterProducts(const double* column_re, const double* column_im, const double* row_re,
                      const double* row_im, size_t terms, size_t height, size_t width,
                      ComplexPlanes picture);

// Wave aberration of rays behind a reference sphere (see ReferenceSphere): all arrays `count` long.
struct SphereArguments {
  double x, y;    // centre, mm
  double radius;  // may be infinite
  double side, index, per_mm;
  double chief_opl;
};
void SphereOpd(const SphereArguments& sphere, const double* x, const double* y, const double* l,
               const double* m, const double* opl, size_t count, double* waves);

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_ANALYSIS_PHASOR_KERNELS_H_
