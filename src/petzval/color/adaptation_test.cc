// Chromatic adaptation against golden matrices, and against lights that really changed.
#include "petzval/color/adaptation.h"

#include <gtest/gtest.h>

#include "petzval/color/difference.h"
#include "petzval/color/golden_test_util.h"
#include "petzval/color/shared_spectra_test_util.h"
#include "petzval/color/spaces.h"

namespace petzval {
namespace {

TEST(Adaptation, MatricesAgreeWithGolden) {
  PETZVAL_GOLDEN_JSON(golden, "matrices_golden.json");
  const std::pair<const char*, AdaptationMethod> methods[] = {
      {"Bradford", AdaptationMethod::kBradford},
      {"CAT02", AdaptationMethod::kCat02},
      {"CAT16", AdaptationMethod::kCat16}};
  int n = 0;
  for (const auto& [key, value] : golden.items()) {
    for (const auto& [name, method] : methods) {
      const std::string prefix = std::string(name) + " ";
      const size_t arrow = key.find("->");
      if (key.rfind(prefix, 0) != 0 || arrow == std::string::npos) continue;
      const auto white = [&golden](const std::string& light) {
        const auto& xy = golden.at("whites_xy_used").at(light);
        return XyzFromChromaticity({xy[0], xy[1]});
      };
      const Vec3 from = white(key.substr(prefix.size(), arrow - prefix.size()));
      const Vec3 to = white(key.substr(arrow + 2));
      const Mat3 got = Adaptation(method, to, from), want = ToMat3(value);
      for (int i = 0; i < 3; ++i) {
        for (int j = 0; j < 3; ++j) {
          EXPECT_NEAR(got[i][j], want[i][j], 1e-6 * std::fabs(want[i][j]) + 1e-11) << key;
        }
      }
      ++n;
    }
  }
  EXPECT_EQ(n, 15);
}

TEST(Adaptation, ColoursAgreeWithGolden) {
  PETZVAL_GOLDEN_JSON(golden, "colour_golden.json");
  const Vec3 d65 = XyzFromChromaticity({0.3127, 0.3290}),
             d50 = XyzFromChromaticity({0.3457, 0.3585});
  const Mat3 bradford = Adaptation(AdaptationMethod::kBradford, d50, d65);
  const Mat3 cat16 = Adaptation(AdaptationMethod::kCat16, d50, d65);
  for (const auto& [key, list] : golden.items()) {
    if (key.rfind("xyz_vectors", 0) != 0) continue;
    for (const auto& item : list) {
      const Vec3 xyz = ToVec3(item.at("XYZ"));
      const Vec3 b = ToVec3(item.at("D65_to_D50_Bradford")),
                 c = ToVec3(item.at("D65_to_D50_CAT16"));
      for (int i = 0; i < 3; ++i) {
        EXPECT_NEAR((bradford * xyz)[i], b[i], 1e-6 * b[i]);
        EXPECT_NEAR((cat16 * xyz)[i], c[i], 1e-6 * c[i]);
      }
    }
  }
  // That matrix is of the D50 with five digits.
  const Mat3 want = ToMat3(golden.at("bradford_D65_D50"));
  const Mat3 got =
      Adaptation(AdaptationMethod::kBradford, XyzFromChromaticity({0.34567, 0.3585}), d65);
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j < 3; ++j) EXPECT_NEAR(got[i][j], want[i][j], 1e-12);
  }
}

TEST(Adaptation, WhiteGoesToWhiteByDegrees) {
  const Vec3 a = XyzFromChromaticity(kWhiteA), d65 = XyzFromChromaticity(kWhiteD65);
  for (const std::string& name : AdaptationMethodNames()) {
    const AdaptationMethod method = *FindAdaptationMethod(name);
    const Vec3 got = Adaptation(method, d65, a) * a;
    const Mat3 none = Adaptation(method, d65, a, 0);
    const Vec3 half = Adaptation(method, d65, a, 0.5) * a;
    for (int i = 0; i < 3; ++i) {
      EXPECT_NEAR(got[i], d65[i], 1e-12) << name;
      EXPECT_NEAR(half[i], (a[i] + d65[i]) / 2, 1e-12) << name;  // gains are linear in the degree
      for (int j = 0; j < 3; ++j) EXPECT_NEAR(none[i][j], i == j, 1e-12) << name;
    }
  }
  EXPECT_NEAR(DegreeOfAdaptation(1, 318.31), 0.9944687, 1e-6);
  EXPECT_LT(DegreeOfAdaptation(0.8, 1), DegreeOfAdaptation(1, 1));
  auto wrong = FindAdaptationMethod("bradfort");
  ASSERT_FALSE(wrong.has_value());
  EXPECT_NE(wrong.error().message.find("\"bradford\""), std::string::npos);
}

// What adaptation says against the colours under the other light itself.
TEST(Adaptation, AgainstRelighting) {
  std::vector<SpectralDistribution> surfaces =
      SharedSpectra("reflectances/internal-test-only/kuopio_natural_218.csv");
  const std::vector<SpectralDistribution> sg =
      SharedSpectra("reflectances/internal-test-only/ccsg140_1nm.csv");
  if (surfaces.empty() || sg.empty())
    GTEST_SKIP() << SharedColourPath("reflectances") << " is not there";
  surfaces.insert(surfaces.end(), sg.begin(), sg.end());
  ASSERT_EQ(surfaces.size(), 358u);
  const SpectralDistribution d50 = *FindLight("D50");
  const Vec3 white = XyzOfLight(d50);
  // Means of CIEDE2000 over both sets: Bradford, CAT02, CAT16, XYZ scaling.
  const std::pair<const char*, std::array<double, 4>> known[] = {
      {"A", {1.62, 1.87, 2.38, 2.40}},
      {"D65", {.55, .64, .77, 1.30}},
      {"FL11", {2.54, 2.47, 2.59, 2.23}},
      {"LED-B3", {1.61, 1.53, 1.63, 1.58}}};
  const AdaptationMethod methods[] = {AdaptationMethod::kBradford, AdaptationMethod::kCat02,
                                      AdaptationMethod::kCat16, AdaptationMethod::kXyzScaling};
  for (const auto& [name, mean] : known) {
    const SpectralDistribution light = *FindLight(name);
    for (int m = 0; m < 4; ++m) {
      const Mat3 adapt = Adaptation(methods[m], white, XyzOfLight(light));
      double sum = 0;
      for (const SpectralDistribution& r : surfaces) {
        sum += DeltaE2000(LabFromXyz(adapt * XyzOfReflectance(r, light), white),
                          LabFromXyz(XyzOfReflectance(r, d50), white));
      }
      EXPECT_NEAR(sum / static_cast<double>(surfaces.size()), mean[m], 0.05) << name << " " << m;
    }
  }
}

}  // namespace
}  // namespace petzval
