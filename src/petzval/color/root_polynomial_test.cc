// Root polynomials: golden expansions, exposure, white, and maps as values.
#include "petzval/color/root_polynomial.h"

#include <gtest/gtest.h>

#include <limits>

#include "petzval/color/golden_test_util.h"
#include "petzval/color/spaces.h"

namespace petzval {
namespace {

constexpr ColorFitKind kKinds[] = {ColorFitKind::kMatrix, ColorFitKind::kRootPolynomial2,
                                   ColorFitKind::kRootPolynomial3};

ColorFit SomeFit(ColorFitKind kind) {
  ColorFit fit;
  fit.kind = kind;
  for (int t = 0; t < ColorTermCount(kind); ++t) {
    fit.coefficient.push_back({{0.7 - 0.13 * t, 0.1 + 0.05 * t, 0.02 * t * t - 0.3}});
  }
  return fit;
}

TEST(RootPolynomial, ExpansionsAgreeWithGolden) {
  PETZVAL_GOLDEN_JSON(golden, "colour_golden.json");
  for (int degree = 1; degree <= 4; ++degree) {
    const auto& item = golden.at("root_poly_deg" + std::to_string(degree));
    const Vec3 rgb = ToVec3(item.at("rgb"));
    const std::vector<double> got = RootPolynomialTerms(degree, rgb);
    ASSERT_EQ(got.size(), item.at("terms").size());
    for (size_t i = 0; i < got.size(); ++i) {
      const double want = item.at("terms")[i];
      EXPECT_NEAR(got[i], want, 1e-12 * want) << degree << " " << i;
    }
    if (degree > 3) continue;
    double terms[kMaxColorTerms];
    ExpandColorTerms(kKinds[degree - 1], rgb, terms);
    for (int i = 0; i < ColorTermCount(kKinds[degree - 1]); ++i) EXPECT_EQ(terms[i], got[i]);
  }
}

TEST(RootPolynomial, ExposureDoesNotMatter) {
  for (ColorFitKind kind : kKinds) {
    const ColorFit fit = SomeFit(kind);
    for (const Vec3& rgb : {Vec3{{0.3, 0.5, 0.1}}, Vec3{{1, 1, 1}}, Vec3{{-0.02, 0.4, 0.9}}}) {
      const Vec3 at_one = fit.Apply(rgb);
      for (double ev : {-8.0, -4.0, -0.3, 2.0, 4.0}) {
        const double k = std::exp2(ev);
        const Vec3 scaled = fit.Apply({{k * rgb[0], k * rgb[1], k * rgb[2]}});
        for (int i = 0; i < 3; ++i) EXPECT_NEAR(scaled[i] / k, at_one[i], 1e-12);
      }
    }
  }
}

TEST(RootPolynomial, WhiteIsTheSumOfTheCoefficients) {
  for (ColorFitKind kind : kKinds) {
    const ColorFit fit = SomeFit(kind);
    const Vec3 white = fit.Apply({{1, 1, 1}}), sum = fit.White();
    for (int i = 0; i < 3; ++i) EXPECT_NEAR(white[i], sum[i], 1e-12);
  }
}

TEST(RootPolynomial, MatricesComeBackAndCompose) {
  const Mat3 m{{{{0.9, 0.1, -0.05}, {0.3, 0.8, -0.1}, {0.02, -0.2, 1.1}}}};
  const ColorFit fit = ColorFit::FromMatrix(m);
  EXPECT_EQ(fit.AsMatrix(), m);
  const Vec3 rgb{{0.2, 0.4, 0.7}};
  EXPECT_EQ(fit.Apply(rgb), m * rgb);
  const ColorFit root = SomeFit(ColorFitKind::kRootPolynomial3);
  const Vec3 behind = (m * root).Apply(rgb), want = m * root.Apply(rgb);
  for (int i = 0; i < 3; ++i) EXPECT_NEAR(behind[i], want[i], 1e-12);
}

TEST(RootPolynomial, InterpolationIsLinear) {
  const ColorFit a = SomeFit(ColorFitKind::kRootPolynomial2);
  ColorFit b = a;
  for (Vec3& c : b.coefficient) c[1] += 1;
  const Vec3 rgb{{0.2, 0.4, 0.7}};
  const Vec3 half = Interpolate(a, b, 0.5).Apply(rgb);
  for (int i = 0; i < 3; ++i) EXPECT_NEAR(half[i], (a.Apply(rgb)[i] + b.Apply(rgb)[i]) / 2, 1e-12);
  EXPECT_EQ(Interpolate(a, b, 0), a);
}

TEST(RootPolynomial, WhiteIsKeptByScalingEachOfXyz) {
  ColorFit fit = SomeFit(ColorFitKind::kRootPolynomial2);
  fit.coefficient[0] = {{2, 3, 4}};
  const ColorFit kept = KeepWhite(fit);
  const Vec3 want = XyzFromChromaticity(kWhiteD50), white = kept.White(), before = fit.White();
  for (int i = 0; i < 3; ++i) {
    ASSERT_GT(before[i], 0);
    EXPECT_NEAR(white[i], want[i], 1e-12);
    EXPECT_NEAR(kept.coefficient[3][i] * before[i], fit.coefficient[3][i] * want[i], 1e-12);
  }
  // Nothing can be made white of what has none.
  const ColorFit none = ColorFit::FromMatrix(Mat3{});
  EXPECT_EQ(KeepWhite(none), none);
}

TEST(RootPolynomial, NegativeChannelsEnterTheLinearTermsOnly) {
  double terms[kMaxColorTerms];
  ExpandColorTerms(ColorFitKind::kRootPolynomial3, {{-0.1, 0.25, 0.5}}, terms);
  EXPECT_EQ(terms[0], -0.1);
  for (int t : {3, 5, 6, 8, 9, 11, 12}) EXPECT_EQ(terms[t], 0) << t;  // those with red
  EXPECT_GT(terms[4], 0);
  const double wild[] = {-1e300, -1, 0, std::numeric_limits<double>::denorm_min(), 1e100};
  for (double r : wild) {
    for (double g : wild) {
      ExpandColorTerms(ColorFitKind::kRootPolynomial3, {{r, g, 1}}, terms);
      for (double t : terms) EXPECT_TRUE(std::isfinite(t)) << r << " " << g;
    }
  }
}

}  // namespace
}  // namespace petzval
