// No number of a file is converted when its value would not fit.
#include "petzval/capture/tag_number.h"

#include <gtest/gtest.h>

#include <cmath>

namespace petzval {
namespace {

TEST(TagNumberTest, OnlyWhatFits) {
  EXPECT_EQ(IntWithin(3.9, 0, 8), 3);
  EXPECT_EQ(IntWithin(0, 0, 8), 0);
  EXPECT_EQ(IntWithin(8, 0, 8), 8);
  for (double v : {-0.5, 8.1, 1e300, -1e300, double(NAN), double(INFINITY), -double(INFINITY)}) {
    EXPECT_FALSE(IntWithin(v, 0, 8).has_value()) << v;
  }
}

TEST(TagNumberTest, CodesAreCut) {
  EXPECT_EQ(CodeOf(NAN), 0);
  EXPECT_EQ(CodeOf(-1e300), 0);
  EXPECT_EQ(CodeOf(0.4), 0);
  EXPECT_EQ(CodeOf(0.5), 1);
  EXPECT_EQ(CodeOf(65534.4), 65534);
  EXPECT_EQ(CodeOf(65534.6), 65535);
  EXPECT_EQ(CodeOf(INFINITY), 65535);
}

}  // namespace
}  // namespace petzval
