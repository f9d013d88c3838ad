// Which light a frame gets, and what is said about it.
#include "petzval/develop/white_balance.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "petzval/color/temperature.h"
#include "petzval/develop/awb_test_scene.h"
#include "petzval/develop/test_frame.h"

namespace petzval {
namespace {

Image<float> Picture() {
  Image<float> p(64, 64, 3);
  for (int c = 0; c < 3; ++c) {
    for (int y = 0; y < 64; ++y) {
      for (int x = 0; x < 64; ++x) {
        p.At(x, y, c) = 0.1f + 0.3f * ((x / 8 + y / 8) % 2) * (c == 1 ? 1.0f : 0.6f);
      }
    }
  }
  return p;
}

LightDecision Decide(const DngColor& color, const WhiteBalance& wanted,
                     std::vector<std::string>* warnings) {
  const CameraColor camera = MakeCameraColor(color, false, warnings);
  return DecideLight(wanted, color, camera, Picture(), {1, 1, 1}, warnings);
}

TEST(WhiteBalance, AsShotNeutralAndXyAgree) {
  DngColor color = TestColor({{0.5, 1, 0.7}});
  std::vector<std::string> warnings;
  const LightDecision a = Decide(color, {}, &warnings);
  color.as_shot_neutral.reset();
  color.as_shot_white_xy = std::array<double, 2>{a.white.x, a.white.y};
  const LightDecision b = Decide(color, {}, &warnings);
  EXPECT_TRUE(warnings.empty());
  for (int c = 0; c < 3; ++c) EXPECT_NEAR(a.neutral[c], b.neutral[c], 1e-6);
  const Vec3 white = a.rec2020_from_camera * Vec3{{1, 1, 1}};
  for (int c = 0; c < 3; ++c) EXPECT_NEAR(1, white[c], 1e-12);
}

TEST(WhiteBalance, AbsentAndAbsurdOnesAreEstimatedAndTold) {
  DngColor color = TestColor({{0.5, 1, 0.7}});
  for (const auto& neutral :
       {std::optional<Vec3>(), std::optional<Vec3>({{0, 1, 1}}), std::optional<Vec3>({{1, 1, NAN}}),
        std::optional<Vec3>({{20, 1, 1}})}) {
    color.as_shot_neutral = neutral;
    std::vector<std::string> warnings;
    const LightDecision light = Decide(color, {}, &warnings);
    EXPECT_EQ(1u, warnings.size());
    for (int c = 0; c < 3; ++c) EXPECT_TRUE(light.neutral[c] > 0.1 && light.neutral[c] < 10);
  }
  // Ones may be true for a camera whose matrix is known, never for an unknown one.
  color.as_shot_neutral = Vec3{{1, 1, 1}};
  std::vector<std::string> warnings;
  EXPECT_EQ(1, Decide(color, {}, &warnings).neutral[0]);
  EXPECT_TRUE(warnings.empty());
  color.calibration.clear();
  EXPECT_NE(1, Decide(color, {}, &warnings).neutral[0]);
  EXPECT_EQ(2u, warnings.size());
}

TEST(WhiteBalance, AnEstimateSaysHowSureItIsAndWhatElseIsThere) {
  const DngColor color = TestColor({{0.5, 1, 0.7}});
  std::vector<std::string> warnings;
  const CameraColor camera = MakeCameraColor(color, false, &warnings);
  const Vec3 lamp = camera.model.NeutralFromWhite(kWhiteA);
  const Vec3 window = camera.model.NeutralFromWhite(kWhiteD65);
  const auto picture = PatchScene(240, 160, 0.3, [&](double x) { return x < 0.7 ? lamp : window; });
  const WhiteBalance automatic{WhiteBalance::Mode::kAuto};
  const LightDecision seen = DecideLight(automatic, color, camera, picture, {1, 1, 1}, &warnings);
  EXPECT_GT(seen.confidence, 0.3);
  EXPECT_LT(seen.confidence, 1);
  EXPECT_NEAR(seen.second_share, 0.3, 0.06);
  EXPECT_NEAR(seen.second_kelvin_k, 6500, 900);
  // One light only.
  const auto plain = PatchScene(240, 160, 0.3, [&](double) { return lamp; });
  const LightDecision one = DecideLight(automatic, color, camera, plain, {1, 1, 1}, &warnings);
  EXPECT_EQ(0, one.second_share);
  EXPECT_TRUE(std::isnan(one.second_kelvin_k));
  // What is stated or asked for is not in doubt.
  for (const auto mode : {WhiteBalance::Mode::kAsShot, WhiteBalance::Mode::kKelvin}) {
    const LightDecision told = DecideLight({mode}, color, camera, picture, {1, 1, 1}, &warnings);
    EXPECT_EQ(1, told.confidence);
    EXPECT_EQ(0, told.second_share);
    EXPECT_TRUE(std::isnan(told.second_kelvin_k));
  }
  EXPECT_TRUE(warnings.empty());
  // A frame: the same figures arrive in its report.
  RawFrame frame = TestFrame(480, 320, BayerCfa(0, 0), lamp, {}, 1, [&](int x, int y, int c) {
    return std::max(0.0f, picture.At(x / 2, y / 2, c));
  });
  frame.color = color;
  DevelopParams params;
  params.white_balance = automatic;
  const auto developer = Developer::Create(frame, {}, params);
  ASSERT_TRUE(developer) << developer.error().message;
  EXPECT_LT(developer->info().light_confidence, 1);
  EXPECT_NEAR(developer->info().second_share, 0.3, 0.06);
  EXPECT_NEAR(developer->info().second_kelvin_k, 6500, 900);
}

TEST(WhiteBalance, UnusableMatricesFallBackToAPhone) {
  DngColor color = TestColor({{0.5, 1, 0.7}});
  color.calibration[0].camera_from_xyz = Mat3{};
  std::vector<std::string> warnings;
  EXPECT_TRUE(MakeCameraColor(color, false, &warnings).generic);
  EXPECT_EQ(1u, warnings.size());
  EXPECT_TRUE(MakeCameraColor(color, true, &warnings).generic);
  EXPECT_EQ(1u, warnings.size());
}

TEST(WhiteBalance, MatricesForUnknownLightsAreUsed) {
  for (const int illuminant : {0, 255}) {
    DngColor color = TestColor({{0.5, 1, 0.7}});
    const Vec3 alone = MakeCameraColor(color, false, nullptr).model.NeutralFromWhite(kWhiteD65);
    color.calibration[0].illuminant = illuminant;
    std::vector<std::string> warnings;
    EXPECT_FALSE(MakeCameraColor(color, false, &warnings).generic);
    EXPECT_TRUE(warnings.empty());
    color.calibration.push_back(color.calibration[0]);
    color.calibration[1].camera_from_xyz[0][0] += 0.1;
    const CameraColor camera = MakeCameraColor(color, false, &warnings);
    EXPECT_FALSE(camera.generic);
    EXPECT_EQ(1u, warnings.size());
    const Vec3 neutral = camera.model.NeutralFromWhite(kWhiteD65);
    for (int c = 0; c < 3; ++c) EXPECT_NEAR(alone[c], neutral[c], 1e-9);
  }
}

TEST(WhiteBalance, WhitePointWithoutMatrixIsTold) {
  DngColor color;
  color.as_shot_white_xy = std::array<double, 2>{0.34, 0.35};
  std::vector<std::string> warnings;
  Decide(color, {}, &warnings);
  ASSERT_EQ(2u, warnings.size());
  EXPECT_NE(std::string::npos, warnings[1].find("white point"));
}

TEST(WhiteBalance, KelvinAndTintAreKept) {
  std::vector<std::string> warnings;
  for (const double kelvin : {3200.0, 4000.0, 6500.0, 12000.0}) {
    const WhiteBalance wanted{WhiteBalance::Mode::kKelvin, kelvin, 20};
    const LightDecision light = Decide(TestColor({{0.5, 1, 0.7}}), wanted, &warnings);
    const Temperature t = TemperatureFromChromaticity(light.white);
    EXPECT_NEAR(kelvin, t.kelvin_k, 0.005 * kelvin);
    EXPECT_NEAR(20, t.tint, 0.2);
  }
  EXPECT_TRUE(warnings.empty());
}

}  // namespace
}  // namespace petzval
