// Whole looks: each does what its file claims, skin is safe in dim light, preview and final agree.
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <set>
#include <utility>
#include <vector>

#include "petzval/color/difference.h"
#include "petzval/color/shared_spectra_test_util.h"
#include "petzval/color/transfer.h"
#include "petzval/look/color_path.h"
#include "petzval/look/look.h"
#include "petzval/look/look_test_names.h"
#include "petzval/look/test_scenes.h"

namespace petzval {
namespace {

constexpr double kDeg = std::numbers::pi / 180;
constexpr double kWhite = 3;

// Oklab of what a look makes of an exposed scene colour.
OklchColor Shown(const std::string& name, const Vec3& rec2020) {
  static const OklabConverter srgb(kRec709);
  const ColorPath path(*LoadLook(name), kWhite, OutputSpace::kSrgb);
  Vec3 rgb = path.Encode(rec2020);
  for (int i = 0; i < 3; ++i) rgb[i] = DecodeSrgb(rgb[i]);
  return OklchFromOklab(srgb.FromRgb(rgb));
}

const Vec3 kSky{{0.24, 0.34, 0.60}}, kLeaf{{0.08, 0.13, 0.035}}, kBrick{{0.30, 0.12, 0.07}};
const Vec3 kSkin{{0.42, 0.28, 0.20}};

TEST(LookClaims, BlackAndWhiteHasNoColour) {
  for (const char* name : {"monochrom", "monochrom-high-contrast"}) {
    const ColorPath path(*LoadLook(name), kWhite, OutputSpace::kSrgb);
    for (const Vec3& color : {kSky, kLeaf, kBrick, kSkin, Vec3{{0, 0, 2}}, Vec3{{3, 0.1, 0}}}) {
      const Vec3 rgb = path.Encode(color);
      EXPECT_NEAR(rgb[0], rgb[1], 1e-6) << name;
      EXPECT_NEAR(rgb[1], rgb[2], 1e-6) << name;
    }
  }
  // Behind a red filter the sky is darker than brick, behind light yellow it is not.
  EXPECT_LT(Shown("monochrom-high-contrast", kSky).l, Shown("monochrom-high-contrast", kBrick).l);
  EXPECT_GT(Shown("monochrom", kSky).l, Shown("monochrom", kBrick).l);
}

TEST(LookClaims, TonedPrintsHaveOneHue) {
  for (const Vec3& color : {kSky, kLeaf, kBrick, kSkin}) {
    const OklchColor sepia = Shown("sepia", color), blue = Shown("blue", color);
    EXPECT_NEAR(sepia.h / kDeg, 70, 3);
    EXPECT_NEAR(blue.h / kDeg, 252 - 360, 3);
    EXPECT_GT(sepia.c, 0.015);
    EXPECT_GT(blue.c, 0.015);
  }
}

TEST(LookClaims, SlideIsSteepAndStrongNegativeIsSoft) {
  const auto grey = [](const std::string& name, double v) { return Shown(name, Grey(v)).l; };
  const auto slope = [&](const std::string& name) { return grey(name, 0.36) - grey(name, 0.09); };
  EXPECT_GT(slope("classic-slide"), 1.1 * slope("natural"));
  EXPECT_LT(slope("classic-negative"), slope("classic-slide"));
  // Blacks of a print are not black; its lights end below paper white.
  EXPECT_GT(grey("classic-negative", 1e-6), 0.02);
  EXPECT_LT(grey("classic-slide", 0.005), grey("natural", 0.005));
  EXPECT_LT(grey("classic-negative", 1.5), grey("classic-slide", 1.5));
  for (const Vec3& color : {kSky, kBrick}) {
    EXPECT_GT(Shown("classic-slide", color).c, 1.1 * Shown("natural", color).c);
  }
  EXPECT_LT(Shown("classic-negative", kLeaf).c, Shown("natural", kLeaf).c);
  // Crossover: shadows lean to green-blue, lights to yellow.
  EXPECT_LT(OklabFromOklch(Shown("classic-negative", Grey(0.03)))[2], 0);
  EXPECT_GT(OklabFromOklch(Shown("classic-negative", Grey(0.7)))[2], 0.003);
}

TEST(LookClaims, PortraitWarmsAndLeavesSkinItsHue) {
  const Vec3 grey = OklabFromOklch(Shown("portrait-warm", Grey(0.3)));
  EXPECT_GT(grey[2], 0.002);
  EXPECT_LT(std::fabs(WrapAngle(Shown("portrait-warm", kSkin).h - Shown("natural", kSkin).h)),
            8 * kDeg);
  EXPECT_LT(Shown("portrait-warm", kLeaf).c, Shown("natural", kLeaf).c);
}

TEST(LookClaims, VividIsMoreColourfulThanAuthenticButNotInSkin) {
  for (const Vec3& color : {kSky, kLeaf, kBrick}) {
    EXPECT_GT(Shown("vivid", color).c, Shown("authentic", color).c);
  }
  const double vivid = Shown("vivid", kSkin).c, authentic = Shown("authentic", kSkin).c;
  EXPECT_NEAR(vivid / authentic, 1, 0.08);
}

// T9: yellow, heavy skin in dim light.
class MainLook : public testing::TestWithParam<std::string> {};

TEST_P(MainLook, SkinUnderLampsKeepsHueChromaAndOrder) {
  const std::string file = "reflectances/internal-test-only/ccsg140_1nm.csv";
  const std::vector<SpectralDistribution> chart = SharedSpectra(file);
  if (chart.empty()) GTEST_SKIP() << SharedColourPath(file) << " is not there";
  // The table of reflectances numbers the patches in the order of the chart's own table.
  const std::vector<CheckerRow> rows = SharedChecker("ColorCheckerSG_-_After_November_2014.csv");
  ASSERT_EQ(rows.size(), chart.size());
  const std::set<std::string> skin{"E2", "F2", "E7", "F7", "G7", "H7", "J7",
                                   "D8", "E8", "F8", "G8", "H8", "I8", "J8"};
  const ColorPath path(*LoadLook(GetParam()), kWhite, OutputSpace::kSrgb);
  const OklabConverter scene_space(kRec2020), out_space(kRec709);
  for (const char* lamp : {"A", "LED-B1"}) {
    const auto light = FindLight(lamp);
    ASSERT_TRUE(light) << light.error().message;
    const Mat3 adapt = BradfordAdaptation(kWhiteD65, ChromaticityFromXyz(XyzOfLight(*light)));
    std::vector<std::pair<double, double>> shown_of_scene;  // L*
    for (size_t i = 0; i < chart.size(); ++i) {
      const std::string& name = rows[i].patch;
      if (!skin.contains(name)) continue;
      const Vec3 scene = RgbFromXyz(kRec2020) * (adapt * XyzOfReflectance(chart[i], *light));
      Vec3 rgb = path.Encode(scene);
      for (int c = 0; c < 3; ++c) rgb[c] = DecodeSrgb(rgb[c]);
      const OklchColor want = OklchFromOklab(scene_space.FromRgb(scene));
      const OklchColor got = OklchFromOklab(out_space.FromRgb(rgb));
      EXPECT_LE(std::fabs(WrapAngle(got.h - want.h)) / kDeg, 3) << lamp << " " << name;
      EXPECT_LE(std::fabs(got.c / want.c - 1), 0.15) << lamp << " " << name;
      shown_of_scene.emplace_back(LightnessFromLuminance((XyzFromRgb(kRec2020) * scene)[1]),
                                  LightnessFromLuminance((XyzFromRgb(kRec709) * rgb)[1]));
    }
    EXPECT_EQ(shown_of_scene.size(), skin.size()) << lamp;
    for (const auto& [scene, shown] : shown_of_scene) {
      for (const auto& [other_scene, other_shown] : shown_of_scene) {
        if (scene > other_scene + 0.5) {
          EXPECT_GT(shown, other_shown) << lamp << " " << scene;
        }
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Looks, MainLook, testing::Values("authentic", "vivid"), LookTestName);

// What a screen shows while one chooses is what the file becomes.
class EveryPreview : public testing::TestWithParam<std::string> {};

TEST_P(EveryPreview, AgreesWithTheFinalPicture) {
  constexpr int kWidth = 960, kHeight = 640, kFactor = 4;
  const Image<float> scene = MakeScene(kWidth, kHeight, [](double u, double v) {
    // A sky over fields of colour and greys, from shade to light, with broad texture.
    const double light = std::exp2(-4 + 5 * u) * (1 + 0.15 * std::sin(40 * v) * std::sin(31 * u));
    const Vec3 color = v < 0.3    ? kSky
                       : v < 0.5  ? kLeaf
                       : v < 0.7  ? kBrick
                       : v < 0.85 ? kSkin
                                  : Grey(0.3);
    return Vec3{{light * color[0], light * color[1], light * color[2]}};
  });
  Image<float> small(kWidth / kFactor, kHeight / kFactor, 3);
  for (int c = 0; c < 3; ++c) {
    for (int y = 0; y < small.height(); ++y) {
      for (int x = 0; x < small.width(); ++x) {
        double sum = 0;
        for (int i = 0; i < kFactor * kFactor; ++i) {
          sum += scene.At(x * kFactor + i % kFactor, y * kFactor + i / kFactor, c);
        }
        small.At(x, y, c) = static_cast<float>(sum / (kFactor * kFactor));
      }
    }
  }
  const Look look = *LoadLook(GetParam());
  const auto render = [&](const Image<float>& in) {
    const auto rendering =
        Rendering::Create(look, small, in.width(), in.height(), {}, OutputSpace::kSrgb);
    EXPECT_TRUE(rendering);
    std::vector<uint16_t> out(static_cast<size_t>(in.width()) * in.height() * 3);
    rendering->Render(in, {0, 0, in.width(), in.height()}, out.data(), in.width() * 3);
    return out;
  };
  const std::vector<uint16_t> final_picture = render(scene), preview = render(small);
  const Mat3 xyz_from_rgb = XyzFromRgb(kRec709);
  const Vec3 white = XyzFromChromaticity(kWhiteD65);
  double sum = 0;
  for (int y = 0; y < small.height(); ++y) {
    for (int x = 0; x < small.width(); ++x) {
      Vec3 a, b;
      for (int c = 0; c < 3; ++c) {
        for (int i = 0; i < kFactor * kFactor; ++i) {
          const size_t at =
              static_cast<size_t>(y * kFactor + i / kFactor) * kWidth + x * kFactor + i % kFactor;
          a[c] += DecodeSrgb(final_picture[3 * at + c] / 65535.0) / (kFactor * kFactor);
        }
        b[c] = DecodeSrgb(preview[3 * (static_cast<size_t>(y) * small.width() + x) + c] / 65535.0);
      }
      sum += DeltaE2000(LabFromXyz(xyz_from_rgb * a, white), LabFromXyz(xyz_from_rgb * b, white));
    }
  }
  // Grain of the final picture is finer than a pixel of the preview.
  EXPECT_LT(sum / (static_cast<double>(small.width()) * small.height()),
            0.5 + 0.3 * look.Get("grain_amount"));
}

INSTANTIATE_TEST_SUITE_P(Looks, EveryPreview, testing::ValuesIn(OwnLooks()), LookTestName);

TEST(LookKnobsInPictures, TurnWhatTheyAreNamedAfter) {
  const auto shown = [](const std::string& knob, double turn, const Vec3& color) {
    Look look = *LoadLook("custom");
    EXPECT_TRUE(SetLookValue(&look, knob, std::to_string(turn)));
    const OklabConverter srgb(kRec709);
    const double gain = std::exp2(look.Get("exposure_bias"));
    Vec3 rgb = ColorPath(look, kWhite, OutputSpace::kSrgb)
                   .Encode({{gain * color[0], gain * color[1], gain * color[2]}});
    for (int i = 0; i < 3; ++i) rgb[i] = DecodeSrgb(rgb[i]);
    return srgb.FromRgb(rgb);
  };
  const auto chroma = [](const Vec3& lab) { return OklchFromOklab(lab).c; };
  double tone = 0, contrast = 0, saturation = -1, warmth = -1;
  for (const double turn : {-100.0, -50.0, 0.0, 50.0, 100.0}) {
    EXPECT_GT(shown("tone", turn, Grey(0.18))[0], tone);
    tone = shown("tone", turn, Grey(0.18))[0];
    const double slope =
        shown("tonality", turn, Grey(0.3))[0] - shown("tonality", turn, Grey(0.1))[0];
    EXPECT_GT(slope, contrast);
    contrast = slope;
    EXPECT_GT(chroma(shown("saturation", turn, kBrick)), saturation);
    saturation = chroma(shown("saturation", turn, kBrick));
    EXPECT_GT(shown("warmth", turn, Grey(0.3))[2], warmth);
    warmth = shown("warmth", turn, Grey(0.3))[2];
  }
  EXPECT_NEAR(chroma(shown("saturation", -100, kBrick)), 0, 1e-6);
}

}  // namespace
}  // namespace petzval
