// Local tone mapping: nothing asked, nothing done; edges without halos; detail that survives.
#include "petzval/look/local_tone.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "petzval/look/look.h"
#include "petzval/look/look_test_names.h"
#include "petzval/look/test_scenes.h"

namespace petzval {
namespace {

TonePlan StrongPlan() {
  TonePlan plan;
  plan.shadow_ev = 1.4;
  plan.highlight_ev = 1.2;
  return plan;
}

TEST(LogLuminance, AveragesLightAndSurvivesAnything) {
  auto scene = MakeScene(7, 5, [](double, double) { return Grey(0.25); });
  scene.At(0, 0, 0) = scene.At(0, 0, 1) = scene.At(0, 0, 2) = std::nanf("");
  scene.At(3, 3, 1) = -1e30f;
  const Image<float> level = LogLuminance(scene, 512);
  EXPECT_EQ(level.At(0, 0), kDarkestLevel);
  EXPECT_EQ(level.At(3, 3), kDarkestLevel);
  EXPECT_NEAR(level.At(5, 1), -2, 1e-5);
  const Image<float> small = LogLuminance(scene, 4);
  EXPECT_EQ(small.width(), 4);
  EXPECT_EQ(small.height(), 3);
  EXPECT_NEAR(small.At(0, 0), std::log2(0.75 * 0.25), 1e-5);  // one of four pixels is black
  EXPECT_NEAR(small.At(3, 0), -2, 1e-5);
}

TEST(MapLocalTone, WithoutAWishNothingChanges) {
  TestRandom random;
  for (const auto& [width, height] : {std::pair{97, 53}, std::pair{5, 64}, std::pair{1, 1}}) {
    Image<float> level(width, height);
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) level.At(x, y) = static_cast<float>(-8 * random.Next());
    }
    const Image<float> mapped = MapLocalTone(level, TonePlan{}, 0);
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) EXPECT_NEAR(mapped.At(x, y), level.At(x, y), 2e-4);
    }
  }
}

TEST(MapLocalTone, FlatRegionsGoWhereTheTargetPutsThem) {
  const TonePlan plan = StrongPlan();
  const float grey = static_cast<float>(std::log2(plan.mid_grey));
  for (float ev : {-6.f, -3.f, -1.f, 0.f, 1.5f, 3.f}) {
    Image<float> level(64, 48);
    level.Fill(grey + ev);
    const Image<float> mapped = MapLocalTone(level, plan, 0.2);
    EXPECT_NEAR(mapped.At(30, 20) - grey, plan.Target(ev), 1e-3) << ev;
  }
}

TEST(MapLocalTone, DetailInShadeKeepsItsContrast) {
  // Fine texture of +-0.3 EV in shade that is lifted: a plain curve would flatten it.
  const TonePlan plan = StrongPlan();
  const float grey = static_cast<float>(std::log2(plan.mid_grey));
  Image<float> level(256, 192);
  for (int y = 0; y < 192; ++y) {
    for (int x = 0; x < 256; ++x) {
      level.At(x, y) = grey - 1.75f + 0.3f * std::sin(x * 0.8f) * std::cos(y * 0.9f);
    }
  }
  const Image<float> mapped = MapLocalTone(level, plan, 0);
  double in = 0, out = 0, flat = 0;
  for (int y = 40; y < 150; ++y) {
    for (int x = 40; x < 210; ++x) {
      in += std::fabs(level.At(x, y) - level.At(x + 2, y));
      out += std::fabs(mapped.At(x, y) - mapped.At(x + 2, y));
      flat +=
          std::fabs(plan.Target(level.At(x, y) - grey) - plan.Target(level.At(x + 2, y) - grey));
    }
  }
  EXPECT_LT(flat / in, 0.55);  // what the curve alone leaves
  EXPECT_GT(out / in, 0.7);
  EXPECT_LT(out / in, 1.05);
}

// A bright sky over a dark roof, edge tilted so that it meets all phases of the small picture.
class Skyline : public testing::Test {
 protected:
  static constexpr double kSky = 2.6, kRoof = -3.2;
  double EdgeAt(double x) const { return 0.5 + 0.03 * x; }
};

TEST_F(Skyline, NoHalo) {
  // The strongest that a shipped look may ask for.
  TonePlan plan;
  double contrast = 0;
  for (const std::string& name : OwnLooks()) {
    const Look look = *LoadLook(name);
    plan.shadow_ev = std::max(plan.shadow_ev, look.Get("shadow_lift"));
    plan.highlight_ev = std::max(plan.highlight_ev, look.Get("highlight_hold"));
    contrast = std::max(contrast, look.Get("local_contrast"));
  }
  const double grey = std::log2(plan.mid_grey);
  // The proxy, box-filtered from 8 times the size, and its gain.
  constexpr int kWidth = 384, kHeight = 288, kScale = 8;
  Image<float> level(kWidth, kHeight);
  for (int y = 0; y < kHeight; ++y) {
    for (int x = 0; x < kWidth; ++x) {
      const double edge = EdgeAt((x + 0.5) / kWidth) * kHeight;
      const double sky = std::clamp(edge - y, 0.0, 1.0);
      level.At(x, y) = static_cast<float>(
          grey + std::log2(sky * std::exp2(kSky) + (1 - sky) * std::exp2(kRoof)));
    }
  }
  const Image<float> line = FitLocalGain(level, MapLocalTone(level, plan, contrast));
  // Evaluated at full resolution, on either side of the edge.
  for (int x = 40; x < kWidth - 40; x += 7) {
    const double edge = EdgeAt((x + 0.5) / kWidth) * kHeight * kScale;
    const auto gain = [&](double y_full, double ev) {
      const double y = std::clamp(y_full / kScale - 0.5, 0.0, kHeight - 1.001);
      const int y0 = static_cast<int>(y);
      const double f = y - y0;
      const double slope = (1 - f) * line.At(x, y0, 0) + f * line.At(x, y0 + 1, 0);
      const double offset = (1 - f) * line.At(x, y0, 1) + f * line.At(x, y0 + 1, 1);
      return slope * (ev + grey) + offset;
    };
    for (double d : {1.0, 3.0, 6.0, 12.0, 24.0, 48.0, 96.0}) {
      const double sky = std::exp2(gain(edge - d, kSky) - gain(edge - 400, kSky));
      const double roof = std::exp2(gain(edge + d, kRoof) - gain(edge + 400, kRoof));
      // A curve of slope near one stands behind: 5 % of light is 5 % of the picture.
      EXPECT_NEAR(sky, 1, 0.05) << "sky, " << d << " px from the edge, column " << x;
      EXPECT_NEAR(roof, 1, 0.05) << "roof, " << d << " px from the edge, column " << x;
    }
  }
}

}  // namespace
}  // namespace petzval
