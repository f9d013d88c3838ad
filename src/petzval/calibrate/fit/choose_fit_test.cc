// The choice of a fit, glare, and the hull.
#include <gtest/gtest.h>

#include <cmath>

#include "petzval/base/random.h"
#include "petzval/calibrate/fit/color_fit.h"
#include "petzval/calibrate/fit/training_spectra.h"

namespace petzval::calibrate {
namespace {

Sensitivities BellCamera(double red_nm) {
  Sensitivities camera;
  for (int i = 0; i < kSpectralCount; ++i) {
    const double nm = SpectralDistribution::Nm(i);
    const auto bell = [&](double at, double width) {
      return std::exp(-(nm - at) * (nm - at) / (2 * width * width));
    };
    camera[0].value[i] = bell(red_nm, 30);
    camera[1].value[i] = bell(535, 34);
    camera[2].value[i] = bell(460, 26);
  }
  return camera;
}

TrainingSet Chart(const Sensitivities& camera) {
  return *SimulateTrainingSet(camera, *FindLight("D50"), ColorCheckerSpectra(), false);
}

// A camera with the observer's own eyes needs nothing but a matrix.
TEST(ChooseFit, ACameraThatSeesLikeTheObserverGetsTheMatrix) {
  const auto& cmf = CieObserver1931();
  Sensitivities camera;
  const double mix[3][3] = {{1, 0.3, 0}, {0.25, 1, 0.05}, {0.02, 0.1, 1}};
  for (int c = 0; c < 3; ++c) {
    camera[c] = mix[c][0] * cmf[0] + mix[c][1] * cmf[1] + mix[c][2] * cmf[2];
  }
  const TrainingSet set = Chart(camera);
  const auto choice = ChooseFit(set);
  ASSERT_TRUE(choice);
  EXPECT_LT(choice->calibration.matrix_error.loo_max, 0.05);
  const TrainingSet test =
      *SimulateTrainingSet(camera, *FindLight("D50"), RandomReflectances(50, 3), false);
  const ColorFit& fit =
      choice->calibration.chosen ? *choice->calibration.chosen : choice->calibration.matrix;
  EXPECT_LT(Evaluate(fit, test).max, 0.1);
}

TEST(ChooseFit, LeaveOneOutDecidesOnAChart) {
  const TrainingSet set = Chart(BellCamera(600));
  const auto choice = ChooseFit(set);
  ASSERT_TRUE(choice);
  const LightCalibration& light = choice->calibration;
  EXPECT_EQ(light.patches, 24);
  EXPECT_GE(light.hull.size(), 3u);
  EXPECT_EQ(light.neutral, set.neutral);
  const DeStatistics f1 = Statistics(*LeaveOneOut(ColorFitKind::kMatrix, set));
  EXPECT_DOUBLE_EQ(light.matrix_error.loo_mean, f1.mean);
  if (light.chosen) {
    EXPECT_LE(light.chosen_error.loo_mean, 0.9 * f1.mean);
    EXPECT_LE(light.chosen_error.loo_p95, f1.p95);
  }
}

TEST(ChooseFit, RefusesRootsWhenGlareIsNotKnown) {
  const auto choice = ChooseFit(Chart(BellCamera(600)), {.glare_known = false});
  ASSERT_TRUE(choice);
  EXPECT_FALSE(choice->calibration.chosen);
  EXPECT_EQ(choice->warnings.size(), 1u);
}

TEST(ChooseFit, AFewPatchesStillGiveAMatrix) {
  TrainingSet set = Chart(BellCamera(600));
  for (auto* v : {&set.rgb, &set.xyz}) v->resize(10);
  set.greys.clear();
  const auto choice = ChooseFit(set);
  ASSERT_TRUE(choice);
  EXPECT_FALSE(choice->warnings.empty());  // 13 terms are too many
}

TEST(ChooseFit, KnownSensitivitiesAreJudgedOnOtherSurfaces) {
  const auto choice = ChooseFitOfSensitivities(BellCamera(596), *FindLight("A"), true);
  ASSERT_TRUE(choice);
  ASSERT_TRUE(choice->calibration.chosen);
  EXPECT_EQ(choice->calibration.chosen->kind, ColorFitKind::kRootPolynomial2);
  EXPECT_EQ(choice->calibration.patches, 190);
  for (int c = 0; c < 3; ++c) {
    EXPECT_NEAR(choice->calibration.chosen->White()[c], XyzFromChromaticity(kWhiteD50)[c], 1e-9);
  }
}

TEST(Hull, IsConvexAndHoldsAllColours) {
  const TrainingSet set = Chart(BellCamera(600));
  const auto hull = ChromaticityHull(set);
  ASSERT_GE(hull.size(), 3u);
  const auto left = [&](size_t i, double x, double y) {
    const auto& a = hull[i];
    const auto& b = hull[(i + 1) % hull.size()];
    return (b[0] - a[0]) * (y - a[1]) - (b[1] - a[1]) * (x - a[0]);
  };
  for (size_t i = 0; i < hull.size(); ++i) {
    const auto& next = hull[(i + 2) % hull.size()];
    EXPECT_GT(left(i, next[0], next[1]), 0);
    for (const Vec3& rgb : set.rgb) {
      const double sum = rgb[0] + rgb[1] + rgb[2];
      EXPECT_GE(left(i, rgb[0] / sum, rgb[1] / sum), -1e-12);
    }
  }
  TrainingSet black;
  black.rgb = {{{0, 0, 0}}, {{0, 0, 0}}};
  EXPECT_TRUE(ChromaticityHull(black).empty());
}

TEST(Glare, IsFoundAndTakenOff) {
  for (double red_nm : {590.0, 604.0}) {
    const TrainingSet clean = Chart(BellCamera(red_nm));
    for (double g : {0.0, 0.01, 0.03, 0.05}) {
      TrainingSet veiled = clean;
      for (Vec3& q : veiled.rgb) {
        for (double& v : q.v) v = (v + g) / (1 + g);
      }
      const auto glare = EstimateGlare(veiled);
      ASSERT_TRUE(glare);
      for (double b : glare->offset.v) EXPECT_NEAR(b, g / (1 + g), 0.001);
      EXPECT_TRUE(CheckGlare(*glare));
      const TrainingSet back = RemoveGlare(veiled, *glare);
      for (int i = 0; i < 24; ++i) {
        for (int c = 0; c < 3; ++c) EXPECT_NEAR(back.rgb[i][c], clean.rgb[i][c], 0.001);
      }
    }
  }
}

TEST(Glare, ASpoiltShotIsRefused) {
  TrainingSet set = Chart(BellCamera(600));
  TrainingSet veiled = set;
  for (Vec3& q : veiled.rgb) {
    for (double& v : q.v) v = (v + 0.08) / 1.08;
  }
  EXPECT_FALSE(CheckGlare(*EstimateGlare(veiled)));
  TrainingSet reflection = set;
  for (double& v : reflection.rgb[set.greys[3]].v) v *= 1.1;
  EXPECT_FALSE(CheckGlare(*EstimateGlare(reflection)));
  TrainingSet few = set;
  few.greys.resize(2);
  EXPECT_FALSE(EstimateGlare(few));
  TrainingSet turned = set;  // the greys read from the wrong end
  for (size_t i = 0; i < 3; ++i) std::swap(turned.rgb[set.greys[i]], turned.rgb[set.greys[5 - i]]);
  EXPECT_FALSE(EstimateGlare(turned));
}

}  // namespace
}  // namespace petzval::calibrate
