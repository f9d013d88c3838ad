// Grain: its strength, its size in micrometres, and that the eye finds no seams.
#include "petzval/look/grain.h"

#include <gtest/gtest.h>

#include <cmath>

#include "petzval/color/lut_cells.h"

namespace petzval {
namespace {

double At(const Grain& grain, int x, int y) {
  return grain.Row(y)[(x + grain.Shift(y)) & (kGrainPeriod - 1)];
}

struct Statistics {
  double mean = 0, deviation = 0;
  double right = 0, below = 0;  // correlation with the neighbour `step` pixels away
};

Statistics Measure(const Grain& grain, int step, int y0 = 0, int rows = 2 * kGrainPeriod) {
  double sum = 0, squares = 0, right = 0, below = 0;
  const double n = static_cast<double>(rows) * kGrainPeriod;
  for (int y = y0; y < y0 + rows; ++y) {
    for (int x = 0; x < kGrainPeriod; ++x) {
      const double v = At(grain, x, y);
      sum += v;
      squares += v * v;
      right += v * At(grain, x + step, y);
      below += v * At(grain, x, y + step);
    }
  }
  const double variance = squares / n;
  return {sum / n, std::sqrt(variance), right / n / variance, below / n / variance};
}

TEST(Grain, HasTheStatedDeviationAndNoMean) {
  const Grain grain(18, 4000, 3000);
  const Statistics s = Measure(grain, 1);
  EXPECT_NEAR(s.deviation, 3000, 5);
  EXPECT_NEAR(s.mean, 0, 2);
}

TEST(Grain, SizeIsOnFilm) {
  // Two Gaussians of full width d at half maximum overlap by exp(-2 ln 2) = 1/4 at distance d,
  // whatever the pixels are.
  for (const int width : {2000, 4000}) {
    const double pixel_um = 36000.0 / width;
    const int step = 6;
    const Grain grain(step * pixel_um, width, 3000);
    const Statistics s = Measure(grain, step);
    EXPECT_NEAR(s.right, 0.25, 0.03) << width;
    EXPECT_NEAR(s.below, 0.25, 0.03) << width;
  }
}

TEST(Grain, SmallPicturesShowWhatIsLeftOfFineGrain) {
  // A quarter of the pixels: 2 x 2 of the large picture averaged.
  const Grain large(15, 4000, 3000), small(15, 2000, 3000);
  double squares = 0;
  for (int y = 0; y < kGrainPeriod; y += 2) {
    for (int x = 0; x < kGrainPeriod; x += 2) {
      const double v =
          (At(large, x, y) + At(large, x + 1, y) + At(large, x, y + 1) + At(large, x + 1, y + 1)) /
          4;
      squares += v * v;
    }
  }
  const double expected = std::sqrt(squares / (kGrainPeriod * kGrainPeriod / 4));
  EXPECT_NEAR(Measure(small, 1).deviation, expected, 0.08 * expected);
}

TEST(Grain, RowsOfTilesJoinAndAreShifted) {
  const Grain grain(40, 4000, 3000);
  // Across the seam neighbours are as alike as anywhere.
  const Statistics inside = Measure(grain, 1, 100, 100);
  double product = 0, squares = 0;
  for (int x = 0; x < kGrainPeriod; ++x) {
    const double a = At(grain, x, kGrainPeriod - 1), b = At(grain, x, kGrainPeriod);
    product += a * b;
    squares += 0.5 * (a * a + b * b);
  }
  EXPECT_NEAR(product / squares, inside.below, 0.05);
  // Straight below there is no copy.
  double same = 0;
  for (int x = 0; x < kGrainPeriod; ++x) same += At(grain, x, 7) * At(grain, x, 7 + kGrainPeriod);
  EXPECT_LT(std::fabs(same / kGrainPeriod), 0.35 * inside.deviation * inside.deviation);
}

TEST(Grain, SpareColumnsContinueTheLine) {
  const Grain grain(18, 4000, 9000);
  for (int i = 0; i < kGrainSpare; ++i) {
    EXPECT_EQ(grain.Row(3)[kGrainPeriod + i], grain.Row(3)[i]);
  }
  EXPECT_TRUE(Grain().empty());
}

}  // namespace
}  // namespace petzval
