// Grids of known distortion.
#include "petzval/measure/geometry/distortion.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "petzval/base/parallel.h"
#include "petzval/measure/geometry/chart_test_util.h"
#include "petzval/measure/geometry/distortion_fit.h"
#include "petzval/measure/geometry/dot_fit.h"

namespace petzval::measure {
namespace {

// TV distortion by brute force from its definition: SMIA, percent.
double TvOf(double k1, double k2, double width, double height) {
  const double half = 0.5 * std::hypot(width, height);
  const auto distort = [&](double r) { return r * (1 + k1 * r * r + k2 * r * r * r * r); };
  double u = 0;
  while (distort(u) < 1) u += 1e-6;
  const double side = 0.5 * height / half, middle = distort(side * u);
  return 100 * (side - middle) / middle;
}

TEST(Distortion, KnownLenses) {
  const struct {
    double k1, k2, dx, dy, rotation, tilt_x, tilt_y;
    bool dark, raw;
  } cases[] = {
      {-0.08, 0.01, 0, 0, 0, 0, 0, true, false},
      {0.05, -0.02, 0, 0, 1.5, 0, 0, false, false},
      {-0.15, 0.03, 12, -8, -2, 0.03, -0.02, true, true},
      {-0.02, 0, 0, 0, 4, 0.05, 0, true, false},
  };
  for (const auto& k : cases) {
    TestChart chart;
    chart.k1 = k.k1;
    chart.k2 = k.k2;
    chart.centre_dx_px = k.dx;
    chart.centre_dy_px = k.dy;
    chart.rotation_deg = k.rotation;
    chart.tilt_x = k.tilt_x;
    chart.tilt_y = k.tilt_y;
    chart.dark = k.dark;
    chart.falloff = 0.5;
    auto report = MeasureDistortion(k.raw ? chart.Mosaic() : chart.Picture());
    ASSERT_TRUE(report.has_value()) << report.error().message;
    EXPECT_EQ(report->grid.kind, GridKind::kDots);
    EXPECT_EQ(report->grid.dark, k.dark);
    EXPECT_NEAR(report->k1, k.k1, 1e-4) << k.k1;
    EXPECT_NEAR(report->k2, k.k2, 1e-4) << k.k1;
    EXPECT_NEAR(report->smia_tv_percent, TvOf(k.k1, k.k2, 960, 720), 0.01);
    EXPECT_NEAR(report->tv_percent, 0.5 * TvOf(k.k1, k.k2, 960, 720), 0.01);
    EXPECT_NEAR(report->centre_x_px, 480 + k.dx, 0.5);
    EXPECT_NEAR(report->centre_y_px, 360 + k.dy, 0.5);
    EXPECT_NEAR(report->rotation_deg, k.rotation, 0.3) << "of the chart's sides";
    EXPECT_LT(report->residual_rms_px, 0.02);
    EXPECT_GT(report->grid.points.size(), 500u);
    EXPECT_GT(report->covered_r, 0.9);
    EXPECT_NEAR(report->max_local_percent,
                100 * report->r_of_max * report->r_of_max *
                    (k.k1 + report->r_of_max * report->r_of_max * k.k2),
                0.02);
    EXPECT_TRUE(report->findings.warnings.empty()) << report->findings.warnings[0];
  }
}

TEST(Distortion, NoDistortionNeedsNoCentre) {
  TestChart chart;
  chart.rotation_deg = 2;
  auto report = MeasureDistortion(chart.Picture());
  ASSERT_TRUE(report.has_value()) << report.error().message;
  EXPECT_FALSE(report->centre_fitted);
  EXPECT_NEAR(report->k1, 0, 5e-5);
  EXPECT_NEAR(report->k2, 0, 5e-5);
  EXPECT_NEAR(report->tv_percent, 0, 0.002);
  EXPECT_NEAR(report->keystone_vertical_percent, 0, 0.01);
  EXPECT_NEAR(report->rotation_deg, 2, 0.01);
}

TEST(Distortion, KeystoneOfATiltedChart) {
  // ideal = u / (1 + tilt_y v): narrower below when tilt_y > 0. Widths at the ends of the lattice.
  TestChart chart;
  chart.tilt_y = 0.1;
  auto report = MeasureDistortion(chart.Picture());
  ASSERT_TRUE(report.has_value()) << report.error().message;
  int r0 = report->grid.points.front().row, r1 = report->grid.points.back().row;
  std::map<int, int> rows;
  // Rows of the chart at the lattice's ends: the middle dot lies in the picture's middle.
  int middle = 0;
  double nearest = 1e9;
  for (const GridPoint& p : report->grid.points) {
    const double d = std::hypot(p.x_px - 480, p.y_px - 360);
    if (d < nearest) nearest = d, middle = p.row;
  }
  const double top = 1 / (1 + 0.1 * (r0 - middle) * 32 / chart.half());
  const double bottom = 1 / (1 + 0.1 * (r1 - middle) * 32 / chart.half());
  EXPECT_GT(report->keystone_vertical_percent, 1);
  EXPECT_NEAR(report->keystone_vertical_percent, 200 * (top - bottom) / (top + bottom), 0.02);
  EXPECT_NEAR(report->keystone_horizontal_percent, 0, 0.02);
}

TEST(Distortion, Checkerboard) {
  for (bool raw : {false, true}) {
    TestChart chart;
    chart.checkerboard = true;
    chart.pitch_px = 64;
    chart.k1 = -0.1;
    chart.k2 = 0.02;
    chart.rotation_deg = 1;
    chart.falloff = 0.4;
    auto report = MeasureDistortion(raw ? chart.Mosaic() : chart.Picture());
    ASSERT_TRUE(report.has_value()) << report.error().message;
    EXPECT_EQ(report->grid.kind, GridKind::kCheckerboard);
    EXPECT_NEAR(report->k1, -0.1, 2e-4);
    EXPECT_NEAR(report->k2, 0.02, 2e-4);
    EXPECT_NEAR(report->tv_percent, 0.5 * TvOf(-0.1, 0.02, 960, 720), 0.01);
    EXPECT_LT(report->residual_rms_px, 0.03);
    EXPECT_NEAR(report->grid.pitch_px, 32, 3);
  }
}

TEST(Distortion, NoiseAverages) {
  TestChart chart;
  chart.k1 = -0.05;
  chart.noise = 0.03;
  auto report = MeasureDistortion(chart.Picture());
  ASSERT_TRUE(report.has_value()) << report.error().message;
  EXPECT_NEAR(report->k1, -0.05, 1e-3);
  EXPECT_LT(report->residual_rms_px, 0.2);
}

TEST(Distortion, MissingDotsAndStrayBlobs) {
  TestChart chart;
  chart.k1 = -0.08;
  Subject s = chart.Picture();
  const auto paint = [&](int x0, int y0, int x1, int y1, float v) {
    for (int c = 0; c < 3; ++c) {
      for (int y = y0; y < y1; ++y) {
        for (int x = x0; x < x1; ++x) s.rgb.At(x, y, c) = v;
      }
    }
  };
  paint(300, 200, 380, 260, 0.7f);   // dots gone
  paint(460, 340, 500, 380, 0.08f);  // a mark in the middle
  auto report = MeasureDistortion(s);
  ASSERT_TRUE(report.has_value()) << report.error().message;
  EXPECT_NEAR(report->k1, -0.08, 2e-4);
  EXPECT_GT(report->grid.points.size(), 500u);
}

TEST(Distortion, ClippedPaperIsWarnedOf) {
  TestChart chart;
  chart.k1 = -0.06;
  chart.high = 1.3;
  Subject s = chart.Picture();
  for (int c = 0; c < 3; ++c) {
    for (int y = 0; y < s.height(); ++y) {
      for (int x = 0; x < s.width(); ++x) s.rgb.At(x, y, c) = std::min(s.rgb.At(x, y, c), 1.0f);
    }
  }
  auto report = MeasureDistortion(s);
  ASSERT_TRUE(report.has_value()) << report.error().message;
  EXPECT_NEAR(report->k1, -0.06, 2e-4);
  ASSERT_EQ(report->findings.warnings.size(), 1u);
  EXPECT_NE(report->findings.warnings[0].find("clipped"), std::string::npos);
}

TEST(Distortion, SameForAnyThreads) {
  TestChart chart;
  chart.width = 640;
  chart.height = 480;
  chart.k1 = -0.05;
  chart.noise = 0.01;
  const Subject s = chart.Mosaic();
  SetThreads(1);
  auto one = MeasureDistortion(s);
  SetThreads(3);
  auto three = MeasureDistortion(s);
  ASSERT_TRUE(one.has_value() && three.has_value());
  EXPECT_EQ(one->k1, three->k1);
  EXPECT_EQ(one->residual_rms_px, three->residual_rms_px);
}

TEST(Distortion, NoChartIsRefused) {
  Subject s;
  s.rgb = Image<float>(400, 300, 3);
  s.xyz_d50_from_rgb[1] = {0.2, 0.7, 0.1};
  Random random(1, 1);
  for (int kind = 0; kind < 3; ++kind) {
    for (int c = 0; c < 3; ++c) {
      for (int y = 0; y < 300; ++y) {
        for (int x = 0; x < 400; ++x) {
          s.rgb.At(x, y, c) = kind == 0   ? 0.5f
                              : kind == 1 ? static_cast<float>(random.Uniform())
                                          : (x / 100 + y / 100) % 2 * 0.5f + 0.1f;
        }
      }
    }
    auto report = MeasureDistortion(s);
    ASSERT_FALSE(report.has_value()) << kind << " " << report->grid.points.size();
    EXPECT_NE(report.error().message.find("no grid of dots"), std::string::npos);
  }
  TestChart few;
  few.width = 160;
  few.height = 120;
  EXPECT_FALSE(MeasureDistortion(few.Picture()).has_value());
}

TEST(DistortionModel, UndistortIsTheInverse) {
  DistortionModel m;
  m.k1 = -0.2;
  m.k2 = 0.03;
  for (double r : {0.1, 0.5, 0.8}) {
    const double u = m.UndistortRadius(r);
    EXPECT_NEAR(u * (1 + u * u * (m.k1 + u * u * m.k2)), r, 1e-9);
  }
  m.k1 = -0.6;
  m.k2 = 0;
  EXPECT_TRUE(std::isnan(m.UndistortRadius(1)));  // turns back at 0.497
}

TEST(DotFit, ExactOnSparseSites) {
  // A dot at any phase on every fourth pixel.
  Image<float> plane(60, 60);
  double worst = 0;
  for (double phase : {0.0, 0.23, 0.5, 0.81}) {
    const double cx = 30 + phase, cy = 29.4 - phase * 0.7;
    for (int y = 0; y < 60; ++y) {
      for (int x = 0; x < 60; ++x) {
        const double d = 9 - std::hypot(x + 0.5 - cx, y + 0.5 - cy);
        plane.At(x, y) = static_cast<float>(0.6 + 0.001 * x - 0.5 * 0.5 * std::erfc(-d / 1.2));
      }
    }
    const DotFit fit = FitDot({plane.view(), SiteMask{0x0505}}, {30.4, 29.2, 8.5, 40}, 1.0);
    ASSERT_TRUE(fit.found);
    worst = std::max({worst, std::fabs(fit.x_px - cx), std::fabs(fit.y_px - cy)});
    EXPECT_NEAR(fit.radius_px, 9, 0.01);
    EXPECT_NEAR(fit.contrast, 0.5, 0.005);
  }
  EXPECT_LT(worst, 0.003);
  EXPECT_GT(FitDot({plane.view(), SiteMask{}}, {30, 30, 9, 40}, 0.3).clipped_share, 0.4);
  plane.Fill(0.4f);
  EXPECT_FALSE(FitDot({plane.view(), SiteMask{}}, {30, 30, 9, 40}, 1).found) << "no dot";
}

TEST(DotFit, EdgesOfALensAndOfSquarePixels) {
  // Not the model's own edge: a Gaussian of 0.36 px (MTF50 of 0.4 c/p) averaged over the pixel.
  constexpr int kSub = 7;
  Image<float> plane(44, 44);
  Random random(1, 2);
  for (int k = 0; k < 6; ++k) {
    const double cx = 22 + random.Uniform(), cy = 22 + random.Uniform();
    for (int y = 0; y < 44; ++y) {
      for (int x = 0; x < 44; ++x) {
        double sum = 0;
        for (int i = 0; i < kSub * kSub; ++i) {
          const double u = x + (i % kSub + 0.5) / kSub, v = y + (i / kSub + 0.5) / kSub;
          sum += 0.5 * std::erfc((std::hypot(u - cx, v - cy) - 6.5) / (M_SQRT2 * 0.36));
        }
        plane.At(x, y) = static_cast<float>(0.6 - 0.5 * sum / (kSub * kSub));
      }
    }
    for (uint16_t sites : {0xffff, 0x5a5a, 0x0505}) {
      const DotFit fit =
          FitDot({plane.view(), SiteMask{sites}}, {cx + 0.3, cy - 0.2, 6.8, 32}, 1.0);
      ASSERT_TRUE(fit.found);
      EXPECT_NEAR(fit.x_px, cx, 0.005) << sites;
      EXPECT_NEAR(fit.y_px, cy, 0.005) << sites;
    }
  }
}

}  // namespace
}  // namespace petzval::measure
