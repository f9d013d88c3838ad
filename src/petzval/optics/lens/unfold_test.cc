// The folded periscope without its mirror.
#include "petzval/optics/lens/unfold.h"

#include <gtest/gtest.h>

#include "petzval/optics/lens/lens_file.h"

namespace petzval::optics {
namespace {

TEST(Unfold, PeriscopeStandsStraight) {
  const auto lens = FindLens("flagship2022_periscope");
  ASSERT_TRUE(lens) << lens.error().message;
  const auto straight = UnfoldedLens(*lens);
  ASSERT_TRUE(straight) << straight.error().message;
  ASSERT_EQ(straight->surfaces.size(), lens->surfaces.size());
  bool behind = false;
  for (size_t i = 0; i < lens->surfaces.size(); ++i) {
    const Surface &a = lens->surfaces[i], &b = straight->surfaces[i];
    behind = behind || a.mirror;
    EXPECT_FALSE(b.mirror);
    EXPECT_FALSE(b.pose.has_value());
    EXPECT_EQ(b.thickness_mm, behind ? -a.thickness_mm : a.thickness_mm);
    EXPECT_EQ(b.radius_mm, behind ? -a.radius_mm : a.radius_mm);
    EXPECT_EQ(b.medium, a.medium);
    EXPECT_EQ(b.conic, a.conic);
  }
  EXPECT_TRUE(behind);
  EXPECT_EQ(straight->surfaces[8].asphere.powers.at(4), -lens->surfaces[8].asphere.powers.at(4));
  EXPECT_TRUE(CheckLens(*straight)) << CheckLens(*straight).error().message;
}

TEST(Unfold, OthersStayOrAreRefused) {
  const auto plain = FindLens("petzval_kodak");
  ASSERT_TRUE(plain);
  const auto same = UnfoldedLens(*plain);
  ASSERT_TRUE(same);
  EXPECT_EQ(*same, *plain);
  auto lens = FindLens("flagship2022_periscope");
  ASSERT_TRUE(lens);
  lens->surfaces[1].radius_mm = 500;
  const auto curved = UnfoldedLens(*lens);
  ASSERT_FALSE(curved);
  EXPECT_NE(curved.error().message.find("surface 2 is a mirror that does more"), std::string::npos)
      << curved.error().message;
  lens->surfaces[1].radius_mm = 0;
  lens->surfaces[2].pose->tilt_y_deg = 44;
  EXPECT_FALSE(UnfoldedLens(*lens));
}

}  // namespace
}  // namespace petzval::optics
