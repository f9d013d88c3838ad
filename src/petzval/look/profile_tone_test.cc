// The rendering of a profile: its order, its ends, what it does to neutrals.
#include "petzval/look/profile_tone.h"

#include <gtest/gtest.h>

#include <cmath>

namespace petzval {
namespace {

DcpProfile SomeProfile() {
  DcpProfile p;
  p.tone_curve = {{0, 0}, {0.18, 0.4}, {0.5, 0.8}, {1, 1}};
  p.look = HueSatMap::Identity(6, 3, 2);
  for (auto& d : p.look.delta) d = {10, 1.2f, 0.9f};
  RepairNeutrals(&p.look);
  p.baseline_exposure_offset_ev = 0.5;
  return p;
}

TEST(ProfileTone, ExposureComesBeforeTheCurve) {
  const DcpProfile p = SomeProfile();
  const ProfileTone plain(p, 0), brighter(p, 1);
  for (const Vec3& c : {Vec3{{0.1, 0.2, 0.05}}, {{0.02, 0.01, 0.3}}, {{0.18, 0.18, 0.18}}}) {
    const Vec3 a = brighter.Apply(c), b = plain.Apply({{2 * c[0], 2 * c[1], 2 * c[2]}});
    for (int k = 0; k < 3; ++k) EXPECT_NEAR(a[k], b[k], 1e-12);
  }
  const DcpToneCurve curve(p.tone_curve);
  EXPECT_NEAR(curve.At(0.1 * std::sqrt(2)), plain.Apply({{0.1, 0.1, 0.1}})[1], 1e-12);
}

TEST(ProfileTone, LookTableComesBeforeTheCurve) {
  const DcpProfile p = SomeProfile();
  const Vec3 c{{0.3, 0.2, 0.1}};
  const double k = std::sqrt(2);
  const Vec3 want = DcpToneCurve(p.tone_curve).Apply(p.look.Apply({{k * .3, k * .2, k * .1}}));
  const Vec3 got = ProfileTone(p, 0).Apply(c);
  for (int i = 0; i < 3; ++i) EXPECT_NEAR(want[i], got[i], 1e-12);
}

TEST(ProfileTone, PartsCanBeLeftOut) {
  const DcpProfile p = SomeProfile();
  const Vec3 c{{0.3, 0.2, 0.1}};
  EXPECT_EQ(c, ProfileTone(p, 3, {.exposure = false, .look = false, .curve = false}).Apply(c));
  EXPECT_FALSE(ProfileTone(p, 0, {.curve = false}).has_curve());
  EXPECT_EQ(p.look.Apply(c), ProfileTone(p, 3, {.exposure = false, .curve = false}).Apply(c));
}

TEST(ProfileTone, AnythingInOrderOut) {
  const ProfileTone tone(SomeProfile(), 0);
  double last = -1;
  for (double v = -0.2; v < 3; v += 0.01) {
    const Vec3 grey = tone.Apply({{v, v, v}});
    EXPECT_EQ(grey[0], grey[1]);
    EXPECT_EQ(grey[1], grey[2]);
    EXPECT_GE(grey[0], last);
    last = grey[0];
  }
  EXPECT_EQ(1, last);
  for (double x : std::vector<double>{-INFINITY, -1e30, 0.0, 0.4, 1e30, INFINITY, NAN}) {
    const Vec3 out = tone.Apply({{x, 0.2, -x}});
    for (int c = 0; c < 3; ++c) EXPECT_TRUE(out[c] >= 0 && out[c] <= 1) << x;
  }
}

}  // namespace
}  // namespace petzval
