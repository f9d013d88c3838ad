#include "petzval/measure/chart/homography.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "petzval/measure/chart/convex_hull.h"

namespace petzval::measure {
namespace {

TEST(Homography, RecoversAMapFromExactPairs) {
  Homography truth;
  truth.matrix[0] = {300, 40, 1200};
  truth.matrix[1] = {-50, 280, 900};
  truth.matrix[2] = {0.05, -0.03, 1};
  std::vector<Point> from, to;
  for (int y = 0; y < 4; ++y) {
    for (int x = 0; x < 6; ++x) {
      from.push_back({1.0 * x, 1.0 * y});
      to.push_back(truth.Map(from.back()));
    }
  }
  const auto fit = FitHomography(from, to);
  ASSERT_TRUE(fit);
  const Point expected = truth.Map({2.3, 1.7}), p = fit->Map({2.3, 1.7});
  EXPECT_NEAR(p.x, expected.x, 1e-7);
  EXPECT_NEAR(p.y, expected.y, 1e-7);
  const Point back = fit->Inverted().Map(p);
  EXPECT_NEAR(back.x, 2.3, 1e-9);
  EXPECT_NEAR(back.y, 1.7, 1e-9);
}

TEST(Homography, RefusesPointsThatDoNotTellIt) {
  const std::vector<Point> square = {{0, 0}, {1, 0}, {1, 1}, {0, 1}};
  const std::vector<Point> line = {{0, 0}, {1, 1}, {2, 2}, {3, 3}};
  const std::vector<Point> three = {{0, 0}, {1, 0}, {1, 1}};
  const std::vector<Point> bow_tie = {{0, 0}, {1, 0}, {0, 1}, {1, 1}};
  EXPECT_TRUE(FitHomography(square, square));
  EXPECT_FALSE(FitHomography(three, three));
  EXPECT_FALSE(FitHomography(line, square));
  EXPECT_FALSE(FitHomography(square, line));
  EXPECT_FALSE(FitHomography(square, bow_tie));
}

TEST(ConvexHull, FindsCentresOfMass) {
  const std::vector<Point> triangle = {{100, 100}, {103, 100}, {100, 106}};
  EXPECT_NEAR(Centroid(triangle).x, 101, 1e-12);
  EXPECT_NEAR(Centroid(triangle).y, 102, 1e-12);
  const std::vector<Point> line = {{0, 0}, {1, 1}, {2, 2}};
  EXPECT_NEAR(Centroid(line).x, 1, 1e-12);
}

TEST(ConvexHull, ReducesAnOctagonToItsSquare) {
  // A square with small corners cut off, and points inside.
  std::vector<Point> points = {{1, 0}, {9, 0}, {10, 1}, {10, 9}, {9, 10}, {1, 10},
                               {0, 9}, {0, 1}, {5, 5},  {5, 0},  {3, 7}};
  std::vector<Point> hull = ConvexHull(points);
  EXPECT_EQ(hull.size(), 8u);
  EXPECT_NEAR(PolygonArea(hull), 98, 1e-12);
  ReduceToQuad(&hull);
  EXPECT_EQ(hull.size(), 4u);
  EXPECT_GT(PolygonArea(hull), 80);
  EXPECT_TRUE(Inside(hull, {5, 5}));
  EXPECT_FALSE(Inside(hull, {11, 5}));
}

}  // namespace
}  // namespace petzval::measure
