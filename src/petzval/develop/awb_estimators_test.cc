// Each estimator of the light alone, the prior, and the separation of two lights.
#include "petzval/develop/awb_estimators.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "petzval/develop/awb_mixed.h"
#include "petzval/develop/awb_prior.h"
#include "petzval/develop/awb_test_scene.h"
#include "petzval/develop/white_balance.h"

namespace petzval {
namespace {

constexpr AwbMethod kAll[] = {
    AwbMethod::kGreyWorld, AwbMethod::kWhitePatch, AwbMethod::kShadesOfGrey, AwbMethod::kGreyEdge,
    AwbMethod::kGreyEdge2, AwbMethod::kBrightDark, AwbMethod::kGreyIndex};
const Vec3 kLight{{0.7, 1, 0.4}};
constexpr std::array<float, 3> kClip{1, 1, 1};

Image<float> Scene(double color) {
  return PatchScene(240, 160, color, [](double) { return kLight; });
}

TEST(AwbEstimators, AllSeeTheLightOnGreySurfacesAndMostOnColored) {
  for (const double color : {0.0, 0.5}) {
    const AwbSamples samples = CollectAwbSamples(Scene(color), kClip);
    for (const AwbMethod m : kAll) {
      const auto seen = SeeLight(m, samples, {});
      ASSERT_TRUE(seen) << AwbMethodName(m);
      EXPECT_LT(AngleDeg(RgbOf(*seen), kLight), color > 0 ? 4.0 : 1.5) << AwbMethodName(m);
    }
  }
}

TEST(AwbEstimators, AskNothingOfExposure) {
  const Image<float> scene = Scene(0.3);
  Image<float> half(scene.width(), scene.height(), 3);
  for (int c = 0; c < 3; ++c) {
    for (int y = 0; y < half.height(); ++y) {
      for (int x = 0; x < half.width(); ++x) half.At(x, y, c) = 0.5f * scene.At(x, y, c);
    }
  }
  const AwbSamples a = CollectAwbSamples(scene, kClip), b = CollectAwbSamples(half, kClip);
  for (const AwbMethod m : kAll) {
    EXPECT_LT(AngleDeg(RgbOf(*SeeLight(m, a, {})), RgbOf(*SeeLight(m, b, {}))), 0.3)
        << AwbMethodName(m);
  }
}

// A sky burnt out in green alone would look magenta.
TEST(AwbEstimators, ClippedPixelsAndThoseWithoutANumberDoNotVote) {
  Image<float> scene = Scene(0.3);
  const AwbSamples clean = CollectAwbSamples(scene, kClip);
  for (int y = 0; y < 50; ++y) {
    for (int x = 0; x < scene.width(); ++x) {
      scene.At(x, y, 0) = 0.9f;
      scene.At(x, y, 1) = 1;
      scene.At(x, y, 2) = 0.9f;
    }
  }
  for (int x = 0; x < scene.width(); ++x) {
    scene.At(x, 155, 0) = NAN;
    scene.At(x, 156, 2) = std::numeric_limits<float>::infinity();
    scene.At(x, 157, 1) = -1;
  }
  const AwbSamples dirty = CollectAwbSamples(scene, kClip);
  EXPECT_LT(dirty.count, 0.75 * clean.count);
  for (const AwbMethod m : kAll) {
    const auto seen = SeeLight(m, dirty, {});
    ASSERT_TRUE(seen) << AwbMethodName(m);
    EXPECT_LT(AngleDeg(RgbOf(*seen), kLight), 2.5) << AwbMethodName(m);
  }
}

// Leaves all over and a small grey road: the road tells the light.
TEST(AwbEstimators, GreyIndexFindsTheRoadAmongLeaves) {
  Image<float> scene(240, 160, 3);
  TestNoise random(7);
  for (int y = 0; y < 160; ++y) {
    for (int x = 0; x < 240; ++x) {
      const bool road = x > 170 && y > 60;
      const double shade = 0.2 + 0.6 * random.Uniform();
      for (int c = 0; c < 3; ++c) {
        const double leaf = (c == 1 ? 0.5 : 0.15) + 0.3 * random.Uniform();
        scene.At(x, y, c) = static_cast<float>(kLight[c] * shade * (road ? 0.5 : leaf));
      }
    }
  }
  const AwbSamples samples = CollectAwbSamples(scene, kClip);
  EXPECT_LT(AngleDeg(RgbOf(*SeeLight(AwbMethod::kGreyIndex, samples, {})), kLight), 1);
  EXPECT_GT(AngleDeg(RgbOf(*SeeLight(AwbMethod::kGreyWorld, samples, {})), kLight), 8);
}

TEST(AwbEstimators, NothingToSeeIsNoLight) {
  for (const float level : {0.0f, 2.0f, -1.0f}) {
    Image<float> flat(64, 64, 3);
    flat.Fill(level);
    for (const AwbMethod m : kAll) {
      EXPECT_FALSE(SeeLight(m, CollectAwbSamples(flat, kClip), {})) << AwbMethodName(m);
    }
  }
  Image<float> tiny(3, 2, 3);
  tiny.Fill(0.5f);
  EXPECT_EQ(0, CollectAwbSamples(tiny, kClip).count);
}

TEST(AwbPrior, HoldsTheLightsOfTheWorldAndTurnsWithTheBrightness) {
  std::vector<std::string> warnings;
  const CameraColor camera = MakeCameraColor(DngColor{}, true, &warnings);
  const double unknown_lv = std::numeric_limits<double>::quiet_NaN();
  const AwbPrior prior(camera.model, false, unknown_lv), wide(camera.model, true, unknown_lv);
  double sum = 0;
  for (const auto& l : prior.lights()) sum += l.weight;
  EXPECT_NEAR(sum, 1, 1e-12);
  EXPECT_GT(prior.lights().size(), 25u);
  const LogChroma day = LogChromaOf(camera.model.NeutralFromWhite(kWhiteD50));
  const LogChroma lamp = LogChromaOf(camera.model.NeutralFromWhite(kWhiteA));
  const LogChroma magenta{day.r + 0.5, day.b + 0.5};
  EXPECT_GT(prior.LogDensity(day), prior.LogDensity(magenta) + 5);
  EXPECT_GT(prior.LogDensity(lamp), prior.LogDensity(magenta) + 5);
  // An assumed camera rules out less.
  EXPECT_GT(wide.LogDensity(magenta), prior.LogDensity(magenta));
  const AwbPrior sun(camera.model, false, 14), room(camera.model, false, 4);
  EXPECT_GT(sun.LogDensity(day) - sun.LogDensity(lamp),
            room.LogDensity(day) - room.LogDensity(lamp) + 3);
}

TEST(AwbMixed, SplitsLampAndWindow) {
  const Vec3 lamp{{0.78, 1, 0.36}}, window{{0.42, 1, 0.67}};
  const LogChroma a = LogChromaOf(lamp), b = LogChromaOf(window);
  const double d = Distance(a, b);
  const LogChroma to_cold{(b.r - a.r) / d, (b.b - a.b) / d};
  const auto scene = PatchScene(240, 160, 0.3, [&](double x) { return x < 0.7 ? lamp : window; });
  const LightParts parts = SplitLights(CollectAwbSamples(scene, kClip), to_cold);
  EXPECT_GT(parts.certainty, 0.9);
  EXPECT_NEAR(parts.smaller_share, 0.3, 0.06);
  ASSERT_EQ(parts.larger.size(), 240u * 160);
  EXPECT_TRUE(parts.larger[80 * 240 + 30] && !parts.smaller[80 * 240 + 30]);
  EXPECT_TRUE(parts.smaller[80 * 240 + 220] && !parts.larger[80 * 240 + 220]);

  const auto one = PatchScene(240, 160, 0.5, [&](double) { return lamp; });
  EXPECT_LT(SplitLights(CollectAwbSamples(one, kClip), to_cold).certainty, 0.1);
  // A green and a magenta half are not the lights of a room.
  const auto stage = PatchScene(240, 160, 0.3, [](double x) {
    return x < 0.7 ? Vec3{{0.4, 1, 0.4}} : Vec3{{0.9, 1, 0.9}};
  });
  EXPECT_LT(SplitLights(CollectAwbSamples(stage, kClip), to_cold).certainty, 0.1);
}

}  // namespace
}  // namespace petzval
