// Fast tables against the exact ones, on every SIMD target and for any number of threads.
#include "petzval/color/tetrahedral.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <random>
#include <vector>

#include "hwy/targets.h"
#include "petzval/base/parallel.h"

namespace petzval {
namespace {

// Runs `f` for every SIMD target of this machine.
void ForEachTarget(const std::function<void()>& f) {
  for (const int64_t target : hwy::SupportedAndGeneratedTargets()) {
    hwy::SetSupportedTargetsForTest(target);
    f();
  }
  hwy::SetSupportedTargetsForTest(0);
}

enum class Shape { kLook, kSteep, kWild };

Lut3d Cube(int size, Shape shape) {
  Lut3d cube = Lut3d::Identity(size);
  std::mt19937 random(size);
  std::uniform_real_distribution<float> any(-0.5f, 1.5f);
  for (size_t i = 0; i < cube.rgb.size(); i += 3) {
    float* p = &cube.rgb[i];
    const float r = p[0], g = p[1], b = p[2];
    if (shape == Shape::kLook) {
      p[0] = r * r * (3 - 2 * r);
      p[1] = std::sqrt(g) * 0.8f + 0.2f * b;
      p[2] = 0.9f * b + 0.1f * std::sin(6 * r);
    } else if (shape == Shape::kSteep) {
      for (int c = 0; c < 3; ++c) p[c] = p[c] > 0.45f ? 1.0f : 0.0f;
    } else {
      for (int c = 0; c < 3; ++c) p[c] = any(random);
    }
  }
  return cube;
}

ColorLut Table(int size, Shape shape, bool curve) {
  ColorLut lut;
  lut.cube = Cube(size, shape);
  if (curve) {
    lut.curve.emplace();
    lut.curve->domain_min = {{-0.1, 0, 0.05}};
    lut.curve->domain_max = {{1, 1.5, 0.9}};
    for (int c = 0; c < 3; ++c) {
      for (int i = 0; i < 100 + c; ++i) {
        lut.curve->value[c].push_back(std::sqrt(static_cast<float>(i) / 100));
      }
    }
    lut.cube->domain_min = {{0, 0, 0}};
    lut.cube->domain_max = {{1, 0.8, 1}};
  }
  return lut;
}

double Exact(const ColorLut& lut, double r, double g, double b, int c, double scale) {
  return std::clamp(lut.Apply({{r, g, b}})[c], 0.0, 1.0) * scale;
}

class EveryTable : public testing::TestWithParam<std::tuple<int, Shape, bool>> {
 protected:
  ColorLut lut() const {
    const auto [size, shape, curve] = GetParam();
    return Table(size, shape, curve);
  }
};

TEST_P(EveryTable, EightBitsAreTheExactCodeOrNextToIt) {
  const ColorLut lut = this->lut();
  // 8 bits hold the corners of a cell to 1/508 of their range, which is 2 for the wild table; a
  // curve's codes are rounded to 255ths of a cell.
  const auto [size, shape, rounded] = GetParam();
  const double limit = (shape == Shape::kWild ? (rounded ? 4.5 : 2.6) : 1) -
                       (shape == Shape::kLook ? (rounded ? 0.4 : 0.44) : 0);
  std::mt19937 random(1);
  std::vector<uint8_t> in;
  for (int i = 0; i < 3 * 9001; ++i) in.push_back(static_cast<uint8_t>(random() >> 7));
  for (int v = 0; v < 256; ++v) in.insert(in.end(), {uint8_t(v), uint8_t(v), uint8_t(v)});
  const int count = static_cast<int>(in.size() / 3);
  std::vector<uint8_t> first;
  ForEachTarget([&] {
    std::vector<uint8_t> out(in.size() + 1, 77);
    TetrahedralLut(lut).Apply(in.data(), 0, count, 1, out.data(), 0);
    EXPECT_EQ(out.back(), 77);
    double worst = 0;
    for (int i = 0; i < count; ++i) {
      for (int c = 0; c < 3; ++c) {
        const double exact =
            Exact(lut, in[3 * i] / 255.0, in[3 * i + 1] / 255.0, in[3 * i + 2] / 255.0, c, 255);
        worst = std::max(worst, std::fabs(out[3 * i + c] - exact));
      }
    }
    EXPECT_LE(worst, limit);
    // Whole numbers throughout: every machine gives the same.
    if (first.empty()) first = out;
    EXPECT_EQ(out, first);
  });
}

TEST_P(EveryTable, SixteenBitsAndFloatsAreExact) {
  const ColorLut lut = this->lut();
  std::mt19937 random(2);
  std::uniform_real_distribution<float> uniform(-0.2f, 1.2f);
  constexpr int kCount = 3001;
  std::vector<uint16_t> in16(3 * kCount);
  std::vector<float> in[3];
  for (uint16_t& v : in16) v = static_cast<uint16_t>(random() >> 5);
  for (auto& plane : in) {
    for (int i = 0; i < kCount; ++i) plane.push_back(uniform(random));
  }
  in[0][5] = in[1][6] = std::nanf("");
  in[2][7] = std::numeric_limits<float>::infinity();
  in[2][8] = -std::numeric_limits<float>::infinity();
  in[1][9] = 3e38f;
  // Slopes of the table: what a float's rounding of a position is worth.
  const double steep = std::get<1>(GetParam()) == Shape::kLook ? 1 : 30;
  ForEachTarget([&] {
    const TetrahedralLut table(lut);
    std::vector<uint16_t> out16(3 * kCount);
    table.Apply(in16.data(), 0, kCount, 1, out16.data(), 0);
    std::vector<float> out[3];
    for (auto& plane : out) plane.resize(kCount);
    const float* from[3] = {in[0].data(), in[1].data(), in[2].data()};
    float* to[3] = {out[0].data(), out[1].data(), out[2].data()};
    table.Apply(from, 0, kCount, 1, to, 0);
    for (int i = 0; i < kCount; ++i) {
      const Vec3 exact = lut.Apply({{in[0][i], in[1][i], in[2][i]}});
      for (int c = 0; c < 3; ++c) {
        ASSERT_NEAR(out16[3 * i + c],
                    Exact(lut, in16[3 * i] / 65535.0, in16[3 * i + 1] / 65535.0,
                          in16[3 * i + 2] / 65535.0, c, 65535),
                    steep > 1 ? 1.5 : 0.6);
        ASSERT_NEAR(out[c][i], exact[c], 1.5e-6 * steep) << i;
      }
    }
  });
}

TEST_P(EveryTable, ThreadsAndCutsGiveTheSameBytes) {
  const TetrahedralLut table(lut());
  constexpr int kWidth = 403, kHeight = 331;
  std::mt19937 random(3);
  std::vector<uint8_t> in(3 * kWidth * kHeight), whole(in.size()), pieces(in.size());
  for (uint8_t& v : in) v = static_cast<uint8_t>(random() >> 9);
  std::vector<uint16_t> in16(in.begin(), in.end()), whole16(in.size()), pieces16(in.size());
  for (uint16_t& v : in16) v = static_cast<uint16_t>(v * 257 - v % 3);
  const int threads = Threads();
  SetThreads(1);
  table.Apply(in.data(), 3 * kWidth, kWidth, kHeight, whole.data(), 3 * kWidth);
  table.Apply(in16.data(), 3 * kWidth, kWidth, kHeight, whole16.data(), 3 * kWidth);
  SetThreads(3);
  const int cuts[] = {0, 1, 65, 200, kWidth};
  for (int i = 0; i + 1 < 5; ++i) {
    const int x = 3 * cuts[i], width = cuts[i + 1] - cuts[i];
    table.Apply(in.data() + x, 3 * kWidth, width, kHeight, pieces.data() + x, 3 * kWidth);
    table.Apply(in16.data() + x, 3 * kWidth, width, kHeight, pieces16.data() + x, 3 * kWidth);
  }
  EXPECT_EQ(pieces, whole);
  EXPECT_EQ(pieces16, whole16);
  // In place, too.
  table.Apply(in.data(), 3 * kWidth, kWidth, kHeight, in.data(), 3 * kWidth);
  table.Apply(in16.data(), 3 * kWidth, kWidth, kHeight, in16.data(), 3 * kWidth);
  EXPECT_EQ(in, whole);
  EXPECT_EQ(in16, whole16);
  SetThreads(threads);
}

INSTANTIATE_TEST_SUITE_P(
    Sizes, EveryTable,
    testing::Combine(testing::Values(2, 17, 20, 33, 65, 70),
                     testing::Values(Shape::kLook, Shape::kSteep, Shape::kWild), testing::Bool()));

TEST(TetrahedralLut, NeutralDiagonalStaysNeutral) {
  // Colours of any strength around a grey axis that a curve bends: greys stay exactly grey.
  ColorLut lut;
  lut.cube = Lut3d::Identity(33);
  for (size_t i = 0; i < lut.cube->rgb.size(); i += 3) {
    float* p = &lut.cube->rgb[i];
    const float mean = (p[0] + p[1] + p[2]) / 3, light = mean * mean;
    for (int c = 0; c < 3; ++c) p[c] = light + 1.7f * (p[c] - mean);
  }
  std::vector<uint8_t> in;
  for (int v = 0; v < 256; ++v) in.insert(in.end(), {uint8_t(v), uint8_t(v), uint8_t(v)});
  ForEachTarget([&] {
    std::vector<uint8_t> out(in.size());
    TetrahedralLut(lut).Apply(in.data(), 0, 256, 1, out.data(), 0);
    for (int v = 0; v < 256; ++v) {
      EXPECT_EQ(out[3 * v], out[3 * v + 1]);
      EXPECT_EQ(out[3 * v], out[3 * v + 2]);
    }
  });
}

TEST(TetrahedralLut, CurveAloneAndNothingAtAll) {
  ColorLut lut;
  std::vector<uint8_t> in, out(3 * 256);
  for (int v = 0; v < 256; ++v) in.insert(in.end(), {uint8_t(v), uint8_t(255 - v), uint8_t(v / 2)});
  TetrahedralLut(lut).Apply(in.data(), 0, 256, 1, out.data(), 0);
  EXPECT_EQ(out, in);
  lut.curve.emplace();
  for (auto& value : lut.curve->value) value = {1, 0};
  TetrahedralLut(lut).Apply(in.data(), 0, 256, 1, out.data(), 0);
  for (int i = 0; i < 3 * 256; ++i) EXPECT_EQ(out[i], 255 - in[i]);
}

}  // namespace
}  // namespace petzval
