// Dead leaves have the statistics that theory gives them.
#include "petzval/measure/texture/dead_leaves.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <numbers>
#include <vector>

namespace petzval::measure {
namespace {

TEST(DeadLeavesTest, SameSpecSamePicture) {
  DeadLeavesSpec spec{.width = 120, .height = 90, .planes = 3};
  const Image<float> a = DeadLeaves(spec), b = DeadLeaves(spec);
  spec.seed = 2;
  const Image<float> c = DeadLeaves(spec);
  int same = 0;
  for (int y = 0; y < 90; ++y) {
    EXPECT_EQ(std::memcmp(a.row(y, 1), b.row(y, 1), 120 * sizeof(float)), 0);
    for (int x = 0; x < 120; ++x) same += a.At(x, y, 1) == c.At(x, y, 1);
  }
  EXPECT_LT(same, 20);
  EXPECT_NE(a.At(3, 3, 0), a.At(3, 3, 1));
}

TEST(DeadLeavesTest, CoveredWithEvenlySpreadLevels) {
  const Image<float> leaves =
      DeadLeaves({.width = 640, .height = 640, .max_radius_px = 16, .low = 0.2, .high = 0.6});
  double sum = 0, squares = 0;
  for (int y = 0; y < 640; ++y) {
    for (int x = 0; x < 640; ++x) {
      const double v = leaves.At(x, y);
      ASSERT_GE(v, 0.2);
      ASSERT_LE(v, 0.6);
      sum += v;
      squares += v * v;
    }
  }
  const double n = 640.0 * 640, mean = sum / n;
  EXPECT_NEAR(mean, 0.4, 0.01);
  EXPECT_NEAR((squares / n - mean * mean) / (0.4 * 0.4 / 12), 1, 0.06);
}

TEST(DeadLeavesTest, NeighboursCorrelateAsTheTheorySays) {
  const double low = 2, high = 16;
  double product[24] = {}, square = 0, count = 0;
  for (uint64_t seed = 1; seed <= 3; ++seed) {
    const Image<float> leaves = DeadLeaves(
        {.width = 600, .height = 600, .min_radius_px = low, .max_radius_px = high, .seed = seed});
    for (int y = 0; y < 600; ++y) {
      for (int x = 0; x + 24 < 600; ++x) {
        const double a = leaves.At(x, y) - 0.5;
        square += a * a;
        ++count;
        for (int d = 1; d < 24; ++d) product[d] += a * (leaves.At(x + d, y) - 0.5);
      }
    }
  }
  for (int d = 1; d < 24; ++d) {
    EXPECT_NEAR(product[d] / square, DeadLeavesCorrelation(d, low, high), 0.03) << d;
  }
}

TEST(DeadLeavesTest, OneRadiusIsTheLensOfTwoCircles) {
  // g = (2 / pi) (acos u - u sqrt(1 - u^2)) with u = 0.5.
  const double g = 2 / std::numbers::pi * (std::acos(0.5) - 0.5 * std::sqrt(0.75));
  EXPECT_NEAR(DeadLeavesCorrelation(10, 10, 10), g / (2 - g), 1e-12);
  EXPECT_NEAR(DeadLeavesCorrelation(10, 9.999, 10.001), g / (2 - g), 1e-4);
  EXPECT_EQ(DeadLeavesCorrelation(20, 10, 10), 0);
  EXPECT_EQ(DeadLeavesCorrelation(0, 1, 10), 1);
  EXPECT_NEAR(DeadLeavesCorrelation(1e-4, 1, 100), 1, 1e-4);
}

TEST(DeadLeavesTest, SpectrumHoldsTheVariance) {
  // The integral of 2 pi f S(f) up to 6 cycles per pixel; what lies beyond falls as f^-3.
  std::vector<double> f;
  for (int i = 0; i <= 3000; ++i) f.push_back(6.0 * i / 3000);
  const std::vector<double> s = DeadLeavesSpectrum(f, 1, 20);
  double sum = 0;
  for (size_t i = 1; i < f.size(); ++i) {
    sum += std::numbers::pi * (f[i] * s[i] + f[i - 1] * s[i - 1]) * (f[i] - f[i - 1]);
  }
  const double tail = 2 * std::numbers::pi * std::pow(6.0, 2) * s.back();
  EXPECT_NEAR(sum + tail, 1, 0.01);
  for (size_t i = 100; i < f.size(); i += 100) EXPECT_LT(s[i], s[i - 100]);
}

TEST(DeadLeavesTest, SamplesAverageOverThePixel) {
  const Image<float> sharp = DeadLeaves({.width = 64, .height = 64, .min_radius_px = 3});
  const Image<float> soft =
      DeadLeaves({.width = 64, .height = 64, .min_radius_px = 3, .samples = 4});
  int mixed = 0, alike = 0;
  for (int y = 0; y < 64; ++y) {
    for (int x = 0; x < 64; ++x) {
      const double d = std::abs(sharp.At(x, y) - soft.At(x, y));
      alike += d < 1e-5;
      mixed += d > 1e-3;
    }
  }
  EXPECT_GT(alike, 64 * 64 / 3);   // inside the leaves
  EXPECT_GT(mixed, 64 * 64 / 20);  // along their edges
}

}  // namespace
}  // namespace petzval::measure
