// Maps from camera RGB to XYZ that do not depend on exposure.
#include "petzval/color/root_polynomial.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "petzval/color/spaces.h"

namespace petzval {

const char* ColorFitKindName(ColorFitKind kind) {
  constexpr const char* kNames[] = {"matrix", "root2", "root3"};
  return kNames[static_cast<int>(kind)];
}

void ExpandColorTerms(ColorFitKind kind, const Vec3& rgb, double* terms) {
  for (int i = 0; i < 3; ++i) terms[i] = rgb[i];
  if (kind == ColorFitKind::kMatrix) return;
  const double r = std::max(rgb[0], 0.0), g = std::max(rgb[1], 0.0), b = std::max(rgb[2], 0.0);
  terms[3] = std::sqrt(r * g);
  terms[4] = std::sqrt(g * b);
  terms[5] = std::sqrt(r * b);
  if (kind == ColorFitKind::kRootPolynomial2) return;
  const double cr = std::cbrt(r), cg = std::cbrt(g), cb = std::cbrt(b);
  terms[6] = cr * cg * cg;
  terms[7] = cg * cb * cb;
  terms[8] = cr * cb * cb;
  terms[9] = cg * cr * cr;
  terms[10] = cb * cg * cg;
  terms[11] = cb * cr * cr;
  terms[12] = cr * cg * cb;
}

std::vector<double> RootPolynomialTerms(int degree, const Vec3& rgb) {
  assert(degree >= 1 && degree <= 4);
  std::vector<double> terms(kMaxColorTerms);
  const int kind = std::min(degree, 3) - 1;
  ExpandColorTerms(static_cast<ColorFitKind>(kind), rgb, terms.data());
  terms.resize(ColorTermCount(static_cast<ColorFitKind>(kind)));
  if (degree < 4) return terms;
  const auto root = [&rgb](int a, int b, int c, int d) {
    double product = 1;
    for (int i : {a, b, c, d}) product *= std::max(rgb[i], 0.0);
    return std::sqrt(std::sqrt(product));
  };
  constexpr int r = 0, g = 1, b = 2;
  terms.insert(terms.end(), {root(r, r, r, g), root(r, r, r, b), root(g, g, g, r), root(g, g, g, b),
                             root(b, b, b, r), root(b, b, b, g), root(r, r, g, b), root(g, g, r, b),
                             root(b, b, r, g)});
  return terms;
}

Vec3 ColorFit::Apply(const Vec3& rgb) const {
  double terms[kMaxColorTerms];
  ExpandColorTerms(kind, rgb, terms);
  Vec3 xyz;
  for (size_t t = 0; t < coefficient.size(); ++t) {
    for (int i = 0; i < 3; ++i) xyz[i] += terms[t] * coefficient[t][i];
  }
  return xyz;
}

Vec3 ColorFit::White() const {
  Vec3 sum;
  for (const Vec3& c : coefficient) {
    for (int i = 0; i < 3; ++i) sum[i] += c[i];
  }
  return sum;
}

ColorFit ColorFit::FromMatrix(const Mat3& m) {
  ColorFit fit;
  for (int t = 0; t < 3; ++t) fit.coefficient.push_back({{m[0][t], m[1][t], m[2][t]}});
  return fit;
}

Mat3 ColorFit::AsMatrix() const {
  assert(kind == ColorFitKind::kMatrix && coefficient.size() == 3);
  Mat3 m;
  for (int t = 0; t < 3; ++t) {
    for (int i = 0; i < 3; ++i) m[i][t] = coefficient[t][i];
  }
  return m;
}

ColorFit Interpolate(const ColorFit& a, const ColorFit& b, double share) {
  assert(a.kind == b.kind && a.coefficient.size() == b.coefficient.size());
  ColorFit fit = a;
  for (size_t t = 0; t < fit.coefficient.size(); ++t) {
    for (int i = 0; i < 3; ++i) {
      fit.coefficient[t][i] = (1 - share) * a.coefficient[t][i] + share * b.coefficient[t][i];
    }
  }
  return fit;
}

ColorFit KeepWhite(ColorFit fit) {
  const Vec3 white = XyzFromChromaticity(kWhiteD50), sum = fit.White();
  for (Vec3& c : fit.coefficient) {
    for (int i = 0; i < 3; ++i) {
      if (sum[i] > 0) c[i] *= white[i] / sum[i];
    }
  }
  return fit;
}

ColorFit operator*(const Mat3& m, const ColorFit& fit) {
  ColorFit out = fit;
  for (Vec3& c : out.coefficient) c = m * c;
  return out;
}

}  // namespace petzval
