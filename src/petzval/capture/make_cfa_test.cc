// Patterns of any writing in their shortest form.
#include "petzval/capture/make_cfa.h"

#include <gtest/gtest.h>

#include <vector>

namespace petzval {
namespace {

std::string Name(int rows, int cols, const std::vector<uint8_t>& pattern) {
  const auto cfa = MakeCfa(rows, cols, pattern);
  return cfa ? cfa->Name() : cfa.error().message;
}

TEST(MakeCfaTest, ShortestPeriod) {
  for (int side : {2, 4, 6, 8, 16}) {
    std::vector<uint8_t> bayer;
    for (int i = 0; i < side * side; ++i) {
      bayer.push_back(static_cast<uint8_t>(i / side % 2 + i % side % 2));
    }
    EXPECT_EQ(Name(side, side, bayer), "RGGB") << side;
  }
  EXPECT_EQ(Name(4, 4, {0, 0, 1, 1, 0, 0, 1, 1, 1, 1, 2, 2, 1, 1, 2, 2}), "RRGGRRGGGGBBGGBB");
  EXPECT_EQ(Name(1, 1, {2}), "mono");
  EXPECT_EQ(Name(3, 5, std::vector<uint8_t>(15, 1)), "mono");
}

TEST(MakeCfaTest, WhatIsRefused) {
  EXPECT_NE(Name(0, 2, {}).find("malformed"), std::string::npos);
  EXPECT_NE(Name(2, 2, {0, 1, 1}).find("malformed"), std::string::npos);
  EXPECT_NE(Name(1 << 20, 1 << 20, {0}).find("malformed"), std::string::npos);
  EXPECT_NE(Name(2, 2, {0, 1, 1, 3}).find("other colours"), std::string::npos);
  EXPECT_NE(Name(2, 2, {0, 1, 1, 0}).find("lacks"), std::string::npos);
  EXPECT_NE(Name(3, 3, {0, 1, 2, 0, 1, 2, 0, 1, 2}).find("3 x 3 is not supported"),
            std::string::npos);
}

}  // namespace
}  // namespace petzval
