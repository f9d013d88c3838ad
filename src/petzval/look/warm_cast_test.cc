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

// All of Rec.2020 red beyond white: how warm the picture stays.
double Warmer(const Vec3& gain) { return gain[0] / gain[2] - 1; }

TEST(WarmCast, AStatedLightIsThePlainCase) {
  for (const double k : {2000.0, 2850.0, 3300.0, 3900.0, 5000.0, -1.0, std::nan("")}) {
    for (const double adaptation : {0.0, 0.5, 0.85, 1.0}) {
      EXPECT_EQ(WarmCastGain(k, adaptation), WarmCastGain(WarmLight{k}, adaptation)) << k;
    }
  }
}

TEST(WarmCast, DaylightBesideTheLampTakesItsShareOfTheCast) {
  const double alone = Warmer(WarmCastGain(WarmLight{2800}, 0.85));
  ASSERT_GT(alone, 0.05);
  double last = alone;
  for (double share = 0; share <= 0.5; share += 0.05) {
    const Vec3 gain = WarmCastGain(WarmLight{2800, 1, 6500, share}, 0.85);
    const double left = Warmer(gain);
    EXPECT_LE(left, last + 1e-12) << share;
    EXPECT_GT(left, last - 0.03) << share;
    EXPECT_NEAR((XyzFromRgb(kRec2020) * gain)[1], 1, 1e-9);
    last = left;
  }
  EXPECT_NEAR(last / alone, 0.5, 0.06);
  // Another lamp leaves what it was, and no share is no light.
  EXPECT_NEAR(Warmer(WarmCastGain(WarmLight{2800, 1, 2700, 0.4}, 0.85)), alone, 1e-12);
  EXPECT_NEAR(Warmer(WarmCastGain(WarmLight{2800, 1, std::nan(""), 0.4}, 0.85)), alone, 1e-12);
  // Balanced for daylight: the lamp in a corner is warm by itself.
  EXPECT_EQ(WarmCastGain(WarmLight{5500, 1, 2800, 0.4}, 0.85), (Vec3{{1, 1, 1}}));
}

TEST(WarmCast, DoubtfulEstimatesLeaveLess) {
  double last = 0;
  EXPECT_EQ(0, Warmer(WarmCastGain(WarmLight{2800, 0}, 0.85)));
  for (double confidence = 0.05; confidence <= 0.5; confidence += 0.05) {
    const double left = Warmer(WarmCastGain(WarmLight{2800, confidence}, 0.85));
    EXPECT_GT(left, last) << confidence;
    last = left;
  }
  EXPECT_EQ(WarmCastGain(WarmLight{2800, 0.5}, 0.85), WarmCastGain(2800, 0.85));
  EXPECT_EQ(WarmCastGain(WarmLight{2800, 0.9}, 0.85), WarmCastGain(2800, 0.85));
  EXPECT_EQ(WarmCastGain(WarmLight{2800, 0.1}, 1), WarmCastGain(2800, 1));
}

WarmLight Evening(double light_k, double light_lv) {
  WarmLight light{light_k};
  light.light_lv = light_lv;
  return light;
}

TEST(WarmCast, TheLowSunStaysWarmerThanALamp) {
  const double lamp = Warmer(WarmCastGain(2800, 0.85));
  double last = lamp;
  for (double lv = 5; lv <= 15; lv += 0.5) {
    const Vec3 gain = WarmCastGain(Evening(2800, lv), 0.85);
    EXPECT_GE(Warmer(gain), last - 1e-12) << lv;
    EXPECT_NEAR((XyzFromRgb(kRec2020) * gain)[1], 1, 1e-9) << lv;
    last = Warmer(gain);
  }
  EXPECT_GT(last, 2.5 * lamp);
  EXPECT_GT(Warmer(WarmCastGain(Evening(4300, 13), 0.85)), 0.02);
  EXPECT_EQ(WarmCastGain(Evening(5200, 13), 0.85), (Vec3{{1, 1, 1}}));
  // The look decides: full adaptation leaves nothing, none leaves the light itself.
  EXPECT_NEAR(Warmer(WarmCastGain(Evening(2800, 13), 1)), 0, 1e-9);
  EXPECT_NEAR(Warmer(WarmCastGain(Evening(2800, 13), 0)), Warmer(WarmCastGain(2800, 0)), 1e-9);
}

}  // namespace
}  // namespace petzval
