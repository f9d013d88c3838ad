// Photographed charts: found without help, and what is asked of the one in the light booth.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "petzval/calibrate/chart/chart_calibration.h"
#include "petzval/calibrate/chart/raw_subject_util.h"
#include "petzval/calibrate/chart/simulated_chart_util.h"
#include "petzval/calibrate/fit/measured_data.h"

namespace petzval::calibrate {
namespace {

constexpr const char* kFolder = PETZVAL_SOURCE_DIR "/../shared/data/raw/";

Result<ChartCalibration> Calibrate(const std::string& file, const std::string& light,
                                   bool accept_bad_shot = false) {
  PETZVAL_ASSIGN(const RawFrame frame, ReadRaw(kFolder + file));
  const measure::Subject subject = SubjectOf(frame);
  ChartShot shot;
  shot.subject = &subject;
  shot.color = &frame.color;
  shot.light = *FindChartLight(light);
  ChartCalibrationParams params;
  params.accept_bad_shot = accept_bad_shot;
  return CalibrateFromCharts({&shot, 1}, params);
}

#define SKIP_WITHOUT(file)                                       \
  if (!std::filesystem::exists(std::string(kFolder) + (file))) { \
    GTEST_SKIP() << kFolder << (file) << " is absent";           \
  }

TEST(RealChartsTest, LightBooth) {
  SKIP_WITHOUT("colour-chart-1080p/chart.dng");
  const auto result = Calibrate("colour-chart-1080p/chart.dng", "D50");
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_TRUE(result->lights[0].shots[0].located.found);
  EXPECT_LE(result->lights[0].error.loo_mean, 3);
  EXPECT_EQ(result->lights[0].calibration.patches, 24);
}

TEST(RealChartsTest, Others) {
  for (const char* file : {"raw10-chart/chart.dng", "dslr-chart-dng/colorchart.dng",
                           "outdoor-8bit/indoor1.dng", "outdoor-8bit/outdoor1.dng"}) {
    SKIP_WITHOUT(file);
    const auto result = Calibrate(file, "");
    ASSERT_TRUE(result) << result.error().message;
    EXPECT_TRUE(result->lights[0].shots[0].located.found);
    EXPECT_LE(result->lights[0].error.loo_mean, 3) << file;
  }
}

TEST(RealChartsTest, AgainstTheSun) {
  SKIP_WITHOUT("outdoor-8bit/outdoor2.dng");
  EXPECT_THAT(Calibrate("outdoor-8bit/outdoor2.dng", "D50").error().message,
              testing::HasSubstr("stray light"));
  const auto result = Calibrate("outdoor-8bit/outdoor2.dng", "D50", true);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_LE(result->lights[0].error.loo_mean, 3);
}

// Measured sensitivities drawn as a chart with stray light: as good on surfaces that no fit has
// seen as the fit to clean colours.
TEST(RealChartsTest, StrayLightOfMeasuredCameras) {
  const std::string data = PETZVAL_SOURCE_DIR "/../shared/data/colour";
  const auto unseen = MeasuredReflectances(data, "internal-test-only/kuopio_natural_218") +
                      MeasuredReflectances(data, "ampas_training_190");
  for (const char* camera : {"Samsung_Galaxy-S20_Tominaga_etal_2021", "Sony_ILCE-7RM4"}) {
    const std::string path = CameraPath(data, camera);
    if (path.empty() || unseen.size() != 408) GTEST_SKIP() << data << " is absent";
    std::vector<std::string> warnings;
    SimulatedShot simulated;
    simulated.camera = *ReadSensitivities(path, &warnings);
    const auto test = SimulateTrainingSet(simulated.camera, simulated.light, unseen, true);
    const auto clean =
        SimulateTrainingSet(simulated.camera, simulated.light, simulated.surfaces, true);
    for (const double glare : {0.01, 0.05}) {
      simulated.glare = glare;
      const measure::Subject subject = simulated.Make();
      ChartShot shot;
      shot.subject = &subject;
      shot.light = *FindChartLight("D50");
      const auto result = CalibrateFromCharts({&shot, 1});
      ASSERT_TRUE(result) << result.error().message;
      const LightCalibration& c = result->color.lights[0];
      for (const ColorFit& fit : {c.matrix, c.chosen.value_or(c.matrix)}) {
        const double best = Evaluate(*FitDeltaE(fit.kind, *clean), *test).mean;
        EXPECT_LE(Evaluate(fit, *test).mean, 1.05 * best) << camera << glare;
      }
      for (const double g : result->lights[0].shots[0].glare.v) {
        EXPECT_NEAR(g, glare / (1 + glare), 0.0025) << camera << glare;
      }
    }
  }
}

}  // namespace
}  // namespace petzval::calibrate
