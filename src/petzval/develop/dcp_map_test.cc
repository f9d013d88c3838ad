// HueSatMap over rows against HueSatMap::Apply in double precision, for every instruction set.
#include "petzval/develop/dcp_map.h"

#include <gtest/gtest.h>
#include <hwy/targets.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <random>

#include "petzval/capture/raw_frame.h"
#include "petzval/develop/color_transform.h"
#include "petzval/develop/dcp_color.h"
#include "petzval/develop/develop.h"
#include "petzval/develop/test_frame.h"
#include "petzval/develop/white_balance.h"

namespace petzval {
namespace {

HueSatMap RandomMap(int hues, int saturations, int values, bool srgb) {
  std::mt19937 random(5);
  std::uniform_real_distribution<float> shift(-40, 40), scale(0.6f, 1.5f);
  HueSatMap map = HueSatMap::Identity(hues, saturations, values);
  map.srgb_values = srgb;
  for (auto& d : map.delta) d = {shift(random), scale(random), scale(random)};
  RepairNeutrals(&map);
  return map;
}

struct Rows {
  std::vector<float> c[3];
};

// Colours of the cube, its faces and edges, beyond it, negative ones, black, huge and tiny ones.
Rows TestColors() {
  std::mt19937 random(3);
  std::uniform_real_distribution<float> uniform(0, 1), wide(-0.3f, 3);
  Rows rows;
  const auto add = [&](float r, float g, float b) {
    rows.c[0].push_back(r);
    rows.c[1].push_back(g);
    rows.c[2].push_back(b);
  };
  for (int i = 0; i < 500; ++i) add(uniform(random), uniform(random), uniform(random));
  for (int i = 0; i < 200; ++i) add(wide(random), wide(random), wide(random));
  for (float x : {0.0f, 0.5f, 1.0f}) {
    for (float y : {0.0f, 0.5f, 1.0f}) {
      for (float z : {0.0f, 0.5f, 1.0f}) add(x, y, z);
    }
  }
  for (float x : {1e-20f, 1e-6f, 1e6f}) add(x, 0.5f * x, 0.25f * x);
  add(-1, -2, -3);
  return rows;
}

void ForEachTarget(const std::function<void()>& f) {
  for (const int64_t target : hwy::SupportedAndGeneratedTargets()) {
    hwy::SetSupportedTargetsForTest(target);
    f();
  }
  hwy::SetSupportedTargetsForTest(0);
}

TEST(DcpMap, RowsAreWhatTheMapSays) {
  struct Case {
    int hues, saturations, values;
    bool srgb;
  };
  for (const Case& c : {Case{90, 30, 1, false},
                        {6, 4, 1, false},
                        {1, 2, 1, false},
                        {36, 8, 1, true},
                        {24, 6, 16, true},
                        {12, 5, 3, false}}) {
    const HueSatMap map = RandomMap(c.hues, c.saturations, c.values, c.srgb);
    const DcpMap ready(map);
    ForEachTarget([&] {
      const Rows in = TestColors();
      Rows out = in;
      const int n = static_cast<int>(in.c[0].size());
      ready.Apply(out.c[0].data(), out.c[1].data(), out.c[2].data(), n);
      for (int i = 0; i < n; ++i) {
        const Vec3 rgb{{in.c[0][i], in.c[1][i], in.c[2][i]}};
        const Vec3 want = map.Apply(rgb);
        const double size = std::max({std::abs(rgb[0]), std::abs(rgb[1]), std::abs(rgb[2])});
        for (int k = 0; k < 3; ++k) {
          EXPECT_NEAR(want[k], out.c[k][i], 3e-5 * size + 1e-30) << i << " " << c.hues;
        }
      }
    });
  }
}

TEST(DcpMap, PlaceInTheRowMeansNothing) {
  const DcpMap map(RandomMap(36, 12, 1, false));
  ForEachTarget([&] {
    Rows whole = TestColors();
    const Rows in = whole;
    const int n = static_cast<int>(in.c[0].size());
    map.Apply(whole.c[0].data(), whole.c[1].data(), whole.c[2].data(), n);
    for (int first : {0, 1, 7, 300}) {
      for (int count : {1, 5, 16, 33}) {
        Rows part = in;
        map.Apply(part.c[0].data() + first, part.c[1].data() + first, part.c[2].data() + first,
                  count);
        for (int i = 0; i < n; ++i) {
          const bool inside = i >= first && i < first + count;
          for (int k = 0; k < 3; ++k) {
            EXPECT_EQ((inside ? whole : in).c[k][i], part.c[k][i]) << i;
          }
        }
      }
    }
  });
}

TEST(DcpMap, NeutralsStayAndNothingBecomesNan) {
  const DcpMap map(RandomMap(90, 30, 1, false));
  constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
  constexpr float kInf = std::numeric_limits<float>::infinity();
  constexpr float kMost = std::numeric_limits<float>::max() / 4;
  ForEachTarget([&] {
    Rows rows = {{{0, 0.18f, 1, 7, kNan, 0.5f, kMost, 1e-40f, kInf, kInf},
                  {0, 0.18f, 1, 7, 0.2f, kNan, 0, 1e-41f, 0.5f, kInf},
                  {0, 0.18f, 1, 7, 0.1f, kNan, -kMost, 0, 1, -1}}};
    map.Apply(rows.c[0].data(), rows.c[1].data(), rows.c[2].data(), 10);
    for (int k = 0; k < 3; ++k) {
      for (int i = 0; i < 4; ++i)
        EXPECT_FLOAT_EQ((std::array{0.0f, 0.18f, 1.0f, 7.0f})[i], rows.c[k][i]);
      for (int i = 4; i < 10; ++i) EXPECT_TRUE(std::isfinite(rows.c[k][i])) << i;
    }
  });
}

DcpProfile TwoLights() {
  DcpProfile profile;
  DcpProfile::Light warm, cool;
  warm.illuminant = 17;
  warm.calibration.camera_from_xyz = {
      {{{0.92, -0.37, -0.02}, {-0.41, 1.18, 0.27}, {-0.07, 0.17, 0.57}}}};
  cool.calibration.camera_from_xyz = {
      {{{0.65, -0.12, -0.09}, {-0.38, 1.16, 0.25}, {-0.04, 0.15, 0.60}}}};
  profile.lights = {warm, cool};
  return profile;
}

TEST(DcpStage, MapOfTheLight) {
  DcpProfile profile = TwoLights();
  EXPECT_EQ(nullptr, MakeDcpStage(profile, kWhiteD50));
  for (auto& light : profile.lights) light.map = RandomMap(12, 6, 1, false);
  for (auto& d : profile.lights[0].map.delta) d.hue_shift_deg = 0;
  const auto stage = MakeDcpStage(profile, kWhiteD50);
  ASSERT_TRUE(stage);
  float r = 0.5f, g = 0.2f, b = 0.3f;
  stage->Apply(&r, &g, &b, 1);
  const Vec3 want = InterpolateMaps(profile, kWhiteD50).Apply({{0.5, 0.2, 0.3}});
  EXPECT_NEAR(want[0], r, 1e-5);
  EXPECT_NEAR(want[1], g, 1e-5);
  EXPECT_NEAR(want[2], b, 1e-5);
}

TEST(DcpColor, BodyCalibrationCountsUnderItsSignatureOnly) {
  DcpProfile profile = TwoLights();
  DngColor file;
  file.calibration_signature = "com.example";
  file.body_calibration[0] = file.body_calibration[1] = Mat3::Diagonal({{1.1, 1, 0.9}});
  const Vec3 plain = ModelOfFile(profile, file).NeutralFromWhite(kWhiteD50);
  profile.calibration_signature = "com.example";
  const Vec3 body = ModelOfFile(profile, file).NeutralFromWhite(kWhiteD50);
  EXPECT_NEAR(1.1, body[0] / plain[0], 1e-9);
  EXPECT_NEAR(0.9, body[2] / plain[2], 1e-9);
  // One that cannot be undone is no camera's.
  file.body_calibration[0] = file.body_calibration[1] = Mat3{};
  EXPECT_EQ(plain, ModelOfFile(profile, file).NeutralFromWhite(kWhiteD50));
}

TEST(DcpColor, ThirdLightOfAFileIsPlacedByItsWhite) {
  DngColor file;
  const Mat3 matrix = {{{{0.65, -0.12, -0.09}, {-0.38, 1.16, 0.25}, {-0.04, 0.15, 0.60}}}};
  for (int illuminant : {17, 21, 255}) {
    file.calibration.push_back({.illuminant = illuminant, .camera_from_xyz = matrix});
  }
  file.calibration[2].camera_from_xyz[0][0] = 0.75;
  std::vector<std::string> warnings;
  const Chromaticity lamp{0.3721, 0.3751};
  // Without its white it cannot be placed and does not count.
  const Vec3 two = MakeCameraColor(file, false, &warnings).model.NeutralFromWhite(lamp);
  file.calibration[2].white_xy = std::array{lamp.x, lamp.y};
  const DngColorModel model = MakeCameraColor(file, false, &warnings).model;
  EXPECT_NEAR(1, model.Weights(lamp)[2], 1e-9);
  EXPECT_GT(model.NeutralFromWhite(lamp)[0], 1.1 * two[0]);
  EXPECT_TRUE(warnings.empty());
}

TEST(DcpColor, ProfilesOfOtherCamerasAreFlagged) {
  DcpProfile profile;
  profile.camera_model = "Maker Phone";
  EXPECT_EQ("", DcpCameraMismatch(profile, "Maker Phone"));
  EXPECT_EQ("", DcpCameraMismatch(profile, ""));
  EXPECT_NE("", DcpCameraMismatch(profile, "Maker Phone 2"));

  // And develop says so.
  const Vec3 neutral{{0.5, 1, 0.7}};
  RawFrame frame = TestFrame(32, 32, BayerCfa(0, 0), neutral, {}, 1,
                             [&](int, int, int c) { return 0.4 * neutral[c]; });
  auto mine = std::make_shared<DcpProfile>(TwoLights());
  mine->camera_model = "Maker Phone";
  DevelopParams params;
  params.dcp = mine;
  for (const std::string& model : {"Maker Phone", "", "Maker Phone 2"}) {
    frame.unique_camera_model = model;
    const auto developer = Developer::Create(frame, {}, params);
    ASSERT_TRUE(developer) << developer.error().message;
    const std::vector<std::string>& warnings = developer->info().warnings;
    EXPECT_EQ(
        model == "Maker Phone 2" ? 1 : 0,
        std::count(warnings.begin(), warnings.end(), DcpCameraMismatch(*mine, "Maker Phone 2")));
  }
}

}  // namespace
}  // namespace petzval
