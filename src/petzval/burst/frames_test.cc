// Which frames of a burst are used: pictures of something else, pairs, the sharpest reference.
#include "petzval/burst/frames.h"

#include <gtest/gtest.h>

#include "petzval/burst/burst.h"
#include "petzval/burst/quality_score_util.h"
#include "petzval/burst/synthetic_burst_util.h"

namespace petzval {
namespace {

using burst::RmsError;
using burst::Signal;
using burst::SyntheticBurst;

// The same kind of scene elsewhere.
RawFrame OtherScene(int k, int height = 256) {
  SyntheticBurst set{.height = height};
  set.extra = [](int f, double x, double y, int color) {
    const SyntheticBurst plain;
    return plain.Scene(f, x + 5000, y + 3000, color) - plain.Scene(f, x, y, color);
  };
  return set.Frame(k);
}

TEST(Frames, AnotherPictureIsLeftOut) {
  for (const double noise : {1.0, 8.0}) {
    SyntheticBurst set{.frames = 2, .s = 7.2e-4 * noise, .o = 5.1e-5 * noise};
    auto frames = set.Frames();
    frames.push_back(OtherScene(2));
    frames.push_back(OtherScene(3));
    frames.push_back(SyntheticBurst{.s = set.s, .o = set.o}.Frame(4));
    const auto merged = MergeBurst(std::move(frames), {.reference = 0});
    ASSERT_TRUE(merged);
    EXPECT_EQ(merged->frames_used, 3);
    EXPECT_TRUE(merged->frames[1].used);
    EXPECT_FALSE(merged->frames[2].used);
    EXPECT_FALSE(merged->frames[3].used);
    EXPECT_TRUE(merged->frames[4].used);
    EXPECT_NEAR(merged->frames[4].shift_x_px, SyntheticBurst::ShiftX(4), 0.2);
    ASSERT_EQ(merged->warnings.size(), 2u);
    EXPECT_NE(merged->warnings[0].find("frame_2"), std::string::npos);
    const auto x = Signal(merged->frame), single = Signal(set.Frame(0)), clean = set.Clean();
    for (int y = 0; y + 32 <= 256; y += 32) {
      const Rect band{0, y, 320, 32};
      EXPECT_LT(RmsError(x, clean, band), RmsError(single, clean, band)) << y;
    }
  }
}

TEST(Frames, NothingElseLeftPassesTheReferenceThrough) {
  auto frames = SyntheticBurst{.frames = 1}.Frames();
  frames.push_back(OtherScene(1));
  frames.push_back(OtherScene(2));
  const auto merged = MergeBurst(std::move(frames), {.reference = 0});
  ASSERT_TRUE(merged);
  EXPECT_EQ(merged->frames_used, 1);
  EXPECT_EQ(merged->reference, 0);
  EXPECT_TRUE(merged->variance_ratio.empty());
  EXPECT_EQ(merged->warnings.size(), 2u);
}

// A subject that fills two thirds and moves on its own is still the same picture.
TEST(Frames, LargeMovingSubjectStays) {
  SyntheticBurst set{.width = 640, .height = 480, .frames = 3};
  set.extra = [](int k, double x, double y, int color) {
    if (x < 200) return 0.0;
    const SyntheticBurst plain;
    return plain.Scene(k, x + 1000 + 40 * k, y + 25 * k, color) - plain.Scene(k, x, y, color);
  };
  const auto merged = MergeBurst(set.Frames(), {.reference = 0});
  ASSERT_TRUE(merged);
  EXPECT_EQ(merged->frames_used, 3);
}

TEST(Frames, TwoFramesMerge) {
  const SyntheticBurst set{.frames = 2};
  const auto merged = MergeBurst(set.Frames(), {.reference = 0});
  ASSERT_TRUE(merged);
  EXPECT_EQ(merged->frames_used, 2);
  EXPECT_TRUE(merged->warnings.empty());
  const Rect inside{32, 32, 256, 192};
  const auto clean = set.Clean();
  EXPECT_LT(RmsError(Signal(merged->frame), clean, inside),
            0.85 * RmsError(Signal(set.Frame(0)), clean, inside));
}

// The mosaic under a box blur: what a shaking hand does.
RawFrame Blurred(RawFrame frame) {
  const Image<uint16_t> sharp = frame.mosaic.Clone();
  for (int y = 0; y < frame.height(); ++y) {
    for (int x = 4; x + 4 < frame.width(); ++x) {
      int sum = 0;
      for (int d = -4; d <= 4; d += 2) sum += sharp.At(x + d, y);
      frame.mosaic.At(x, y) = static_cast<uint16_t>(sum / 5);
    }
  }
  return frame;
}

TEST(Frames, EquallySharpFramesKeepTheFirst) {
  // ISO 100 to far beyond what drowns all detail; the model may say more noise than there is.
  for (const double gain : {0.25, 1.0, 4.0, 16.0, 64.0}) {
    for (const double claimed : {1.0, 1.3}) {
      SyntheticBurst set{.frames = 3};
      set.s *= gain;
      set.o *= gain * gain;
      auto frames = set.Frames();
      for (RawFrame& frame : frames) {
        for (NoiseLine& line : frame.noise.plane) line = {claimed * line.s, claimed * line.o};
      }
      EXPECT_EQ(MergeBurst(std::move(frames), {})->reference, 0) << gain << " " << claimed;
    }
  }
}

TEST(Frames, SharpestIsTheReferenceAtAnyLevel) {
  const SyntheticBurst plain{.frames = 3, .s = 1.8e-5, .o = 1e-7, .frequent = true};
  auto frames = plain.Frames();
  frames[0] = Blurred(std::move(frames[0]));
  EXPECT_NE(MergeBurst(std::move(frames), {})->reference, 0);
  // Brighter is not sharper, nor is darker.
  SyntheticBurst levels = plain;
  levels.gain = {1, 1.3, 0.7};
  EXPECT_EQ(MergeBurst(levels.Frames(), {})->reference, 0);
  // A blurred bright frame loses against a sharp dark one.
  levels.gain = {1.5, 0.8, 0.8};
  auto bright = levels.Frames();
  bright[0] = Blurred(std::move(bright[0]));
  EXPECT_NE(MergeBurst(std::move(bright), {})->reference, 0);
}

}  // namespace
}  // namespace petzval
