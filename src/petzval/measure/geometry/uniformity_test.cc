// Shading of synthetic flat fields with known falloff.
#include "petzval/measure/geometry/uniformity.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "petzval/base/parallel.h"
#include "petzval/base/random.h"
#include "petzval/color/spaces.h"
#include "petzval/measure/geometry/least_squares.h"

namespace petzval::measure {
namespace {

using Field = std::function<double(double x, double y, int c)>;

Subject Picture(int width, int height, const Field& field, double noise = 0) {
  Subject s;
  s.rgb = Image<float>(width, height, 3);
  s.xyz_d50_from_rgb = BradfordAdaptation(kWhiteD50, kWhiteD65) * XyzFromRgb(kRec709);
  for (int c = 0; c < 3; ++c) {
    Random random(7, c);
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) {
        s.rgb.At(x, y, c) = static_cast<float>(field(x + 0.5, y + 0.5, c) +
                                               (noise > 0 ? noise * random.Normals().a : 0));
      }
    }
  }
  return s;
}
Subject Mosaic(int width, int height, const Field& field, double noise = 0) {
  Subject s;
  s.mosaic = Image<float>(width, height);
  s.neutral = {{0.5, 1, 0.6}};
  s.xyz_d50_from_rgb = BradfordAdaptation(kWhiteD50, kWhiteD65) * XyzFromRgb(kRec709) *
                       Mat3::Diagonal({{2, 1, 1 / 0.6}});
  s.sites = {SiteMask{0x0505}, SiteMask{0x5a5a}, SiteMask{0xa0a0}};
  Random random(3, 1);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      for (int c = 0; c < 3; ++c) {
        if (!s.sites[c].Has(x, y)) continue;
        s.mosaic.At(x, y) = static_cast<float>(s.neutral[c] * field(x + 0.5, y + 0.5, c) +
                                               (noise > 0 ? noise * random.Normals().a : 0));
      }
    }
  }
  return s;
}

// cos^4 with the angle `deg` at the corner.
Field Cos4(int width, int height, double deg, double level) {
  return [=](double x, double y, int) {
    const double r =
        std::hypot(x - 0.5 * width, y - 0.5 * height) / (0.5 * std::hypot(width, height));
    const double t = r * std::tan(deg * M_PI / 180);
    return level / std::pow(1 + t * t, 2);
  };
}

TEST(LeastSquares, SolvesAndRefuses) {
  std::array<double, 4> a = {4, 2, 2, 3};
  std::array<double, 2> b = {10, 8};
  ASSERT_TRUE(SolveSymmetric<2>(a, b));
  EXPECT_NEAR(b[0], 1.75, 1e-12);
  EXPECT_NEAR(b[1], 1.5, 1e-12);
  a = {1, 1, 1, 1};
  EXPECT_FALSE(SolveSymmetric<2>(a, b));
  // A line: variance of the mean at the middle is 1 / n.
  NormalEquations<2> line;
  for (int i = -2; i <= 2; ++i) line.Add({1, double(i)}, 3 + 2 * i);
  std::array<double, 2> x{};
  ASSERT_TRUE(line.Solve(&x));
  EXPECT_NEAR(x[0], 3, 1e-12);
  EXPECT_NEAR(x[1], 2, 1e-12);
  EXPECT_NEAR(line.VarianceOf({1, 0}), 0.2, 1e-12);
}

TEST(Uniformity, Cos4CornerToATenthOfAPercent) {
  for (double deg : {10.0, 25.0, 38.0}) {
    const double truth = std::pow(std::cos(deg * M_PI / 180), 4);
    for (bool raw : {false, true}) {
      const Field field = Cos4(800, 600, deg, 0.7);
      const Subject s = raw ? Mosaic(800, 600, field) : Picture(800, 600, field);
      auto report = MeasureUniformity(s);
      ASSERT_TRUE(report.has_value()) << report.error().message;
      EXPECT_NEAR(report->mean_corner_to_centre / truth, 1, 1e-3) << deg << raw;
      for (double corner : report->corner_to_centre) EXPECT_NEAR(corner / truth, 1, 1e-3);
      for (int c = 0; c < 3; ++c) {
        EXPECT_NEAR(report->channel_corner_to_centre[c] / truth, 1, 1e-3);
      }
      EXPECT_NEAR(report->cos4_corner_deg, deg, 0.02);
      EXPECT_LT(report->cos4_rms, 2e-4);
      EXPECT_LT(report->falloff_rms, 1e-3);
      EXPECT_EQ(report->points.size(), 80u);
      EXPECT_LT(std::hypot(report->tilt_x, report->tilt_y), 1e-4);
      EXPECT_TRUE(report->findings.warnings.empty());
      if (raw) {
        EXPECT_LT(report->max_dc, 0.01);
      }
    }
  }
}

TEST(Uniformity, NoiseStaysWithinTheStandardError) {
  const double truth = std::pow(std::cos(25 * M_PI / 180), 4);
  auto report = MeasureUniformity(Mosaic(1200, 900, Cos4(1200, 900, 25, 0.5), 0.02));
  ASSERT_TRUE(report.has_value()) << report.error().message;
  const Figure& corner = report->findings.figures[0];
  EXPECT_EQ(corner.definition, "uniformity.corner_to_centre");
  EXPECT_GT(corner.standard_error, 1e-4);
  EXPECT_LT(corner.standard_error, 0.01);
  EXPECT_NEAR(corner.value, truth, 4 * corner.standard_error);
}

TEST(Uniformity, TiltOfTheLightIsNotFalloff) {
  const Field base = Cos4(800, 600, 20, 0.5);
  const Field field = [&](double x, double y, int c) {
    return base(x, y, c) * (1 + 0.1 * (x / 400 - 1) - 0.03 * (y / 300 - 1));
  };
  auto report = MeasureUniformity(Picture(800, 600, field));
  ASSERT_TRUE(report.has_value());
  EXPECT_NEAR(report->tilt_x, 0.1, 1e-3);
  EXPECT_NEAR(report->tilt_y, -0.03, 1e-3);
  EXPECT_NEAR(report->cos4_corner_deg, 20, 0.05);
  EXPECT_EQ(report->findings.warnings.size(), 1u);
}

TEST(Uniformity, ColourShading) {
  // Red gains 6 % towards the right side; the expected differences come from the definition.
  const Field field = [](double x, double, int c) {
    return 0.25 * (c == 0 ? 1 + 0.06 * (x / 500 - 1) : 1);
  };
  const Subject s = Picture(1000, 800, field);
  auto report = MeasureUniformity(s);
  ASSERT_TRUE(report.has_value());
  const UniformityPoint& right = report->points[9];
  EXPECT_NEAR(right.rgb[0], 0.25 * (1 + 0.06 * 0.9), 1e-5);
  EXPECT_NEAR(right.rgb[1], 0.25, 1e-6);
  EXPECT_GT(report->max_dc, 0.8);
  EXPECT_LT(report->max_dc, 3);
  EXPECT_NEAR(report->max_dc, std::hypot(right.lab[1], right.lab[2]), 0.05);
  EXPECT_NEAR(report->channel_corner_to_centre[0], 1, 1e-4);  // left and right cancel
}

TEST(Uniformity, DustAndHotPixelsAreLeftOut) {
  Subject s = Picture(800, 600, Cos4(800, 600, 25, 0.5), 0.002);
  for (int i = 0; i < 6; ++i) {
    for (int c = 0; c < 3; ++c) s.rgb.At(2 + 3 * i, 3, c) = i % 2 ? 0.99f : 0.0f;
  }
  auto report = MeasureUniformity(s);
  ASSERT_TRUE(report.has_value());
  EXPECT_NEAR(report->corner_to_centre[0], report->corner_to_centre[3], 0.012);
}

TEST(Uniformity, SameForAnyThreads) {
  const Subject s = Mosaic(640, 480, Cos4(640, 480, 25, 0.5), 0.01);
  SetThreads(1);
  auto one = MeasureUniformity(s);
  SetThreads(3);
  auto three = MeasureUniformity(s);
  EXPECT_EQ(one->mean_corner_to_centre, three->mean_corner_to_centre);
  EXPECT_EQ(one->max_dc, three->max_dc);
  EXPECT_EQ(one->cos4_corner_deg, three->cos4_corner_deg);
}

std::string Refusal(const Subject& s, const UniformityParams& params = {}) {
  auto report = MeasureUniformity(s, params);
  EXPECT_FALSE(report.has_value());
  return report ? "" : report.error().message;
}

TEST(Uniformity, RefusesWhatIsNoFlatField) {
  EXPECT_NE(Refusal(Picture(640, 480, Cos4(640, 480, 20, 1.2))).find("clipped"), std::string::npos);
  EXPECT_NE(Refusal(Picture(640, 480, Cos4(640, 480, 20, 0.004))).find("dark"), std::string::npos);
  const Field half = [](double x, double, int) { return x < 200 ? 0.3 : 0.6; };
  EXPECT_NE(Refusal(Picture(640, 480, half)).find("not an evenly lit"), std::string::npos);
  const Field stripes = [](double x, double, int) { return std::fmod(x, 24) < 12 ? 0.3 : 0.4; };
  EXPECT_NE(Refusal(Picture(640, 480, stripes)).find("not an evenly lit"), std::string::npos);
  EXPECT_NE(Refusal(Picture(40, 40, Cos4(40, 40, 20, 0.5))).find("too small"), std::string::npos);
  UniformityParams params;
  params.columns = 1;
  EXPECT_NE(Refusal(Picture(640, 480, Cos4(640, 480, 20, 0.5)), params).find("range"),
            std::string::npos);
}

TEST(Uniformity, Monochrome) {
  Subject s = Mosaic(640, 480, Cos4(640, 480, 25, 0.5));
  for (int y = 0; y < 480; ++y) {
    for (int x = 0; x < 640; ++x) {
      s.mosaic.At(x, y) = static_cast<float>(Cos4(640, 480, 25, 0.5)(x + 0.5, y + 0.5, 1));
    }
  }
  s.mono = true;
  s.sites = {SiteMask{0}, SiteMask{}, SiteMask{0}};
  auto report = MeasureUniformity(s);
  ASSERT_TRUE(report.has_value()) << report.error().message;
  EXPECT_NEAR(report->mean_corner_to_centre, std::pow(std::cos(25 * M_PI / 180), 4), 5e-4);
  EXPECT_TRUE(std::isnan(report->max_dc));
  for (const Figure& f : report->findings.figures) {
    EXPECT_EQ(f.known(), f.note.empty()) << f.name;
  }
}

}  // namespace
}  // namespace petzval::measure
