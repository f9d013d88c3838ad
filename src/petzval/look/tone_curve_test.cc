// The tone curve: fixed points, monotony, inverse.
#include "petzval/look/tone_curve.h"

#include <gtest/gtest.h>

#include <cmath>

namespace petzval {
namespace {

TEST(ToneCurve, FixedPoints) {
  for (double a : {1.0, 1.5, 2.5}) {
    for (double white : {1.5, 2.0, 16.0, ToneCurve::kNoWhite}) {
      const ToneCurve curve(a, 0.1845, white);
      EXPECT_NEAR(curve.Apply(0.1845), 0.1845, 1e-12);
      if (!std::isinf(white)) {
        EXPECT_NEAR(curve.Apply(white), 1, 1e-12);
      }
      EXPECT_EQ(curve.Apply(0), 0);
      EXPECT_EQ(curve.Apply(-0.3), 0);
      EXPECT_EQ(curve.Apply(std::nan("")), 0);
    }
  }
}

TEST(ToneCurve, WithoutWhiteItIsThePublishedSigmoid) {
  // y = x^a / (x^a + k), a = 1.6, grey .1845 fixed.
  const ToneCurve curve(1.6, 0.1845, ToneCurve::kNoWhite);
  const double k = (1 / 0.1845 - 1) * std::pow(0.1845, 1.6);
  for (double x : {0.001, 0.05, 0.5, 1.0, 8.0}) {
    EXPECT_NEAR(curve.Apply(x), std::pow(x, 1.6) / (std::pow(x, 1.6) + k), 1e-12);
  }
}

TEST(ToneCurve, RisesAndInverts) {
  const ToneCurve curve(1.5, 0.1845, 6);
  double last = 0;
  for (double ev = -12; ev < 2.5; ev += 0.05) {
    const double x = std::exp2(ev), y = curve.Apply(x);
    EXPECT_GT(y, last);
    EXPECT_NEAR(curve.Inverse(y), x, 1e-9 * x);
    last = y;
  }
  EXPECT_EQ(curve.Inverse(1), 6);
  EXPECT_EQ(curve.Inverse(0), 0);
}

}  // namespace
}  // namespace petzval
