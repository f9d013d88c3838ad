// Output transforms of version 2: what holds for every display.
#include "petzval/color/aces/output_v2.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "petzval/color/aces/gamut_hull_v2.h"
#include "petzval/color/aces/gamut_map_v2.h"
#include "petzval/color/aces/reach_v2.h"
#include "petzval/color/adaptation.h"

namespace petzval::aces {
namespace {

struct Case {
  RgbSpace space;
  double peak_nits;
};
constexpr Case kCases[] = {
    {kRec709, 100}, {kDisplayP3, 100}, {kDisplayP3, 1000}, {kRec2020, 500}, {kRec2020, 4000}};

double Top(const Vec3& v) { return std::max({v[0], v[1], v[2]}); }
double Bottom(const Vec3& v) { return std::min({v[0], v[1], v[2]}); }

TEST(GamutHullV2, CuspsAreOnTheDisplaysCube) {
  for (const Case& c : kCases) {
    const GamutHullV2 hull(c.space, c.peak_nits);
    const JmhSpace space(c.space);
    const double peak = c.peak_nits / 100;
    for (double h = 0; h <= 360; h += 7.5) {
      const HullV2 at = hull.At(h);
      // A cusp is between two corners of the cube: one channel at the peak, one at 0.
      const Vec3 rgb = space.ToRgb({at.cusp_j, at.cusp_m / (1 + 0.12 * 0.27), h});
      EXPECT_NEAR(Top(rgb), peak, 2e-3 * peak) << h;
      EXPECT_NEAR(Bottom(rgb), 0, 2e-3 * peak) << h;
      EXPECT_GT(at.upper_power, 0);
    }
    // No seam.
    EXPECT_NEAR(hull.At(0).cusp_m, hull.At(360).cusp_m, 1e-6);
    EXPECT_NEAR(hull.At(0).upper_power, hull.At(360).upper_power, 1e-3);
  }
}

// No published row lies above its cusp: the upper hull is held to its definition. At five heights
// its boundary is beyond the display's, at one of them only just.
TEST(GamutHullV2, UpperHullJustEnclosesTheDisplay) {
  for (const Case& c : kCases) {
    const GamutHullV2 hull(c.space, c.peak_nits);
    const FocusV2 focus = FocusV2::OfPeak(c.peak_nits);
    const JmhSpace space(c.space);
    for (double h = 0; h < 360; h += 10) {
      const HullV2 at = hull.At(h);
      const FocusLinesV2 lines(focus, at);
      double least = std::numeric_limits<double>::infinity();
      for (const double up : {0.01, 0.1, 0.5, 0.8, 0.99}) {
        const double j = at.cusp_j + up * (focus.limit_j - at.cusp_j);
        const FocusLineV2 line = lines.Through(j, at.cusp_m, j);
        EXPECT_NEAR(line.J(at.cusp_m), j, 1e-6);
        const double m = lines.BoundaryM(line, j);
        least = std::min(least, Top(space.ToRgb({line.J(m), m, h})) * 100 / c.peak_nits);
      }
      EXPECT_NEAR(least, 1, 1e-3) << h;
    }
  }
}

TEST(ReachV2, IsTheBoundaryOfAp1) {
  for (const double peak : {100.0, 1000.0}) {
    const ReachV2 reach(peak);
    const JmhSpace ap1(kAp1);
    for (int h = 0; h < 360; h += 20) {
      const double m = reach.At(h), j = JFromLuminance(peak);
      EXPECT_GE(Bottom(ap1.ToRgb({j, 0.999 * m, static_cast<double>(h)})), 0);
      EXPECT_LT(Bottom(ap1.ToRgb({j, 1.001 * m, static_cast<double>(h)})), 0);
    }
  }
}

TEST(GamutMapV2, OrderedAndInside) {
  for (const Case& c : kCases) {
    const GamutMapV2 map(c.space, c.peak_nits);
    const JmhSpace space(c.space);
    const ReachV2 reach(c.peak_nits);
    const double top = JFromLuminance(c.peak_nits), peak = c.peak_nits / 100;
    for (double h = 0; h < 360; h += 12) {
      for (const double share : {0.02, 0.2, 0.4, 0.6, 0.8, 0.95}) {
        const double j = share * top;
        EXPECT_EQ(map.Apply({j, 0, h}).j, j);
        double last = 0;
        const double most = reach.At(h) * std::pow(share, ColourfulnessExponent());
        for (double part = 0.02; part <= 1; part += 0.02) {
          const Jmh got = map.Apply({j, part * most, h});
          EXPECT_EQ(got.h, h);
          EXPECT_GE(got.m, last) << h << " " << share << " " << part;
          EXPECT_LE(got.m, part * most * (1 + 1e-12));
          EXPECT_GT(got.j, 0);
          EXPECT_LE(got.j, top);
          last = got.m;
        }
        const Vec3 rgb = space.ToRgb(map.Apply({j, last, h}));
        EXPECT_GT(Bottom(rgb), -0.05 * peak) << h << " " << share;
        // Reds above their cusp stand out most; the output transform clips them.
        EXPECT_LT(Top(rgb), 1.15 * peak) << h << " " << share;
      }
    }
  }
}

TEST(OutputTransformV2, GreysHaveTheWhiteOfTheLimit) {
  for (const Case& c : kCases) {
    const OutputTransformV2 transform({c.peak_nits, c.space});
    const Vec3 white = XyzFromChromaticity(c.space.white);
    double last = 0;
    for (double ev = -8; ev <= 14; ev += 0.25) {
      const double v = 0.18 * std::exp2(ev);
      const Vec3 xyz = transform.Apply({{v, v, v}});
      for (int i = 0; i < 3; ++i) EXPECT_NEAR(xyz[i], white[i] * xyz[1], 2e-6 * xyz[1] + 1e-9);
      EXPECT_GE(xyz[1], last);
      last = xyz[1];
    }
    EXPECT_NEAR(last, c.peak_nits / 100, 1e-9 * c.peak_nits);
    const double grey = ToneScaleV2({c.peak_nits}).grey_nits();
    EXPECT_NEAR(100 * transform.Apply({{0.18, 0.18, 0.18}})[1], grey, 0.04 * grey);
  }
}

TEST(OutputTransformV2, CreativeWhiteJustFits) {
  RgbSpace p3_d60 = kDisplayP3;
  p3_d60.white = kWhiteAces;
  OutputV2 display{100, p3_d60, WhiteGain(p3_d60, RgbFromXyz(kDisplayP3))};
  const Vec3 xyz = OutputTransformV2(display).Apply({{1e5, 1e5, 1e5}});
  EXPECT_NEAR(Top(RgbFromXyz(kDisplayP3) * xyz), 1, 1e-9);
  const Chromaticity white = ChromaticityFromXyz(xyz);
  EXPECT_NEAR(white.x, kWhiteAces.x, 1e-6);
  EXPECT_NEAR(white.y, kWhiteAces.y, 1e-6);
}

TEST(OutputTransformV2, AnyValueStaysOnTheDisplay) {
  for (const Case& c : kCases) {
    const OutputTransformV2 transform({c.peak_nits, c.space});
    const Mat3 rgb = RgbFromXyz(c.space);
    const double most = std::numeric_limits<double>::max() / 1e3;
    for (const double r : {-most, -1e4, -0.1, 0.0, 1e-300, 0.2, 1e4, most}) {
      for (const double g : {-most, -1.0, 0.0, 1e-9, 3.0, 1e6}) {
        for (const double b : {-1e4, 0.0, 0.4, 65504.0, most}) {
          const Vec3 out = rgb * transform.Apply({{r, g, b}});
          for (const double v : out.v) {
            EXPECT_GE(v, -1e-6);
            EXPECT_LE(v, c.peak_nits / 100 + 1e-6);
          }
          for (const double v : transform.Render({{r, g, b}}).v) EXPECT_TRUE(std::isfinite(v));
        }
      }
    }
  }
}

}  // namespace
}  // namespace petzval::aces
