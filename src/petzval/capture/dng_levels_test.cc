// Levels that fit RawFrame pass through; all others end in the pixels, without loss.
#include "petzval/capture/dng_levels.h"

#include <gtest/gtest.h>

#include <cmath>

#include "petzval/capture/dng_test_builder.h"

namespace petzval {
namespace {

using testing_dng::Dng;
using testing_dng::Ramp;
using testing_dng::Read;

// The signal that the file means at (x, y), worked out by the specification from `stored`.
double Signal(const RawFrame& frame, int x, int y, int c = 0) {
  const double black = frame.BlackAt(x, y);
  return (frame.mosaic.At(x, y, c) - black) / (frame.white_dn[c] - black);
}

TEST(DngLevelsTest, RepeatingBlackUpToFourByFour) {
  for (int side : {1, 2, 4}) {
    Dng dng(8, 8);
    std::vector<int> black;
    for (int i = 0; i < side * side; ++i) black.push_back(60 + 3 * i);
    dng.ifd.Short(tag::kBlackLevelRepeatDim, {side, side});
    dng.ifd.Short(tag::kBlackLevel, black);
    dng.ifd.Short(tag::kWhiteLevel, {1023});
    const auto samples = Ramp(64, 1023);
    const auto frame = Read(dng.Build(samples));
    ASSERT_TRUE(frame.has_value()) << frame.error().message;
    for (int y = 0; y < 8; ++y) {
      for (int x = 0; x < 8; ++x) {
        EXPECT_EQ(frame->mosaic.At(x, y), samples[y * 8 + x]);
        EXPECT_EQ(frame->BlackAt(x, y), black[y % side * side + x % side]);
      }
    }
  }
}

TEST(DngLevelsTest, FourValuesWithoutARepeatAreABayerSquare) {
  Dng dng(8, 8);
  dng.ifd.Short(tag::kBlackLevel, {10, 20, 30, 40});
  const auto frame = Read(dng.Build(Ramp(64)));
  ASSERT_TRUE(frame.has_value());
  EXPECT_EQ(frame->BlackAt(0, 0), 10);
  EXPECT_EQ(frame->BlackAt(1, 0), 20);
  EXPECT_EQ(frame->BlackAt(0, 1), 30);
  EXPECT_EQ(frame->BlackAt(3, 3), 40);
}

TEST(DngLevelsTest, DeltasAndOddRepeatsGoIntoThePixels) {
  const int width = 12, height = 9;
  const auto samples = Ramp(width * height, 4000);
  for (double fraction : {0.0, 0.25}) {
    for (int side : {1, 3}) {
      Dng dng(width, height);
      std::vector<double> black, delta_h, delta_v;
      for (int i = 0; i < side * side; ++i) black.push_back(100 + i + fraction);
      for (int x = 0; x < width; ++x) delta_h.push_back(x % 5 - 2);
      for (int y = 0; y < height; ++y) delta_v.push_back(y % 3 + fraction);
      dng.ifd.Short(tag::kBlackLevelRepeatDim, {side, side});
      dng.ifd.Rational(tag::kBlackLevel, black);
      dng.ifd.Rational(tag::kBlackLevelDeltaH, delta_h, true);
      dng.ifd.Rational(tag::kBlackLevelDeltaV, delta_v, true);
      dng.ifd.Short(tag::kWhiteLevel, {4095});
      const auto frame = Read(dng.Build(samples));
      ASSERT_TRUE(frame.has_value()) << frame.error().message;
      const double highest = black.back() + 2 + 2 + fraction;
      for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
          const double expected = (samples[y * width + x] - black[y % side * side + x % side] -
                                   delta_h[x] - delta_v[y]) /
                                  (4095 - highest);
          // A tenth of a DN of the file at most; whole numbers exactly.
          EXPECT_NEAR(Signal(*frame, x, y), expected, (fraction > 0 ? 0.1 : 1e-3) / 4095)
              << x << "," << y;
        }
      }
    }
  }
}

TEST(DngLevelsTest, BlackAndWhiteOfThreePlanes) {
  Dng dng(6, 4);
  dng.ifd.Short(tag::kPhotometric, {34892});
  dng.ifd.Short(tag::kSamplesPerPixel, {3});
  dng.ifd.Short(tag::kBitsPerSample, {16, 16, 16});
  dng.ifd.Short(tag::kBlackLevel, {100, 200, 300});
  dng.ifd.Short(tag::kWhiteLevel, {1000, 2000, 3000});
  const auto samples = Ramp(6 * 4 * 3, 900);
  const auto frame = Read(dng.Build(samples));
  ASSERT_TRUE(frame.has_value()) << frame.error().message;
  for (int i = 0; i < 24; ++i) {
    for (int c = 0; c < 3; ++c) {
      const double black = 100 * (c + 1), white = 1000 * (c + 1);
      EXPECT_NEAR(Signal(*frame, i % 6, i / 6, c), (samples[i * 3 + c] - black) / (white - black),
                  1e-6);
    }
  }
}

TEST(DngLevelsTest, LinearizationTableComesFirst) {
  Dng dng(8, 8);
  dng.ifd.Short(tag::kBitsPerSample, {8});
  std::vector<int> table;
  for (int i = 0; i < 200; ++i) table.push_back(i * i);
  dng.ifd.Short(tag::kLinearizationTable, table);
  const auto samples = Ramp(64, 255);
  const auto frame = Read(dng.Build({Dng::Packed(samples, 8, 8)}));
  ASSERT_TRUE(frame.has_value()) << frame.error().message;
  for (int i = 0; i < 64; ++i) {
    EXPECT_EQ(frame->mosaic.At(i % 8, i / 8), table[std::min<int>(samples[i], 199)]);
  }
  EXPECT_EQ(frame->white_dn[1], 199 * 199) << "without a stated white level the table ends there";
}

TEST(DngLevelsTest, PatternsCountFromTheActiveArea) {
  Dng dng(9, 9);
  dng.ifd.Long(tag::kActiveArea, {1, 1, 9, 9});
  dng.ifd.Short(tag::kBlackLevelRepeatDim, {2, 2});
  dng.ifd.Short(tag::kBlackLevel, {1, 2, 3, 4});
  dng.ifd.Rational(tag::kBlackLevelDeltaV, std::vector<double>(9, 1.0));
  auto frame = Read(dng.Build(Ramp(81)));
  ASSERT_TRUE(frame.has_value());
  ASSERT_EQ(frame->warnings.size(), 1u) << "one delta too many for 8 rows";
  EXPECT_NE(frame->warnings[0].find("per row"), std::string::npos);
  EXPECT_EQ(frame->BlackAt(0, 0), 1);
  dng.ifd.Remove(tag::kBlackLevelDeltaV);
  frame = Read(dng.Build(Ramp(81)));
  ASSERT_TRUE(frame.has_value());
  EXPECT_TRUE(frame->warnings.empty());
  EXPECT_EQ(frame->BlackAt(0, 0), 1);
}

TEST(DngLevelsTest, LevelsThatDoNotFitCostOnlyThemselves) {
  const auto black = [](const std::vector<double>& repeat, const std::vector<double>& values,
                        size_t warnings) {
    Dng dng(8, 8);
    dng.ifd.Double(tag::kBlackLevelRepeatDim, repeat);
    dng.ifd.Double(tag::kBlackLevel, values);
    const auto frame = Read(dng.Build(Ramp(64)));
    if (!frame) return -1.0f;
    EXPECT_EQ(frame->warnings.size(), warnings);
    for (float b : frame->black_dn) EXPECT_EQ(b, frame->black_dn[0]);
    return frame->black_dn[0];
  };
  EXPECT_EQ(black({2, 2}, {60, 62, 67}, 1), 63);
  EXPECT_EQ(black({0, 2}, {60, 66}, 1), 63);
  EXPECT_EQ(black({NAN, 2}, {60, 66}, 1), 63);
  EXPECT_EQ(black({2, 2}, {60, NAN, 66, INFINITY}, 1), 63);
  EXPECT_EQ(black({1, 1}, {NAN}, 1), 0);
  EXPECT_EQ(black({2, 2}, {64}, 0), 64);

  Dng dng(8, 8);
  dng.ifd.Double(tag::kBlackLevelDeltaH, std::vector<double>(8, NAN));
  dng.ifd.Double(tag::kWhiteLevel, {NAN});
  const auto frame = Read(dng.Build(Ramp(64)));
  ASSERT_TRUE(frame.has_value()) << frame.error().message;
  ASSERT_EQ(frame->warnings.size(), 1u);
  EXPECT_NE(frame->warnings[0].find("per column"), std::string::npos);
  EXPECT_EQ(frame->white_dn[1], 65535);
}

TEST(DngLevelsTest, AbsurdLevelsEnd) {
  // Black beyond the codes with a fraction: nothing is left that could be scaled up.
  Dng dng(8, 8);
  dng.ifd.Double(tag::kBlackLevel, {900000.5});
  dng.ifd.Double(tag::kBlackLevelDeltaH, std::vector<double>(8, 0.25));
  const auto frame = Read(dng.Build(Ramp(64)));
  ASSERT_TRUE(frame.has_value()) << frame.error().message;
  EXPECT_LT(frame->white_dn[0], frame->black_dn[0]) << "for CheckMetadata to refuse";
}

TEST(DngLevelsTest, LinearizationTableOfFloatingPointNumbers) {
  Dng dng(8, 8);
  std::vector<double> table(256, NAN);
  table[1] = 7.6;
  table[2] = -3;
  table[3] = INFINITY;
  dng.ifd.Double(tag::kLinearizationTable, table);
  dng.ifd.Short(tag::kWhiteLevel, {255});
  const auto samples = Ramp(64, 4);
  const auto frame = Read(dng.Build(samples));
  ASSERT_TRUE(frame.has_value()) << frame.error().message;
  const int expected[] = {0, 8, 0, 65535, 0};
  for (int i = 0; i < 64; ++i) EXPECT_EQ(frame->mosaic.At(i % 8, i / 8), expected[samples[i]]);
}

}  // namespace
}  // namespace petzval
