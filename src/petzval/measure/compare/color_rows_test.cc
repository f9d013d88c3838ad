// The vector loops of colour against double precision.
#include "petzval/measure/compare/color_rows.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <fstream>
#include <string>

#include "petzval/base/random.h"
#include "petzval/color/difference.h"
#include "petzval/color/golden_test_util.h"
#include "petzval/color/itp.h"
#include "petzval/color/spaces.h"
#include "petzval/color/transfer.h"

namespace petzval::measure {
namespace {

TEST(ColorRows, SharmaPairs) {
  std::ifstream file(GoldenPath("ciede2000_sharma2005_34.csv"));
  if (!file) GTEST_SKIP() << GoldenPath("ciede2000_sharma2005_34.csv") << " is not there";
  std::string line;
  std::getline(file, line);
  RowBlock block(7);
  double expected[64] = {};
  int n = 0;
  while (std::getline(file, line)) {
    double v[7];
    ASSERT_EQ(std::sscanf(line.c_str(), "%lf,%lf,%lf,%lf,%lf,%lf,%lf", v, v + 1, v + 2, v + 3,
                          v + 4, v + 5, v + 6),
              7);
    for (int i = 0; i < 6; ++i) block.Row(i)[n] = static_cast<float>(v[i]);
    expected[n++] = v[6];
  }
  ASSERT_EQ(n, 34);
  DeltaE2000Row(Const(block.Three(0)), Const(block.Three(3)), n, block.Row(6));
  for (int i = 0; i < n; ++i) {
    const double got = block.Row(6)[i];
    // Pair 14 sits on the discontinuity of the mean hue: both sides are right.
    if (i == 13 && std::fabs(got - 4.8045) < 1e-3) continue;
    EXPECT_NEAR(got, i == 13 ? 4.7461 : expected[i], 1e-3) << "pair " << i + 1;
  }
}

TEST(ColorRows, DeltaE2000OfRandomColours) {
  RowBlock block(7);
  Random random(3, 1);
  double worst = 0;
  int on_the_jump = 0, count = 0;
  for (int round = 0; round < 400; ++round) {
    for (int x = 0; x < kTile; ++x) {
      // Near and far pairs, vivid, neutral and equal.
      const double spread = std::pow(10, random.Uniform(-2, 2)) * (round % 7 != 0);
      const double chroma = round % 3 == 0 ? 0.5 : round % 3 == 1 ? 20 : 110;
      for (int i = 0; i < 3; ++i) {
        const double base = i == 0 ? random.Uniform(0, 100) : random.Uniform(-chroma, chroma);
        block.Row(i)[x] = static_cast<float>(base);
        block.Row(3 + i)[x] = static_cast<float>(base + spread * random.Uniform(-1, 1));
      }
    }
    DeltaE2000Row(Const(block.Three(0)), Const(block.Three(3)), kTile, block.Row(6));
    for (int x = 0; x < kTile; ++x) {
      const Vec3 a{{block.Row(0)[x], block.Row(1)[x], block.Row(2)[x]}};
      const Vec3 b{{block.Row(3)[x], block.Row(4)[x], block.Row(5)[x]}};
      const double error = std::fabs(block.Row(6)[x] - DeltaE2000(a, b));
      ++count;
      // Opposite hues to within rounding may fall on either side of the jump.
      const double cross = a[1] * b[2] - a[2] * b[1];
      const bool opposite =
          a[1] * b[1] + a[2] * b[2] < 0 &&
          std::fabs(cross) < 1e-3 * std::hypot(a[1], a[2]) * std::hypot(b[1], b[2]);
      if (opposite) {
        ++on_the_jump;
        continue;
      }
      worst = std::max(worst, error);
    }
  }
  EXPECT_LT(worst, 2e-3);
  EXPECT_LT(on_the_jump, count / 500);
}

TEST(ColorRows, LabOfLinearLight) {
  Mat3 m = XyzFromRgb(kRec709);
  const Vec3 white = m * Vec3{{1, 1, 1}};
  Mat3 relative = m;
  for (int i = 0; i < 9; ++i) relative[i / 3][i % 3] /= white[i / 3];
  RowBlock block(6);
  Random random(5, 2);
  for (int x = 0; x < kTile; ++x) {
    for (int c = 0; c < 3; ++c) {
      block.Row(c)[x] = static_cast<float>(x < 3 ? x / 2.0 : std::pow(random.Uniform(), 3));
    }
  }
  LabRows(Const(block.Three(0)), ToFloat(relative), kTile, block.Three(3));
  for (int x = 0; x < kTile; ++x) {
    const Vec3 lab =
        LabFromXyz(m * Vec3{{block.Row(0)[x], block.Row(1)[x], block.Row(2)[x]}}, white);
    for (int c = 0; c < 3; ++c) EXPECT_NEAR(block.Row(3 + c)[x], lab[c], 3e-4) << x;
  }
}

TEST(ColorRows, EncodesSrgb) {
  RowBlock block(2);
  for (int x = 0; x < kTile; ++x) block.Row(0)[x] = static_cast<float>((x - 10) / 240.0);
  EncodeSrgbRow(block.Row(0), kTile, block.Row(1));
  for (int x = 0; x < kTile; ++x) {
    const double v = std::clamp<double>(block.Row(0)[x], 0, 1);
    EXPECT_NEAR(block.Row(1)[x], EncodeSrgb(v), 1e-6) << x;
  }
}

double Exact(const Vec3& a, const Vec3& b) {
  const auto nits = [](const Vec3& v) { return Vec3{{203 * v[0], 203 * v[1], 203 * v[2]}}; };
  return DeltaEItp(ICtCpFromRec2020(nits(a)), ICtCpFromRec2020(nits(b)));
}

TEST(ColorRows, DeltaEItpFromNearBlackToHighlights) {
  const Mat3 lms = {{{{1688, 2146, 262}, {683, 2951, 462}, {99, 309, 3688}}}};
  const Mat3f m = ToFloat((203.0 / 10000 / 4096) * lms);
  RowBlock block(13);
  Random random(5, 3);
  double worst = 0;
  for (int round = 0; round < 40; ++round) {
    for (int x = 0; x < kTile; ++x) {
      const double level = std::pow(10, random.Uniform(-5, 1.5));
      for (int c = 0; c < 6; ++c) {
        block.Row(c)[x] = static_cast<float>(x == 0 ? 0 : level * random.Uniform(0.5, 1));
      }
    }
    ItpRows(Const(block.Three(0)), m, kTile, block.Three(6));
    ItpRows(Const(block.Three(3)), m, kTile, block.Three(9));
    DeltaEItpRow(Const(block.Three(6)), Const(block.Three(9)), kTile, block.Row(12));
    for (int x = 0; x < kTile; ++x) {
      const Vec3 a{{block.Row(0)[x], block.Row(1)[x], block.Row(2)[x]}};
      const Vec3 b{{block.Row(3)[x], block.Row(4)[x], block.Row(5)[x]}};
      worst = std::max(worst, std::fabs(block.Row(12)[x] - Exact(a, b)));
    }
  }
  EXPECT_LT(worst, 5e-3);
}

}  // namespace
}  // namespace petzval::measure
