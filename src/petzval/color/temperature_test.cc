// Colour temperature and tint against golden values and against its own inverse.
#include "petzval/color/temperature.h"

#include <gtest/gtest.h>

#include "petzval/color/golden_test_util.h"

namespace petzval {
namespace {

TEST(Temperature, MatchesDngGolden) {
  PETZVAL_GOLDEN_JSON(golden, "dng_golden.json");
  for (const auto& t : golden["temperature_tests"]) {
    const auto found = TemperatureFromChromaticity({t["xy"][0], t["xy"][1]});
    EXPECT_NEAR(t["CCT"].get<double>(), found.kelvin_k, 6e-4);  // printed with 3 decimals
    EXPECT_NEAR(t["tint"].get<double>(), found.tint, 6e-4);
  }
}

TEST(Temperature, MatchesRobertsonGolden) {
  PETZVAL_GOLDEN_JSON(golden, "colour_golden.json");
  for (const auto& t : golden["cct"]) {
    const auto found = TemperatureFromChromaticity({t["xy"][0], t["xy"][1]});
    const double cct = t["robertson"][0], duv = t["robertson"][1];
    EXPECT_NEAR(cct, found.kelvin_k, 1e-6 * cct);
    EXPECT_NEAR(duv, found.tint / 3000, 1e-6 * std::abs(duv) + 1e-9);
  }
}

TEST(Temperature, InverseReturns) {
  for (double kelvin = 2000; kelvin <= 25000; kelvin *= 1.13) {
    for (double tint = -100; tint <= 100; tint += 20) {
      const auto back = TemperatureFromChromaticity(ChromaticityFromTemperature({kelvin, tint}));
      EXPECT_NEAR(kelvin, back.kelvin_k, 0.003 * kelvin) << tint;
      EXPECT_NEAR(tint, back.tint, 0.2) << kelvin;
    }
  }
}

TEST(Temperature, FiniteEverywhere) {
  for (double x = 0.02; x < 0.8; x += 0.05) {
    for (double y = 0.02; y < 0.85; y += 0.05) {
      const auto t = TemperatureFromChromaticity({x, y});
      EXPECT_TRUE(std::isfinite(t.kelvin_k) && t.kelvin_k > 1000) << x << " " << y;
      EXPECT_TRUE(std::isfinite(t.tint));
    }
  }
}

}  // namespace
}  // namespace petzval
