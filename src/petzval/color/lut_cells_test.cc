// Toned codes through cells: dither, grain, and the same bytes from every SIMD target.
#include "petzval/color/lut_cells.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <random>
#include <vector>

#include "hwy/targets.h"

namespace petzval {
namespace {

constexpr int kSide = 48, kTop = kTonedSteps * 255 * kSide;

void ForEachTarget(const std::function<void()>& f) {
  for (const int64_t target : hwy::SupportedAndGeneratedTargets()) {
    hwy::SetSupportedTargetsForTest(target);
    f();
  }
  hwy::SetSupportedTargetsForTest(0);
}

Lut3d Cube() {
  Lut3d cube = Lut3d::Identity(kSide + 1);
  for (size_t i = 0; i < cube.rgb.size(); i += 3) {
    float* p = &cube.rgb[i];
    const float mean = (p[0] + p[1] + p[2]) / 3;
    for (int c = 0; c < 3; ++c) p[c] = std::clamp(mean + 1.3f * (p[c] - mean), 0.0f, 1.0f);
  }
  return cube;
}

TEST(LutCells, DitherRoundsUpAsOftenAsTheFractionSays) {
  const Lut3d cube = Cube();
  const auto cells = MakeLutCells(cube);
  std::mt19937 random(1);
  constexpr int kCount = 1000;
  std::vector<uint16_t> code[3];
  for (auto& plane : code) {
    for (int i = 0; i < kCount; ++i) plane.push_back(static_cast<uint16_t>(random() % (kTop + 1)));
  }
  const TonedLine line{{code[0].data(), code[1].data(), code[2].data()}, nullptr, 17, 5, 0};
  std::vector<uint8_t> first;
  ForEachTarget([&] {
    std::vector<uint8_t> out(3 * kCount + 1, 99);
    LookUpToned(cells.data(), kSide, line, kCount, out.data());
    EXPECT_EQ(out.back(), 99);
    double sum = 0;
    for (int i = 0; i < kCount; ++i) {
      const Vec3 exact = cube.Apply(
          {{code[0][i] / double{kTop}, code[1][i] / double{kTop}, code[2][i] / double{kTop}}});
      for (int c = 0; c < 3; ++c) {
        ASSERT_NEAR(out[3 * i + c], 255 * exact[c], 1.08) << i;
        sum += out[3 * i + c] - 255 * exact[c];
      }
    }
    EXPECT_NEAR(sum / (3 * kCount), 0, 0.02);
    if (first.empty()) first = out;
    EXPECT_EQ(out, first);
  });
}

TEST(LutCells, PiecesOfALineAreThoseOfTheWhole) {
  const auto cells = MakeLutCells(Cube());
  std::mt19937 random(2);
  constexpr int kCount = 777;
  std::vector<uint16_t> code(kCount);
  for (auto& v : code) v = static_cast<uint16_t>(random() % (kTop + 1));
  std::vector<int16_t> grain(kGrainPeriod + kGrainSpare);
  for (int i = 0; i < kGrainPeriod; ++i) grain[i] = static_cast<int16_t>(random());
  for (int i = 0; i < kGrainSpare; ++i) grain[kGrainPeriod + i] = grain[i];
  ForEachTarget([&] {
    std::vector<uint8_t> whole(3 * kCount), pieces(3 * kCount);
    TonedLine line{{code.data(), code.data(), code.data()}, grain.data(), 300, 9, 101};
    LookUpToned(cells.data(), kSide, line, kCount, whole.data());
    for (int x = 0; x < kCount;) {
      const int n = std::min(kCount - x, 1 + x % 150);
      for (auto& plane : line.code) plane = code.data() + x;
      line.x = 300 + x;
      LookUpToned(cells.data(), kSide, line, n, pieces.data() + 3 * x);
      x += n;
    }
    EXPECT_EQ(pieces, whole);
    for (int i = 0; i < kCount; ++i) {
      ASSERT_EQ(whole[3 * i], whole[3 * i + 1]);
      ASSERT_EQ(whole[3 * i], whole[3 * i + 2]);
    }
  });
}

TEST(LutCells, GrainMovesMidTonesMostAndKeepsToTheRange) {
  const auto cells = MakeLutCells(Lut3d::Identity(kSide + 1));
  std::vector<uint16_t> code(kTop / 16 + 1);
  for (size_t i = 0; i < code.size(); ++i) code[i] = static_cast<uint16_t>(16 * i);
  ForEachTarget([&] {
    for (const int16_t strength : {int16_t{32767}, int16_t{-32768}, int16_t{3000}}) {
      const std::vector<int16_t> grain(kGrainPeriod + kGrainSpare, strength);
      const TonedLine line{{code.data(), code.data(), code.data()}, grain.data(), 0, 0, 0};
      std::vector<uint8_t> out(3 * code.size());
      LookUpToned(cells.data(), kSide, line, static_cast<ptrdiff_t>(code.size()), out.data());
      for (size_t i = 0; i < code.size(); ++i) {
        const double t = code[i] / double{kTop};
        const double expected = t + t * (1 - t) * strength / 32768.0 * (kTop / 65536.0);
        ASSERT_NEAR(out[3 * i], 255 * expected, 1.1) << i;
      }
      EXPECT_EQ(out.front(), 0);
      EXPECT_EQ(out.back(), 255);
    }
  });
}

}  // namespace
}  // namespace petzval
