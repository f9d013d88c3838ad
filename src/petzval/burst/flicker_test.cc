// Flickering light is evened out; large objects and darkness are not taken for it.
#include "petzval/burst/flicker.h"

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

constexpr Rect kInside{32, 32, 256, 192};

bool SaysFlicker(const MergedBurst& merged) {
  for (const std::string& w : merged.warnings) {
    if (w.find("flicker") != std::string::npos) return true;
  }
  return false;
}

TEST(Flicker, BandsAreEvenedOut) {
  SyntheticBurst set;
  set.height = 400;
  set.frames = 8;
  // Bands of +-10 % that move on by a quarter of their period from frame to frame.
  set.row_gain = [](int k, int y) { return 1 + 0.1 * std::sin(0.06 * y + 1.571 * k); };
  const auto merged = MergeToFirst(set.Frames());
  const auto x = Signal(merged.frame), clean = set.Clean();
  double worst = 0, before = 0;
  const auto single = Signal(set.Frame(0));
  for (int y0 = 40; y0 + 20 < 360; y0 += 20) {
    double sum = 0, one = 0, truth = 0;
    for (int y = y0; y < y0 + 20; ++y) {
      for (int i = 32; i < 288; ++i) {
        sum += x.At(i, y);
        one += single.At(i, y);
        truth += clean.At(i, y);
      }
    }
    worst = std::max(worst, std::abs(sum / truth - 1));
    before = std::max(before, std::abs(one / truth - 1));
  }
  EXPECT_GT(before, 0.06);
  EXPECT_LT(worst, 0.025);
  // Its share of the merged noise: 1 sigma is about 0.006 at 0.2, 3 %.
  EXPECT_LT(RmsError(x, clean, kInside), 0.5 * RmsError(single, clean, kInside));
}

// A box that covers `share` of the width and takes light from half of the frames.
SyntheticBurst Bus(double share, double factor) {
  SyntheticBurst set;
  set.height = 480;
  set.frames = 8;
  set.extra = [share, factor](int k, double x, double y, int color) {
    if (k < 4 || x < 20 || x > 20 + share * 320 || y < 150 || y > 350) return 0.0;
    return (factor - 1) * SyntheticBurst().Scene(k, x, y, color);
  };
  return set;
}

TEST(Flicker, LargeObjectIsNoFlicker) {
  for (const auto& [share, factor] :
       {std::pair{0.83, 0.3}, {0.83, 0.75}, {0.83, 0.95}, {0.6, 0.9}, {2.0, 0.8}, {2.0, 0.95}}) {
    const SyntheticBurst set = Bus(share, factor);
    const auto merged = MergeToFirst(set.Frames());
    EXPECT_FALSE(SaysFlicker(merged)) << share << " " << factor;
    const auto x = Signal(merged.frame), single = Signal(set.Frame(0)), clean = set.Clean();
    for (int y = 16; y + 32 <= set.height; y += 32) {
      const Rect band{8, y, 304, 32};
      EXPECT_LE(RmsError(x, clean, band), RmsError(single, clean, band))
          << share << " " << factor << " row " << y;
    }
  }
}

TEST(Flicker, NoiseInTheDarkIsNoFlicker) {
  for (const double level : {0.3, 0.1, 0.03, 0.01}) {
    SyntheticBurst set{.s = 1.446e-3, .o = 2.044e-4, .level = level};
    EXPECT_FALSE(SaysFlicker(MergeToFirst(set.Frames()))) << level;
  }
}

}  // namespace
}  // namespace petzval
