// Maps from camera RGB to XYZ that do not depend on exposure: matrices and root polynomials.
#ifndef PETZVAL_COLOR_ROOT_POLYNOMIAL_H_
#define PETZVAL_COLOR_ROOT_POLYNOMIAL_H_

#include <vector>

#include "petzval/base/matrix.h"

namespace petzval {

// Finlayson, Mackiewicz, Hurlbert, "Color correction using root-polynomial regression" (IEEE TIP
// 24, 2015): every term has degree one, so that f(k rgb) = k f(rgb).
enum class ColorFitKind {
  kMatrix = 0,           // F1, 3 terms: r, g, b
  kRootPolynomial2 = 1,  // F2, 6 terms: and sqrt(rg), sqrt(gb), sqrt(rb)
  kRootPolynomial3 = 2,  // F3, 13 terms: and the cube roots of rgg, gbb, rbb, grr, bgg, brr, rgb
};
inline constexpr int kMaxColorTerms = 13;
constexpr int ColorTermCount(ColorFitKind kind) {
  return kind == ColorFitKind::kMatrix ? 3 : kind == ColorFitKind::kRootPolynomial2 ? 6 : 13;
}
// "matrix", "root2", "root3".
const char* ColorFitKindName(ColorFitKind kind);

// The terms of `rgb` in the order above. Linear terms keep their sign; a negative channel enters
// the roots as 0. `terms` holds ColorTermCount(kind) values.
void ExpandColorTerms(ColorFitKind kind, const Vec3& rgb, double* terms);

// The whole family up to degree 4 (3, 6, 13, 22 terms), in the order of the paper: the same terms,
// then the fourth roots of rrrg, rrrb, gggr, gggb, bbbr, bbbg, rrgb, ggrb, bbrg. For study: no fit
// of ours uses degree 4. `degree` is 1..4.
std::vector<double> RootPolynomialTerms(int degree, const Vec3& rgb);

// White-balanced camera RGB (white = 1, 1, 1) to XYZ relative to D50: the sum of coefficient[i]
// times term i. White-preserving fits sum up to the white.
struct ColorFit {
  ColorFitKind kind = ColorFitKind::kMatrix;
  std::vector<Vec3> coefficient;  // ColorTermCount(kind) of XYZ

  Vec3 Apply(const Vec3& rgb) const;
  // What the coefficients sum up to: the XYZ of camera white.
  Vec3 White() const;
  // Columns of a matrix as a fit and back. AsMatrix: kind is kMatrix.
  static ColorFit FromMatrix(const Mat3& xyz_from_camera);
  Mat3 AsMatrix() const;
  friend bool operator==(const ColorFit&, const ColorFit&) = default;
};

// (1 - share) * a + share * b of two fits of one kind: white stays kept and exposure irrelevant,
// because both are linear in the coefficients.
ColorFit Interpolate(const ColorFit& a, const ColorFit& b, double share);

// `fit` with all coefficients of X, of Y and of Z scaled so that they sum up to the white of D50; a
// sum that is not positive stays as it is.
ColorFit KeepWhite(ColorFit fit);

// The same map with a matrix behind it, e.g. from XYZ D50 to a working space.
ColorFit operator*(const Mat3& m, const ColorFit& fit);

}  // namespace petzval

#endif  // PETZVAL_COLOR_ROOT_POLYNOMIAL_H_
