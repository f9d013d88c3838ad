// The merge itself: clipped samples, occluders, and independence of the blocks it works in.
#include "petzval/burst/merge.h"

#include <gtest/gtest.h>

#include "petzval/burst/burst.h"
#include "petzval/burst/merge_test_util.h"
#include "petzval/burst/quality_score_util.h"
#include "petzval/burst/synthetic_burst_util.h"

namespace petzval {
namespace {

using burst::MergeToFirst;
using burst::RmsError;
using burst::Signal;
using burst::SyntheticBurst;

// Each frame at `gain` of the reference's level, clipped where that says so; a lamp that moves by
// `step` px per frame and is far too bright in red and green.
SyntheticBurst Lamp(std::vector<double> gain, double step) {
  SyntheticBurst set;
  set.gain = std::move(gain);
  set.frames = static_cast<int>(set.gain.size());
  set.extra = [step](int k, double x, double y, int color) {
    static constexpr double kTone[3] = {3.0, 2.5, 0.6};
    const double d = std::hypot(x - 150 - step * k, y - 120) / 22;
    return d < 1.5 ? kTone[color] * std::exp(-std::pow(d, 8)) : 0.0;
  };
  return set;
}

TEST(Merge, ClippedLampStaysClippedAtAnyGain) {
  for (const double step : {0.0, 9.0}) {
    const SyntheticBurst set = Lamp({1, 0.8, 1.25, 0.8, 1.25}, step);
    const RawFrame reference = set.Frame(0);
    const auto merged = MergeToFirst(set.Frames());
    const auto x = Signal(merged.frame), clean = set.Clean();
    for (int j = 110; j < 130; ++j) {
      for (int i = 140; i < 160; ++i) {
        if (reference.cfa.At(i, j) == CfaColor::kBlue) continue;
        ASSERT_GE(x.At(i, j), 0.995) << i << " " << j << " step " << step;
      }
    }
    // Around it, where other levels clip what the reference still sees.
    const Rect around{110, 80, 110, 80};
    EXPECT_LT(RmsError(x, clean, {32, 32, 256, 192}),
              1.3 * RmsError(Signal(reference), clean, {32, 32, 256, 192}))
        << step;
    EXPECT_LT(RmsError(x, clean, around), 1.5 * RmsError(Signal(reference), clean, around)) << step;
  }
}

// Row gains below 1 on the reference itself, with a rest that has no whole square.
TEST(Merge, ClippedRowsOfTheReferenceStayWhite) {
  SyntheticBurst set{.width = 65, .height = 65, .frames = 2, .still = true};
  set.extra = [](int, double, double, int) { return 4.0; };
  const auto frames = set.Frames();
  burst::MotionField still;
  std::vector<burst::MergeFrame> inputs(2);
  for (int k = 0; k < 2; ++k) {
    inputs[k].raw = &frames[k];
    inputs[k].motion = k ? &still : nullptr;
    inputs[k].row_gain.assign(65, k ? 1.1f : 0.9f);
  }
  burst::MergeLevels levels;
  levels.white.fill(60000);
  Image<uint16_t> mosaic(65, 65);
  Image<uint8_t> ratio(33, 33);
  burst::MergeOutput output{mosaic.view(), ratio.view(), {}};
  burst::MergeFrames(inputs, {}, levels, &output);
  for (int y = 0; y < 65; ++y) {
    for (int x = 0; x < 65; ++x) ASSERT_GE(mosaic.At(x, y), 60000) << x << " " << y;
  }
}

// An object that covers nearly half of the picture in half of the frames.
TEST(Merge, LargeOccluderLeavesNoGhost) {
  SyntheticBurst set;
  set.extra = [](int k, double x, double y, int color) {
    if (k < 3 || x > 150) return 0.0;
    const SyntheticBurst plain;
    return 0.5 * plain.Scene(k, x + 900, y + 700, color) - 0.5 * plain.Scene(k, x, y, color);
  };
  const auto x = Signal(MergeToFirst(set.Frames()).frame), single = Signal(set.Frame(0));
  const auto clean = set.Clean();
  for (int y = 32; y + 32 <= 224; y += 32) {
    EXPECT_LT(RmsError(x, clean, {16, y, 120, 32}), RmsError(single, clean, {16, y, 120, 32})) << y;
    EXPECT_LT(RmsError(x, clean, {160, y, 120, 32}),
              0.7 * RmsError(single, clean, {160, y, 120, 32}))
        << y;
  }
}

// A grid with a period of 24 px: every shift by it looks right but for the seam of smooth tone.
TEST(Merge, RepetitiveTextureFindsItsShift) {
  SyntheticBurst set;
  set.extra = [](int, double x, double y, int) {
    return 0.12 * (2 + std::sin(x * 0.2618) + std::sin(y * 0.2618));
  };
  const auto merged = MergeToFirst(set.Frames());
  for (int k = 1; k < set.frames; ++k) {
    EXPECT_NEAR(merged.frames[k].shift_x_px, SyntheticBurst::ShiftX(k), 0.15) << k;
    EXPECT_NEAR(merged.frames[k].shift_y_px, SyntheticBurst::ShiftY(k), 0.15) << k;
  }
}

Image<uint16_t> MergeStill(const std::vector<RawFrame>& frames) {
  burst::MotionField motion;
  motion.global.tx = 0.02;  // of frames that lie on top of each other
  motion.global.ty = -0.03;
  std::vector<burst::MergeFrame> inputs(frames.size());
  for (size_t k = 0; k < frames.size(); ++k) {
    inputs[k].raw = &frames[k];
    inputs[k].motion = k ? &motion : nullptr;
  }
  burst::MergeLevels levels;
  levels.white.fill(60000);
  levels.black.fill(2000);
  const int w = frames[0].width(), h = frames[0].height();
  Image<uint16_t> mosaic(w, h);
  Image<uint8_t> ratio(w / 2, h / 2);
  burst::MergeOutput output{mosaic.view(), ratio.view(), {}};
  burst::MergeFrames(inputs, {}, levels, &output);
  return mosaic;
}

// Where blocks begin must not show: the same pixels come out of a picture that begins elsewhere.
TEST(Merge, BlocksLeaveNoTrace) {
  constexpr int kLeft = 48, kTop = 32, kRim = 48;
  const SyntheticBurst set{
      .width = 560, .height = 320, .frames = 3, .still = true, .frequent = true};
  auto frames = set.Frames();
  const Image<uint16_t> whole = MergeStill(frames);
  for (RawFrame& f : frames) {
    Image<uint16_t> part(set.width - kLeft, set.height - kTop);
    for (int y = 0; y < part.height(); ++y) {
      for (int x = 0; x < part.width(); ++x) part.At(x, y) = f.mosaic.At(x + kLeft, y + kTop);
    }
    f.mosaic = std::move(part);
  }
  const Image<uint16_t> part = MergeStill(frames);
  int different = 0;
  for (int y = kRim; y + kRim < part.height(); ++y) {
    for (int x = kRim; x + kRim < part.width(); ++x) {
      // A unit of 58000 is allowed.
      different += std::abs(part.At(x, y) - whole.At(x + kLeft, y + kTop)) > 1;
    }
  }
  EXPECT_EQ(different, 0);
}

}  // namespace
}  // namespace petzval
