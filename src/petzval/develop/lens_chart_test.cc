// A chart through a soft lens comes out even: a small version of the bench.
#include <gtest/gtest.h>

#include "petzval/develop/lens_chart_run.h"
#include "petzval/optics/profile/test_profile.h"

namespace petzval {
namespace {

TEST(LensChart, CornersBecomeAsSharpAsTheMiddle) {
  const auto profile =
      std::make_shared<optics::LensProfile>(optics::MakeTestProfile({}, {1440, 1080, 2.0, true}));
  ChartPlan plan;
  plan.corner = 0.87;
  plan.patch_px = 36;
  plan.all_corners = false;
  const LensChart chart(profile, plan);
  DevelopParams plain, corrected;
  plain.sharpening = corrected.sharpening = 0;
  corrected.lens_profile = profile;
  const auto before = chart.Measure(plain), after = chart.Measure(corrected);
  ASSERT_TRUE(before) << before.error().message;
  ASSERT_TRUE(after) << after.error().message;
  // The chart shows what is wrong with the lens ...
  EXPECT_LT(before->corner_mtf50, 0.75 * before->center_mtf50);
  EXPECT_GT(before->lateral_px, 0.3);
  EXPECT_GT(before->line_px, 1);
  // ... and that it is put right.
  EXPECT_GT(after->center_mtf50, 0.9 * before->center_mtf50);
  EXPECT_GE(after->corner_mtf50, 0.85 * after->center_mtf50);
  EXPECT_LE(after->overshoot, 0.05);
  EXPECT_LE(after->lateral_px, 0.15);
  EXPECT_LE(after->line_px, 0.3);
}

TEST(LensChart, NoiseGrowsLittleAndLessAtHighIso) {
  const auto profile =
      std::make_shared<optics::LensProfile>(optics::MakeTestProfile({}, {1440, 1080, 2.0, true}));
  double last = 10;
  for (const double iso : {1.0, 32.0}) {
    ChartPlan plan;
    plan.marks = false;
    plan.noise = {8e-5 * iso, 1e-6 * iso * iso};
    const LensChart chart(profile, plan);
    DevelopParams even, corrected;
    for (DevelopParams* p : {&even, &corrected}) {
      p->luma_noise_reduction = p->chroma_noise_reduction = p->sharpening = 0;
    }
    even.lens_profile = WithoutBlur(*profile);
    corrected.lens_profile = profile;
    const auto a = chart.Measure(even), b = chart.Measure(corrected);
    ASSERT_TRUE(a && b);
    const double gain = b->corner_noise / a->corner_noise;
    EXPECT_LT(gain, iso == 1 ? 1.6 : 1.12) << iso;
    EXPECT_LT(gain, last);
    last = gain;
  }
}

}  // namespace
}  // namespace petzval
