// Colours shifted and magnified by known amounts.
#include "petzval/measure/geometry/lateral_color.h"

#include <gtest/gtest.h>

#include <cmath>

#include "petzval/measure/geometry/chart_test_util.h"

namespace petzval::measure {
namespace {

TEST(LateralColor, MagnificationOfAColour) {
  for (bool raw : {false, true}) {
    TestChart chart;
    chart.k1 = -0.05;
    chart.magnification = {1.0012, 1, 0.9985};
    auto report = MeasureLateralColor(raw ? chart.Mosaic() : chart.Picture());
    ASSERT_TRUE(report.has_value()) << report.error().message;
    double worst = 0;
    for (const auto& [channel, m] : {std::pair(&report->red, 1.0012), {&report->blue, 0.9985}}) {
      EXPECT_GT(channel->shifts.size(), 500u);
      for (const LateralShift& s : channel->shifts) {
        worst = std::max({worst, std::fabs(s.dx_px - (m - 1) * (s.x_px - 480)),
                          std::fabs(s.dy_px - (m - 1) * (s.y_px - 360))});
        EXPECT_NEAR(s.radial_px, (m - 1) * s.r * chart.half(), 0.01);
        EXPECT_NEAR(s.tangential_px, 0, 0.01);
      }
      EXPECT_NEAR(channel->radial_fit[0] + channel->radial_fit[1], (m - 1) * 600, 0.01);
      EXPECT_NEAR(channel->mean_dx_px, 0, 0.003);
      EXPECT_EQ(channel->lost, 0);
      EXPECT_NEAR(channel->max_percent, 100 * channel->max_px / 600, 1e-9);
      EXPECT_LT(channel->residual_rms_px, 0.004);
    }
    EXPECT_LT(worst, 0.01) << raw;
  }
}

TEST(LateralColor, ShiftOfAPlane) {
  TestChart chart;
  chart.width = 640;
  chart.height = 480;
  chart.shift_x = {0.37, 0, -0.2};
  for (bool raw : {false, true}) {
    auto report = MeasureLateralColor(raw ? chart.Mosaic() : chart.Picture());
    ASSERT_TRUE(report.has_value()) << report.error().message;
    EXPECT_NEAR(report->red.mean_dx_px, 0.37, 0.005);
    EXPECT_NEAR(report->blue.mean_dx_px, -0.2, 0.005);
    EXPECT_NEAR(report->red.mean_dy_px, 0, 0.005);
    EXPECT_NEAR(report->red.max_px, 0.37, 0.01);
    EXPECT_NEAR(report->red.radial_fit[0] + report->red.radial_fit[1], 0, 0.01);
  }
}

TEST(LateralColor, Refusals) {
  TestChart chart;
  chart.width = 640;
  chart.height = 480;
  Subject mono = chart.Mosaic();
  mono.mono = true;
  EXPECT_NE(MeasureLateralColor(mono).error().message.find("monochrome"), std::string::npos);
  DotGridParams params;
  params.kind = GridKind::kCheckerboard;
  EXPECT_FALSE(MeasureLateralColor(chart.Picture(), params).has_value());
  Subject no_red = chart.Picture();
  for (int y = 0; y < 480; ++y) {
    for (int x = 0; x < 640; ++x) no_red.rgb.At(x, y, 0) = 1.5f;
  }
  auto report = MeasureLateralColor(no_red);
  ASSERT_FALSE(report.has_value());
  EXPECT_NE(report.error().message.find("red"), std::string::npos) << report.error().message;
}

}  // namespace
}  // namespace petzval::measure
