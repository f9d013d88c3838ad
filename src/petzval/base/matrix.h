// Three-vectors and 3x3 matrices of doubles, row major: all that colour needs.
#ifndef PETZVAL_BASE_MATRIX_H_
#define PETZVAL_BASE_MATRIX_H_

#include <array>
#include <cmath>

namespace petzval {

struct Vec3 {
  std::array<double, 3> v{};
  double& operator[](int i) { return v[i]; }
  double operator[](int i) const { return v[i]; }
  friend bool operator==(const Vec3&, const Vec3&) = default;
};

struct Mat3 {
  std::array<std::array<double, 3>, 3> m{};

  static Mat3 Identity() { return Diagonal({{1, 1, 1}}); }
  static Mat3 Diagonal(const Vec3& d) {
    Mat3 r;
    for (int i = 0; i < 3; ++i) r.m[i][i] = d[i];
    return r;
  }
  std::array<double, 3>& operator[](int row) { return m[row]; }
  const std::array<double, 3>& operator[](int row) const { return m[row]; }
  friend bool operator==(const Mat3&, const Mat3&) = default;
};

inline Vec3 operator*(const Mat3& a, const Vec3& x) {
  Vec3 y;
  for (int i = 0; i < 3; ++i) y[i] = a[i][0] * x[0] + a[i][1] * x[1] + a[i][2] * x[2];
  return y;
}

inline Mat3 operator*(const Mat3& a, const Mat3& b) {
  Mat3 r;
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j < 3; ++j) {
      for (int k = 0; k < 3; ++k) r[i][j] += a[i][k] * b[k][j];
    }
  }
  return r;
}

inline Mat3 operator*(double s, const Mat3& a) {
  Mat3 r = a;
  for (auto& row : r.m) {
    for (double& x : row) x *= s;
  }
  return r;
}

inline Mat3 operator+(const Mat3& a, const Mat3& b) {
  Mat3 r = a;
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j < 3; ++j) r[i][j] += b[i][j];
  }
  return r;
}

inline double Determinant(const Mat3& a) {
  return a[0][0] * (a[1][1] * a[2][2] - a[1][2] * a[2][1]) -
         a[0][1] * (a[1][0] * a[2][2] - a[1][2] * a[2][0]) +
         a[0][2] * (a[1][0] * a[2][1] - a[1][1] * a[2][0]);
}

// The inverse; `a` must not be singular (callers that read matrices from files check Determinant).
inline Mat3 Inverse(const Mat3& a) {
  const double s = 1.0 / Determinant(a);
  Mat3 r;
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j < 3; ++j) {
      const int i1 = (i + 1) % 3, i2 = (i + 2) % 3, j1 = (j + 1) % 3, j2 = (j + 2) % 3;
      r[j][i] = s * (a[i1][j1] * a[i2][j2] - a[i1][j2] * a[i2][j1]);
    }
  }
  return r;
}

}  // namespace petzval

#endif  // PETZVAL_BASE_MATRIX_H_
