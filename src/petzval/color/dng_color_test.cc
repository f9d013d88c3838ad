// The DNG colour model against golden values computed independently from the specification.
#include "petzval/color/dng_color.h"

#include <gtest/gtest.h>

#include <string>

#include "petzval/color/golden_test_util.h"
#include "petzval/color/temperature.h"

namespace petzval {
namespace {

// Golden numbers are rounded to 8 decimals.
void ExpectClose(double expected, double actual, const std::string& what) {
  EXPECT_NEAR(expected, actual, 1e-6 * std::abs(expected) + 1e-8) << what;
}

DngColorModel GoldenModel(const nlohmann::json& golden, bool triple, bool forward) {
  std::vector<DngCalibration> calibrations;
  for (const char* name : {"A", "D65", "FL2"}) {
    DngCalibration c;
    if (std::string(name) == "FL2") {
      if (!triple) break;
      c.white = Chromaticity{golden["IlluminantData3_xy"][0], golden["IlluminantData3_xy"][1]};
      c.cct_k = TemperatureFromChromaticity(*c.white).kelvin_k;
    } else {
      const int source = std::string(name) == "A" ? 17 : 21;
      c.cct_k = NominalCct(source);
      c.white = NominalWhite(source);
    }
    c.camera_from_xyz = ToMat3(golden["ColorMatrix"][name]);
    if (forward) c.xyz_d50_from_camera = ToMat3(golden["ForwardMatrix"][name]);
    calibrations.push_back(c);
  }
  return DngColorModel(calibrations);
}

TEST(DngColor, TwoAndThreeLightsMatchGolden) {
  PETZVAL_GOLDEN_JSON(golden, "dng_golden.json");
  int cases = 0;
  for (const auto& c : golden["cases"]) {
    const bool triple = c["model"] == "triple";
    ++cases;
    const std::string scene = c["scene"].get<std::string>() + (triple ? " of three" : "");
    const Vec3 neutral = ToVec3(c["AsShotNeutral"]);
    for (const bool forward : {true, false}) {
      const DngColorModel model = GoldenModel(golden, triple, forward);
      const Chromaticity white = model.WhiteFromNeutral(neutral);
      ExpectClose(c["xy"][0], white.x, scene + " x");
      ExpectClose(c["xy"][1], white.y, scene + " y");
      const Temperature temperature = TemperatureFromChromaticity(white);
      EXPECT_NEAR(c["CCT"].get<double>(), temperature.kelvin_k, 1e-3) << scene;
      EXPECT_NEAR(c["tint"].get<double>(), temperature.tint, 1e-3) << scene;
      const auto weights = model.Weights(white);
      double sum = 0;
      for (size_t i = 0; i < weights.size(); ++i) {
        sum += weights[i];
        // Among three lights a share moves 100 times as much as the white point, and so does what
        // the golden neutral is rounded by.
        if (triple) {
          EXPECT_NEAR(c["weights"][i].get<double>(), weights[i], 2e-6) << scene << i;
          EXPECT_NEAR(c["weights"][i].get<double>(), model.Weights({c["xy"][0], c["xy"][1]})[i],
                      2e-7)
              << scene << i;
        }
      }
      EXPECT_NEAR(1, sum, 1e-12);
      if (!triple) ExpectClose(c["weights"], weights[0], scene + " weight");
      const Vec3 back = model.NeutralFromWhite(white);
      const Mat3 expected =
          ToMat3(c[forward ? "CameraToXYZ_D50_with_FM" : "CameraToXYZ_D50_without_FM"]);
      const Mat3 actual = model.XyzD50FromCamera(white, neutral);
      for (int i = 0; i < 3; ++i) {
        EXPECT_NEAR(neutral[i], back[i], 1e-6) << scene;
        for (int k = 0; k < 3; ++k) {
          // Relative to the scale of the matrix: the neutral itself is rounded to 8 decimals.
          EXPECT_NEAR(expected[i][k], actual[i][k], (triple ? 3e-6 : 1e-6) * expected[2][2])
              << scene << forward << i << k;
        }
      }
    }
  }
  EXPECT_EQ(12, cases);
}

TEST(DngColor, TemperaturesMatchGolden) {
  PETZVAL_GOLDEN_JSON(golden, "dng_golden.json");
  for (const auto& c : golden["temperature_tests"]) {
    const Temperature t = TemperatureFromChromaticity({c["xy"][0], c["xy"][1]});
    EXPECT_NEAR(c["CCT"].get<double>(), t.kelvin_k, 1e-3);
    EXPECT_NEAR(c["tint"].get<double>(), t.tint, 1e-3);
  }
}

TEST(DngColor, LightsKeepTheirOrderAndEqualOnesCountOnce) {
  DngCalibration cool, warm;
  warm.cct_k = 2850;
  EXPECT_NEAR(1, DngColorModel({cool, warm}).Weights(kWhiteD65)[0], 1e-3);
  EXPECT_NEAR(1, DngColorModel({warm, cool}).Weights(kWhiteD65)[1], 1e-3);
  EXPECT_EQ(1, DngColorModel({cool, cool}).Weights(kWhiteA)[0]);
  // On a light of three there is no other.
  DngCalibration third = cool;
  third.cct_k = 4230;
  third.white = Chromaticity{0.3721, 0.3751};
  EXPECT_NEAR(1, DngColorModel({warm, cool, third}).Weights(*third.white)[2], 1e-9);
  EXPECT_NEAR(kWhiteD50.x, NominalWhite(23)->x, 1e-12);
  EXPECT_FALSE(NominalWhite(255));
  for (int source = 1; source < 25; ++source) {
    // DNG gives illuminant B, which has 4874 K, the temperature of daylight.
    if (NominalCct(source) == 0 || source == 18) continue;
    EXPECT_NEAR(1, NominalCct(source) / TemperatureFromChromaticity(*NominalWhite(source)).kelvin_k,
                0.05)
        << source;
  }
}

TEST(DngColor, CalibrationAndAnalogBalanceAreUndone) {
  // A camera body that differs from its model by a diagonal sees other values of the same scene.
  DngCalibration c;
  c.camera_from_xyz = {{{{0.65, -0.12, -0.09}, {-0.38, 1.16, 0.25}, {-0.04, 0.15, 0.60}}}};
  c.xyz_d50_from_camera = Inverse(c.camera_from_xyz);
  const DngColorModel plain({c});
  c.camera_calibration = Mat3::Diagonal({{1.1, 1.0, 0.93}});
  const DngColorModel body({c}, {{2, 1, 1.5}});
  const Chromaticity white{0.36, 0.37};
  const Vec3 scene{{0.3, 0.4, 0.2}};
  const Vec3 a = plain.XyzD50FromCamera(white, plain.NeutralFromWhite(white)) *
                 (plain.CameraFromXyz(white) * scene);
  // The neutral of the second one is scaled, its matrices undo that.
  const Vec3 n = body.CameraFromXyz(white) * XyzFromChromaticity(white);
  const Vec3 b = body.XyzD50FromCamera(white, n) * (body.CameraFromXyz(white) * scene);
  const Vec3 n_plain = plain.CameraFromXyz(white) * XyzFromChromaticity(white);
  const Vec3 a_unit = plain.XyzD50FromCamera(white, n_plain) * (plain.CameraFromXyz(white) * scene);
  for (int i = 0; i < 3; ++i) {
    EXPECT_NEAR(a_unit[i], b[i], 1e-12);
    EXPECT_NEAR(a_unit[i] / a_unit[1], a[i] / a[1], 1e-12);
  }
  const Chromaticity found = body.WhiteFromNeutral(n);
  EXPECT_NEAR(white.x, found.x, 1e-6);
  EXPECT_NEAR(white.y, found.y, 1e-6);
}

TEST(DngColor, ScaleOfAMatrixMeansNothing) {
  DngCalibration warm, cool;
  warm.cct_k = 2850;
  warm.camera_from_xyz = {{{{0.92, -0.37, -0.02}, {-0.41, 1.18, 0.27}, {-0.07, 0.17, 0.57}}}};
  cool.camera_from_xyz = {{{{0.65, -0.12, -0.09}, {-0.38, 1.16, 0.25}, {-0.04, 0.15, 0.60}}}};
  const DngColorModel plain({warm, cool});
  cool.camera_from_xyz = 2.0 * cool.camera_from_xyz;
  const DngColorModel scaled({warm, cool});
  const Vec3 neutral{{0.62, 1, 0.55}};
  const Chromaticity a = plain.WhiteFromNeutral(neutral), b = scaled.WhiteFromNeutral(neutral);
  EXPECT_GT(plain.Weights(a)[0], 0.05);
  EXPECT_LT(plain.Weights(a)[0], 0.95);
  EXPECT_NEAR(a.x, b.x, 1e-9);
  EXPECT_NEAR(a.y, b.y, 1e-9);
}

TEST(DngColor, UnusableMatricesAreTold) {
  DngCalibration c;
  EXPECT_TRUE(DngColorModel::IsUsable(c));
  c.camera_from_xyz = Mat3{};
  EXPECT_FALSE(DngColorModel::IsUsable(c));
  c.camera_from_xyz = Mat3::Diagonal({{1, -1, 1}});
  EXPECT_FALSE(DngColorModel::IsUsable(c));
  c.camera_from_xyz = Mat3::Identity();
  c.xyz_d50_from_camera = Mat3{};
  EXPECT_FALSE(DngColorModel::IsUsable(c));
  EXPECT_EQ(0, NominalCct(255));
}

}  // namespace
}  // namespace petzval
