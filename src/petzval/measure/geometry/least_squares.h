// Small least-squares problems by normal equations.
#ifndef PETZVAL_MEASURE_GEOMETRY_LEAST_SQUARES_H_
#define PETZVAL_MEASURE_GEOMETRY_LEAST_SQUARES_H_

#include <array>
#include <cmath>
#include <span>

namespace petzval::measure {

// Solves a x = b for a symmetric positive definite matrix of N x N (row major, both triangles) in
// place: b becomes x, a its Cholesky factor. False if the matrix is not positive definite to
// working precision.
template <int N>
bool SolveSymmetric(std::array<double, N * N>& a, std::array<double, N>& b) {
  for (int j = 0; j < N; ++j) {
    const double diagonal = a[j * N + j];
    for (int i = j; i < N; ++i) {
      double sum = a[i * N + j];
      for (int k = 0; k < j; ++k) sum -= a[i * N + k] * a[j * N + k];
      if (i == j) {
        if (!(sum > 1e-14 * diagonal) || !(sum > 0)) return false;
        a[j * N + j] = std::sqrt(sum);
      } else {
        a[i * N + j] = sum / a[j * N + j];
      }
    }
  }
  for (int i = 0; i < N; ++i) {
    for (int k = 0; k < i; ++k) b[i] -= a[i * N + k] * b[k];
    b[i] /= a[i * N + i];
  }
  for (int i = N - 1; i >= 0; --i) {
    for (int k = i + 1; k < N; ++k) b[i] -= a[k * N + i] * b[k];
    b[i] /= a[i * N + i];
  }
  return true;
}

// Sums of a linear problem with N unknowns: Add rows, then Solve.
template <int N>
class NormalEquations {
 public:
  void Add(const std::array<double, N>& row, double value, double weight = 1) {
    for (int i = 0; i < N; ++i) {
      const double w = weight * row[i];
      for (int j = i; j < N; ++j) a_[i * N + j] += w * row[j];
      b_[i] += w * value;
    }
    ++count_;
  }
  // Adds sums of rows that have zeros outside the unknowns first .. first + M - 1.
  template <int M>
  void AddBlock(const NormalEquations<M>& block, int first) {
    for (int i = 0; i < M; ++i) {
      for (int j = i; j < M; ++j) a_[(first + i) * N + first + j] += block.a_[i * M + j];
      b_[first + i] += block.b_[i];
    }
    count_ += block.count_;
  }
  int count() const { return count_; }
  double* Diagonal(int i) { return &a_[i * N + i]; }

  bool Solve(std::array<double, N>* x) const {
    auto a = Full();
    *x = b_;
    return SolveSymmetric<N>(a, *x);
  }
  // Variance factor of v'x for unit variance of the values: v' (A'A)^-1 v.
  double VarianceOf(const std::array<double, N>& v) const {
    auto a = Full();
    auto x = v;
    if (!SolveSymmetric<N>(a, x)) return std::nan("");
    double sum = 0;
    for (int i = 0; i < N; ++i) sum += v[i] * x[i];
    return sum;
  }

 private:
  template <int>
  friend class NormalEquations;
  std::array<double, N * N> Full() const {
    auto a = a_;
    for (int i = 0; i < N; ++i) {
      for (int j = 0; j < i; ++j) a[i * N + j] = a[j * N + i];
    }
    return a;
  }
  std::array<double, N * N> a_{};
  std::array<double, N> b_{};
  int count_ = 0;
};

}  // namespace petzval::measure

#endif  // PETZVAL_MEASURE_GEOMETRY_LEAST_SQUARES_H_
