// The single-frame rule for hot pixels: defects go, stars stay.
#include "petzval/burst/hot_pixels.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "petzval/burst/hot_scan.h"
#include "petzval/burst/quality_score_util.h"
#include "petzval/burst/synthetic_burst_util.h"
#include "petzval/capture/reader.h"

namespace petzval {
namespace {

TEST(HotPixels, StrongDefectsOfOneFrameAreReplaced) {
  burst::SyntheticBurst set;
  set.level = 0.1;
  set.hot = {{70, 60, 0.8}, {133, 95, 0.6}, {21, 200, 1.0}};
  RawFrame frame = set.Frame(0);
  EXPECT_EQ(FixHotPixels(&frame), 3);
  const auto x = burst::Signal(frame), clean = set.Clean();
  for (const auto& h : set.hot) EXPECT_NEAR(x.At(h.x, h.y), clean.At(h.x, h.y), 0.03);
}

TEST(HotPixels, CleanTextureIsLeftAlone) {
  for (const double noise : {1.0, 0.05, 20.0}) {
    burst::SyntheticBurst set{.s = 7e-4 * noise, .o = 5e-5 * noise, .frequent = true};
    RawFrame frame = set.Frame(0);
    EXPECT_EQ(FixHotPixels(&frame), 0) << noise;
  }
}

// Black is no light: it must not raise what a defect has to exceed.
TEST(HotPixels, HighBlackLevelHidesNothing) {
  burst::SyntheticBurst set;
  set.level = 0.02;
  set.hot = {{70, 60, 0.25}, {133, 95, 0.3}, {22, 200, 0.28}};
  RawFrame frame = set.Frame(0);
  // 14 bits with black at 2048, so that black / range is twice as much as usual.
  for (int y = 0; y < frame.height(); ++y) {
    for (int x = 0; x < frame.width(); ++x) {
      const int dn = (frame.mosaic.At(x, y) - 64) * 14335 / 959 + 2048;
      frame.mosaic.At(x, y) = static_cast<uint16_t>(std::max(dn, 0));
    }
  }
  frame.black_dn.fill(2048);
  frame.white_dn.fill(16383);
  const float range = 14335, o = 5.1e-5f * range * range + 0.1f;
  const auto site = [&](float above) {
    // A site on a black ground, all of whose neighbours are exactly black.
    for (int y = 98; y < 103; ++y) {
      for (int x = 98; x < 103; ++x) frame.mosaic.At(x, y) = 2048;
    }
    frame.mosaic.At(100, 100) = static_cast<uint16_t>(2048 + above);
    return burst::IsPeak(frame, 100, 100, 3, 8);
  };
  EXPECT_TRUE(site(3.2f * std::sqrt(2 * o)));
  EXPECT_FALSE(site(2.8f * std::sqrt(2 * o)));
  EXPECT_GE(FixHotPixels(&frame), 3);
}

TEST(HotPixels, QuadAndMonochrome) {
  for (const char* cfa : {"RRGGRRGGGGBBGGBB", "M"}) {
    burst::SyntheticBurst set{.cfa = cfa, .level = 0.1};
    set.hot = {{70, 60, 0.8}, {133, 95, 0.7}, {23, 200, 1.0}, {202, 101, 0.9}};
    RawFrame frame = set.Frame(0);
    EXPECT_EQ(FixHotPixels(&frame), 4) << cfa;
    const auto x = burst::Signal(frame), clean = set.Clean();
    for (const auto& h : set.hot) EXPECT_NEAR(x.At(h.x, h.y), clean.At(h.x, h.y), 0.04) << cfa;
  }
}

// Each column of the quad square is judged by the noise of its own colour, in vectors and singly.
TEST(HotPixels, QuadColumnsHaveTheirOwnNoise) {
  burst::SyntheticBurst set{.cfa = "RRGGRRGGGGBBGGBB"};
  RawFrame frame = set.Frame(0);
  frame.mosaic.Fill(64);
  frame.noise.plane = {{{0, 1e-2}, {0, 1e-6}, {0, 1e-6}}};
  std::vector<burst::Site> green;
  for (int x = 40; x < 280; x += 13) {
    frame.mosaic.At(x, 80) = 74;  // far above the noise of green, within that of red
    if (frame.cfa.At(x, 80) == CfaColor::kGreen) green.push_back({x, 80});
  }
  EXPECT_EQ(burst::FindPeaks(frame, 4, 8), green);
  for (int x = 40; x < 280; x += 13) {
    EXPECT_EQ(burst::IsPeak(frame, x, 80, 4, 8), frame.cfa.At(x, 80) == CfaColor::kGreen) << x;
  }
}

// A noise model far too small makes texture stand out everywhere; strong defects still go.
TEST(HotPixels, TooManySuspectsLeaveTheStrongOnes) {
  burst::SyntheticBurst set{.frames = 4, .s = 7.2e-4, .o = 5.1e-5, .level = 0.1};
  set.hot = {{70, 60, 0.9}, {133, 95, 0.8}};
  for (int k = 0; k < 250; ++k) set.hot.push_back({20 + (k * 37) % 280, 20 + (k * 11) % 200, 0.11});
  auto frames = set.Frames();
  std::vector<burst::MotionField> motion(4);
  std::vector<burst::HotFrame> hot;
  for (int k = 0; k < 4; ++k) {
    motion[k].global = {.tx = burst::SyntheticBurst::ShiftX(k) / 2,
                        .ty = burst::SyntheticBurst::ShiftY(k) / 2};
    hot.push_back({&frames[k], k == 0 ? nullptr : &motion[k], 1, nullptr});
  }
  std::vector<std::string> warnings;
  EXPECT_GE(burst::FixHotPixelsOverTime(hot, &warnings), 2);
  EXPECT_EQ(warnings.size(), 1u);
  const auto x = burst::Signal(frames[0]);
  EXPECT_LT(x.At(70, 60), 0.2);
  EXPECT_LT(x.At(133, 95), 0.2);
}

TEST(HotPixels, NoStarOfTheSharedFrameIsLost) {
  const std::string folder = PETZVAL_SOURCE_DIR "/../shared/data/burst";
  if (!std::filesystem::exists(folder + "/truth.json")) {
    GTEST_SKIP() << "the shared ground-truth burst is not there";
  }
  auto frame = ReadRaw(folder + "/frame_00.dng");
  auto clean_frame = ReadRaw(folder + "/clean.dng");
  ASSERT_TRUE(frame && clean_frame);
  std::ifstream file(folder + "/truth.json");
  const auto clean = burst::Signal(*clean_frame);
  const burst::BurstTruth scorer(nlohmann::json::parse(file), clean);
  const auto before = scorer.Score(burst::Signal(*frame), clean);
  const int fixed = FixHotPixels(&*frame);
  const auto after = scorer.Score(burst::Signal(*frame), clean);
  EXPECT_EQ(after.at("stars_lost"), before.at("stars_lost"));
  EXPECT_LT(after.at("hot_left"), 0.5 * before.at("hot_left"));
  EXPECT_LE(fixed, 70);
  EXPECT_GE(after.at("all"), before.at("all"));
}

}  // namespace
}  // namespace petzval
