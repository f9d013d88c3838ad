// Calibration from charts that were drawn with exact truth, and from those that cannot be used.
#include "petzval/calibrate/chart/chart_calibration.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "petzval/base/parallel.h"
#include "petzval/calibrate/chart/simulated_chart_util.h"
#include "petzval/calibrate/fit/color_fit.h"

namespace petzval::calibrate {
namespace {

using testing::HasSubstr;

ChartShot ShotOf(const measure::Subject& subject, const std::string& light = "D50") {
  ChartShot shot;
  shot.subject = &subject;
  shot.light = *FindChartLight(light);
  return shot;
}

Result<ChartCalibration> Calibrate(const SimulatedShot& simulated,
                                   const ChartCalibrationParams& params = {},
                                   const std::string& light = "D50") {
  const measure::Subject subject = simulated.Make();
  const ChartShot shot = ShotOf(subject, light);
  return CalibrateFromCharts({&shot, 1}, params);
}

// Mean error on surfaces that no fit has seen, of a fit over that of the fit to clean colours.
double UnseenRatio(const CalibratedLight& light, const SimulatedShot& simulated) {
  const std::vector<SpectralDistribution> unseen = MemoryColorSpectra();
  const TrainingSet test = *SimulateTrainingSet(simulated.camera, simulated.light, unseen, true);
  const TrainingSet clean =
      *SimulateTrainingSet(simulated.camera, simulated.light, simulated.surfaces, true);
  const ColorFit& fit =
      light.calibration.chosen ? *light.calibration.chosen : light.calibration.matrix;
  const ColorFit best = *FitDeltaE(fit.kind, clean);
  return Evaluate(fit, test).mean / Evaluate(best, test).mean;
}

TEST(ChartCalibrationTest, CleanChartGivesTheColoursOfTheCamera) {
  const SimulatedShot simulated;
  const auto result = Calibrate(simulated);
  ASSERT_TRUE(result) << result.error().message;
  ASSERT_EQ(result->lights.size(), 1u);
  const CalibratedLight& light = result->lights[0];
  const std::vector<Vec3> truth = simulated.Balanced();
  ASSERT_EQ(light.patches.size(), 24u);
  for (size_t i = 0; i < 24; ++i) {
    EXPECT_TRUE(light.patches[i].used);
    for (int c = 0; c < 3; ++c) {
      EXPECT_NEAR(light.patches[i].rgb[c], truth[i][c], 0.005) << light.patches[i].name << c;
    }
  }
  const LightCalibration& c = light.calibration;
  EXPECT_EQ(c.light, "D50");
  EXPECT_EQ(c.light_class, LightClass::kThermal);
  EXPECT_NEAR(c.neutral[0], 0.5, 0.003);
  EXPECT_NEAR(c.neutral[2], 0.62, 0.003);
  EXPECT_NEAR(c.glare, 0, 0.0025);
  EXPECT_NEAR(c.white.x, kWhiteD50.x, 0.001);
  EXPECT_EQ(c.patches, 24);
  EXPECT_LT(light.error.train_mean, light.error.loo_mean);
  EXPECT_LT(light.error.loo_mean, 1.5);
  EXPECT_LT(UnseenRatio(light, simulated), 1.05);
  EXPECT_NEAR(light.shots[0].unevenness, 0, 0.02);
  EXPECT_EQ(result->color.method, "chart");
  EXPECT_THAT(result->color.source, HasSubstr("ColorChecker Classic"));
}

TEST(ChartCalibrationTest, GlareIsFoundAndRemoved) {
  for (const double glare : {0.01, 0.03, 0.05}) {
    SimulatedShot simulated;
    simulated.glare = glare;
    const auto result = Calibrate(simulated);
    ASSERT_TRUE(result) << result.error().message;
    const Vec3 found = result->lights[0].shots[0].glare;
    for (int c = 0; c < 3; ++c) EXPECT_NEAR(found[c], glare / (1 + glare), 0.0025);
    EXPECT_LT(UnseenRatio(result->lights[0], simulated), 1.05) << glare;
  }
}

TEST(ChartCalibrationTest, UnevenLightIsTakenOutWithTheChartAlone) {
  SimulatedShot simulated;
  simulated.glare = 0.02;
  simulated.tilt_x = 0.12;
  simulated.tilt_y = -0.1;
  simulated.bow = 0.15;
  simulated.patch_noise = 0.002;
  const auto result = Calibrate(simulated);
  ASSERT_TRUE(result) << result.error().message;
  const CalibratedLight& light = result->lights[0];
  EXPECT_GT(light.shots[0].unevenness, 0.2);
  EXPECT_LT(UnseenRatio(light, simulated), 1.1);
  EXPECT_NEAR(light.shots[0].glare[1], 0.02, 0.0035);
}

TEST(ChartCalibrationTest, FlatTakesOutUnevenLightOfTwoColours) {
  SimulatedShot simulated;
  simulated.tilt_x = 0.2;
  simulated.bow = 0.3;
  simulated.color_tilt = 0.1;
  const measure::Subject subject = simulated.Make(), flat = simulated.MakeFlat();
  ChartShot shot = ShotOf(subject);
  EXPECT_THAT(CalibrateFromCharts({&shot, 1}).error().message, HasSubstr("two colours"));
  shot.flat = &flat;
  const auto result = CalibrateFromCharts({&shot, 1});
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_TRUE(result->lights[0].shots[0].flat_fielded);
  EXPECT_EQ(result->lights[0].shots[0].unevenness, 0);
  EXPECT_LT(UnseenRatio(result->lights[0], simulated), 1.05);
}

TEST(ChartCalibrationTest, SeveralShotsOfALightAreMergedAndLightsKeptApart) {
  SimulatedShot noisy;
  noisy.patch_noise = 0.006;
  std::vector<measure::Subject> subjects;
  std::vector<ChartShot> shots;
  for (uint64_t seed = 1; seed <= 6; ++seed) {
    noisy.seed = seed;
    noisy.exposure = 0.4 + 0.08 * static_cast<double>(seed);
    subjects.push_back(noisy.Make());
  }
  SimulatedShot tungsten;
  tungsten.light = *FindLight("A");
  tungsten.balance = {{0.8, 1, 0.35}};
  subjects.push_back(tungsten.Make());
  for (size_t i = 0; i < subjects.size(); ++i) {
    shots.push_back(ShotOf(subjects[i], i < 6 ? "D50" : "A"));
  }
  const auto one = CalibrateFromCharts({shots.data(), 1}, {});
  const auto all = CalibrateFromCharts(shots, {});
  ASSERT_TRUE(all) << all.error().message;
  ASSERT_EQ(all->lights.size(), 2u);
  EXPECT_EQ(all->lights[0].shots.size(), 6u);
  EXPECT_EQ(all->color.lights[1].light, "A");
  EXPECT_NEAR(all->color.lights[1].neutral[0], 0.8, 0.005);
  // The mean of six is nearer to the truth than one.
  const std::vector<Vec3> truth = noisy.Balanced();
  const auto distance = [&](const CalibratedLight& light) {
    double sum = 0;
    for (size_t i = 0; i < 24; ++i) {
      for (int c = 0; c < 3; ++c) {
        sum += std::pow(light.patches[i].rgb[c] / truth[i][c] - 1, 2);
      }
    }
    return std::sqrt(sum / 72);
  };
  EXPECT_LT(distance(all->lights[0]), 0.6 * distance(one->lights[0]));
}

TEST(ChartCalibrationTest, UnknownLightIsEstimatedOrSearched) {
  SimulatedShot simulated;
  simulated.light = *FindLight("A");
  simulated.balance = {{0.8, 1, 0.35}};
  const auto unknown = Calibrate(simulated, {}, "");
  ASSERT_TRUE(unknown) << unknown.error().message;
  EXPECT_TRUE(unknown->lights[0].light_estimated);
  EXPECT_THAT(unknown->lights[0].warnings, testing::Contains(HasSubstr("nobody told the light")));

  const auto searched = Calibrate(simulated, {}, "auto");
  ASSERT_TRUE(searched) << searched.error().message;
  const auto told = Calibrate(simulated, {}, "A"), wrong = Calibrate(simulated, {}, "D65");
  // The right one or one that is as good.
  EXPECT_LT(searched->lights[0].error.loo_mean, 1.15 * told->lights[0].error.loo_mean);
  EXPECT_LT(searched->lights[0].error.loo_mean, 0.9 * wrong->lights[0].error.loo_mean);
  EXPECT_NEAR(searched->color.lights[0].white.x, told->color.lights[0].white.x, 0.03);
  EXPECT_EQ(searched->color.lights[0].light_class, LightClass::kThermal);
}

TEST(ChartCalibrationTest, TheFilesMatrixDoubtsAWrongLight) {
  const SimulatedShot simulated;
  const measure::Subject subject = simulated.Make();
  // Without a diagonal part of its own the matrix would state white differently: what the camera
  // sees of XYZ under D50.
  DngColor color;
  DngColor::Calibration d50;
  d50.illuminant = 23;
  d50.camera_from_xyz = Inverse(subject.xyz_d50_from_rgb);
  color.calibration = {d50};
  ChartShot shot = ShotOf(subject, "A");
  shot.color = &color;
  const auto wrong = CalibrateFromCharts({&shot, 1});
  ASSERT_TRUE(wrong) << wrong.error().message;
  EXPECT_THAT(wrong->warnings, testing::Contains(HasSubstr("told to be A")));
  shot.light = *FindChartLight("D50");
  const auto right = CalibrateFromCharts({&shot, 1});
  EXPECT_THAT(right->warnings, testing::Not(testing::Contains(HasSubstr("told to be"))));
  shot.light = *FindChartLight("");
  const auto estimated = CalibrateFromCharts({&shot, 1});
  ASSERT_TRUE(estimated);
  EXPECT_NEAR(std::stod(estimated->color.lights[0].light), 5000, 150);
}

TEST(ChartCalibrationTest, ExposureDoesNotMatter) {
  SimulatedShot simulated;
  simulated.read_noise = 0;
  simulated.electrons = 1e12;
  const auto bright = Calibrate(simulated);
  simulated.exposure /= 4;
  const auto dark = Calibrate(simulated);
  ASSERT_TRUE(bright && dark);
  for (size_t i = 0; i < 24; ++i) {
    for (int c = 0; c < 3; ++c) {
      EXPECT_NEAR(bright->lights[0].patches[i].rgb[c], dark->lights[0].patches[i].rgb[c], 1e-4);
    }
  }
}

TEST(ChartCalibrationTest, SameForAnyNumberOfThreads) {
  SimulatedShot simulated;
  simulated.bow = 0.1;
  SetThreads(1);
  const auto one = Calibrate(simulated);
  SetThreads(3);
  const auto three = Calibrate(simulated);
  SetThreads(2);
  ASSERT_TRUE(one && three);
  const LightCalibration &a = one->color.lights[0], &b = three->color.lights[0];
  EXPECT_EQ(a.matrix, b.matrix);
  EXPECT_EQ(a.chosen, b.chosen);
  EXPECT_EQ(a.chosen_error.loo_mean, b.chosen_error.loo_mean);
}

TEST(ChartCalibrationTest, CornersInsteadOfASearch) {
  SimulatedShot simulated;
  const measure::Subject subject = simulated.Make();
  ChartShot shot = ShotOf(subject);
  const auto corners = simulated.Corners();
  shot.corners = corners;
  const auto result = CalibrateFromCharts({&shot, 1});
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_FALSE(result->lights[0].shots[0].located.found);
  EXPECT_LT(UnseenRatio(result->lights[0], simulated), 1.05);
  shot.corners = {{corners[2], corners[3], corners[0], corners[1]}};
  EXPECT_THAT(CalibrateFromCharts({&shot, 1}).error().message, HasSubstr("name its corners"));
  ChartCalibrationParams params;
  params.chart = "auto";
  EXPECT_THAT(CalibrateFromCharts({&shot, 1}, params).error().message, HasSubstr("corners need"));
}

// ---- What cannot be used: one sentence each ----

std::string Refusal(const SimulatedShot& simulated, const ChartCalibrationParams& params = {}) {
  const auto result = Calibrate(simulated, params);
  return result ? "accepted" : result.error().message;
}

TEST(ChartCalibrationTest, RefusesPicturesWithoutTheChart) {
  SimulatedShot half;
  half.hidden = 0.5;
  EXPECT_THAT(Refusal(half), HasSubstr("chart.dng: "));
  SimulatedShot none;
  none.hidden = 1;
  EXPECT_THAT(Refusal(none), HasSubstr("no ColorChecker Classic in the picture"));
  ChartCalibrationParams other;
  other.chart = "colorcheckersg";
  EXPECT_THAT(Refusal({}, other),
              HasSubstr("the chart in the picture is ColorChecker Classic (colorchecker24)"));
  other.chart = "colorchecker42";
  EXPECT_THAT(Refusal({}, other), HasSubstr("colorchecker24"));
  ChartCalibrationParams edition;
  edition.edition = "after-2015";
  EXPECT_THAT(Refusal({}, edition), HasSubstr("after-2014"));
}

TEST(ChartCalibrationTest, RefusesBadExposure) {
  SimulatedShot over;
  over.exposure = 1.3;
  over.balance = {{0.9, 1, 0.9}};
  const auto some = Calibrate(over);
  ASSERT_TRUE(some) << some.error().message;
  EXPECT_FALSE(some->lights[0].patches[18].used);
  EXPECT_THAT(some->warnings, testing::Contains(HasSubstr("white 9.5 is clipped")));
  over.exposure = 30;
  EXPECT_THAT(Refusal(over), HasSubstr("chart.dng: "));
  SimulatedShot under;
  under.exposure = 0.02;
  under.read_noise = 0.003;
  EXPECT_THAT(Refusal(under), HasSubstr("the picture is dark"));
  const measure::Subject dark = under.Make();
  ChartShot shot = ShotOf(dark);
  shot.corners = under.Corners();
  EXPECT_THAT(CalibrateFromCharts({&shot, 1}).error().message, HasSubstr("underexposed"));
}

TEST(ChartCalibrationTest, RefusesGlareAndReflections) {
  SimulatedShot hazy;
  hazy.glare = 0.09;
  EXPECT_THAT(Refusal(hazy), HasSubstr("stray light"));
  ChartCalibrationParams anyway;
  anyway.accept_bad_shot = true;
  const auto accepted = Calibrate(hazy, anyway);
  ASSERT_TRUE(accepted) << accepted.error().message;
  EXPECT_THAT(accepted->warnings, testing::Contains(HasSubstr("stray light")));

  SimulatedShot reflection;
  reflection.surfaces[20] = reflection.surfaces[20] + ConstantSpectrum(0.12);
  EXPECT_THAT(Refusal(reflection), HasSubstr("grey patches lie"));
  SimulatedShot black;
  black.black_error = -0.04;
  black.exposure = 0.9;
  const auto dark = Calibrate(black);
  EXPECT_THAT(dark ? dark->warnings : std::vector<std::string>{dark.error().message},
              testing::Contains(testing::AnyOf(HasSubstr("black level"), HasSubstr("patches"))));
}

TEST(ChartCalibrationTest, RefusesWhatIsNoRaw) {
  measure::Subject picture;
  picture.path = "chart.jpg";
  picture.rgb = Image<float>(64, 64, 3);
  picture.rgb.Fill(0.5f);
  ChartShot shot = ShotOf(picture);
  EXPECT_THAT(CalibrateFromCharts({&shot, 1}).error().message, HasSubstr("finished picture"));
  measure::Subject mono = SimulatedShot().Make();
  mono.mono = true;
  shot.subject = &mono;
  EXPECT_THAT(CalibrateFromCharts({&shot, 1}).error().message, HasSubstr("monochrome"));
  EXPECT_THAT(CalibrateFromCharts({}).error().message, HasSubstr("no shot"));
  const measure::Subject subject = SimulatedShot().Make();
  SimulatedShot small;
  small.width = 600;
  const measure::Subject flat = small.MakeFlat();
  shot.subject = &subject;
  shot.flat = &flat;
  EXPECT_THAT(CalibrateFromCharts({&shot, 1}).error().message, HasSubstr("flat.dng: the flat is"));
  SimulatedShot night;
  night.exposure = 1e-4;
  const measure::Subject dark = night.MakeFlat();
  shot.flat = &dark;
  EXPECT_THAT(CalibrateFromCharts({&shot, 1}).error().message, HasSubstr("no light in the flat"));
  shot.flat = nullptr;
  ChartCalibrationParams params;
  params.patch_share = NAN;
  EXPECT_THAT(CalibrateFromCharts({&shot, 1}, params).error().message, HasSubstr("patch_share"));
}

}  // namespace
}  // namespace petzval::calibrate
