// MergeBurst on small synthetic bursts and on the shared ground-truth burst.
#include "petzval/burst/burst.h"

#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "petzval/base/parallel.h"
#include "petzval/burst/merge_test_util.h"
#include "petzval/burst/quality_score_util.h"
#include "petzval/burst/synthetic_burst_util.h"
#include "petzval/capture/reader.h"

namespace petzval {
namespace {

using burst::MergeToFirst;
using burst::RmsError;
using burst::Signal;
using burst::SyntheticBurst;

constexpr Rect kInside{32, 32, 256, 192};

// Error of the merge relative to that of the single reference frame.
double ErrorRatio(const SyntheticBurst& set, const Rect& box = kInside) {
  const auto clean = set.Clean();
  const double single = RmsError(Signal(set.Frame(0)), clean, box);
  return RmsError(Signal(MergeToFirst(set.Frames()).frame), clean, box) / single;
}

TEST(Burst, FindsShiftAndRotation) {
  const SyntheticBurst set;
  const MergedBurst merged = MergeToFirst(set.Frames());
  ASSERT_EQ(merged.frames_used, set.frames);
  for (int k = 0; k < set.frames; ++k) {
    EXPECT_TRUE(merged.frames[k].used);
    EXPECT_NEAR(merged.frames[k].shift_x_px, SyntheticBurst::ShiftX(k), 0.1) << k;
    EXPECT_NEAR(merged.frames[k].shift_y_px, SyntheticBurst::ShiftY(k), 0.1) << k;
    EXPECT_NEAR(merged.frames[k].rotation_deg, SyntheticBurst::Turn(k) * 180 / std::numbers::pi,
                0.03)
        << k;
    EXPECT_NEAR(merged.frames[k].gain, 1, 0.01);
  }
  EXPECT_TRUE(merged.warnings.empty());
}

TEST(Burst, AveragesNoiseAway) {
  // Six frames reach 0.41 at best; sub-pixel motion and detail cost something.
  EXPECT_LT(ErrorRatio({}), 0.55);
}

TEST(Burst, KeepsDetailAtLowNoise) {
  const SyntheticBurst set{.s = 1.8e-5, .o = 1e-7, .frequent = true};
  EXPECT_LT(ErrorRatio(set), 1.0);
}

TEST(Burst, EveryFilterArrayAndOddSizes) {
  for (const char* cfa : {"RGGB", "BGGR", "GRBG", "GBRG", "M"}) {
    EXPECT_LT(ErrorRatio({.width = 323, .height = 257, .cfa = cfa}), 0.6) << cfa;
  }
  EXPECT_LT(ErrorRatio({.width = 325, .height = 259, .cfa = "RRGGRRGGGGBBGGBB"}), 0.8);
}

TEST(Burst, KeepsTheBorderOfOddPictures) {
  const SyntheticBurst set{.width = 67, .height = 51, .frames = 3};
  const auto merged = MergeToFirst(set.Frames());
  const auto x = Signal(merged.frame), clean = set.Clean();
  for (int y = 0; y < set.height; ++y) {
    for (int i = 0; i < set.width; ++i) {
      ASSERT_NEAR(x.At(i, y), clean.At(i, y), 0.15) << i << " " << y;
    }
  }
}

TEST(Burst, MovingObjectLeavesNoGhost) {
  SyntheticBurst set;
  set.extra = [](int k, double x, double y, int color) {
    const bool inside = std::abs(x - 120 - 13 * k) < 16 && std::abs(y - 120 + 7 * k) < 14;
    return inside ? (color == 0 ? 0.35 : 0.1) : 0.0;
  };
  // The whole path of the object.
  EXPECT_LT(ErrorRatio(set, {90, 60, 150, 90}), 0.85);
  // Where it was in the reference, and where it went later.
  EXPECT_LT(ErrorRatio(set, {98, 100, 44, 40}), 1.0);
  EXPECT_LT(ErrorRatio(set, {150, 70, 60, 50}), 0.8);
}

TEST(Burst, HotPixelsGoStarsStay) {
  SyntheticBurst set;
  set.level = 0.03;
  set.hot = {{70, 60, 0.6}, {133, 95, 0.35}, {200, 140, 0.9}, {202, 140, 0.8}, {91, 180, 0.5}};
  const std::vector<std::pair<double, double>> stars = {
      {100.3, 80.7}, {160.0, 120.5}, {220.6, 60.2}, {80.5, 150.5}};
  set.extra = [&](int, double x, double y, int) {
    double v = 0;
    for (const auto& [sx, sy] : stars) {
      v += 0.4 * std::exp(-(std::pow(x - sx, 2) + std::pow(y - sy, 2)) / (2 * 0.8 * 0.8));
    }
    return v;
  };
  const auto merged = MergeToFirst(set.Frames());
  const auto x = Signal(merged.frame), clean = set.Clean();
  EXPECT_GE(merged.hot_pixels, 5);
  EXPECT_LE(merged.hot_pixels, 8);
  for (const auto& h : set.hot) EXPECT_LT(x.At(h.x, h.y) - clean.At(h.x, h.y), 0.05);
  for (const auto& [sx, sy] : stars) {
    double flux = 0, truth = 0;
    for (int dy = -2; dy <= 2; ++dy) {
      for (int dx = -2; dx <= 2; ++dx) {
        const int px = static_cast<int>(std::lround(sx)) + dx;
        const int py = static_cast<int>(std::lround(sy)) + dy;
        flux += x.At(px, py);
        truth += clean.At(px, py);
      }
    }
    EXPECT_NEAR(flux / truth, 1, 0.1);
  }
}

TEST(Burst, TripodUsesTheSingleFrameRule) {
  SyntheticBurst set;
  set.level = 0.1;
  set.still = true;
  set.hot = {{70, 60, 0.8}, {133, 95, 0.6}};
  set.extra = [](int, double x, double y, int) {
    return 0.5 * std::exp(-(std::pow(x - 200.2, 2) + std::pow(y - 100.4, 2)) / (2 * 0.64));
  };
  const auto merged = MergeToFirst(set.Frames());
  EXPECT_EQ(merged.hot_pixels, 2);
  EXPECT_NEAR(Signal(merged.frame).At(200, 100), set.Clean().At(200, 100), 0.05);
}

TEST(Burst, LevelsOfTheSameLightAreNormalised) {
  SyntheticBurst set;
  set.gain = {1, 0.82, 1.15, 0.9, 1.2, 1};
  const auto merged = MergeToFirst(set.Frames());
  EXPECT_NEAR(merged.frames[1].gain, 1 / 0.82, 0.01);
  EXPECT_NEAR(merged.frames[4].gain, 1 / 1.2, 0.01);
  EXPECT_EQ(merged.warnings.size(), 4u);
  const auto x = Signal(merged.frame), clean = set.Clean();
  EXPECT_LT(RmsError(x, clean, kInside), 0.6 * RmsError(Signal(set.Frame(0)), clean, kInside));
}

TEST(Burst, DarknessIsUnbiased) {
  SyntheticBurst set;
  set.s = 1.446e-3;  // ISO 800 of a phone
  set.o = 2.044e-4;
  set.level = 0.01;
  set.frames = 8;
  auto frames = set.Frames();
  const auto merged = MergeToFirst(std::move(frames));
  EXPECT_TRUE(merged.warnings.empty());
  EXPECT_EQ(merged.hot_pixels, 0);
  for (const FrameUse& use : merged.frames) EXPECT_EQ(use.gain, 1);
  const auto x = Signal(merged.frame), clean = set.Clean();
  double sum = 0, truth = 0, raw = 0;
  const auto single = Signal(set.Frame(0));
  for (int y = 32; y < 224; ++y) {
    for (int i = 32; i < 288; ++i) {
      sum += x.At(i, y);
      truth += clean.At(i, y);
      raw += single.At(i, y);
    }
  }
  const double n = 192 * 256;
  // Three sigmas of the mean of so many samples are 2e-4 (single) and 7e-5 (merged).
  EXPECT_NEAR(raw / n, truth / n, 2e-4);
  EXPECT_NEAR(sum / n, truth / n, 8e-5);
  EXPECT_LT(RmsError(x, clean, kInside), 0.5 * RmsError(single, clean, kInside));
}

TEST(Burst, FramesOfAnotherKindAreLeftOut) {
  const SyntheticBurst set{.frames = 4};
  auto frames = set.Frames();
  frames[2] = SyntheticBurst{.width = 300}.Frame(2);
  frames[3].mosaic = {};
  auto merged = MergeBurst(std::move(frames), {});
  ASSERT_TRUE(merged);
  EXPECT_EQ(merged->frames_used, 2);
  EXPECT_FALSE(merged->frames[2].used);
  EXPECT_FALSE(merged->frames[3].used);
  ASSERT_EQ(merged->warnings.size(), 2u);
  EXPECT_NE(merged->warnings[0].find("frame_2"), std::string::npos);
}

TEST(Burst, OneFramePassesThrough) {
  const SyntheticBurst set;
  auto frames = set.Frames();
  frames.resize(1);
  const auto merged = MergeToFirst(std::move(frames));
  EXPECT_EQ(merged.frames_used, 1);
  EXPECT_TRUE(merged.variance_ratio.empty());
  EXPECT_EQ(merged.frame.white_dn[1], 1023 * 64);
  EXPECT_EQ(merged.frame.black_dn[0], 64 * 64);
  const auto original = set.Frame(0);
  for (int x = 0; x < set.width; ++x) {
    ASSERT_EQ(merged.frame.mosaic.At(x, 100), original.mosaic.At(x, 100) * 64);
  }
  EXPECT_FALSE(MergeBurst({}, {}).has_value());
}

TEST(Burst, BlackNearZeroKeepsRoomForNoise) {
  SyntheticBurst set;
  set.level = 0.01;
  auto frames = set.Frames();
  for (RawFrame& f : frames) {
    f.black_dn.fill(0);
    f.white_dn.fill(959);
    for (int y = 0; y < set.height; ++y) {
      for (int x = 0; x < set.width; ++x) {
        f.mosaic.At(x, y) = static_cast<uint16_t>(std::max(0, f.mosaic.At(x, y) - 64));
      }
    }
  }
  // The sensor's own converter cut single frames at black; what that adds the merge cannot know.
  const auto cut = Signal(frames[0]);
  const auto merged = MergeToFirst(std::move(frames));
  EXPECT_GT(merged.frame.black_dn[0], 1000);
  EXPECT_LE(merged.frame.white_dn[0], 65535);
  const auto x = Signal(merged.frame), clean = set.Clean();
  double sum = 0, single = 0;
  for (int y = 32; y < 224; ++y) {
    for (int i = 32; i < 288; ++i) {
      sum += x.At(i, y) - clean.At(i, y);
      single += cut.At(i, y) - clean.At(i, y);
    }
  }
  const double n = 192 * 256;
  EXPECT_NEAR(sum / n, single / n, 1e-4);
  EXPECT_LT(RmsError(x, clean, kInside), 0.6 * RmsError(cut, clean, kInside));
}

TEST(Burst, SameBytesForAnyNumberOfThreads) {
  const SyntheticBurst set{.width = 300, .height = 420, .frames = 4};
  const int before = Threads();
  SetThreads(1);
  const auto one = MergeToFirst(set.Frames());
  SetThreads(3);
  const auto three = MergeToFirst(set.Frames());
  SetThreads(before);
  for (int y = 0; y < set.height; ++y) {
    ASSERT_EQ(std::memcmp(one.frame.mosaic.row(y), three.frame.mosaic.row(y), 2 * set.width), 0);
  }
}

TEST(Burst, TinyAndFlatPicturesSurvive) {
  for (const auto& [w, h] : {std::pair{2, 2}, {1, 1}, {7, 3}, {20, 200}, {40, 40}}) {
    const SyntheticBurst set{.width = w, .height = h, .frames = 3};
    EXPECT_EQ(MergeToFirst(set.Frames()).frame.width(), w);
  }
  SyntheticBurst flat;
  flat.level = 0;
  const auto merged = MergeToFirst(flat.Frames());
  EXPECT_LT(std::abs(merged.frames[1].rotation_deg), 5);
}

TEST(Burst, SharedBurstReachesItsBars) {
  const std::string folder = PETZVAL_SOURCE_DIR "/../shared/data/burst";
  if (!std::filesystem::exists(folder + "/truth.json")) {
    GTEST_SKIP() << "the shared ground-truth burst is not there";
  }
  std::vector<RawFrame> frames;
  for (int k = 0; k < 8; ++k) {
    auto frame = ReadRaw(folder + "/frame_0" + std::to_string(k) + ".dng");
    ASSERT_TRUE(frame) << frame.error().message;
    frames.push_back(std::move(*frame));
  }
  auto clean_frame = ReadRaw(folder + "/clean.dng");
  ASSERT_TRUE(clean_frame);
  std::ifstream file(folder + "/truth.json");
  const nlohmann::json truth = nlohmann::json::parse(file);
  const auto clean = Signal(*clean_frame);
  const burst::BurstTruth scorer(truth, clean);
  const auto single = scorer.Score(Signal(frames[0]), clean);
  const auto score = scorer.Score(Signal(MergeToFirst(std::move(frames)).frame), clean);
  EXPECT_GE(score.at("all"), 44.5);
  for (const auto& [name, region] : truth["regions_xywh"].items()) {
    EXPECT_GT(score.at(name), single.at(name)) << name;
  }
  EXPECT_LE(score.at("hot_left"), 1);
  EXPECT_EQ(score.at("stars_lost"), 0);
  EXPECT_NEAR(score.at("star_flux"), 1, 0.05);
}

}  // namespace
}  // namespace petzval
