// Dense Cholesky factorisation, small.
#include <cmath>

#include "petzval/optics/design/least_squares.h"

namespace petzval::optics {

bool FactorCholesky(int n, std::vector<double>* matrix) {
  double* a = matrix->data();
  for (int i = 0; i < n; ++i) {
    double* row = a + i * n;
    for (int j = 0; j <= i; ++j) {
      const double* other = a + j * n;
      double sum[4] = {0, 0, 0, 0};
      int k = 0;
      for (; k + 4 <= j; k += 4) {
        for (int m = 0; m < 4; ++m) sum[m] += row[k + m] * other[k + m];
      }
      for (; k < j; ++k) sum[0] += row[k] * other[k];
      const double rest = row[j] - ((sum[0] + sum[1]) + (sum[2] + sum[3]));
      if (i == j) {
        if (!(rest > 0) || !std::isfinite(rest)) return false;
        row[i] = std::sqrt(rest);
      } else {
        row[j] = rest / other[j];
      }
    }
  }
  return true;
}

void SolveCholesky(int n, const std::vector<double>& factor, double* b) {
  const double* a = factor.data();
  for (int i = 0; i < n; ++i) {
    double sum = b[i];
    for (int k = 0; k < i; ++k) sum -= a[i * n + k] * b[k];
    b[i] = sum / a[i * n + i];
  }
  for (int i = n - 1; i >= 0; --i) {
    double sum = b[i];
    for (int k = i + 1; k < n; ++k) sum -= a[k * n + i] * b[k];
    b[i] = sum / a[i * n + i];
  }
}

}  // namespace petzval::optics
