// The single-frame rule for hot pixels: defects go, stars stay.
#include "petzval/burst/hot_pixels.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

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
