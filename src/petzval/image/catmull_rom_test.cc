// Catmull-Rom sampling.
#include "petzval/image/catmull_rom.h"

#include <gtest/gtest.h>

namespace petzval {
namespace {

// Splines of this kind reproduce quadratic surfaces, and their slopes.
TEST(CatmullRom, QuadraticSurfaceAndItsSlopes) {
  Image<float> image(12, 10);
  const auto f = [](double x, double y) { return 0.5 * x * x - 0.25 * x * y + 2 * y + 1; };
  for (int y = 0; y < 10; ++y) {
    for (int x = 0; x < 12; ++x) image.At(x, y) = static_cast<float>(f(x + 0.5, y + 0.5));
  }
  for (const auto& [x, y] : {std::pair(4.5, 5.5), std::pair(3.1, 6.77), std::pair(8.9, 2.0)}) {
    CubicSample s;
    ASSERT_TRUE(SampleCatmullRom(image.view(), x, y, &s));
    EXPECT_NEAR(s.value, f(x, y), 1e-5);
    EXPECT_NEAR(s.dx, x - 0.25 * y, 1e-5);
    EXPECT_NEAR(s.dy, -0.25 * x + 2, 1e-5);
  }
}

TEST(CatmullRom, NothingAtTheBorder) {
  Image<float> image(6, 6);
  image.Fill(1);
  CubicSample s;
  EXPECT_FALSE(SampleCatmullRom(image.view(), 1.4, 3, &s));
  EXPECT_FALSE(SampleCatmullRom(image.view(), 3, 4.5, &s));
  EXPECT_TRUE(SampleCatmullRom(image.view(), 1.5, 4.4, &s));
  EXPECT_NEAR(s.value, 1, 1e-12);
}

}  // namespace
}  // namespace petzval
