// The warm cast: none by day, a little by lamplight, never a change of brightness.
#include "petzval/look/warm_cast.h"

#include <gtest/gtest.h>

#include <cmath>

#include "petzval/color/spaces.h"

namespace petzval {
namespace {

TEST(WarmCast, NoneByDayOrWithFullAdaptation) {
  for (double k : {4000.0, 5500.0, 20000.0, 0.0, -1.0, std::nan("")}) {
    EXPECT_EQ(WarmCastGain(k, 0.8), (Vec3{{1, 1, 1}})) << k;
  }
  const Vec3 full = WarmCastGain(2800, 1);
  for (int i = 0; i < 3; ++i) EXPECT_NEAR(full[i], 1, 1e-9);
}

TEST(WarmCast, LamplightStaysALittleWarm) {
  const Vec3 g = WarmCastGain(2800, 0.85);
  EXPECT_GT(g[0], 1.02);
  EXPECT_LT(g[0], 1.15);
  EXPECT_LT(g[2], 0.95);
  EXPECT_GT(g[2], 0.80);
  EXPECT_NEAR((XyzFromRgb(kRec2020) * g)[1], 1, 1e-9);
  // Less adaptation, warmer; and no jump between 3000 and 4000 K.
  EXPECT_LT(WarmCastGain(2800, 0.7)[2], g[2]);
  double last = WarmCastGain(2500, 0.85)[2];
  for (double k = 2510; k < 4200; k += 10) {
    const double b = WarmCastGain(k, 0.85)[2];
    EXPECT_NEAR(b, last, 0.006) << k;
    EXPECT_GE(b, last - 1e-9);
    last = b;
  }
}

}  // namespace
}  // namespace petzval
