// All sides of all squares are found, with regions clear of corners; and nothing where is nothing.
#include "petzval/measure/sfr/edge_finder.h"

#include <gtest/gtest.h>

#include <cmath>

#include "petzval/measure/sfr/golden_chart_test_util.h"

namespace petzval::measure {
namespace {

golden::ChartScene Small() {
  golden::ChartScene scene;
  scene.width = 903;
  scene.height = 701;
  scene.columns = 4;
  scene.rows = 3;
  scene.side = 90;
  return scene;
}

// How many sides of the squares have exactly one region in their middle third, along them.
int SidesFound(const golden::ChartScene& scene, const std::vector<EdgeRegion>& regions) {
  int sides = 0;
  for (const golden::Square& square : golden::SquaresOf(scene)) {
    for (int side = 0; side < 4; ++side) {
      const double normal = square.angle + side * M_PI / 2;
      const double x = square.x + std::cos(normal) * scene.side / 2;
      const double y = square.y + std::sin(normal) * scene.side / 2;
      int count = 0;
      for (const EdgeRegion& region : regions) {
        const double turn =
            std::abs(std::remainder(region.strip->direction_deg * M_PI / 180 - normal, M_PI));
        count += std::hypot(region.strip->x - x, region.strip->y - y) < scene.side / 6 &&
                 std::abs(turn - M_PI / 2) < 0.02;
      }
      sides += count == 1;
    }
  }
  return sides;
}

TEST(FindEdges, FindsEverySideOfEverySquare) {
  for (const double sigma : {0.3, 0.8, 2.0}) {
    for (const double noise : {0.0, 0.02}) {
      golden::ChartScene scene = Small();
      scene.sigma = sigma;
      scene.noise = noise;
      const Image<float> image = golden::RenderChart(scene);
      const auto regions = FindEdges(image.view(), {});
      ASSERT_TRUE(regions);
      EXPECT_EQ(regions->size(), 48u) << sigma << " " << noise;
      EXPECT_EQ(SidesFound(scene, *regions), 48) << sigma << " " << noise;
      for (const EdgeRegion& region : *regions) {
        // Long, and clear of the corners and of the opposite side.
        EXPECT_GT(region.strip->half_length_px, 24);
        EXPECT_LT(region.strip->half_length_px, scene.side / 2);
        EXPECT_GE(region.strip->half_width_px, 8);
        EXPECT_TRUE(MeasureEdge(image.view(), {}, region, 1.0)) << region.strip->x;
      }
    }
  }
}

TEST(FindEdges, FindsThemOnBayerSites) {
  const golden::ChartScene scene = Small();
  const Image<float> image = golden::RenderChart(scene);
  for (const uint16_t bits : {0x0505, 0x5a5a}) {
    const auto regions = FindEdges(image.view(), SiteMask{bits});
    ASSERT_TRUE(regions);
    EXPECT_EQ(SidesFound(scene, *regions), 48) << bits;
  }
}

TEST(FindEdges, SameForEveryNumberOfThreads) {
  const golden::ChartScene scene = Small();
  const Image<float> image = golden::RenderChart(scene);
  const int threads = Threads();
  SetThreads(1);
  const auto one = FindEdges(image.view(), {});
  SetThreads(3);
  const auto three = FindEdges(image.view(), {});
  SetThreads(threads);
  ASSERT_TRUE(one && three);
  ASSERT_EQ(one->size(), three->size());
  for (size_t i = 0; i < one->size(); ++i) {
    EXPECT_EQ((*one)[i].bounds, (*three)[i].bounds);
    EXPECT_EQ((*one)[i].strip->x, (*three)[i].strip->x);
    EXPECT_EQ((*one)[i].strip->half_length_px, (*three)[i].strip->half_length_px);
  }
}

TEST(FindEdges, FindsNothingInFlatNoisyOrRoundPictures) {
  Image<float> image(400, 300);
  image.Fill(0.5f);
  auto regions = FindEdges(image.view(), {});
  ASSERT_TRUE(regions);
  EXPECT_TRUE(regions->empty());
  for (int y = 0; y < image.height(); ++y) {
    Random random(3, y);
    for (int x = 0; x < image.width(); ++x) {
      image.At(x, y) = static_cast<float>(0.5 + 0.05 * random.Normals().a);
    }
  }
  regions = FindEdges(image.view(), {});
  ASSERT_TRUE(regions);
  EXPECT_TRUE(regions->empty());
  for (int y = 0; y < image.height(); ++y) {
    for (int x = 0; x < image.width(); ++x) {
      const double r = std::hypot(x - 200, y - 150);
      image.At(x, y) = static_cast<float>(0.2 + 0.6 / (1 + std::exp(-(r - 70))));
    }
  }
  regions = FindEdges(image.view(), {});
  ASSERT_TRUE(regions);
  EXPECT_TRUE(regions->empty());
}

TEST(FindEdges, LeavesOutEdgesAlongThePixels) {
  Image<float> image(200, 200);
  for (int y = 0; y < 200; ++y) {
    for (int x = 0; x < 200; ++x)
      image.At(x, y) = x > 60 && x < 140 && y > 60 && y < 140 ? 0.2f : 0.8f;
  }
  const auto regions = FindEdges(image.view(), {});
  ASSERT_TRUE(regions);
  EXPECT_TRUE(regions->empty());
}

TEST(FindEdges, RefusesTinyPictures) {
  Image<float> image(31, 200);
  image.Fill(0.5f);
  EXPECT_FALSE(FindEdges(image.view(), {}));
}

}  // namespace
}  // namespace petzval::measure
