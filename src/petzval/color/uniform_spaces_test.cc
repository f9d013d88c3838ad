// JzAzBz and L*u*v*: golden values, round trips, wild input.
#include <gtest/gtest.h>

#include "petzval/color/golden_test_util.h"
#include "petzval/color/jzazbz.h"
#include "petzval/color/luv.h"

namespace petzval {
namespace {

TEST(Jzazbz, AgreesWithGolden) {
  PETZVAL_GOLDEN_JSON(golden, "colour_golden.json");
  for (const auto& [key, list] : golden.items()) {
    if (key.rfind("xyz_vectors", 0) != 0) continue;
    for (const auto& item : list) {
      const Vec3 xyz = ToVec3(item.at("XYZ")), want = ToVec3(item.at("Jzazbz"));
      const Vec3 got = JzazbzFromXyz(xyz), back = XyzFromJzazbz(got);
      for (int i = 0; i < 3; ++i) {
        EXPECT_NEAR(got[i], want[i], 1e-6 * std::fabs(want[i]) + 1e-12);
        EXPECT_NEAR(back[i], xyz[i], 1e-9);
      }
    }
  }
}

TEST(Jzazbz, HighRangeAndWildInput) {
  // White of 10000 cd/m^2 is the top of the scale.
  const Vec3 top = JzazbzFromXyz({{9504.56, 10000, 10890.58}});
  EXPECT_NEAR(top[0], 0.9886, 1e-3);
  EXPECT_NEAR(top[1], 0, 2e-3);
  double last = -1;
  for (double y = 1e-4; y < 2e4; y *= 1.3) {
    const double j = JzazbzFromXyz({{0.95 * y, y, 1.09 * y}})[0];
    EXPECT_GT(j, last);
    last = j;
  }
  const double wild[] = {-1e200, -1, 0, 1e-300, 1e4, 1e200};
  for (double x : wild) {
    for (double y : wild) {
      for (double z : wild) {
        const Vec3 jab = JzazbzFromXyz({{x, y, z}}), back = XyzFromJzazbz(jab);
        for (int i = 0; i < 3; ++i) {
          ASSERT_TRUE(std::isfinite(jab[i]) && std::isfinite(back[i])) << x << " " << y << " " << z;
        }
      }
    }
  }
  EXPECT_EQ(DeltaEz(top, top), 0);
  EXPECT_NEAR(DeltaEz({{1, 0, 0}}, {{1, 0.3, 0.4}}), 0.5, 1e-15);
}

TEST(Luv, PublishedColoursAndRoundTrip) {
  // Red, green and blue of sRGB relative to D65 (Lindbloom's calculator, rounded whites: 0.05).
  const Vec3 white = XyzFromChromaticity(kWhiteD65);
  const Vec3 known[] = {
      {{53.24, 175.01, 37.75}}, {{87.73, -83.08, 107.39}}, {{32.30, -9.40, -130.34}}};
  for (int c = 0; c < 3; ++c) {
    Vec3 rgb;
    rgb[c] = 1;
    const Vec3 xyz = XyzFromRgb(kRec709) * rgb;
    const Vec3 luv = LuvFromXyz(xyz, white), back = XyzFromLuv(luv, white);
    for (int i = 0; i < 3; ++i) {
      EXPECT_NEAR(luv[i], known[c][i], 0.05) << c;
      EXPECT_NEAR(back[i], xyz[i], 1e-12);
    }
  }
  EXPECT_EQ(LuvFromXyz({}, white), Vec3{});
  EXPECT_EQ(XyzFromLuv({{0, 5, 5}}, white), Vec3{});
  const Vec3 grey = LuvFromXyz({{0.2 * white[0], 0.2, 0.2 * white[2]}}, white);
  EXPECT_NEAR(grey[1], 0, 1e-12);
  EXPECT_NEAR(grey[2], 0, 1e-12);
}

TEST(Luv, Chromaticities) {
  // CIE 15: D65 lies at u' = 0.1978, v' = 0.4683; v = 2/3 v'.
  const ChromaticityUv uv = Uv1976FromChromaticity(kWhiteD65);
  EXPECT_NEAR(uv.u, 0.19783, 1e-5);
  EXPECT_NEAR(uv.v, 0.46832, 1e-5);
  const ChromaticityUv old = Uv1960FromChromaticity(kWhiteD65);
  EXPECT_EQ(old.u, uv.u);
  EXPECT_NEAR(old.v, uv.v * 2 / 3, 1e-15);
  for (const Chromaticity& back : {ChromaticityFromUv1976(uv), ChromaticityFromUv1960(old)}) {
    EXPECT_NEAR(back.x, kWhiteD65.x, 1e-15);
    EXPECT_NEAR(back.y, kWhiteD65.y, 1e-15);
  }
}

}  // namespace
}  // namespace petzval
