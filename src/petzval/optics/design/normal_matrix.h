// J^T J and J^T r from the columns of J, vectorised.
#ifndef PETZVAL_OPTICS_DESIGN_NORMAL_MATRIX_H_
#define PETZVAL_OPTICS_DESIGN_NORMAL_MATRIX_H_

#include <cstddef>

namespace petzval::optics {

// `columns`: n columns of `rows` numbers each, `stride` apart; `residual`: `rows` numbers. Adds to
// the n x n row-major `matrix` (lower triangle only) and to `gradient`. `rows` is a multiple of 16.
void AddNormal(const double* columns, ptrdiff_t stride, int n, int rows, const double* residual,
               double* matrix, double* gradient);

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_DESIGN_NORMAL_MATRIX_H_
