// Hue, gamut and chroma of the exact colour path: published drift, blue lamps, skin, greys.
#include "petzval/look/color_path.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <fstream>
#include <limits>
#include <map>
#include <numbers>
#include <set>
#include <string>

#include "petzval/color/difference.h"
#include "petzval/color/golden_test_util.h"
#include "petzval/color/transfer.h"
#include "petzval/look/gamut.h"
#include "petzval/look/look_test_names.h"

namespace petzval {
namespace {

constexpr double kDeg = std::numbers::pi / 180;

Vec3 FromHsv(double hue, double s) {
  // v = 1.
  Vec3 out;
  for (int i = 0; i < 3; ++i) {
    const double n = std::fmod(5 - 2 * i + hue / 60, 6);
    out[i] = 1 - s * std::max(0.0, std::min({n, 4 - n, 1.0}));
  }
  return out;
}

// The measurement of hue_drift_golden.json for a tone operator in linear Rec.709 with p.
double DriftOf(const Vec3& base, double p) {
  const OklabConverter rec709(kRec709);
  const ToneCurve curve(1.6, 0.1845, ToneCurve::kNoWhite);
  double worst = 0;
  for (double ev = -2; ev <= 6; ev += 0.5) {
    Vec3 in, toned;
    for (int i = 0; i < 3; ++i) {
      in[i] = std::max(1e-6, base[i] * 0.5 * std::exp2(ev));
      toned[i] = curve.Apply(in[i]);
    }
    const Vec3 scene = rec709.FromRgb(in);
    const Vec3 out = PreserveHue(scene, rec709.FromRgb(toned), p);
    const OklchColor a = OklchFromOklab(scene), b = OklchFromOklab(out);
    if (b.c <= 0.03) continue;
    const double drift = WrapAngle(b.h - a.h) / kDeg;
    if (std::fabs(drift) > std::fabs(worst)) worst = drift;
  }
  return worst;
}

TEST(PreserveHue, ReproducesThePublishedDriftTable) {
  PETZVAL_GOLDEN_JSON(golden, "hue_drift_golden.json");
  const std::pair<double, const char*> operators[] = {{0, "per_channel_sigmoid"},
                                                      {0.25, "sigmoid_hue_preservation_0.25"},
                                                      {0.5, "sigmoid_hue_preservation_0.5"},
                                                      {0.75, "sigmoid_hue_preservation_0.75"},
                                                      {1, "sigmoid_hue_preservation_1"}};
  for (const auto& [p, name] : operators) {
    const auto& want = golden.at("ops").at(name);
    double sum = 0;
    for (int hue = 0; hue < 360; hue += 15) {
      Vec3 base = FromHsv(hue, 0.9);
      for (int i = 0; i < 3; ++i) base[i] = std::pow(base[i], 2.2);
      const double drift = DriftOf(base, p);
      EXPECT_NEAR(drift, want.at(std::to_string(hue)).get<double>(), 0.3) << name << " " << hue;
      sum += std::fabs(drift);
    }
    EXPECT_NEAR(sum / 24, want.at("mean_abs").get<double>(), 0.3) << name;
    EXPECT_NEAR(DriftOf({{.45, .28, .2}}, p), want.at("skin").get<double>(), 0.3) << name;
    EXPECT_NEAR(DriftOf({{.2, .35, .7}}, p), want.at("sky").get<double>(), 0.3) << name;
    EXPECT_NEAR(DriftOf({{.6, .25, .03}}, p), want.at("orange").get<double>(), 0.3) << name;
  }
}

TEST(PreserveHue, DriftFallsAsPRises) {
  for (const Vec3& base : {Vec3{{.45, .28, .2}}, Vec3{{.2, .35, .7}}, Vec3{{.6, .25, .03}}}) {
    double last = 1e9;
    for (double p = 0; p <= 1.001; p += 0.125) {
      const double drift = std::fabs(DriftOf(base, p));
      EXPECT_LT(drift, last);
      last = drift;
    }
    EXPECT_LT(last, 0.5);
  }
}

TEST(SceneGamut, KeepsTheCoreAndRemovesNegatives) {
  const Vec3 skin{{0.45, 0.28, 0.2}};
  for (int i = 0; i < 3; ++i) EXPECT_NEAR(CompressSceneGamut(skin, 16)[i], skin[i], 1e-15);
  EXPECT_EQ(CompressSceneGamut({{-0.3, -0.01, 0}}, 16), Vec3{});
  for (double negative = 0; negative >= -3; negative -= 0.01) {
    const Vec3 out = CompressSceneGamut({{negative, 0.2, 1}}, 16);
    EXPECT_GE(out[0], 0);
    EXPECT_EQ(out[2], 1);
    const Vec3 next = CompressSceneGamut({{negative - 0.01, 0.2, 1}}, 16);
    EXPECT_LE(next[0], out[0]);
    EXPECT_LT(out[0] - next[0], 0.011);  // continuous, never steeper than the input
  }
  // Beyond white only the ratio counts.
  const Vec3 lamp = CompressSceneGamut({{64, 32, 16}}, 8);
  EXPECT_NEAR(lamp[0], 8, 1e-12);
  EXPECT_NEAR(lamp[1], 4, 1e-12);
}

TEST(DisplayGamut, KeepsHueAndLightness) {
  const OklabConverter srgb(kRec709);
  for (double l = 0.1; l < 1; l += 0.1) {
    for (double h = -180; h < 180; h += 7) {
      for (double c : {0.05, 0.15, 0.3, 0.45}) {
        const Vec3 rgb = MapToDisplayGamut(srgb, OklabFromOklch({l, c, h * kDeg}));
        for (int i = 0; i < 3; ++i) {
          EXPECT_GE(rgb[i], 0);
          EXPECT_LE(rgb[i], 1);
        }
        const OklchColor got = OklchFromOklab(srgb.FromRgb(rgb));
        EXPECT_NEAR(got.l, l, 1e-3);
        if (got.c > 0.03) {
          EXPECT_NEAR(WrapAngle(got.h - h * kDeg) / kDeg, 0, 1);
        }
      }
    }
  }
}

class EveryLook : public testing::TestWithParam<std::string> {
 protected:
  Look look_ = *LoadLook(GetParam());
};

TEST_P(EveryLook, GreysStayGreyAndRise) {
  for (double white : {1.5, 4.0, 16.0}) {
    const ColorPath path(look_, white, OutputSpace::kSrgb);
    double last = 0;
    for (double ev = -14; ev <= 6; ev += 0.02) {
      const double x = std::exp2(ev);
      const Vec3 rgb = path.Encode({{x, x, x}});
      EXPECT_EQ(rgb[0], rgb[1]);
      EXPECT_EQ(rgb[1], rgb[2]);
      EXPECT_GE(rgb[0], last);
      last = rgb[0];
    }
    EXPECT_NEAR(last, 1, 1e-12);
  }
}

TEST_P(EveryLook, ExposureComesBeforeTheCurve) {
  // The path sees exposed light only: a stop more is the same as twice the light.
  const ColorPath path(look_, 8, OutputSpace::kSrgb);
  const Vec3 scene{{0.31, 0.12, 0.07}};
  const Vec3 doubled{{2 * scene[0], 2 * scene[1], 2 * scene[2]}};
  const Vec3 a = path.Encode(doubled), once = path.Encode(scene);
  // By steps of the table: light, then curve; a curve before the exposure would not double.
  const Vec3 b = path.Color(path.Tone(doubled));
  for (int i = 0; i < 3; ++i) {
    EXPECT_NEAR(a[i], b[i], 1e-9);
    EXPECT_LT(DecodeSrgb(a[i]), 3.5 * DecodeSrgb(once[i]) + 0.05);
    EXPECT_NEAR(path.SceneOfCode(path.CodeOfScene(doubled[i])), 2 * scene[i], 1e-6);
  }
}

TEST_P(EveryLook, NearGreysStayNearGrey) {
  // A cast of 1 % may not grow into more than its chroma and the look's factors say.
  const ColorPath path(look_, 4, OutputSpace::kSrgb);
  const OklabConverter in(kRec2020), out(kRec709);
  for (double ev = -6; ev <= 1.5; ev += 0.1) {
    const double x = 0.18 * std::exp2(ev);
    const Vec3 scene{{x * 1.01, x, x * 0.99}};
    Vec3 rgb = path.Encode(scene);
    for (int i = 0; i < 3; ++i) rgb[i] = DecodeSrgb(rgb[i]);
    EXPECT_LT(OklchFromOklab(out.FromRgb(rgb)).c, 2.2 * OklchFromOklab(in.FromRgb(scene)).c + 1e-4);
  }
}

// A lamp of one wavelength as phones see it: strong blue, negative red and green.
TEST_P(EveryLook, BlueLampRampIsSmooth) {
  const Vec3 xyz_leds[] = {{{0.1888, -0.0781, 1.2762}}, {{0.1506, 0.0, 1.2453}},
                           {{0.1888, -0.108, 1.28}},    {{0.1919, 0.0741, 1.2317}},
                           {{0.2255, -0.0155, 1.3979}}, {{0.1916, 0.0649, 1.2926}}};
  const OklabConverter out(kRec709);
  const Mat3 xyz_from_rgb = XyzFromRgb(kRec709);
  for (const Vec3& xyz : xyz_leds) {
    const Vec3 led = RgbFromXyz(kRec2020) * xyz;
    const ColorPath path(look_, 8, OutputSpace::kSrgb);
    double last_y = 0, last_step = 0, hue_min = 1e9, hue_max = -1e9;
    for (double ev = -6; ev <= 4; ev += 0.1) {
      const double e = 0.3 * std::exp2(ev);
      Vec3 rgb = path.Encode({{e * led[0], e * led[1], e * led[2]}});
      for (int i = 0; i < 3; ++i) {
        ASSERT_TRUE(rgb[i] >= 0 && rgb[i] <= 1) << ev;
        rgb[i] = DecodeSrgb(rgb[i]);
      }
      const double y = (xyz_from_rgb * rgb)[1];
      EXPECT_GT(y, 0);
      EXPECT_GE(y, last_y) << ev;
      // In lightness no step is more than twice the one before (plus a hair).
      const double step = LightnessFromLuminance(y) - LightnessFromLuminance(last_y);
      if (ev > -5) {
        EXPECT_LE(step, 2 * last_step + 0.2) << ev;
      }
      last_y = y;
      last_step = step;
      const OklchColor lch = OklchFromOklab(out.FromRgb(rgb));
      if (lch.c > 0.03) {
        hue_min = std::min(hue_min, lch.h / kDeg);
        hue_max = std::max(hue_max, lch.h / kDeg);
      }
    }
    EXPECT_LE(hue_max - hue_min, 5);
  }
}

TEST_P(EveryLook, LightnessRisesWithExposureForEveryHue) {
  const ColorPath path(look_, 8, OutputSpace::kSrgb);
  const Mat3 xyz_from_rgb = XyzFromRgb(kRec709), rec2020_from_709 = RgbFromRgb(kRec2020, kRec709);
  for (int hue = 0; hue < 360; hue += 5) {
    for (double s : {0.3, 0.6, 0.9, 1.0}) {
      Vec3 base = FromHsv(hue, s);
      for (int i = 0; i < 3; ++i) base[i] = std::pow(base[i], 2.2);
      base = rec2020_from_709 * base;
      double last = 0;
      for (double ev = -8; ev <= 6; ev += 0.1) {
        const double e = 0.3 * std::exp2(ev);
        Vec3 rgb = path.Encode({{e * base[0], e * base[1], e * base[2]}});
        for (int i = 0; i < 3; ++i) rgb[i] = DecodeSrgb(rgb[i]);
        const double l = LightnessFromLuminance((xyz_from_rgb * rgb)[1]);
        EXPECT_GE(l, last - 0.05) << hue << " " << s << " " << ev;
        last = std::max(l, last);
      }
    }
  }
}

TEST_P(EveryLook, DriftOfTheLookIsWhatPSays) {
  // Against the same look with p = 0: at most 1 - p of its drift is left (plus gamut mapping).
  Look free = look_;
  for (auto& [name, value] : free.values) {
    if (name.ends_with("hue_preservation")) value = 0;
  }
  const ColorPath path(look_, 8, OutputSpace::kDisplayP3), loose(free, 8, OutputSpace::kDisplayP3);
  const OklabConverter in(kRec2020), out(kDisplayP3);
  const Mat3 rec2020_from_709 = RgbFromRgb(kRec2020, kRec709);
  const double p = std::min(look_.Get("hue_preservation"), look_.Get("skin_hue_preservation"));
  for (int hue = 0; hue < 360; hue += 15) {
    Vec3 base = FromHsv(hue, 0.7);
    for (int i = 0; i < 3; ++i) base[i] = std::pow(base[i], 2.2);
    base = rec2020_from_709 * base;
    double drift = 0, drift_loose = 0;
    for (double ev = -2; ev <= 4; ev += 0.5) {
      Vec3 scene;
      for (int i = 0; i < 3; ++i) scene[i] = base[i] * 0.5 * std::exp2(ev);
      const OklchColor want = OklchFromOklab(in.FromRgb(CompressSceneGamut(scene, 8)));
      for (const auto& [which, worst] :
           {std::pair{&path, &drift}, std::pair{&loose, &drift_loose}}) {
        Vec3 rgb = which->Encode(scene);
        for (int i = 0; i < 3; ++i) rgb[i] = DecodeSrgb(rgb[i]);
        const OklchColor got = OklchFromOklab(out.FromRgb(rgb));
        if (got.c > 0.03) {
          *worst = std::max(*worst, std::fabs(WrapAngle(got.h - want.h)) / kDeg);
        }
      }
    }
    EXPECT_LE(drift, (1 - p) * drift_loose + 1.0) << hue;
  }
}

// Skin patches of the ColorChecker SG, adapted to the working white.
TEST_P(EveryLook, SkinKeepsHueChromaAndOrder) {
  const std::string file =
      std::string(PETZVAL_SOURCE_DIR) +
      "/../shared/data/colour/checkers/ColorCheckerSG_-_After_November_2014.csv";
  std::ifstream in(file);
  if (!in) GTEST_SKIP() << file << " is not there";
  const std::set<std::string> skin{"E2", "F2", "E7", "F7", "G7", "H7", "J7",
                                   "D8", "E8", "F8", "G8", "H8", "I8", "J8"};
  const OklabConverter scene_space(kRec2020), out_space(kRec709);
  const ColorPath path(look_, 1.3, OutputSpace::kSrgb);
  std::map<double, double> out_of_in;
  std::string line;
  while (std::getline(in, line)) {
    const std::string name = line.substr(0, line.find(','));
    if (!skin.contains(name)) continue;
    Vec3 lab;
    const size_t third = line.rfind(',', line.rfind(',', line.rfind(',') - 1) - 1);
    ASSERT_EQ(std::sscanf(line.c_str() + third, ",%lf,%lf,%lf", &lab[0], &lab[1], &lab[2]), 3);
    const Vec3 scene = RgbFromXyzD50(kRec2020) * XyzFromLab(lab, XyzFromChromaticity(kWhiteD50));
    Vec3 rgb = path.Encode(scene);
    for (int i = 0; i < 3; ++i) rgb[i] = DecodeSrgb(rgb[i]);
    const OklchColor want = OklchFromOklab(scene_space.FromRgb(scene));
    const OklchColor got = OklchFromOklab(out_space.FromRgb(rgb));
    EXPECT_LE(std::fabs(WrapAngle(got.h - want.h)) / kDeg, 3) << name;
    EXPECT_LE(std::fabs(got.c / want.c - 1), 0.15) << name;
    out_of_in[want.l] = got.l;
  }
  EXPECT_EQ(out_of_in.size(), skin.size());
  double last = 0;
  for (const auto& [scene_l, l] : out_of_in) {
    EXPECT_GT(l, last - 0.003);
    last = l;
  }
}

TEST_P(EveryLook, ExtremeValuesStayFinite) {
  const ColorPath path(look_, 8, OutputSpace::kDisplayP3);
  const double inf = std::numeric_limits<double>::infinity();
  const double values[] = {std::nan(""), -inf,  -1e30, -1e6, -0.3, -1e-30, 0,
                           1e-310,       1e-30, 0.18,  8,    1e6,  1e30,   inf};
  for (double r : values) {
    for (double g : values) {
      for (double b : values) {
        const Vec3 rgb = path.Encode({{r, g, b}});
        for (int i = 0; i < 3; ++i) ASSERT_TRUE(rgb[i] >= 0 && rgb[i] <= 1) << r << g << b;
        const Vec3 toned = path.Tone({{r, g, b}}), shown = path.Color(toned);
        for (int i = 0; i < 3; ++i) {
          ASSERT_TRUE(toned[i] >= 0 && toned[i] <= 1) << r << g << b;
          ASSERT_TRUE(shown[i] >= 0 && shown[i] <= 1) << r << g << b;
        }
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Looks, EveryLook, testing::ValuesIn(PlainLooks()), LookTestName);

}  // namespace
}  // namespace petzval
