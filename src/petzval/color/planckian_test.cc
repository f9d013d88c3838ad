// Temperature and distance from the locus: golden values, inverse, black bodies.
#include "petzval/color/planckian.h"

#include <gtest/gtest.h>

#include "petzval/color/golden_test_util.h"

namespace petzval {
namespace {

TEST(Planckian, AgreesWithGolden) {
  PETZVAL_GOLDEN_JSON(golden, "colour_golden.json");
  for (const auto& t : golden.at("cct")) {
    const Chromaticity xy{t["xy"][0], t["xy"][1]};
    const TemperatureDuv got = OhnoTemperature(xy);
    const double kelvin_k = t["ohno"][0], duv = t["ohno"][1], mccamy = t["mccamy"];
    EXPECT_NEAR(got.kelvin_k, kelvin_k, 1e-6 * kelvin_k);
    EXPECT_NEAR(got.duv, duv, 1e-6 * std::fabs(duv) + 5e-9);
    EXPECT_NEAR(McCamyTemperature(xy), mccamy, 1e-9 * mccamy);
  }
}

TEST(Planckian, InverseReturns) {
  for (double kelvin_k : {1500.0, 2000.0, 2856.0, 4000.0, 6504.0, 10000.0, 20000.0}) {
    for (double duv : {-0.02, -0.006, -0.001, 0.0, 0.001, 0.006, 0.02}) {
      const TemperatureDuv back = OhnoTemperature(ChromaticityFromOhno({kelvin_k, duv}));
      EXPECT_NEAR(back.kelvin_k, kelvin_k, 1e-4 * kelvin_k) << duv;
      EXPECT_NEAR(back.duv, duv, 1e-5) << kelvin_k;
    }
  }
}

TEST(Planckian, McCamyIsNearTheLocus) {
  for (double kelvin_k = 2800; kelvin_k <= 12500; kelvin_k *= 1.1) {
    const double got = McCamyTemperature(ChromaticityFromUv1960(PlanckianUv(kelvin_k)));
    EXPECT_NEAR(got, kelvin_k, (kelvin_k < 9000 ? 0.006 : 0.03) * kelvin_k);
  }
}

TEST(Planckian, FiniteEverywhere) {
  for (double x = 0; x <= 1; x += 0.05) {
    for (double y = 0; y <= 1; y += 0.05) {
      const TemperatureDuv t = OhnoTemperature({x, y});
      EXPECT_TRUE(std::isfinite(t.duv)) << x << " " << y;
      EXPECT_TRUE(t.kelvin_k >= 1000 && t.kelvin_k <= 100000) << x << " " << y;
      const double m = McCamyTemperature({x, y});
      EXPECT_TRUE(m >= 1000 && m <= 100000) << x << " " << y;
    }
  }
  EXPECT_TRUE(std::isfinite(OhnoTemperature({std::nan(""), 0.3}).kelvin_k));
  EXPECT_TRUE(std::isfinite(McCamyTemperature({0.3, std::nan("")})));
}

}  // namespace
}  // namespace petzval
