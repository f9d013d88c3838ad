// Automatic white balance on linear raw pictures with known light.
#include "petzval/develop/auto_white_balance.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <vector>

#include "petzval/develop/test_frame.h"
#include "petzval/develop/white_balance.h"
#include "petzval/image/png.h"

namespace petzval {
namespace {

double AngleDeg(const Vec3& a, const Vec3& b) {
  double dot = 0, aa = 0, bb = 0;
  for (int c = 0; c < 3; ++c) {
    dot += a[c] * b[c];
    aa += a[c] * a[c];
    bb += b[c] * b[c];
  }
  return std::acos(std::min(1.0, dot / std::sqrt(aa * bb))) * 57.29577951308232;
}

TEST(AutoWhiteBalance, PhoneSensorWithinFourDegrees) {
  const std::filesystem::path folder =
      std::string(PETZVAL_SOURCE_DIR) + "/../shared/data/raw/awb-imx135";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << folder << " is not there";
  std::vector<std::string> warnings;
  const CameraColor camera = MakeCameraColor({}, false, &warnings);
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
  double mean = 0;
  for (const double e : errors) mean += e / errors.size();
  RecordProperty("mean_deg", std::to_string(mean));
  RecordProperty("median_deg", std::to_string(errors[errors.size() / 2]));
  std::printf("angular error: mean %.2f median %.2f worst %.2f deg\n", mean,
              errors[errors.size() / 2], errors.back());
  EXPECT_LT(mean, 4.0);
  EXPECT_LT(errors.back(), 10.0);
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
}

TEST(AutoWhiteBalance, DarkAndClippedPicturesGiveDaylight) {
  std::vector<std::string> warnings;
  const CameraColor camera = MakeCameraColor({}, false, &warnings);
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
