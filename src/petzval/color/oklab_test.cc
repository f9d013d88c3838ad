// Oklab and gamut mapping against golden values.
#include "petzval/color/oklab.h"

#include <gtest/gtest.h>

#include <cmath>

#include "petzval/color/golden_test_util.h"

namespace petzval {
namespace {

TEST(Oklab, PublishedPairs) {
  // Ottosson 2020, table of example XYZ and Oklab (three decimals).
  const Vec3 pairs[][2] = {{{{0.950, 1.000, 1.089}}, {{1.000, 0.000, 0.000}}},
                           {{{1.000, 0.000, 0.000}}, {{0.450, 1.236, -0.019}}},
                           {{{0.000, 1.000, 0.000}}, {{0.922, -0.671, 0.263}}},
                           {{{0.000, 0.000, 1.000}}, {{0.153, -1.415, -0.449}}}};
  for (const auto& pair : pairs) {
    const Vec3 lab = OklabFromXyz(pair[0]);
    for (int i = 0; i < 3; ++i) EXPECT_NEAR(lab[i], pair[1][i], 1e-3);
  }
}

TEST(Oklab, AgreesWithGolden) {
  PETZVAL_GOLDEN_JSON(golden, "colour_golden.json");
  for (const auto& [key, list] : golden.items()) {
    if (key.rfind("xyz_vectors", 0) != 0) continue;
    for (const auto& item : list) {
      const Vec3 xyz = ToVec3(item.at("XYZ")), expected = ToVec3(item.at("Oklab"));
      const Vec3 got = OklabFromXyz(xyz), back = XyzFromOklab(got);
      for (int i = 0; i < 3; ++i) {
        EXPECT_NEAR(got[i], expected[i], 1e-6);
        EXPECT_NEAR(back[i], xyz[i], 1e-12);
      }
    }
  }
}

TEST(Oklab, GreyAxisHasNoChroma) {
  for (const RgbSpace& space : {kRec709, kDisplayP3, kRec2020}) {
    const OklabConverter converter(space);
    for (double v : {1e-6, 0.01, 0.18, 1.0, 30.0}) {
      const Vec3 lab = converter.FromRgb({{v, v, v}});
      EXPECT_NEAR(lab[1], 0, 1e-7 * std::cbrt(v));
      EXPECT_NEAR(lab[2], 0, 1e-7 * std::cbrt(v));
      const Vec3 back = converter.ToRgb(lab);
      for (int i = 0; i < 3; ++i) EXPECT_NEAR(back[i], v, 1e-12 * (1 + v));
    }
  }
}

TEST(Oklab, GamutMappingAgreesWithGolden) {
  PETZVAL_GOLDEN_JSON(golden, "gamut_golden.json");
  const OklabConverter srgb(kRec709), p3(kDisplayP3);
  for (const auto& item : golden.at("css_color4").at("io")) {
    const Vec3 lab = ToVec3(item.at("Oklab"));
    const Vec3 want_srgb = ToVec3(item.at("sRGB_linear")), want_p3 = ToVec3(item.at("P3_linear"));
    const Vec3 got_srgb = MapToGamutCss(srgb, lab), got_p3 = MapToGamutCss(p3, lab);
    for (int i = 0; i < 3; ++i) {
      EXPECT_NEAR(got_srgb[i], want_srgb[i], 1e-3) << item.dump();
      EXPECT_NEAR(got_p3[i], want_p3[i], 1e-3) << item.dump();
    }
  }
}

TEST(Oklab, ChromaPolynomialsAreTheConversion) {
  const OklabConverter srgb(kRec709);
  for (double h = -3; h < 3; h += 0.37) {
    const auto p = srgb.ChromaPolynomials(0.6, std::cos(h), std::sin(h));
    for (double c : {0.0, 0.1, 0.35}) {
      const Vec3 rgb = srgb.ToRgb(OklabFromOklch({0.6, c, h}));
      for (int i = 0; i < 3; ++i) {
        EXPECT_NEAR(((p[i][3] * c + p[i][2]) * c + p[i][1]) * c + p[i][0], rgb[i], 1e-12);
      }
    }
  }
}

TEST(Oklab, WrapAngle) {
  EXPECT_NEAR(WrapAngle(3.5), 3.5 - 2 * M_PI, 1e-15);
  EXPECT_NEAR(WrapAngle(-3.5), 2 * M_PI - 3.5, 1e-15);
  EXPECT_EQ(WrapAngle(1), 1);
}

}  // namespace
}  // namespace petzval
