// Greens of red and blue rows that differ give no maze.
#include "petzval/develop/green_balance.h"

#include <gtest/gtest.h>

#include <cmath>

#include "petzval/develop/develop.h"
#include "petzval/develop/test_frame.h"

namespace petzval {
namespace {

const Vec3 kNeutral{{0.5, 1, 0.7}};

// A noisy flat frame whose greens of blue rows are `imbalance` brighter.
RawFrame Flat(double imbalance, int phase) {
  const int red_x = phase % 2, red_y = phase / 2;
  return TestFrame(256, 256, BayerCfa(red_x, red_y), kNeutral, {2e-4, 2e-6}, 11,
                   [=](int, int y, int c) {
                     return 0.25 * kNeutral[c] * (c == 1 && ((y + red_y) & 1) ? 1 + imbalance : 1);
                   });
}

// Energy of luma at half a cycle per pixel, over windows of 16 x 16.
double Maze(const RawFrame& f) {
  DevelopParams params;
  params.luma_noise_reduction = params.chroma_noise_reduction = params.sharpening = 0;
  auto d = Developer::Create(f, {}, params);
  EXPECT_TRUE(d);
  Image<float> out(256, 256, 3);
  d->Render({0, 0, 256, 256}, &out);
  double energy = 0;
  for (int wy = 16; wy < 240; wy += 16) {
    for (int wx = 16; wx < 240; wx += 16) {
      // A maze is made of lines of two pixels: half a cycle per pixel along one axis or both.
      double across = 0, down = 0, both = 0;
      for (int y = wy; y < wy + 16; ++y) {
        for (int x = wx; x < wx + 16; ++x) {
          const double luma = 0.25 * (out.At(x, y, 0) + 2.0 * out.At(x, y, 1) + out.At(x, y, 2));
          across += x % 2 ? -luma : luma;
          down += y % 2 ? -luma : luma;
          both += (x + y) % 2 ? -luma : luma;
        }
      }
      energy += across * across + down * down + both * both;
    }
  }
  return energy;
}

std::array<double, 2> Balance(const RawFrame& f) {
  const MosaicSource source = *MakeSource(f);
  std::vector<std::string> warnings;
  return FindGreenBalance(source, Shading(f.gain_maps, source, &warnings), 1);
}

TEST(GreenBalance, ImbalanceIsMeasuredInAnyPhase) {
  for (int phase = 0; phase < 4; ++phase) {
    const auto k = Balance(Flat(0.04, phase));
    EXPECT_NEAR(1.02, k[0], 1e-3) << phase;
    EXPECT_NEAR(1.02 / 1.04, k[1], 1e-3) << phase;
  }
  EXPECT_EQ(1, Balance(Flat(0, 0))[0]);
  EXPECT_EQ(1, Balance(Flat(0.1, 0))[0]);  // no crosstalk: somebody's filter
}

TEST(GreenBalance, GainMapsThatBalanceAreHeard) {
  RawFrame f = Flat(0.04, 0);
  GainMap m;
  m.area = {0, 1, 256, 255};
  m.row_pitch = m.col_pitch = 2;
  m.points_v = m.points_h = 1;
  m.gain = {1 / 1.04f};
  f.gain_maps.push_back(m);
  EXPECT_EQ(1, Balance(f)[0]);
}

TEST(GreenBalance, NoMazeOnNoisySurfaces) {
  const double clean = Maze(Flat(0, 0));
  EXPECT_LT(Maze(Flat(0.04, 0)), 1.5 * clean);
  EXPECT_GT(Maze(Flat(0.07, 0)), 1.5 * clean);  // beyond what is taken for crosstalk
}

}  // namespace
}  // namespace petzval
