// J, M, h, tone scale and chroma compression of ACES 2 against published rows.
#include "petzval/color/aces/tone_scale_v2.h"

#include <gtest/gtest.h>

#include "petzval/color/aces/jmh.h"
#include "petzval/color/golden_test_util.h"

namespace petzval::aces {
namespace {

TEST(Jmh, AgreesWithGolden) {
  PETZVAL_GOLDEN_JSON(golden, "aces_agx_golden.json");
  const auto& rows = golden.at("ocio_aces_rgb_to_jmh_20");
  const JmhSpace ap0(kAp0);
  for (size_t i = 0; i < rows.at("input_32f").size(); ++i) {
    const Vec3 rgb = ToVec3(rows.at("input_32f")[i]), want = ToVec3(rows.at("expected_32f")[i]);
    const Jmh got = ap0.FromRgb(rgb);
    // The rows were made in single precision.
    EXPECT_NEAR(got.j, want[0], 1e-4);
    EXPECT_NEAR(got.m, want[1], 5e-4);
    EXPECT_NEAR(got.h, want[2], 2e-4);
    const Vec3 back = ap0.ToRgb(got);
    for (int c = 0; c < 3; ++c) EXPECT_NEAR(back[c], rgb[c], 1e-9);
  }
}

TEST(Jmh, GreysAreNeutralAndLuminanceIsTheirs) {
  for (const RgbSpace& space : {kAp0, kDisplayP3, kRec2020}) {
    const JmhSpace s(space);
    EXPECT_NEAR(s.FromRgb({{1, 1, 1}}).j, 100, 1e-9);
    for (double v : {0.001, 0.18, 1.0, 20.0}) {
      const Jmh grey = s.FromRgb({{v, v, v}});
      EXPECT_LT(grey.m, 1e-9);
      EXPECT_NEAR(grey.j, JFromLuminance(100 * v), 1e-9 * grey.j);
      EXPECT_NEAR(LuminanceFromJ(grey.j), 100 * v, 1e-9 * 100 * v);
    }
  }
}

TEST(ToneScaleV2, AgreesWithGolden) {
  PETZVAL_GOLDEN_JSON(golden, "aces_agx_golden.json");
  const auto& rows = golden.at("ocio_aces_tonescale_compress_20");
  const ToneScaleV2 tone({1000});
  const ChromaCompressionV2 chroma(1000);
  for (size_t i = 0; i < rows.at("input_32f").size(); ++i) {
    const Vec3 in = ToVec3(rows.at("input_32f")[i]), want = ToVec3(rows.at("expected_32f")[i]);
    const double j = JFromLuminance(tone.Apply(LuminanceFromJ(in[0]) / 100));
    const Jmh got = chroma.Apply({in[0], in[1], in[2]}, j);
    EXPECT_NEAR(got.j, want[0], 1e-4);
    EXPECT_NEAR(got.m, want[1], 2e-5 * want[1] + 5e-4);
    EXPECT_EQ(got.h, in[2]);
  }
}

TEST(ToneScaleV2, GreyPeakAndInverse) {
  EXPECT_NEAR(ToneScaleV2({100}).Apply(0.18), 10, 0.05);
  EXPECT_NEAR(ToneScaleV2({1000}).Apply(0.18), 14.6, 0.2);
  for (const ToneScaleV2Params& p :
       {ToneScaleV2Params{100}, {400}, {1000}, {4000}, {100, 1.3, 6}, {300, 1.0, 12}}) {
    const ToneScaleV2 tone(p);
    double last = 0;
    for (double ev = -12; ev <= 10; ev += 0.1) {
      const double x = std::exp2(ev), y = tone.Apply(x);
      EXPECT_GT(y, last);
      last = y;
      if (y < 0.999 * p.peak_nits) {
        EXPECT_NEAR(tone.Inverse(y), x, 1e-6 * x);
      }
    }
    if (p.hit > 0) {
      EXPECT_NEAR(tone.Apply(p.hit), p.peak_nits, 1e-9 * p.peak_nits);
    }
    EXPECT_EQ(tone.Apply(-1), 0);
    EXPECT_EQ(tone.Inverse(0), 0);
  }
}

TEST(ChromaCompressionV2, NeverNegativeAndMonotone) {
  for (double peak : {100.0, 1000.0}) {
    const ChromaCompressionV2 chroma(peak);
    const double top = JFromLuminance(peak);
    for (double h = 0; h < 360; h += 15) {
      for (double j : {0.01, 0.2, 0.6, 0.95}) {
        double last = -1;
        for (double m = 0; m < 200; m += 2) {
          const double got = chroma.Apply({60, m, h}, j * top).m;
          EXPECT_GE(got, last);
          last = got;
        }
      }
    }
    EXPECT_EQ(chroma.Apply({50, 40, 20}, 0).m, 0);
    EXPECT_EQ(chroma.Apply({50, 0, 20}, 30).m, 0);
  }
}

}  // namespace
}  // namespace petzval::aces
