// Medians of odd, even and no values.
#include "petzval/measure/subject/median.h"

#include <gtest/gtest.h>

namespace petzval::measure {
namespace {

TEST(MedianTest, OfOddEvenAndNone) {
  EXPECT_EQ(Median({3, 1, 2}), 2);
  EXPECT_EQ(Median({4, 1, 8, 2}), 3);
  EXPECT_EQ(Median({5}), 5);
  EXPECT_TRUE(std::isnan(Median({})));
}

}  // namespace
}  // namespace petzval::measure
