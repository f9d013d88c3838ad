// Looks learned from pairs: every shipped look is recovered; pictures that make no pair are
// refused.
#include "petzval/calibrate/taste/look_fit.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <functional>
#include <numbers>

#include "petzval/base/parallel.h"
#include "petzval/calibrate/taste/look_model.h"
#include "petzval/color/oklab.h"
#include "petzval/color/transfer.h"
#include "petzval/image/png.h"
#include "petzval/look/look_test_names.h"

namespace petzval::calibrate {
namespace {

// A small scene with all hues, skin, sky, leaves and greys, from shade to light, in soft blots.
Image<float> SceneOf(int width, int height, double seed) {
  const OklabConverter rec2020(kRec2020);
  Image<float> scene(width, height, 3);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const double u = (x + 0.5) / width, v = (y + 0.5) / height;
      const double hue = 2 * std::numbers::pi * (2 * u + 0.3 * std::sin(5 * v + seed));
      const double saturation = 0.12 * (1 + std::sin(9 * v + 4 * u + seed));
      const double l = 0.35 + 0.5 * v + 0.12 * std::sin(6 * u + 3 * v + 2 * seed);
      const Vec3 rgb = rec2020.ToRgb(OklabFromOklch({l, saturation * l, hue}));
      for (int c = 0; c < 3; ++c) scene.At(x, y, c) = static_cast<float>(std::max(0.0, rgb[c]));
    }
  }
  return scene;
}

// What a look shows of it, as linear sRGB of 16 bits.
Image<float> Shown(const Look& look, const Image<float>& scene) {
  SceneInfo info;
  const auto rendering =
      Rendering::Create(look, scene, scene.width(), scene.height(), info, OutputSpace::kSrgb);
  EXPECT_TRUE(rendering);
  std::vector<uint16_t> code(static_cast<size_t>(scene.width()) * scene.height() * 3);
  rendering->Render(scene, {0, 0, scene.width(), scene.height()}, code.data(), scene.width() * 3);
  Image<float> light(scene.width(), scene.height(), 3);
  for (int y = 0; y < scene.height(); ++y) {
    for (int x = 0; x < scene.width(); ++x) {
      for (int c = 0; c < 3; ++c) {
        light.At(x, y, c) = static_cast<float>(
            DecodeSrgb(code[(static_cast<size_t>(y) * scene.width() + x) * 3 + c] / 65535.0));
      }
    }
  }
  return light;
}

LookPair PairOf(const std::string& look, double seed) {
  const Image<float> scene = SceneOf(120, 80, seed);
  auto pair =
      MakeLookPair(look, Shown(*LoadLook(kNeutralLook), scene), Shown(*LoadLook(look), scene));
  EXPECT_TRUE(pair) << pair.error().message;
  return std::move(*pair);
}

class EveryLearnedLook : public testing::TestWithParam<std::string> {};

TEST_P(EveryLearnedLook, IsRecovered) {
  const LookPair pairs[] = {PairOf(GetParam(), 0.3)};
  const auto fit = FitLook(pairs, {.leave_out = false});
  ASSERT_TRUE(fit) << fit.error().message;
  EXPECT_LT(fit->fitted.mean, 2);
  EXPECT_LT(fit->fitted.mean, 0.6 * fit->untouched.mean);
  EXPECT_EQ(fit->monochrome, LoadLook(GetParam())->Get("monochrome") == 1);
  // It is a look that can be written and read.
  const auto again = ParseLook(LookToToml(fit->look), "again", "");
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->values, fit->look.values);
  EXPECT_EQ(again->lists, fit->look.lists);
}

INSTANTIATE_TEST_SUITE_P(Looks, EveryLearnedLook,
                         testing::Values("vivid", "monochrom-high-contrast", "sepia",
                                         "classic-slide", "classic-negative"),
                         LookTestName);

TEST(LookFit, PicturesLeftOutAreRecoveredForAnyNumberOfThreads) {
  const LookPair pairs[] = {PairOf("sepia", 0.3), PairOf("sepia", 2.1)};
  const auto fit = FitLook(pairs);
  ASSERT_TRUE(fit) << fit.error().message;
  EXPECT_GT(fit->held_out.mean, 0);
  EXPECT_LT(fit->held_out.mean, 2);
  EXPECT_EQ(fit->pair_mean.size(), 2u);
  const int threads = Threads();
  SetThreads(threads == 1 ? 2 : 1);
  const auto again = FitLook(pairs, {.leave_out = false});
  SetThreads(threads);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->look.values, fit->look.values);
  EXPECT_EQ(again->look.lists, fit->look.lists);
}

TEST(LookFit, TheResidualTableHelpsWhereParametersCannot) {
  LookPair pair = PairOf("vivid", 0.3);
  // Something that no parameter says: green light leaks into blue.
  for (int y = 0; y < pair.after.height(); ++y) {
    for (int x = 0; x < pair.after.width(); ++x) {
      const float g = pair.after.At(x, y, 1);
      pair.after.At(x, y, 2) = 0.7f * pair.after.At(x, y, 2) + 0.3f * g * g;
    }
  }
  LookFitParams params;
  params.residual_cube = true;
  params.leave_out = false;
  params.name = "leak";
  const auto fit = FitLook({&pair, 1}, params);
  ASSERT_TRUE(fit) << fit.error().message;
  ASSERT_TRUE(fit->residual && fit->with_residual);
  EXPECT_LT(fit->with_residual->mean, fit->fitted.mean);
  const std::string folder = testing::TempDir() + "/petzval_look_fit";
  std::filesystem::create_directories(folder);
  ASSERT_TRUE(WriteLookFit(*fit, folder + "/leak.toml"));
  const auto look = LoadLook(folder + "/leak.toml");
  ASSERT_TRUE(look) << look.error().message;
  EXPECT_TRUE(look->lut);
  EXPECT_FALSE(WriteLookFit(*fit, folder + "/leak.txt"));
}

TEST(LookModel, DisplayColoursAreInverted) {
  const Look neutral = *LoadLook(kNeutralLook);
  std::vector<SceneColor> scene;
  const OklabConverter rec2020(kRec2020);
  for (double hue = 0; hue < 6.2; hue += 0.4) {
    for (const double l : {0.2, 0.45, 0.7}) {
      for (const double saturation : {0.0, 0.06, 0.12}) {
        scene.push_back({rec2020.ToRgb(OklabFromOklch({l, saturation * l, hue})), 0});
      }
    }
  }
  const std::vector<Vec3> shown = RenderColors(neutral, neutral, scene);
  const std::vector<Vec3> back = SceneOfDisplay(neutral, shown);
  std::vector<SceneColor> again;
  for (const Vec3& color : back) again.push_back({color, 0});
  const std::vector<Vec3> shown_again = RenderColors(neutral, neutral, again);
  for (size_t i = 0; i < shown.size(); ++i) {
    for (int c = 0; c < 3; ++c) {
      EXPECT_NEAR(EncodeSrgb(shown_again[i][c]), EncodeSrgb(shown[i][c]), 0.006) << i;
    }
  }
}

std::string MessageOf(const Image<float>& before, const Image<float>& after) {
  const auto pair = MakeLookPair("p", before, after);
  return pair ? "" : pair.error().message;
}

TEST(LookPair, PicturesThatMakeNoPairAreRefused) {
  const Image<float> a = SceneOf(120, 80, 0.3), small = SceneOf(50, 40, 0.3);
  const Image<float> other_size = SceneOf(119, 80, 0.3);
  EXPECT_NE(MessageOf(a, other_size).find("120 x 80 pixels, the one after 119 x 80"),
            std::string::npos);
  EXPECT_NE(MessageOf(small, small.Clone()).find("too few"), std::string::npos);
  EXPECT_NE(MessageOf(a, a.Clone()).find("the same"), std::string::npos);
  Image<float> unrelated = a.Clone();
  for (int c = 0; c < 3; ++c) {
    for (int y = 0; y < 80; ++y) {
      for (int x = 0; x < 120; ++x) unrelated.At(x, y, c) = 0.9f - 0.8f * a.At(x, y, 1);
    }
  }
  EXPECT_NE(MessageOf(a, unrelated).find("do not show the same"), std::string::npos);
  EXPECT_FALSE(MakeLookPair("p", Image<float>(), a));
  EXPECT_FALSE(FitLook({}));
}

TEST(LookPair, FilesAreReadAndMistakesNamed) {
  const std::string folder = testing::TempDir() + "/petzval_look_pair";
  std::filesystem::create_directories(folder);
  Image<uint16_t> code(80, 70, 3);
  for (int c = 0; c < 3; ++c) {
    for (int y = 0; y < 70; ++y) {
      for (int x = 0; x < 80; ++x) code.At(x, y, c) = static_cast<uint16_t>(2 * x + y + 5 * c);
    }
  }
  ASSERT_TRUE(WritePng(folder + "/a.png", code, 8));
  for (int y = 0; y < 70; ++y) {
    for (int x = 0; x < 80; ++x) code.At(x, y, 2) = static_cast<uint16_t>(x + y);
  }
  ASSERT_TRUE(WritePng(folder + "/b.png", code, 8));
  const auto pair = ReadLookPair(folder + "/a.png", folder + "/b.png");
  ASSERT_TRUE(pair) << pair.error().message;
  EXPECT_NEAR(pair->before.At(10, 5, 1), DecodeSrgb((20 + 5 + 5) / 255.0), 1e-3);
  std::ofstream(folder + "/no.png") << "this is not a picture";
  const auto broken = ReadLookPair(folder + "/a.png", folder + "/no.png");
  ASSERT_FALSE(broken);
  EXPECT_NE(broken.error().message.find("no.png"), std::string::npos);
  EXPECT_FALSE(ReadLookPair(folder + "/a.png", folder + "/missing.png"));
}

}  // namespace
}  // namespace petzval::calibrate
