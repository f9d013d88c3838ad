// Least squares with many banded unknowns and a few that touch all: factored in linear time.
#ifndef PETZVAL_MEASURE_SFR_ARROW_SYSTEM_H_
#define PETZVAL_MEASURE_SFR_ARROW_SYSTEM_H_

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace petzval::measure {

inline constexpr int kBand = 4;   // a spline overlaps itself and three before it
inline constexpr int kDense = 6;  // unknowns that touch all

// Lower triangle of a symmetric matrix: first `n` banded unknowns, then kDense dense ones.
struct ArrowMatrix {
  int n = 0;
  std::vector<std::array<double, kBand>> band;   // band[i][k]: entry (i, i - k)
  std::array<std::vector<double>, kDense> side;  // side[p][i]: entry (n + p, i)
  std::array<std::array<double, kDense>, kDense> corner{};

  explicit ArrowMatrix(int unknowns = 0) : n(unknowns), band(unknowns) {
    for (auto& row : side) row.assign(unknowns, 0.0);
  }

  // Replaces the matrix by its Cholesky factor; false when it is not positive definite.
  bool Factor() {
    for (int i = 0; i < n; ++i) {
      for (int k = std::min(i, kBand - 1); k >= 0; --k) {
        double sum = band[i][k];
        const int j = i - k;
        for (int m = std::max(0, i - kBand + 1); m < j; ++m) sum -= band[i][i - m] * band[j][j - m];
        if (k > 0) {
          band[i][k] = sum / band[j][0];
        } else {
          if (!(sum > 0)) return false;
          band[i][0] = std::sqrt(sum);
        }
      }
    }
    for (int p = 0; p < kDense; ++p) {
      std::vector<double>& row = side[p];
      for (int i = 0; i < n; ++i) {
        double sum = row[i];
        for (int k = 1; k < kBand && k <= i; ++k) sum -= row[i - k] * band[i][k];
        row[i] = sum / band[i][0];
      }
    }
    for (int p = 0; p < kDense; ++p) {
      for (int q = 0; q <= p; ++q) {
        double sum = corner[p][q];
        for (int i = 0; i < n; ++i) sum -= side[p][i] * side[q][i];
        for (int k = 0; k < q; ++k) sum -= corner[p][k] * corner[q][k];
        if (p == q) {
          if (!(sum > 0)) return false;
          corner[p][p] = std::sqrt(sum);
        } else {
          corner[p][q] = sum / corner[q][q];
        }
      }
    }
    return true;
  }

  // After Factor(): twice the sum of the logarithms of the diagonal.
  double LogDeterminant() const {
    double sum = 0;
    for (const auto& row : band) sum += std::log(row[0]);
    for (int p = 0; p < kDense; ++p) sum += std::log(corner[p][p]);
    return 2 * sum;
  }

  // After Factor(): right becomes L^-1 right (its squared length is right' A^-1 right), ..
  void SolveForward(std::vector<double>* right) const {
    std::vector<double>& b = *right;
    for (int i = 0; i < n; ++i) {
      for (int k = 1; k < kBand && k <= i; ++k) b[i] -= band[i][k] * b[i - k];
      b[i] /= band[i][0];
    }
    for (int p = 0; p < kDense; ++p) {
      double sum = b[n + p];
      for (int i = 0; i < n; ++i) sum -= side[p][i] * b[i];
      for (int q = 0; q < p; ++q) sum -= corner[p][q] * b[n + q];
      b[n + p] = sum / corner[p][p];
    }
  }
  // .. and then A^-1 of what it was.
  void SolveBackward(std::vector<double>* right) const {
    std::vector<double>& b = *right;
    for (int p = kDense - 1; p >= 0; --p) {
      for (int q = p + 1; q < kDense; ++q) b[n + p] -= corner[q][p] * b[n + q];
      b[n + p] /= corner[p][p];
    }
    for (int i = n - 1; i >= 0; --i) {
      for (int p = 0; p < kDense; ++p) b[i] -= side[p][i] * b[n + p];
      for (int k = 1; k < kBand && i + k < n; ++k) b[i] -= band[i + k][k] * b[i + k];
      b[i] /= band[i][0];
    }
  }
};

}  // namespace petzval::measure

#endif  // PETZVAL_MEASURE_SFR_ARROW_SYSTEM_H_
