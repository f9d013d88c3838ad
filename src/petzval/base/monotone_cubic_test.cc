// Interpolation without overshoot beside an independent implementation.
#include "petzval/base/monotone_cubic.h"

#include <gtest/gtest.h>

#include <vector>

namespace petzval {
namespace {

// Values of a slope-limited cubic are known where the data are a straight line or have a corner;
// the last were computed once with scipy.interpolate.PchipInterpolator 1.10.
TEST(MonotoneCubic, KeepsLinesCornersAndItsReference) {
  const std::vector<double> x = {0, 1, 3, 4}, line = {1, 3, 7, 9}, step = {0, 0, 1, 1};
  EXPECT_NEAR(MonotoneCubic(x, line, 0.3), 1.6, 1e-15);
  EXPECT_NEAR(MonotoneCubic(x, line, 2.5), 6, 1e-15);
  EXPECT_EQ(MonotoneCubic(x, step, 0.5), 0);
  EXPECT_EQ(MonotoneCubic(x, step, 3.5), 1);
  EXPECT_NEAR(MonotoneCubic(x, step, 2), 0.5, 1e-15);
  const std::vector<double> two_x = {1, 2}, two_y = {5, 7};
  EXPECT_NEAR(MonotoneCubic(two_x, two_y, 1.25), 5.5, 1e-15);
  const std::vector<double> y = {2, 1.2, 0.9, 0.2};
  EXPECT_NEAR(MonotoneCubic(x, y, 0.4), 1.5982481012658227, 1e-12);
  EXPECT_NEAR(MonotoneCubic(x, y, 1.7), 1.0770036102692102, 1e-12);
  EXPECT_NEAR(MonotoneCubic(x, y, 3.9), 0.2887542253521127, 1e-12);
}

}  // namespace
}  // namespace petzval
