// Lattices of the masks that sensors have, and what is sampled on them.
#include "petzval/measure/subject/lattice.h"

#include <gtest/gtest.h>

namespace petzval::measure {
namespace {

SiteMask Mask(const char* sites) {
  SiteMask mask{0};
  for (int i = 0; i < 16; ++i) mask.bits |= (sites[i] == 'x') << i;
  return mask;
}

TEST(LatticeTest, OfBayerQuadBayerAndMonochrome) {
  EXPECT_EQ(LatticeOf(SiteMask{}).pitch, 1);
  const Lattice green = LatticeOf(Mask(".x.xx.x..x.xx.x."));
  EXPECT_EQ(green.pitch, 2);
  EXPECT_EQ(green.x0 + green.y0, 1);
  const Lattice blue = LatticeOf(Mask(".....x.x.....x.x"));
  EXPECT_EQ(blue.pitch, 2);
  EXPECT_EQ(blue.x0, 1);
  EXPECT_EQ(blue.y0, 1);
  const Lattice quad = LatticeOf(Mask("..xx..xx........"));
  EXPECT_EQ(quad.pitch, 4);
  EXPECT_EQ(quad.x0, 2);
  EXPECT_EQ(quad.y0, 0);
  EXPECT_EQ(LatticeOf(SiteMask{0}).pitch, 0);
}

TEST(LatticeTest, SamplesTheSitesInsideARoi) {
  Image<float> plane(11, 9);
  for (int y = 0; y < 9; ++y) {
    for (int x = 0; x < 11; ++x) plane.At(x, y) = static_cast<float>(100 * y + x);
  }
  const MeasuredPlane measured{plane.view(), {}};
  int x0 = 0, y0 = 0;
  const Image<float> out = SampleLattice(measured, {2, 1, 1}, {2, 3, 7, 5}, &x0, &y0);
  EXPECT_EQ(x0, 3);
  EXPECT_EQ(y0, 3);
  ASSERT_EQ(out.width(), 3);   // 3, 5, 7
  ASSERT_EQ(out.height(), 3);  // 3, 5, 7
  EXPECT_EQ(out.At(2, 1), 507);
}

}  // namespace
}  // namespace petzval::measure
