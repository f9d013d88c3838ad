// Imported tables: what they take, what they leave alone, halves of them.
#include "petzval/look/imported_table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "petzval/color/camera_log.h"
#include "petzval/color/transfer.h"
#include "petzval/look/color_path.h"
#include "petzval/look/gamut.h"

namespace petzval {
namespace {

Look WithTable(const Lut3d& cube, const char* input, const char* strength = "1") {
  Look look = *LoadLook("natural");
  EXPECT_TRUE(SetLookValue(&look, "lut_input", input).has_value());
  EXPECT_TRUE(SetLookValue(&look, "lut_strength", strength).has_value());
  auto lut = std::make_shared<ColorLut>();
  lut->cube = cube;
  look.lut = std::move(lut);
  return look;
}

Lut3d Black() {
  Lut3d cube = Lut3d::Identity(2);
  for (float& v : cube.rgb) v = 0;
  return cube;
}

// Colours of all hues up to the most saturated lights, dark to brighter than white.
template <class F>
void ForEachScene(F f) {
  for (double light : {0.02, 0.1, 0.3, 0.8, 2.0, 6.0}) {
    for (double r : {0.0, 0.25, 1.0}) {
      for (double g : {0.0, 0.25, 1.0}) {
        for (double b : {0.0, 0.25, 1.0}) f(Vec3{{light * r, light * g, light * b}});
      }
    }
  }
}

double LargestChange(const char* input, OutputSpace space) {
  const ColorPath plain(*LoadLook("natural"), 4, space);
  const ColorPath through(WithTable(Lut3d::Identity(9), input), 4, space);
  double most = 0;
  ForEachScene([&](const Vec3& scene) {
    const Vec3 a = plain.Encode(scene), b = through.Encode(scene);
    for (int i = 0; i < 3; ++i) most = std::max(most, std::fabs(255 * (a[i] - b[i])));
  });
  return most;
}

TEST(ImportedTable, TheIdentityLeavesThePictureAsItIs) {
  EXPECT_LE(LargestChange("srgb", OutputSpace::kSrgb), 0.05);
  EXPECT_LE(LargestChange("linear-rec2020", OutputSpace::kSrgb), 1);
  EXPECT_LE(LargestChange("linear-rec2020", OutputSpace::kDisplayP3), 1);
  // On wider displays it keeps to the gamut of sRGB: such tables know no other colours.
  EXPECT_GT(LargestChange("srgb", OutputSpace::kDisplayP3), 10);
}

TEST(ImportedTable, TheIdentityLeavesRenderedPicturesAsTheyAre) {
  Image<float> scene(96, 64, 3);
  for (int y = 0; y < scene.height(); ++y) {
    for (int x = 0; x < scene.width(); ++x) {
      const double hue = x * 2 * M_PI / scene.width(), light = 0.02 * std::exp2(y / 9.0);
      for (int c = 0; c < 3; ++c) {
        scene.At(x, y, c) =
            static_cast<float>(light * std::max(0.0, 0.4 + std::cos(hue - c * 2 * M_PI / 3)));
      }
    }
  }
  const auto render = [&](const Look& look) {
    const auto rendering =
        Rendering::Create(look, scene, scene.width(), scene.height(), {}, OutputSpace::kSrgb);
    std::vector<uint8_t> out(size_t{3} * scene.width() * scene.height());
    rendering->Render(scene, {0, 0, scene.width(), scene.height()}, out.data(), 3 * scene.width());
    return out;
  };
  const auto plain = render(*LoadLook("natural"));
  const auto through = render(WithTable(Lut3d::Identity(9), "srgb"));
  int most = 0;
  for (size_t i = 0; i < plain.size(); ++i) most = std::max(most, std::abs(plain[i] - through[i]));
  EXPECT_LE(most, 1);
}

TEST(ImportedTable, GreysGoThroughIt) {
  const ColorPath path(WithTable(Lut3d::Identity(9), "srgb"), 4, OutputSpace::kSrgb);
  EXPECT_FALSE(path.keeps_greys());
  EXPECT_TRUE(ColorPath(WithTable(Black(), "srgb", "0"), 4, OutputSpace::kSrgb).keeps_greys());
}

TEST(ImportedTable, HalfStrengthIsHalfWay) {
  for (const char* input : {"srgb", "linear-rec2020"}) {
    const ImportedTable half(WithTable(Black(), input, "0.5"), kRec709, kGamutKnee);
    const OklabConverter srgb(kRec709);
    const Vec3 graded{{0.6, 0.03, -0.02}};
    const Vec3 out = srgb.FromRgb(half.Show(graded, graded, 1));
    for (int i = 0; i < 3; ++i) EXPECT_NEAR(out[i], 0.5 * graded[i], 1e-6) << input;
  }
}

TEST(ImportedTable, BrighterThanWhiteKeepsItsPlaceAbove) {
  for (const char* input : {"srgb", "linear-rec2020"}) {
    const ImportedTable table(WithTable(Lut3d::Identity(17), input), kRec2020, kGamutKnee);
    const double l = std::cbrt(2.5);
    const Vec3 out = table.Show({{l, 0, 0}}, {{l, 0, 0}}, 4);
    for (int i = 0; i < 3; ++i) EXPECT_NEAR(out[i], 2.5, 1e-4) << input;
  }
}

TEST(ImportedTable, LogTablesSeeTheSceneAndNothingElse) {
  const ImportedTable table(WithTable(Lut3d::Identity(17), "log"), kRec709, kGamutKnee);
  const OklabConverter rec2020(kRec2020);
  const Vec3 scene{{0.4, 0.18, 0.05}};
  for (const Vec3& graded : {Vec3{{0.9, 0, 0}}, Vec3{{0.1, 0.05, 0}}}) {
    const Vec3 out = table.Show(rec2020.FromRgb(scene), graded, 1);
    for (int i = 0; i < 3; ++i) EXPECT_NEAR(out[i], DecodeSrgb(EncodeLLog(scene[i])), 1e-5);
  }
}

TEST(ImportedTable, WhatTablesGiveStaysInRange) {
  Lut3d wild = Lut3d::Identity(5);
  for (size_t i = 0; i < wild.rgb.size(); ++i) wild.rgb[i] = i % 3 == 0 ? -0.5f : 1.7f;
  for (const char* input : {"srgb", "linear-rec2020", "log"}) {
    const ColorPath path(WithTable(wild, input, "0.7"), 4, OutputSpace::kDisplayP3);
    ForEachScene([&](const Vec3& scene) {
      const Vec3 out = path.Encode(scene);
      for (int i = 0; i < 3; ++i) ASSERT_TRUE(out[i] >= 0 && out[i] <= 1) << input;
    });
  }
}

}  // namespace
}  // namespace petzval
