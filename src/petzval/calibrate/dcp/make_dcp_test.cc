// Profiles of calibrations: what they state, how near they render, and the way back.
#include "petzval/calibrate/dcp/make_dcp.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "petzval/calibrate/dcp/fit_look.h"
#include "petzval/color/difference.h"
#include "petzval/color/temperature.h"

namespace petzval::calibrate {
namespace {

const Vec3 kD50 = XyzFromChromaticity(kWhiteD50);

// White-preserving coefficients: a matrix, and roots that make up for what they take away.
LightCalibration Light(const std::string& name, Chromaticity white, const Vec3& neutral,
                       double roots) {
  LightCalibration light;
  light.light = name;
  light.white = white;
  light.neutral = neutral;
  Mat3 m = {{{{0.68, 0.17, 0.11}, {0.24, 0.88, -0.12}, {0.03, -0.35, 1.14}}}};
  for (int i = 0; i < 3; ++i) {
    const double sum = m[i][0] + m[i][1] + m[i][2];
    for (double& x : m[i]) x *= kD50[i] / sum;
  }
  light.matrix = ColorFit::FromMatrix(m);
  ColorFit fit = light.matrix;
  fit.kind = ColorFitKind::kRootPolynomial2;
  const Vec3 root{{roots, -0.5 * roots, 0.3 * roots}};
  fit.coefficient.push_back(root);
  fit.coefficient.push_back({{0, 0, 0}});
  fit.coefficient.push_back({{-roots, 0.2 * roots, 0.1 * roots}});
  // Off the linear terms again, half of each pair.
  for (int i = 0; i < 3; ++i) {
    const double extra = fit.coefficient[3][i] + fit.coefficient[5][i];
    fit.coefficient[0][i] -= extra / 2;
    fit.coefficient[1][i] -= extra / 2;
  }
  light.chosen = fit;
  light.hull = {{0.15, 0.2}, {0.3, 0.15}, {0.6, 0.25}, {0.5, 0.4}, {0.25, 0.55}};
  return light;
}

ColorCalibration TwoLights() {
  ColorCalibration color;
  color.method = "ssf";
  color.lights = {Light("A", {0.4476, 0.4074}, {{0.85, 1, 0.35}}, 0.12),
                  Light("D65", kWhiteD65, {{0.5, 1, 0.6}}, 0.08),
                  Light("FL11", {0.3805, 0.3769}, {{0.6, 1, 0.45}}, 0.1)};
  color.lights[2].light_class = LightClass::kTriphosphor;
  return color;
}

DcpOptions Options() {
  DcpOptions options;
  options.camera_model = "Maker Phone";
  return options;
}

TEST(MakeDcp, MatricesSayWhatTheCalibrationSays) {
  const ColorCalibration color = TwoLights();
  const auto made = MakeDcp(color, Options());
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_TRUE(made->warnings.empty());
  ASSERT_EQ(2u, made->profile.lights.size());
  EXPECT_EQ(17, made->profile.lights[0].illuminant);
  EXPECT_EQ(21, made->profile.lights[1].illuminant);
  const DngColorModel model = ModelOf(made->profile);
  for (int i = 0; i < 2; ++i) {
    const LightCalibration& light = color.lights[i];
    const DngCalibration& c = made->profile.lights[i].calibration;
    const Vec3 seen = c.camera_from_xyz * kD50;
    EXPECT_NEAR(1, std::max({seen[0], seen[1], seen[2]}), 1e-12);
    const Vec3 forward = *c.xyz_d50_from_camera * Vec3{{1, 1, 1}};
    for (int k = 0; k < 3; ++k) EXPECT_NEAR(kD50[k], forward[k], 1e-12);
    // The colour matrix sees the light's white as the camera does.
    const Vec3 neutral = GreenToOne(c.camera_from_xyz * XyzFromChromaticity(light.white));
    for (int k = 0; k < 3; ++k) EXPECT_NEAR(light.neutral[k], neutral[k], 1e-9);
    // From the neutral alone a reader finds the light, and the matrix of the calibration.
    const Chromaticity found = model.WhiteFromNeutral(light.neutral);
    EXPECT_NEAR(light.white.x, found.x, 2e-3);
    EXPECT_NEAR(light.white.y, found.y, 2e-3);
    const Mat3 to_xyz = model.XyzD50FromCamera(found, light.neutral);
    const Vec3 balanced{{0.3, 0.5, 0.2}};
    const Vec3 want = light.matrix.Apply(balanced);
    const Vec3 got = to_xyz * (Mat3::Diagonal(light.neutral) * balanced);
    for (int k = 0; k < 3; ++k) EXPECT_NEAR(want[k], got[k], 2e-3);
  }
}

TEST(MakeDcp, MapHoldsWhatRootsDo) {
  const ColorCalibration color = TwoLights();
  const auto made = MakeDcp(color, Options());
  ASSERT_TRUE(made);
  for (int i = 0; i < 2; ++i) {
    EXPECT_TRUE(made->lights[i].has_map);
    EXPECT_LT(made->lights[i].hull_mean, 0.05) << i;
    EXPECT_LT(made->lights[i].hull_max, 0.6) << i;
    const DcpProfile::Light& light = made->profile.lights[i];
    // The map matters.
    DcpProfile::Light plain = light;
    plain.map = {};
    const std::vector<Vec3> colors = {{{0.3, 0.2, 0.1}}, {{0.1, 0.3, 0.2}}, {{0.2, 0.2, 0.4}}};
    const auto with = DcpDifferences(light, color.lights[i], colors);
    const auto without = DcpDifferences(plain, color.lights[i], colors);
    for (int k = 0; k < 3; ++k) EXPECT_LT(with[k], 0.2 * without[k] + 0.02);
    for (double v : {0.01, 0.18, 1.0}) {
      const Vec3 white = ApplyDcpLight(light, {{v, v, v}});
      for (int k = 0; k < 3; ++k) EXPECT_NEAR(v * kD50[k], white[k], 1e-7);
    }
  }
  // Far outside the hull nothing is left of it.
  const LightCalibration& light = color.lights[0];
  const Vec3 far{{0.02, 0.02, 1}};
  EXPECT_EQ(light.matrix.Apply(far), ApplyCalibration(light, far));
}

TEST(MakeDcp, LightsOfOtherKinds) {
  ColorCalibration color = TwoLights();
  DcpOptions options = Options();
  options.third_light = "FL11";
  const auto three = MakeDcp(color, options);
  ASSERT_TRUE(three) << three.error().message;
  ASSERT_EQ(3u, three->profile.lights.size());
  EXPECT_EQ(255, three->profile.lights[2].illuminant);
  EXPECT_NEAR(0.3805, three->profile.lights[2].white->x, 1e-9);
  EXPECT_TRUE(three->warnings.empty());
  options.third_light = "FL12";
  EXPECT_FALSE(MakeDcp(color, options));
  options.third_light = "A";
  EXPECT_FALSE(MakeDcp(color, options));
  options = Options();
  options.warm_light = "FL11";
  const auto odd = MakeDcp(color, options);
  ASSERT_TRUE(odd);
  EXPECT_EQ(1u, odd->warnings.size());
  color.lights.resize(1);
  const auto one = MakeDcp(color, Options());
  ASSERT_TRUE(one);
  EXPECT_EQ(1u, one->profile.lights.size());
  EXPECT_EQ(1u, one->warnings.size());
}

TEST(MakeDcp, WhatCannotBeMadeIsSaid) {
  ColorCalibration color = TwoLights();
  EXPECT_FALSE(MakeDcp(color, {}));  // no camera
  color.lights[0].matrix = ColorFit::FromMatrix({{{{1, 2, 3}, {2, 4, 6}, {0, 0, 1}}}});
  EXPECT_FALSE(MakeDcp(color, Options()));
  color.lights.clear();
  EXPECT_FALSE(MakeDcp(color, Options()));
  DcpOptions options = Options();
  options.hues = 100'000;
  EXPECT_FALSE(MakeDcp(TwoLights(), options));
}

TEST(CalibrationOfDcp, GoesBack) {
  const ColorCalibration color = TwoLights();
  auto made = MakeDcp(color, Options());
  ASSERT_TRUE(made);
  for (bool forward : {true, false}) {
    if (!forward) {
      for (auto& light : made->profile.lights) light.calibration.xyz_d50_from_camera.reset();
    }
    const auto back = CalibrationOfDcp(made->profile);
    ASSERT_TRUE(back) << back.error().message;
    ASSERT_EQ(2u, back->lights.size());
    for (int i = 0; i < 2; ++i) {
      EXPECT_EQ(color.lights[i].light, back->lights[i].light);
      for (int k = 0; k < 3; ++k) {
        EXPECT_NEAR(color.lights[i].neutral[k], back->lights[i].neutral[k], 1e-9);
      }
      const Mat3 want = color.lights[i].matrix.AsMatrix(), got = back->lights[i].matrix.AsMatrix();
      for (int r = 0; r < 3; ++r) {
        for (int c = 0; c < 3; ++c) EXPECT_NEAR(want[r][c], got[r][c], 1e-9) << forward;
      }
    }
  }
}

// Something like a picture look: a curve per channel, more colour, turned blues.
Vec3 SomeLook(const Vec3& scene) {
  const double grey = (scene[0] + scene[1] + scene[2]) / 3;
  Vec3 out;
  for (int c = 0; c < 3; ++c) {
    const double x = std::max(0.0, grey + 1.1 * (scene[c] - grey));
    out[c] = std::pow(x, 1.3) / (std::pow(x, 1.3) + 0.13);
  }
  return out;
}

TEST(FitLook, TableAndCurveRenderAsTheFunction) {
  LookFitOptions options;
  options.white = 4;
  const auto look = FitLook(SomeLook, options);
  ASSERT_TRUE(look) << look.error().message;
  EXPECT_NEAR(-2, look->baseline_exposure_offset_ev, 1e-12);
  EXPECT_LT(look->de_mean, 0.25);
  EXPECT_LT(look->de_p95, 0.8);
  EXPECT_LT(look->grey_chroma, 1e-3);
  HueSatMap copy = look->look;
  EXPECT_EQ(0, RepairNeutrals(&copy));
  DcpProfile profile = MakeDcp(TwoLights(), Options())->profile;
  profile.look = look->look;
  profile.tone_curve = look->tone_curve;
  EXPECT_TRUE(CheckDcpProfile(profile));
  // Without the table the same curve is another rendering.
  const DcpToneCurve curve(look->tone_curve);
  const Vec3 scene{{1.2, 0.5, 0.4}}, in{{0.3, 0.125, 0.1}};
  const Vec3 want = SomeLook(scene), with = curve.Apply(look->look.Apply(in)),
             bare = curve.Apply(in);
  double with_error = 0, bare_error = 0;
  for (int c = 0; c < 3; ++c) {
    with_error += std::abs(want[c] - with[c]);
    bare_error += std::abs(want[c] - bare[c]);
  }
  EXPECT_LT(with_error, 0.3 * bare_error);
}

TEST(FitLook, WhatCannotBeFittedIsSaid) {
  EXPECT_FALSE(FitLook([](const Vec3&) { return Vec3{{NAN, 0, 0}}; }));
  EXPECT_FALSE(FitLook([](const Vec3& v) { return Vec3{{1 - v[0], 1 - v[1], 1 - v[2]}}; }));
  LookFitOptions options;
  options.white = 0;
  EXPECT_FALSE(FitLook(SomeLook, options));
  // A tint of greys is lost, and told.
  const auto sepia = FitLook([](const Vec3& v) {
    const double y = std::min(1.0, (v[0] + v[1] + v[2]) / 3);
    return Vec3{{y, 0.9 * y, 0.7 * y}};
  });
  ASSERT_TRUE(sepia);
  EXPECT_GT(sepia->grey_chroma, 10);
}

}  // namespace
}  // namespace petzval::calibrate
