// Automatic white balance on linear raw pictures with known light.
#include "petzval/develop/auto_white_balance.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <vector>

#include "petzval/develop/awb_test_scene.h"
#include "petzval/develop/test_frame.h"
#include "petzval/develop/white_balance.h"
#include "petzval/image/png.h"

namespace petzval {
namespace {

TEST(AutoWhiteBalance, PhoneSensorWithKnownLights) {
  const std::filesystem::path folder =
      std::string(PETZVAL_SOURCE_DIR) + "/../shared/data/raw/awb-imx135";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << folder << " is not there";
  std::vector<std::string> warnings;
  const CameraColor camera = MakeCameraColor(DngColor{}, false, &warnings);
  std::vector<double> errors;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".png") continue;
    auto png = ReadPng(entry.path().string());
    ASSERT_TRUE(png) << png.error().message;
    const auto& pixels = png->pixels;
    Image<float> picture(pixels.width(), pixels.height(), 3);
    for (int c = 0; c < 3; ++c) {
      for (int y = 0; y < picture.height(); ++y) {
        for (int x = 0; x < picture.width(); ++x) {
          picture.At(x, y, c) = pixels.At(x, y, c) / 65535.0f;
        }
      }
    }
    std::ifstream truth(entry.path().parent_path() /
                        (entry.path().stem().string() + "_metadata.json"));
    const auto rgb = nlohmann::json::parse(truth)["illuminant_color_raw"];
    const auto found = EstimateNeutral(picture, camera.model, camera.generic);
    errors.push_back(AngleDeg(found.neutral, {{rgb[0], rgb[1], rgb[2]}}));
    EXPECT_GT(found.confidence, 0);
  }
  ASSERT_FALSE(errors.empty());
  std::sort(errors.begin(), errors.end());
  const size_t n = errors.size(), quarter = (n + 3) / 4;
  const double median = (errors[(n - 1) / 2] + errors[n / 2]) / 2;
  double worst = 0;
  for (size_t i = n - quarter; i < n; ++i) worst += errors[i] / static_cast<double>(quarter);
  std::printf("angular error: median %.2f worst quarter %.2f worst %.2f deg\n", median, worst,
              errors.back());
  EXPECT_LE(median, 2.5);
  EXPECT_LE(worst, 6.0);
}

// A grey-world scene under a known light of a known camera.
TEST(AutoWhiteBalance, FindsTheLightOfAMixedScene) {
  const DngColor color = TestColor({{0.5, 1, 0.7}});
  std::vector<std::string> warnings;
  const CameraColor camera = MakeCameraColor(color, false, &warnings);
  EXPECT_FALSE(camera.generic);
  const Vec3 light = camera.model.NeutralFromWhite({0.40, 0.39});
  Image<float> picture(200, 150, 3);
  TestNoise random(3);
  for (int y = 0; y < 150; ++y) {
    for (int x = 0; x < 200; ++x) {
      TestNoise cell(1 + x / 10 + 40 * (y / 10));
      const double grey = cell.Uniform();
      for (int c = 0; c < 3; ++c) {
        picture.At(x, y, c) = static_cast<float>(
            0.6 * light[c] * (0.7 * grey + 0.3 * cell.Uniform()) + 0.002 * random.Normal());
      }
    }
  }
  const auto found = EstimateNeutral(picture, camera.model, camera.generic);
  EXPECT_LT(AngleDeg(found.neutral, light), 2.0);
  EXPECT_EQ(0, found.second_share);
  EXPECT_EQ(found.neutral, found.second_neutral);
  EXPECT_EQ(5u, found.votes.size());
  for (const LightVote& v : found.votes) {
    EXPECT_GT(v.confidence, 0.3) << v.method;
    EXPECT_LE(v.confidence, 1) << v.method;
    EXPECT_EQ(1, v.neutral[1]);
  }
  const auto again = EstimateNeutral(picture, camera.model, camera.generic);
  EXPECT_EQ(found.neutral, again.neutral);
  EXPECT_EQ(found.confidence, again.confidence);
}

CameraColor KnownCamera() {
  std::vector<std::string> warnings;
  return MakeCameraColor(TestColor({{0.5, 1, 0.7}}), true, &warnings);
}

TEST(AutoWhiteBalance, TellsTheLampFromTheWindow) {
  const CameraColor camera = KnownCamera();
  const Vec3 lamp = camera.model.NeutralFromWhite(kWhiteA);
  const Vec3 window = camera.model.NeutralFromWhite(kWhiteD65);
  const auto picture = PatchScene(240, 160, 0.3, [&](double x) { return x < 0.7 ? lamp : window; });
  const auto found = EstimateNeutral(picture, camera.model, false);
  EXPECT_LT(AngleDeg(found.neutral, lamp), 2.5);
  EXPECT_LT(AngleDeg(found.second_neutral, window), 3.5);
  EXPECT_NEAR(found.second_share, 0.3, 0.06);
}

// From all lamp to all window the balance wanders from one to the other and never jumps.
TEST(AutoWhiteBalance, MovesSmoothlyBetweenTwoLights) {
  const CameraColor camera = KnownCamera();
  const Vec3 lamp = camera.model.NeutralFromWhite(kWhiteA);
  const Vec3 window = camera.model.NeutralFromWhite(kWhiteD65);
  const double apart = AngleDeg(lamp, window);
  Vec3 last{};
  double most = 0;
  for (int percent = 0; percent <= 100; percent += 2) {
    const auto picture =
        PatchScene(240, 160, 0.3, [&](double x) { return x < 0.01 * percent ? window : lamp; });
    const auto found = EstimateNeutral(picture, camera.model, false);
    if (percent == 0) {
      EXPECT_LT(AngleDeg(found.neutral, lamp), 2);
    }
    if (percent == 100) {
      EXPECT_LT(AngleDeg(found.neutral, window), 2);
    }
    if (percent == 50) {
      EXPECT_LT(AngleDeg(found.neutral, lamp), 0.85 * apart);
    }
    if (percent == 50) {
      EXPECT_LT(AngleDeg(found.neutral, window), 0.85 * apart);
    }
    if (percent > 0) {
      most = std::max(most, AngleDeg(last, found.neutral));
    }
    last = found.neutral;
  }
  EXPECT_LT(most, 0.35 * apart);
}

// A warm picture is lamplight in the dark; in a scene as bright as the sun makes it is evening, or
// all its surfaces are warm: less of the colour is taken off.
TEST(AutoWhiteBalance, ABrightWarmSceneStaysWarmer) {
  const CameraColor camera = KnownCamera();
  const Vec3 warm = camera.model.NeutralFromWhite(kWhiteA);
  const auto picture = PatchScene(240, 160, 0.5, [&](double) { return warm; });
  for (const bool generic : {false, true}) {
    double first = 0, last = 1e9;
    for (const double lv : {2.0, 6.0, 9.0, 12.0, 15.0}) {
      LightScene scene;
      scene.light_lv = lv;
      const auto found = EstimateNeutral(picture, camera.model, generic, scene);
      const double red_of_blue = found.neutral[0] / found.neutral[2];
      EXPECT_LE(red_of_blue, last * (1 + 1e-9)) << lv;
      if (lv == 2) {
        EXPECT_LT(AngleDeg(found.neutral, warm), generic ? 3 : 2);
        first = red_of_blue;
      }
      last = red_of_blue;
    }
    EXPECT_LT(last, (generic ? 0.9 : 0.98) * first);
  }
}

TEST(AutoWhiteBalance, DarkAndClippedPicturesGiveDaylight) {
  std::vector<std::string> warnings;
  const CameraColor camera = MakeCameraColor(DngColor{}, false, &warnings);
  for (const float level : {0.0f, 1.0f, -0.5f, NAN}) {
    Image<float> picture(64, 64, 3);
    picture.Fill(level);
    const auto found = EstimateNeutral(picture, camera.model, camera.generic);
    for (int c = 0; c < 3; ++c) EXPECT_TRUE(found.neutral[c] > 0.1 && found.neutral[c] < 10);
    EXPECT_EQ(0, found.confidence);
  }
}

}  // namespace
}  // namespace petzval
