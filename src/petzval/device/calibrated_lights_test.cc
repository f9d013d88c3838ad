// What lies between what was measured: noise, lights, hulls.
#include "petzval/device/calibrated_lights.h"

#include <gtest/gtest.h>

#include <cmath>

#include "petzval/color/temperature.h"
#include "petzval/device/calibration.h"
#include "petzval/device/calibration_test_util.h"
#include "petzval/device/convex_hull.h"

namespace petzval {
namespace {

TEST(Calibration, NoiseBetweenIsosAndBeyond) {
  NoiseCalibration noise;
  for (const double iso : {100.0, 400.0}) {
    NoiseCalibration::Entry entry;
    entry.iso = iso;
    for (int c = 0; c < 3; ++c) entry.noise.plane[c] = {iso * 1.1e-6, iso * iso * (2 + c) * 1e-12};
    noise.entries.push_back(entry);
  }
  // Both lines are powers of the ISO here, so every place is exact.
  for (const double iso : {25.0, 100.0, 200.0, 333.0, 400.0, 3200.0}) {
    for (int c = 0; c < 3; ++c) {
      const NoiseLine line = noise.At(iso).plane[c];
      EXPECT_NEAR(line.s, iso * 1.1e-6, 1e-12 * iso);
      EXPECT_NEAR(line.o, iso * iso * (2 + c) * 1e-12, 1e-17 * iso * iso);
    }
  }
  EXPECT_TRUE(std::isfinite(noise.At(NAN).plane[0].s));
  EXPECT_EQ(NoiseCalibration{}.At(100), NoiseModel{});
}

TEST(Calibration, BetweenLightsOfAClass) {
  const ColorCalibration color = TwoLights();
  // At the lights themselves: they alone, whatever is rounded.
  for (const LightCalibration& light : color.lights) {
    const ColorTransform t = TransformFor(color, {light.neutral, LightClass::kThermal});
    EXPECT_NEAR(t.white.x, light.white.x, 1e-4);
    EXPECT_NEAR(t.white.y, light.white.y, 1e-4);
    for (int i = 0; i < 3; ++i) {
      EXPECT_NEAR(t.matrix.coefficient[1][i], light.matrix.coefficient[1][i], 1e-3);
    }
  }
  // A light between them lies between them in 1 / CCT, and white is kept exactly.
  const CalibratedLights lights = CalibratedLights::Of(color, LightClass::kThermal);
  const Chromaticity white = ChromaticityFromTemperature({4000, 0});
  const Vec3 neutral = lights.NeutralFromWhite(white);
  const ColorTransform t = TransformFor(color, {neutral, LightClass::kThermal});
  EXPECT_NEAR(t.white.x, white.x, 1e-5);
  const double warm = 1 / TemperatureFromChromaticity(kWhiteA).kelvin_k;
  const double cool = 1 / TemperatureFromChromaticity(kWhiteD65).kelvin_k;
  const double share = (warm - 1 / TemperatureFromChromaticity(white).kelvin_k) / (warm - cool);
  const double a = color.lights[0].matrix.coefficient[0][0];
  const double d = color.lights[1].matrix.coefficient[0][0];
  EXPECT_NEAR(t.matrix.coefficient[0][0], a + share * (d - a), 1e-4);
  EXPECT_EQ(t.fit.kind, ColorFitKind::kRootPolynomial2);
  EXPECT_NEAR(t.fit.coefficient[3][0], share * 0.07, 1e-4);
  EXPECT_EQ(t.description, "A .. D65, root2");
  const Vec3 d50 = XyzFromChromaticity(kWhiteD50);
  for (int i = 0; i < 3; ++i) {
    EXPECT_NEAR(t.fit.White()[i], d50[i], 1e-12);
    EXPECT_NEAR(t.matrix.White()[i], d50[i], 1e-12);
  }
  // Beyond the last light: as that.
  const ColorTransform beyond = TransformFor(
      color,
      {lights.NeutralFromWhite(ChromaticityFromTemperature({20000, 0})), LightClass::kThermal});
  ExpectSameFit(beyond.fit, *color.lights[1].chosen);
  EXPECT_EQ(beyond.hull, color.lights[1].hull);
}

TEST(Calibration, WithoutAClassTheWhitePointDecides) {
  ColorCalibration color = TwoLights();
  color.by_white = MatrixByWhite{};
  color.by_white->term[0] = Matrix(0.1).AsMatrix();
  const ColorTransform t = TransformFor(color, {color.lights[1].neutral, {}});
  ExpectSameFit(t.matrix, Matrix(0.1));
  // What the roots add to the matrix stays.
  EXPECT_NEAR(t.fit.coefficient[3][0], 0.07, 1e-3);
  const Vec3 d50 = XyzFromChromaticity(kWhiteD50);
  for (int i = 0; i < 3; ++i) EXPECT_NEAR(t.fit.White()[i], d50[i], 1e-12);
  // A class without lights is no class.
  ExpectSameFit(TransformFor(color, {color.lights[1].neutral, LightClass::kDischarge}).matrix,
                Matrix(0.1));
  // Beyond the whites that it was fitted on: as on their border.
  color.by_white->term[1] = Matrix(0.3).AsMatrix();
  color.by_white->hull = {{-1, -1}, {1, -1}, {1, 1}, {-1, 1}};
  ExpectSameFit(ColorFit::FromMatrix(color.by_white->At({{std::exp(3), 1, 1}})),
                ColorFit::FromMatrix(color.by_white->At({{std::exp(1), 1, 1}})));
}

TEST(Calibration, LightsOfTheClassCorrectTheWhitePoint) {
  ColorCalibration color = TwoLights();
  color.by_white = MatrixByWhite{};
  color.by_white->term[0] = Matrix(0.1).AsMatrix();
  color.by_white->fit_kind = ColorFitKind::kRootPolynomial2;
  for (auto& k : color.by_white->fit_term) k.resize(6);
  color.by_white->fit_term[0] = Root2(0.1, 0.02).coefficient;
  // Under a calibrated light: its own fits.
  const LightCalibration& d65 = color.lights[1];
  ColorTransform t = TransformFor(color, {d65.neutral, LightClass::kThermal});
  for (int i = 0; i < 3; ++i) {
    EXPECT_NEAR(t.matrix.coefficient[0][i], d65.matrix.coefficient[0][i], 1e-3);
    EXPECT_NEAR(t.fit.coefficient[3][i], d65.chosen->coefficient[3][i], 1e-3);
  }
  // Far from them: the regression. Without a class: the regression.
  ExpectSameFit(TransformFor(color, {{{3, 1, 3}}, LightClass::kThermal}).fit, Root2(0.1, 0.02));
  t = TransformFor(color, {d65.neutral, {}});
  ExpectSameFit(t.fit, Root2(0.1, 0.02));
  ExpectSameFit(t.matrix, Matrix(0.1));
  // Of RGB LEDs a quarter at some distance.
  for (LightCalibration& light : color.lights) light.light_class = LightClass::kRgbLed;
  t = TransformFor(color, {{{1.5 * d65.neutral[0], 1, 1.5 * d65.neutral[2]}}, LightClass::kRgbLed});
  EXPECT_GT(t.fit.coefficient[3][0], 0.02);
  EXPECT_LT(t.fit.coefficient[3][0], 0.02 + 0.26 * (0.07 - 0.02));
}

TEST(Calibration, EstimatesTheClassWhereWhitesDiffer) {
  ColorCalibration color = TwoLights();
  const Vec3 d65 = color.lights[1].neutral;
  EXPECT_EQ(EstimateLightClass(color, d65), LightClass::kThermal);
  EXPECT_EQ(EstimateLightClass(color, {{3, 1, 3}}), std::nullopt);
  // A lamp of nearly the same white leaves it open; a greener one does not.
  LightCalibration lamp = color.lights[1];
  lamp.light = "FL1";
  lamp.light_class = LightClass::kHalophosphate;
  color.lights.push_back(lamp);
  EXPECT_EQ(EstimateLightClass(color, d65), std::nullopt);
  color.lights.back().neutral = {{0.8 * d65[0], 1, 0.8 * d65[2]}};
  EXPECT_EQ(EstimateLightClass(color, d65), LightClass::kThermal);
  EXPECT_EQ(EstimateLightClass(color, color.lights.back().neutral), LightClass::kHalophosphate);
}

TEST(Calibration, AbsurdWhitesGiveFiniteTransforms) {
  ColorCalibration color = TwoLights();
  for (const double r : {1e-3, 1.0, 1e3}) {
    for (const double b : {1e-3, 1.0, 1e3}) {
      const ColorTransform t = TransformFor(color, {{{r, 1, b}}, {}});
      for (const Vec3& c : t.fit.coefficient) {
        for (int i = 0; i < 3; ++i) EXPECT_TRUE(std::isfinite(c[i]));
      }
      EXPECT_TRUE(std::isfinite(t.white.x) && std::isfinite(t.white.y));
    }
  }
}

TEST(ConvexHull, HullGaugeAndConvexity) {
  const std::vector<Point2> hull =
      ConvexHull({{0, 0}, {2, 0}, {2, 2}, {0, 2}, {1, 1}, {1, 0}, {0, 0}});
  EXPECT_EQ(hull, (std::vector<Point2>{{0, 0}, {2, 0}, {2, 2}, {0, 2}}));
  EXPECT_TRUE(IsConvex(hull));
  const HullEdges edges = EdgesOfHull(hull);
  EXPECT_NEAR(edges.Gauge({1, 1}), 0, 1e-12);
  EXPECT_NEAR(edges.Gauge({2, 1.3}), 1, 1e-12);
  EXPECT_NEAR(edges.Gauge({3, 0}), 2, 1e-12);
  EXPECT_EQ(EdgesOfHull({}).Gauge({9, 9}), 0);
  EXPECT_EQ(EdgesOfHull({{0, 0}, {1, 1}, {2, 2}}).Gauge({9, 9}), 0);
  EXPECT_FALSE(IsConvex({{0, 0}, {2, 2}, {2, 0}, {0, 2}}));
  // A pentagram turns the same way at every corner.
  std::vector<Point2> star;
  for (int i = 0; i < 5; ++i)
    star.push_back({std::cos(4 * M_PI * i / 5), std::sin(4 * M_PI * i / 5)});
  EXPECT_FALSE(IsConvex(star));
}

}  // namespace
}  // namespace petzval
