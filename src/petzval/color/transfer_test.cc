// The sRGB transfer function against golden values.
#include "petzval/color/transfer.h"

#include <gtest/gtest.h>

#include "petzval/color/golden_test_util.h"

namespace petzval {
namespace {

TEST(Transfer, SrgbAgreesWithGolden) {
  PETZVAL_GOLDEN_JSON(golden, "colour_golden.json");
  const auto& table = golden.at("transfer");
  for (size_t i = 0; i < table.at("x").size(); ++i) {
    EXPECT_NEAR(EncodeSrgb(table.at("x")[i]), table.at("sRGB")[i].get<double>(), 1e-12);
  }
}

TEST(Transfer, SrgbRoundTripsAndIsOdd) {
  // 0.5 in code values is 0.21404 in light (IEC 61966-2-1).
  EXPECT_NEAR(DecodeSrgb(0.5), 0.2140411, 1e-7);
  for (double x = -0.3; x <= 1.5; x += 0.01) {
    EXPECT_NEAR(DecodeSrgb(EncodeSrgb(x)), x, 1e-6);
    EXPECT_EQ(EncodeSrgb(-x), -EncodeSrgb(x));
  }
}

}  // namespace
}  // namespace petzval
