// The joint model of camera, uneven light and stray light on exact signals.
#include "petzval/calibrate/chart/chart_model.h"

#include <gtest/gtest.h>

#include <cmath>

#include "petzval/calibrate/fit/training_spectra.h"
#include "petzval/color/spaces.h"

namespace petzval::calibrate {
namespace {

struct Scene {
  std::vector<Vec3> xyz;
  ChartModel truth;
  ChartSamples samples;

  Scene() {
    const SpectralDistribution light = *FindLight("D50");
    for (const SpectralDistribution& r : ColorCheckerSpectra()) {
      xyz.push_back(XyzOfReflectance(r, light));
    }
    truth.camera_from_xyz = {{{{0.5, 0.1, -0.05}, {-0.3, 1.1, 0.2}, {0.02, 0.05, 0.6}}}};
  }
  void Sample() {
    samples = {};
    for (int i = 0; i < 24; ++i) {
      const double x = 2.0 * (i % 6) / 5 - 1, y = 2.0 * (i / 6) / 3 - 1;
      const Vec3 seen = truth.camera_from_xyz * xyz[i];
      const Vec3 light = truth.LightAt(x, y), stray = truth.OffsetAt(x, y);
      Vec3 raw;
      for (int c = 0; c < 3; ++c) raw[c] = light[c] * seen[c] + stray[c];
      samples.patch.push_back(i);
      samples.raw.push_back(raw);
      samples.relative_error.push_back({{1e-4, 1e-4, 1e-4}});
      samples.x.push_back(x);
      samples.y.push_back(y);
    }
  }
  void Expect(const ChartModel& model, double tolerance) const {
    for (int i = 0; i < 24; ++i) {
      const Vec3 balanced = model.Balanced(samples.raw[i], samples.x[i], samples.y[i]);
      const Vec3 seen = truth.camera_from_xyz * xyz[i], white = truth.White();
      for (int c = 0; c < 3; ++c) EXPECT_NEAR(balanced[c], seen[c] / white[c], tolerance);
    }
  }
};

TEST(ChartModelTest, ExactSignalsOfEveryShapeComeBack) {
  for (const ModelShape shape :
       {ModelShape{0, 0, false}, ModelShape{1, 0, false}, ModelShape{1, 1, false},
        ModelShape{2, 0, false}, ModelShape{2, 1, false}, ModelShape{3, 1, true}}) {
    Scene scene;
    scene.truth.shape = shape;
    scene.truth.offset = {{0.01, 0.02, 0.005}};
    const double light[] = {0.2, -0.1, -0.15, 0.05, -0.08, 0.03, 0.02, -0.02, 0.01};
    scene.truth.light.assign(light, light + shape.order * (shape.order + 3) / 2);
    if (shape.color_order == 1) {
      scene.truth.red = {0.03, 0.01};
      scene.truth.blue = {-0.02, 0.02};
    }
    if (shape.sloped_glare) scene.truth.slope_x = 0.3;
    scene.Sample();
    const auto model = FitChartModel(scene.samples, scene.xyz, shape);
    ASSERT_TRUE(model) << model.error().message;
    scene.Expect(*model, 2e-5);
    const Vec3 glare = model->Glare(), wanted = scene.truth.Glare();
    for (int c = 0; c < 3; ++c) EXPECT_NEAR(glare[c], wanted[c], 1e-5);
    EXPECT_LT(ModelLoss(*model, scene.samples, scene.xyz), 1e-6);
    const std::vector<size_t> greys = {18, 19, 20, 21, 22, 23};
    EXPECT_LT(GreyResidual(*model, scene.samples, scene.xyz, greys), 1e-5);
  }
}

TEST(ChartModelTest, LeftOutSamplesDoNotCount) {
  Scene scene;
  scene.truth.offset = {{0.01, 0.02, 0.005}};
  scene.Sample();
  scene.samples.raw[7] = {{9, 0.001, 5}};
  const auto model = FitChartModel(scene.samples, scene.xyz, {2, 0, false}, Fold{24, 7});
  ASSERT_TRUE(model);
  const Vec3 glare = model->Glare(), wanted = scene.truth.Glare();
  for (int c = 0; c < 3; ++c) EXPECT_NEAR(glare[c], wanted[c], 1e-5);
}

TEST(ChartModelTest, OneBadPatchDoesNotSpoilTheRest) {
  Scene scene;
  scene.truth.offset = {{0.01, 0.02, 0.005}};
  scene.Sample();
  for (double& v : scene.samples.raw[2].v) v *= 1.4;
  const auto model = FitChartModel(scene.samples, scene.xyz, {1, 0, false});
  ASSERT_TRUE(model);
  const Vec3 white = model->White(), wanted = scene.truth.White();
  for (int c = 0; c < 3; ++c) EXPECT_NEAR(white[c] / wanted[c], 1, 0.01);
}

TEST(ChartModelTest, RefusesWhatTellsNothing) {
  Scene scene;
  scene.Sample();
  ChartSamples few = scene.samples;
  few.raw.resize(5);
  few.x.resize(5);
  few.y.resize(5);
  few.patch.resize(5);
  few.relative_error.resize(5);
  EXPECT_FALSE(FitChartModel(few, scene.xyz, {0, 0, false}));
  ChartSamples nothing = scene.samples;
  for (Vec3& raw : nothing.raw) raw = {};
  EXPECT_FALSE(FitChartModel(nothing, scene.xyz, {0, 0, false}));
  ChartSamples nan = scene.samples;
  nan.raw[3][1] = NAN;
  EXPECT_FALSE(FitChartModel(nan, scene.xyz, {0, 0, false}));
}

}  // namespace
}  // namespace petzval::calibrate
