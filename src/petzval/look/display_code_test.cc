// Code values of output spaces: inverses, standards, colours without colour.
#include "petzval/look/display_code.h"

#include <gtest/gtest.h>

#include <cmath>

namespace petzval {
namespace {

constexpr OutputSpace kSpaces[] = {OutputSpace::kSrgb, OutputSpace::kDisplayP3,
                                   OutputSpace::kRec2020Pq, OutputSpace::kRec2020Hlg,
                                   OutputSpace::kLLog};

TEST(DisplayCode, EncodeAndDecodeAreInverses) {
  for (OutputSpace space : kSpaces) {
    const DisplayCode code(space, 4);
    const double most = code.is_log() ? 20 : code.headroom();
    double last = -1;
    for (double x = 0; x <= most; x += most / 997) {
      const double c = code.Encode(x);
      EXPECT_TRUE(c >= 0 && c <= 1) << x;
      EXPECT_GE(c, last);
      last = c;
      // L-Log has a step at its cut.
      EXPECT_NEAR(code.Decode(c), x, 1e-9 + (code.is_log() ? 2e-4 : 1e-6) * x);
      const Vec3 grey = code.EncodeColor({{x, x, x}});
      for (int i = 0; i < 3; ++i) EXPECT_NEAR(grey[i], c, 1e-12);
    }
  }
}

TEST(DisplayCode, DiffuseWhiteIsThatOfBt2408) {
  const DisplayCode pq(OutputSpace::kRec2020Pq, 4), hlg(OutputSpace::kRec2020Hlg, 4);
  EXPECT_NEAR(pq.Encode(1), 0.58, 0.001);   // 58 % PQ
  EXPECT_NEAR(hlg.Encode(1), 0.75, 0.001);  // 75 % HLG
  EXPECT_EQ(DisplayCode(OutputSpace::kSrgb, 4).headroom(), 1);
  EXPECT_NEAR(DisplayCode(OutputSpace::kRec2020Hlg, 16).headroom(), 1000 / 203.0, 1e-12);
  EXPECT_EQ(pq.headroom(), 4);
}

}  // namespace
}  // namespace petzval
