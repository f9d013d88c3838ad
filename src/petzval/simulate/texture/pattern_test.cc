// Patterns: weights that add up, exact edges, and pieces that differ.
#include "petzval/simulate/texture/pattern.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "petzval/base/random.h"

namespace petzval {
namespace {

SurfacePoint At(float u, float v) {
  SurfacePoint p;
  p.u = p.x = u;
  p.v = p.y = v;
  return p;
}

TEST(Pattern, EveryKindBlendsItsOwnInks) {
  for (size_t kind = 0; kind < kPatternNames.size(); ++kind) {
    for (const int inks : {1, 2, 5}) {
      Pattern pattern;
      pattern.kind = static_cast<PatternKind>(kind);
      pattern.inks = inks;
      pattern.count = 4;
      pattern.text = "AB";
      Random random(kind, static_cast<uint64_t>(inks));
      for (int i = 0; i < 2000; ++i) {
        SurfacePoint p = At(static_cast<float>(random.Uniform(-300, 300)),
                            static_cast<float>(random.Uniform(-300, 300)));
        p.z = static_cast<float>(random.Uniform(-300, 300));
        const Blend blend = Evaluate(pattern, p);
        float sum = 0;
        for (int k = 0; k < kMaxBlend; ++k) {
          ASSERT_GE(blend.weight[k], 0) << kPatternNames[kind];
          sum += blend.weight[k];
          if (blend.weight[k] > 0) {
            const bool needs_two = kind >= static_cast<size_t>(PatternKind::kSlanted) &&
                                   kind <= static_cast<size_t>(PatternKind::kText);
            ASSERT_GE(blend.ink[k], 0) << kPatternNames[kind];
            ASSERT_LT(blend.ink[k], needs_two ? std::max(inks, 2) : inks) << kPatternNames[kind];
          }
        }
        ASSERT_NEAR(sum, 1, 1e-5) << kPatternNames[kind];
        ASSERT_TRUE(blend.shade >= 0 && blend.shade < 3) << kPatternNames[kind] << blend.shade;
      }
    }
  }
}

TEST(Pattern, SlantedSquareHasItsArea) {
  Pattern pattern;
  pattern.kind = PatternKind::kSlanted;
  pattern.size_mm = 100;
  pattern.ratio = 0.5f;
  pattern.angle_deg = 5;
  pattern.inks = 2;
  int inside = 0;
  for (int y = 0; y < 500; ++y) {
    for (int x = 0; x < 500; ++x) {
      inside += Evaluate(pattern, At(0.2f * (x + 0.5f), 0.2f * (y + 0.5f))).ink[0] == 1;
    }
  }
  EXPECT_NEAR(inside / 250000.0, 0.25, 0.001);
}

TEST(Pattern, PatchesLieWhereChartsHaveThem) {
  Pattern pattern;
  pattern.kind = PatternKind::kPatches;
  pattern.size_mm = 10;
  pattern.ratio = 0.12f;
  pattern.count = 6;
  pattern.inks = 25;
  EXPECT_EQ(Evaluate(pattern, At(5.6f, 5.6f)).ink[0], 0);
  EXPECT_EQ(Evaluate(pattern, At(1.21f, 1.21f)).ink[0], 0);
  EXPECT_EQ(Evaluate(pattern, At(1.19f, 1.21f)).ink[0], 24);
  EXPECT_EQ(Evaluate(pattern, At(9.99f, 9.99f)).ink[0], 0);
  EXPECT_EQ(Evaluate(pattern, At(10.02f, 9.99f)).ink[0], 24);
  EXPECT_EQ(Evaluate(pattern, At(55.6f, 35.6f)).ink[0], 23);
}

TEST(Pattern, DeadLeavesUseAllGreysAndBothSidesOfThem) {
  Pattern pattern;
  pattern.kind = PatternKind::kDeadLeaves;
  pattern.inks = 2;
  double sum = 0, squares = 0;
  constexpr int kCount = 20000;
  Random random(1, 2);
  for (int i = 0; i < kCount; ++i) {
    const float t = Evaluate(pattern, At(static_cast<float>(random.Uniform(0, 4000)),
                                         static_cast<float>(random.Uniform(0, 4000))))
                        .weight[1];
    sum += t;
    squares += t * t;
  }
  EXPECT_NEAR(sum / kCount, 0.5, 0.03);  // uniform: mean 1/2, variance 1/12
  EXPECT_NEAR(squares / kCount - sum / kCount * sum / kCount, 1.0 / 12, 0.01);
}

TEST(Pattern, PiecesDifferAndRepeat) {
  Pattern pattern;
  pattern.inks = 3;
  pattern.variation = 1;
  SurfacePoint a = At(1, 1), b = At(1, 1);
  b.piece = 1;
  EXPECT_NE(Evaluate(pattern, a).weight[0], Evaluate(pattern, b).weight[0]);
  EXPECT_EQ(Evaluate(pattern, a).weight[0], Evaluate(pattern, At(9, 9)).weight[0]);
}

TEST(Cut, LeavesHaveStemsAndTips) {
  for (const CutKind cut : {CutKind::kLeaf, CutKind::kMaple, CutKind::kGrass}) {
    int kept = 0;
    for (int i = 0; i < 10000; ++i) {
      kept += Kept(cut, (i % 100 + 0.5f) / 100, (i / 100 + 0.5f) / 100, 3);
    }
    EXPECT_GT(kept, 800);
    EXPECT_LT(kept, 7000);
    EXPECT_TRUE(Kept(cut, 0.4f, 0.5f, 3));
    EXPECT_FALSE(Kept(cut, 0.99f, 0.02f, 3));
  }
  EXPECT_TRUE(Kept(CutKind::kNone, 0, 0, 0));
}

}  // namespace
}  // namespace petzval
