// RGB spaces against published matrices and golden values.
#include "petzval/color/spaces.h"

#include <gtest/gtest.h>

#include "petzval/color/golden_test_util.h"

namespace petzval {
namespace {

void ExpectNear(const Mat3& a, const Mat3& b, double tolerance) {
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j < 3; ++j) EXPECT_NEAR(a[i][j], b[i][j], tolerance) << i << ", " << j;
  }
}

TEST(Spaces, SrgbMatrixIsThePublishedOne) {
  // W3C CSS Color 4, sample code, rounded to seven decimals.
  ExpectNear(XyzFromRgb(kRec709),
             {{{{0.4123908, 0.3575843, 0.1804808},
                {0.2126390, 0.7151687, 0.0721923},
                {0.0193308, 0.1191948, 0.9505322}}}},
             1e-6);
}

TEST(Spaces, MatricesAgreeWithGolden) {
  PETZVAL_GOLDEN_JSON(golden, "matrices_golden.json");
  const std::pair<const char*, RgbSpace> spaces[] = {
      {"ITU-R BT.709", kRec709}, {"Display P3", kDisplayP3}, {"ITU-R BT.2020", kRec2020},
      {"ACES2065-1", kAp0},      {"ACEScg", kAp1},           {"ProPhoto RGB", kProPhoto}};
  for (const auto& [name, space] : spaces) {
    SCOPED_TRACE(name);
    ExpectNear(XyzFromRgb(space), ToMat3(golden.at(name).at("RGB_to_XYZ")), 1e-9);
    ExpectNear(RgbFromXyz(space), ToMat3(golden.at(name).at("XYZ_to_RGB")), 1e-9);
  }
  ExpectNear(BradfordAdaptation(kWhiteD65, kWhiteD50), ToMat3(golden.at("Bradford D50->D65")),
             1e-9);
  ExpectNear(BradfordAdaptation(kWhiteD65, kWhiteA), ToMat3(golden.at("Bradford A->D65")), 1e-9);
  ExpectNear(RgbFromXyzD50(kRec2020),
             ToMat3(golden.at("pipeline: XYZ(D50 PCS) -> linear Rec.2020 (Bradford to D65)")),
             1e-9);
  ExpectNear(RgbFromRgb(kDisplayP3, kRec2020), ToMat3(golden.at("Rec.2020 -> Display P3")), 1e-9);
  ExpectNear(RgbFromRgb(kRec709, kRec2020), ToMat3(golden.at("Rec.2020 -> Rec.709")), 1e-9);
}

TEST(Spaces, ColoursAgreeWithGolden) {
  PETZVAL_GOLDEN_JSON(golden, "colour_golden.json");
  // The golden sRGB comes from the matrix of IEC 61966-2-1, which has four decimals.
  const struct {
    const char* name;
    RgbSpace space;
    double tolerance;
  } spaces[] = {
      {"sRGB_linear", kRec709, 2e-4}, {"P3D65_linear", kDisplayP3, 1e-6}, {"ACEScg", kAp1, 1e-6}};
  for (const auto& [key, list] : golden.items()) {
    if (key.rfind("xyz_vectors", 0) != 0) continue;
    for (const auto& item : list) {
      for (const auto& s : spaces) {
        const Vec3 got = RgbFromXyz(s.space) * ToVec3(item.at("XYZ"));
        const Vec3 want = ToVec3(item.at(s.name));
        for (int i = 0; i < 3; ++i) EXPECT_NEAR(got[i], want[i], s.tolerance) << s.name;
      }
    }
  }
}

TEST(Spaces, OtherGamuts) {
  // Adobe RGB (1998), 4.3.5.3, rounded to five decimals; RP 431-2: luminances of the primaries.
  ExpectNear(
      XyzFromRgb(kAdobeRgb),
      {{{{0.57667, 0.18556, 0.18823}, {0.29734, 0.62736, 0.07529}, {0.02703, 0.07069, 0.99134}}}},
      6e-5);
  const Mat3 dci = XyzFromRgb(kP3Dci);
  EXPECT_NEAR(dci[1][0], 0.20949, 1e-4);
  EXPECT_NEAR(dci[1][1], 0.72160, 1e-4);
  EXPECT_NEAR(dci[1][2], 0.06891, 1e-4);
}

TEST(Spaces, WhiteStaysWhiteAcrossWhites) {
  for (const RgbSpace& to :
       {kRec709, kDisplayP3, kRec2020, kProPhoto, kAdobeRgb, kP3Dci, kAp0, kAp1}) {
    const Vec3 white = RgbFromRgb(to, kProPhoto) * Vec3{{1, 1, 1}};
    for (int i = 0; i < 3; ++i) EXPECT_NEAR(white[i], 1, 1e-12);
  }
}

TEST(Spaces, ChromaticityRoundTrip) {
  const Chromaticity c = ChromaticityFromXyz(XyzFromChromaticity(kWhiteA));
  EXPECT_NEAR(c.x, kWhiteA.x, 1e-15);
  EXPECT_NEAR(c.y, kWhiteA.y, 1e-15);
}

}  // namespace
}  // namespace petzval
