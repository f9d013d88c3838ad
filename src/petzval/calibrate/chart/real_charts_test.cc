// Photographed charts: found without help, and what is asked of the one in the light booth.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "petzval/calibrate/chart/chart_calibration.h"
#include "petzval/calibrate/chart/raw_subject_util.h"

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

}  // namespace
}  // namespace petzval::calibrate
