// Cameras that are known match, the same camera needs none, and what does not belong together is
// refused.
#include "petzval/calibrate/match/camera_match.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "petzval/calibrate/fit/measured_data.h"
#include "petzval/calibrate/fit/training_spectra.h"
#include "petzval/color/transfer.h"

namespace petzval::calibrate {
namespace {

Sensitivities BellCamera(double red_nm, double width_nm) {
  Sensitivities camera;
  const double at[3] = {red_nm, 534, 458};
  for (int i = 0; i < kSpectralCount; ++i) {
    const double nm = SpectralDistribution::Nm(i);
    for (int c = 0; c < 3; ++c) {
      const double t = (nm - at[c]) / width_nm;
      camera[c].value[i] = std::exp(-t * t / 2);
    }
  }
  return camera;
}

std::vector<MatchLight> Lights() {
  return {{"D50", LightClass::kThermal, *FindLight("D50")},
          {"A", LightClass::kThermal, *FindLight("A")}};
}

TEST(MatchSensitivities, ComesNearerThanOwnMatrices) {
  const auto match =
      MatchSensitivities("phone", BellCamera(606, 26), "classic", BellCamera(596, 36), Lights());
  ASSERT_TRUE(match) << match.error().message;
  EXPECT_EQ(match->color.reference, "classic");
  ASSERT_EQ(match->color.lights.size(), 2u);
  for (size_t l = 0; l < 2; ++l) {
    const MatchQuality& q = match->quality[l];
    EXPECT_LT(q.matched.mean, q.own.mean);
    EXPECT_LT(q.matched.mean, q.reused.mean);
    EXPECT_GT(q.floor.mean, 0.3 * q.matched.mean);
    const LightCalibration& light = match->color.lights[l];
    const Vec3 white = XyzFromChromaticity(kWhiteD50);
    for (int c = 0; c < 3; ++c) EXPECT_NEAR(light.matrix.White()[c], white[c], 1e-9);
  }
  EXPECT_EQ(match->color.lights[0].light, "D50");
}

TEST(MatchSensitivities, ACameraMatchesItself) {
  const Sensitivities camera = BellCamera(600, 30);
  const auto match = MatchSensitivities("a", camera, "a too", camera, Lights());
  ASSERT_TRUE(match);
  for (const MatchQuality& q : match->quality) {
    EXPECT_LT(q.matched.max, 0.02);
    EXPECT_LT(q.floor.max, 0.05);
  }
}

TEST(MatchSensitivities, NamesTheLightThatFails) {
  Sensitivities camera = BellCamera(600, 30);
  EXPECT_FALSE(MatchSensitivities("a", camera, "b", camera, {}));
  SpectralDistribution line{};
  line.value[42] = 1;  // 590 nm, nothing for the blue
  for (double& v : camera[2].value) v = v < 0.01 ? 0 : v;
  const std::vector<MatchLight> lights = {{"sodium", LightClass::kDischarge, line}};
  const auto match = MatchSensitivities("a", camera, "b", camera, lights);
  ASSERT_FALSE(match);
  EXPECT_EQ(match.error().message.find("sodium"), 0u);
}

// Rows of the table of measured phones and cameras (mean/p95), to its rounding.
TEST(MatchSensitivities, GivesTheGoldenMatches) {
  const std::string data = std::string(PETZVAL_SOURCE_DIR) + "/../shared/data/colour";
  const auto sg = MeasuredReflectances(data, "internal-test-only/ccsg140_1nm");
  if (sg.empty()) GTEST_SKIP() << data << " is not there";
  const auto test =
      MeasuredReflectances(data, "internal-test-only/kuopio_natural_218") + TrainingSpectra190();
  struct Row {
    const char* camera;
    const char* reference;
    double own[2], mean[2], p95[2];  // D50, A
  };
  const Row rows[] = {
      {"Samsung_Galaxy-S20_Tominaga_etal_2021",
       "Leica_M8_Mauer-2009",
       {.95, 1.05},
       {.80, .85},
       {1.90, 2.16}},
      {"Arashi_Vision_Insta360_X5", "Hasselblad_L1D-20c", {.52, .46}, {.36, .33}, {.85, .88}},
      {"iPhone_11_Tominaga_etal_2021", "Sony_ILCE-7RM4", {1.03, 1.12}, {.76, .85}, {1.83, 2.24}},
  };
  for (const Row& row : rows) {
    const auto camera = ReadSensitivities(CameraPath(data, row.camera), nullptr);
    const auto reference = ReadSensitivities(CameraPath(data, row.reference), nullptr);
    ASSERT_TRUE(camera && reference);
    const auto match =
        MatchSensitivities("a", *camera, "b", *reference, Lights(),
                           {.training = sg, .validation = test, .adapt_to_d50 = false});
    ASSERT_TRUE(match);
    for (int l = 0; l < 2; ++l) {
      EXPECT_NEAR(match->quality[l].own.mean, row.own[l], 0.015) << row.camera << l;
      EXPECT_NEAR(match->quality[l].matched.mean, row.mean[l], 0.015) << row.camera << l;
      EXPECT_NEAR(match->quality[l].matched.p95, row.p95[l], 0.03) << row.camera << l;
    }
  }
}

ChartPair Pair(const Sensitivities& a, const Sensitivities& b) {
  const auto light = *FindLight("D50");
  ChartPair pair;
  pair.light = "D50";
  pair.camera = *SimulateTrainingSet(a, light, ColorCheckerSpectra(), true);
  pair.reference = *SimulateTrainingSet(b, light, ColorCheckerSpectra(), true);
  return pair;
}

TEST(MatchCharts, ComesNearerThanOwnMatricesOnOtherSurfaces) {
  const Sensitivities a = BellCamera(608, 26), b = BellCamera(594, 36);
  const std::vector<ChartPair> pairs = {Pair(a, b)};
  const auto match = MatchCharts("a", "b", pairs);
  ASSERT_TRUE(match) << match.error().message;
  const LightCalibration& light = match->color.lights[0];
  const ColorFit& fit = light.chosen ? *light.chosen : light.matrix;
  const ColorFit rendering = *FitDeltaE(ColorFitKind::kMatrix, pairs[0].reference);
  const ColorFit own = *FitDeltaE(ColorFitKind::kMatrix, pairs[0].camera);
  const auto test = RenderedBy(a, b, rendering, *FindLight("D50"), TrainingSpectra190(), true);
  ASSERT_TRUE(test);
  EXPECT_LT(Evaluate(fit, *test).mean, Evaluate(own, *test).mean);
}

TEST(MatchCharts, PatchesAreFoundByName) {
  std::vector<ChartPair> pairs = {Pair(BellCamera(605, 28), BellCamera(597, 34))};
  const auto all = MatchCharts("a", "b", pairs);
  // The reference's chart is listed the other way round.
  TrainingSet& b = pairs[0].reference;
  std::reverse(b.name.begin(), b.name.end());
  std::reverse(b.rgb.begin(), b.rgb.end());
  std::reverse(b.xyz.begin(), b.xyz.end());
  b.greys.clear();
  const auto reversed = MatchCharts("a", "b", pairs);
  ASSERT_TRUE(all && reversed);
  EXPECT_NEAR(reversed->quality[0].train.mean, all->quality[0].train.mean, 1e-3);
}

TEST(MatchCharts, RefusesLightsAndPatchesThatDiffer) {
  EXPECT_FALSE(MatchCharts("a", "b", {}));
  std::vector<ChartPair> pairs = {Pair(BellCamera(605, 28), BellCamera(597, 34))};
  std::vector<ChartPair> other_light = pairs;
  other_light[0].reference.white = kWhiteA;
  EXPECT_FALSE(MatchCharts("a", "b", other_light));
  std::vector<ChartPair> few = pairs;
  for (std::string& name : few[0].reference.name) name += " of another chart";
  const auto why = MatchCharts("a", "b", few);
  ASSERT_FALSE(why);
  EXPECT_NE(why.error().message.find("0 patches are common"), std::string::npos);
}

TEST(MatchPictures, LearnsToneAndColourOfTheReference) {
  std::vector<Image<float>> before, after;
  const Mat3 to_rec709 = RgbFromRgb(kRec709, kRec2020);
  for (int s = 0; s < 3; ++s) {
    before.emplace_back(160, 128, 3);
    after.emplace_back(160, 128, 3);
    for (int y = 0; y < 128; ++y) {
      for (int x = 0; x < 160; ++x) {
        const double v = std::exp2(-6 + 6.0 * (x / 8) / 20);
        const int hue = (y / 8 + s) % 4;
        const Vec3 light{{v, v * (hue == 1 ? 0.8 : 1), v * (hue >= 2 ? 0.7 + 0.05 * hue : 1)}};
        const Vec3 display = to_rec709 * light;
        for (int c = 0; c < 3; ++c) {
          before[s].At(x, y, c) = static_cast<float>(light[c]);
          const double toned = 0.95 * std::pow(std::max(display[c], 0.0), 1.2);
          after[s].At(x, y, c) = static_cast<float>(EncodeSrgb(toned));
        }
      }
    }
  }
  std::vector<PicturePair> pairs;
  for (int s = 0; s < 3; ++s) pairs.push_back({"pair " + std::to_string(s), &before[s], &after[s]});
  const auto fit = MatchPictures(pairs, {}, {.cube_size = 9});
  ASSERT_TRUE(fit) << fit.error().message;
  EXPECT_LT(fit->train.mean, 0.5);
  EXPECT_LT(fit->left_out.mean, 1);
  pairs[1].reference = nullptr;
  EXPECT_FALSE(MatchPictures(pairs));
}

}  // namespace
}  // namespace petzval::calibrate
