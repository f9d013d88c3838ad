// The blind estimate against noise that is known: made here, and measured over time on real frames.
#include "petzval/capture/noise_estimate.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <random>

#include "petzval/base/parallel.h"
#include "petzval/capture/reader.h"

namespace petzval {
namespace {

namespace fs = std::filesystem;

fs::path Shared() { return fs::path(PETZVAL_SOURCE_DIR) / ".." / "shared" / "data"; }

// A scene of patches, gradients and texture (a share of the area), clipped at both ends.
RawFrame MakeFrame(int width, int height, int cfa_size, NoiseLine noise, double texture,
                   std::array<double, 3> gain = {1, 1, 1}) {
  RawFrame frame;
  frame.mosaic = Image<uint16_t>(width, height);
  frame.cfa.size = cfa_size;
  for (int i = 0; i < cfa_size * cfa_size; ++i) {
    const int x = i % cfa_size * 2 / std::max(cfa_size, 2),
              y = i / cfa_size * 2 / std::max(cfa_size, 2);
    frame.cfa.color[i] = cfa_size == 1 ? CfaColor::kMono : static_cast<CfaColor>(x + y);
  }
  frame.black_dn.fill(64);
  frame.white_dn.fill(1023);
  std::mt19937 random(1);
  std::normal_distribution<double> normal;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const CfaColor color = frame.cfa.At(x, y);
      const int k = color == CfaColor::kMono ? 1 : static_cast<int>(color);
      const int patch = (x / 160 * 7 + y / 120 * 5) % 16;
      double m = 0.7 * std::pow(patch / 15.0, 2) * (0.6 + 0.2 * k) + 0.1 * x / width;
      if ((x / 80 + y / 60) % 10 < texture * 10)
        m *= 1 + 0.2 * std::sin(0.9 * x) * std::cos(1.1 * y);
      const double v =
          m + NoiseLine{noise.s * gain[k], noise.o * gain[k] * gain[k]}.Sigma(m) * normal(random);
      frame.mosaic.At(x, y) =
          static_cast<uint16_t>(std::clamp(std::lround(64 + v * (1023 - 64)), 0L, 1023L));
    }
  }
  return frame;
}

double VarianceAt(const NoiseLine& line, double x) { return line.Variance(x); }

TEST(EstimateNoiseTest, KnownNoiseWithinAQuarter) {
  const NoiseLine lines[] = {{7e-4, 5e-5}, {1e-4, 1e-6}, {3e-3, 1e-4}, {2e-5, 2e-5}};
  for (const NoiseLine& line : lines) {
    for (double texture : {0.0, 0.5}) {
      for (int cfa : {1, 2, 4}) {
        const RawFrame frame = MakeFrame(1280, 960, cfa, line, texture);
        const NoiseEstimate estimate = EstimateNoise(frame);
        EXPECT_TRUE(estimate.reliable);
        // Rounding to whole DN is part of the noise.
        const double rounding = 1.0 / 12 / (959.0 * 959);
        for (double x : {0.02, 0.1, 0.4}) {
          const double truth = line.Variance(x) + rounding;
          EXPECT_NEAR(VarianceAt(estimate.model.plane[1], x) / truth, 1, 0.25)
              << "s " << line.s << " o " << line.o << " texture " << texture << " cfa " << cfa
              << " x " << x;
        }
      }
    }
  }
}

TEST(EstimateNoiseTest, AColourWithAGainOfItsOwnIsSeen) {
  const RawFrame frame = MakeFrame(1600, 1200, 2, {4e-4, 1e-5}, 0.2, {1, 1, 3});
  const NoiseModel model = EstimateNoise(frame).model;
  EXPECT_NEAR(model.plane[2].Variance(0.1) / model.plane[1].Variance(0.1), 4.2, 0.8);
}

TEST(EstimateNoiseTest, UsableWithNothingToMeasure) {
  for (int size : {1, 3, 8, 40}) {
    RawFrame frame = MakeFrame(size, size, 2, {1e-3, 1e-4}, 0);
    const NoiseEstimate estimate = EstimateNoise(frame);
    EXPECT_FALSE(estimate.reliable);
    EXPECT_GT(estimate.model.plane[0].s, 0);
    EXPECT_GT(estimate.model.plane[0].o, 0);
  }
  RawFrame clipped = MakeFrame(640, 480, 2, {1e-3, 1e-4}, 0);
  clipped.mosaic.Fill(1023);
  EXPECT_FALSE(EstimateNoise(clipped).reliable);
  clipped.mosaic.Fill(200);  // no noise at all
  const NoiseLine line = EstimateNoise(clipped).model.plane[1];
  EXPECT_GT(line.s, 0);
  EXPECT_GT(line.o, 0);
  EXPECT_LT(line.Variance(0.15), 1e-6);
}

TEST(EstimateNoiseTest, SameForAnyNumberOfThreads) {
  const RawFrame frame = MakeFrame(800, 600, 2, {1e-3, 1e-4}, 0.3);
  const int before = Threads();
  SetThreads(1);
  const NoiseModel one = EstimateNoise(frame).model;
  SetThreads(3);
  EXPECT_EQ(EstimateNoise(frame).model, one);
  SetThreads(before);
}

TEST(EstimateNoiseTest, SharedBurstWithinAQuarter) {
  if (!fs::is_directory(Shared() / "burst")) GTEST_SKIP() << "../shared/data/burst is absent";
  for (int i = 0; i < 8; ++i) {
    const auto frame =
        ReadRaw((Shared() / "burst" / ("frame_0" + std::to_string(i) + ".dng")).string());
    ASSERT_TRUE(frame.has_value());
    const NoiseLine line = EstimateNoise(*frame).model.plane[1];
    EXPECT_NEAR(line.s / 7.228e-4, 1, 0.25) << i;
    EXPECT_NEAR(line.o / 5.110e-5, 1, 0.25) << i;
  }
}

TEST(EstimateNoiseTest, StaticSequenceAgainstItsNoiseOverTime) {
  const fs::path folder = Shared() / "raw" / "pi-imx296-static";
  if (!fs::is_directory(folder)) GTEST_SKIP() << "../shared/data/raw/pi-imx296-static is absent";
  std::vector<RawFrame> frames;
  for (int i = 0; i < 10; ++i) {
    auto frame = ReadRaw((folder / ("frame" + std::to_string(i) + ".dng")).string());
    ASSERT_TRUE(frame.has_value());
    frames.push_back(*std::move(frame));
  }
  // Variance over the ten frames, pooled over the pixels of two ranges of brightness.
  const double range = frames[0].white_dn[1] - frames[0].black_dn[0];
  double sum[2] = {}, level[2] = {};
  int64_t count[2] = {};
  for (int y = 0; y < frames[0].height(); y += 3) {
    for (int x = 0; x < frames[0].width(); ++x) {
      double mean = 0, square = 0;
      for (const RawFrame& f : frames) {
        const double v = (f.mosaic.At(x, y) - f.BlackAt(x, y)) / range;
        mean += v / 10;
        square += v * v;
      }
      const int bin = mean > 0.007;
      sum[bin] += (square - 10 * mean * mean) / 9;
      level[bin] += mean;
      ++count[bin];
    }
  }
  const NoiseLine line = EstimateNoise(frames[3]).model.plane[1];
  for (int bin = 0; bin < 2; ++bin) {
    const double truth = sum[bin] / count[bin], x = level[bin] / count[bin];
    EXPECT_NEAR(line.Variance(x) / truth, 1, 0.25) << "at " << x;
  }
}

}  // namespace
}  // namespace petzval
