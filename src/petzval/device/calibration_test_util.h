// What tests of calibrations share.
#ifndef PETZVAL_DEVICE_CALIBRATION_TEST_UTIL_H_
#define PETZVAL_DEVICE_CALIBRATION_TEST_UTIL_H_

#include <gtest/gtest.h>

#include <utility>

#include "petzval/device/calibration.h"

namespace petzval {

// A white-preserving matrix of a phone-like camera; `mix` moves it.
inline ColorFit Matrix(double mix) {
  const Vec3 white = XyzFromChromaticity(kWhiteD50);
  Mat3 m{{{{0.66 + mix, 0.25, 0}, {0.25, 0.93 + mix, 0}, {0.04, -0.3 + mix, 0}}}};
  for (int i = 0; i < 3; ++i) m[i][2] = white[i] - m[i][0] - m[i][1];
  return ColorFit::FromMatrix(m);
}
// The same with roots that add `root` and take it off again at white.
inline ColorFit Root2(double mix, double root) {
  ColorFit fit = Matrix(mix);
  fit.kind = ColorFitKind::kRootPolynomial2;
  fit.coefficient.push_back({{root, -root / 3, 0}});
  fit.coefficient.push_back({{-root, root / 3, root / 7}});
  fit.coefficient.push_back({{0, 0, -root / 7}});
  return fit;
}

inline LightCalibration Light(const char* name, LightClass light_class, Chromaticity white,
                              Vec3 neutral, double mix) {
  LightCalibration light;
  light.light = name;
  light.light_class = light_class;
  light.white = white;
  light.neutral = neutral;
  light.matrix = Matrix(mix);
  return light;
}

inline ColorCalibration TwoLights() {
  ColorCalibration color;
  color.method = "chart";
  color.source = "a \"chart\" of a shop, 2024";
  color.lights.push_back(Light("A", LightClass::kThermal, kWhiteA, {{0.9, 1, 0.31}}, 0.02));
  color.lights.push_back(
      Light("D65", LightClass::kThermal, kWhiteD65, {{0.48, 1, 0.61}}, 1.0 / 3e5));
  LightCalibration& d65 = color.lights.back();
  d65.chosen = Root2(-0.01, 0.07);
  d65.matrix_error = {1.25, 3, 4.5, 1.5, 3.5, 5.5};
  d65.chosen_error.loo_mean = 0.9;
  d65.chosen_error.loo_p95 = 2;
  d65.chosen_error.loo_max = 3.25;
  d65.patches = 24;
  d65.glare = 0.0123;
  d65.hull = {{0.2, 0.2}, {0.6, 0.2}, {0.5, 0.4}, {0.2, 0.5}};
  return color;
}

inline void ExpectSameFit(const ColorFit& a, const ColorFit& b) {
  EXPECT_EQ(a.kind, b.kind);
  ASSERT_EQ(a.coefficient.size(), b.coefficient.size());
  for (size_t t = 0; t < a.coefficient.size(); ++t) {
    for (int i = 0; i < 3; ++i) EXPECT_NEAR(a.coefficient[t][i], b.coefficient[t][i], 1e-9);
  }
}

}  // namespace petzval

#endif  // PETZVAL_DEVICE_CALIBRATION_TEST_UTIL_H_
