// CIEDE2000 and L*a*b* against published pairs and golden values.
#include "petzval/color/difference.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <string>

#include "petzval/color/golden_test_util.h"
#include "petzval/color/spaces.h"

namespace petzval {
namespace {

TEST(Difference, SharmaPairs) {
  std::ifstream file(GoldenPath("ciede2000_sharma2005_34.csv"));
  if (!file) GTEST_SKIP() << GoldenPath("ciede2000_sharma2005_34.csv") << " is not there";
  std::string line;
  std::getline(file, line);
  int row = 0;
  while (std::getline(file, line)) {
    Vec3 a, b;
    double expected = 0;
    ASSERT_EQ(std::sscanf(line.c_str(), "%lf,%lf,%lf,%lf,%lf,%lf,%lf", &a[0], &a[1], &a[2], &b[0],
                          &b[1], &b[2], &expected),
              7);
    ++row;
    const double got = DeltaE2000(a, b);
    // Pair 14 sits on the discontinuity of the mean hue: both sides are right.
    if (row == 14) {
      EXPECT_TRUE(std::fabs(got - 4.8045) < 6e-5 || std::fabs(got - 4.7461) < 6e-5) << got;
    } else {
      EXPECT_NEAR(got, expected, 6e-5) << "row " << row;
    }
    EXPECT_NEAR(DeltaE2000(b, a), got, row == 14 ? 0.06 : 1e-9) << "row " << row;
  }
  EXPECT_EQ(row, 34);
}

TEST(Difference, OnePublishedPair) {
  // Sharma, Wu, Dalal 2005, table 1, pairs 1 and 17.
  EXPECT_NEAR(DeltaE2000({{50, 2.6772, -79.7751}}, {{50, 0, -82.7485}}), 2.0425, 5e-5);
  EXPECT_NEAR(DeltaE2000({{50, 2.5, 0}}, {{73, 25, -18}}), 27.1492, 5e-5);
  EXPECT_EQ(DeltaE2000({{40, 0, 0}}, {{40, 0, 0}}), 0);
}

TEST(Difference, OlderFormulas) {
  // By hand: equal lightness, chroma 30 against 40 at one hue; S_C = 1 + 0.045 * 30.
  const Vec3 a{{50, 30, 0}}, b{{50, 40, 0}};
  EXPECT_NEAR(DeltaE94(a, b), 10 / 2.35, 1e-12);
  EXPECT_NEAR(DeltaE94(a, b, De94Weights::kTextiles), 10 / 2.44, 1e-12);
  EXPECT_NEAR(DeltaE94({{40, 0, 0}}, {{46, 0, 0}}, De94Weights::kTextiles), 3, 1e-12);
  // Hue alone: a quarter turn at chroma 30 is a chord of 30 sqrt(2).
  EXPECT_NEAR(DeltaE94(a, {{50, 0, 30}}), 30 * std::sqrt(2) / 1.45, 1e-12);
  // CMC at 40, 0, 0 against black: S_L = 0.040975 * 40 / 1.706.
  EXPECT_NEAR(DeltaECmc({{40, 0, 0}}, {{0, 0, 0}}, 1, 1), 40 * 1.706 / 1.639, 1e-9);
  EXPECT_NEAR(DeltaECmc({{40, 0, 0}}, {{0, 0, 0}}), 20 * 1.706 / 1.639, 1e-9);
  // Near neutrals all agree with the distance in chroma but for CMC's S_C = 0.638.
  EXPECT_NEAR(DeltaECmc({{50, 0, 0}}, {{50, 1, 0}}), 1 / 0.638, 1e-9);
  EXPECT_EQ(DeltaE94(a, a), 0);
  EXPECT_EQ(DeltaECmc(a, a), 0);
}

TEST(Difference, LabAgreesWithGolden) {
  PETZVAL_GOLDEN_JSON(golden, "colour_golden.json");
  const Vec3 white = XyzFromChromaticity(kWhiteD65);
  for (const auto& [key, list] : golden.items()) {
    if (key.rfind("xyz_vectors", 0) != 0) continue;
    for (const auto& item : list) {
      const Vec3 xyz = ToVec3(item.at("XYZ"));
      const Vec3 expected = ToVec3(item.at("Lab_D65"));
      const Vec3 got = LabFromXyz(xyz, white);
      const Vec3 back = XyzFromLab(got, white);
      for (int i = 0; i < 3; ++i) {
        EXPECT_NEAR(got[i], expected[i], 1e-6 * (1 + std::fabs(expected[i])));
        EXPECT_NEAR(back[i], xyz[i], 1e-12);
      }
    }
  }
}

TEST(Difference, FiniteForWildColours) {
  const double wild[] = {-1e60, -30, 0, 1e-300, 50, 1e60};
  for (double a : wild) {
    for (double b : wild) {
      const Vec3 x{{a, b, a}}, y{{b, a, b}};
      EXPECT_TRUE(std::isfinite(DeltaE76(x, y)));
      EXPECT_TRUE(std::isfinite(DeltaE94(x, y)));
      EXPECT_TRUE(std::isfinite(DeltaECmc(x, y)));
      EXPECT_TRUE(std::isfinite(DeltaE2000(x, y))) << a << " " << b;
    }
  }
}

TEST(Difference, LightnessRoundTrip) {
  for (double y : {0.0, 0.001, 0.008, 0.01, 0.18, 0.5, 1.0}) {
    EXPECT_NEAR(LuminanceFromLightness(LightnessFromLuminance(y)), y, 1e-14);
  }
  EXPECT_NEAR(LightnessFromLuminance(0.18), 49.4961, 1e-3);
}

}  // namespace
}  // namespace petzval
