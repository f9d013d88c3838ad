// Spots, their best focus, ray fans, and what is said when rays fail.
#include "petzval/optics/analysis/spot.h"

#include <gtest/gtest.h>

#include <cmath>

#include "petzval/optics/analysis/fans.h"
#include "petzval/optics/analysis/test_lenses.h"

namespace petzval::optics {
namespace {

TEST(Spot, PerfectMirrorDefocused) {
  const LensModel model = Defocused(*MakeModel(ParabolicMirror()), 0.1);
  const auto spot = ComputeSpot(model, 0, 40);
  ASSERT_TRUE(spot);
  // A flat disc: RMS = radius / sqrt 2.
  const double radius_um = *spot->spots[0].geo_chief_um;
  EXPECT_NEAR(radius_um, 1e3 * 0.1 * 10 / (100 - 0.25), 1e-6 * radius_um);
  EXPECT_NEAR(*spot->spots[0].rms_chief_um, radius_um / std::sqrt(2), 0.02 * radius_um);
  EXPECT_EQ(spot->rays.ok, 1 + 3 * 40 * 41);
  const auto best = ComputeBestFocus(model, 0, 0);
  ASSERT_TRUE(best && *best);
  EXPECT_NEAR((*best)->shift_mm, -0.1, 1e-9);
  EXPECT_NEAR((*best)->rms_um, 0, 1e-6);
}

TEST(Spot, BestFocusIsTheLeast) {
  const LensModel model = *MakeModel(Triplet());
  for (const int w : {-1, 0, 1, 2}) {
    const auto best = ComputeBestFocus(model, 14, w);
    ASSERT_TRUE(best && *best);
    const double z = (*best)->shift_mm;
    const auto through = ComputeThroughFocusSpot(model, 14, {z - 0.01, z, z + 0.01});
    ASSERT_TRUE(through);
    const auto rms = [&](int i) {
      return w < 0 ? *(*through)[i].poly_rms_centroid_um : *(*through)[i].rms_centroid_um[w];
    };
    EXPECT_NEAR(rms(1), (*best)->rms_um, 1e-9);
    EXPECT_GT(rms(0), rms(1));
    EXPECT_GT(rms(2), rms(1));
  }
  // The same by moving the image plane.
  const auto moved = ComputeSpot(Defocused(model, 0.2), 14);
  const auto through = ComputeThroughFocusSpot(model, 14, {0.2});
  EXPECT_NEAR(*moved->poly_rms_centroid_um, *(*through)[0].poly_rms_centroid_um, 1e-8);
}

TEST(Spot, PolychromaticHoldsLateralColour) {
  const auto spot = ComputeSpot(*MakeModel(Triplet()), 20);
  ASSERT_TRUE(spot);
  double mean = 0, within = 0;
  for (const Spot& s : spot->spots) {
    mean += *s.centroid_y_mm / 3;
    within += std::pow(*s.rms_centroid_um, 2) / 3;
  }
  double between = 0;
  for (const Spot& s : spot->spots) between += std::pow(1e3 * (*s.centroid_y_mm - mean), 2) / 3;
  EXPECT_NEAR(*spot->poly_rms_centroid_um, std::sqrt(within + between), 1e-9);
  EXPECT_GT(between, 0);
}

TEST(Spot, ClippingIsAChoiceAndCounted) {
  const LensModel model = *MakeModel(VignettingTriplet());
  const auto nominal = ComputeSpot(model, 20, 12);
  const auto built = ComputeSpot(model, 20, 12, SamplingOptions::AsBuilt());
  ASSERT_TRUE(nominal && built);
  EXPECT_EQ(nominal->rays.failed(), 0);
  EXPECT_GT(built->rays.clipped, 0);
  EXPECT_EQ(built->rays.total(), nominal->rays.total());
  EXPECT_LT(*built->poly_rms_centroid_um, *nominal->poly_rms_centroid_um);
}

TEST(Spot, NothingArrives) {
  const auto spot = ComputeSpot(*MakeModel(Blocked()), 0, 6, {.clip = true});
  ASSERT_TRUE(spot);
  EXPECT_EQ(spot->rays.clipped, 3 * 127);
  EXPECT_FALSE(spot->poly_rms_centroid_um);
  EXPECT_FALSE(spot->spots[0].rms_chief_um);
  const auto best = ComputeBestFocus(*MakeModel(Blocked()), 0, -1, 6, {.clip = true});
  ASSERT_TRUE(best);
  EXPECT_FALSE(*best);
}

TEST(Spot, RaysThatMissAreCounted) {
  // A ball-like front that rays at the rim of a wide pupil pass by.
  Lens lens = Triplet();
  lens.aperture.value = 60;
  const auto spot = ComputeSpot(*MakeModel(lens), 0);
  ASSERT_TRUE(spot);
  EXPECT_GT(spot->rays.missed + spot->rays.total_reflection, 0);
  EXPECT_GT(spot->rays.ok, 0);
  EXPECT_EQ(spot->rays.total(), 3 * 127);
  EXPECT_TRUE(std::isfinite(*spot->poly_rms_centroid_um));
  EXPECT_EQ(static_cast<int>(spot->spots[0].x_mm.size()), spot->spots[0].rays.ok);
}

TEST(Spot, AfocalHasNoFocus) {
  const LensModel model = *MakeModel(Afocal());
  const auto best = ComputeBestFocus(model, 0, 0);
  ASSERT_TRUE(best);
  EXPECT_FALSE(*best);
  const auto spot = ComputeSpot(model, 0);
  ASSERT_TRUE(spot);
  EXPECT_FALSE(spot->airy_radius_um);
  EXPECT_FALSE(ComputeSpot(model, NAN));
  EXPECT_FALSE(ComputeSpot(model, 0, 0));
}

TEST(Fans, SymmetricOnAxisAndRelativeToTheChief) {
  const LensModel model = *MakeModel(Triplet());
  const auto axis = ComputeFans(model, 0, 21);
  ASSERT_TRUE(axis);
  ASSERT_EQ(axis->fans.size(), 3u);
  const WavelengthFans& f = axis->fans[1];
  for (int i = 0; i < 21; ++i) {
    EXPECT_NEAR(f.tangential[i].dy_um, -f.tangential[20 - i].dy_um, 1e-9);
    EXPECT_NEAR(f.tangential[i].dy_um, f.sagittal[i].dx_um, 1e-9);
    EXPECT_NEAR(*f.tangential[i].opd_waves, *f.sagittal[20 - i].opd_waves, 1e-7);
  }
  EXPECT_NEAR(f.tangential[10].dy_um, 0, 1e-12);
  const auto edge = ComputeFans(model, 20, 21);
  EXPECT_EQ(edge->fans[1].chief_dy_um, 0);
  EXPECT_NE(edge->fans[0].chief_dy_um, 0);
  // The transverse aberration is the slope of the wave aberration: lambda dW/dpy = dy dM/dpy.
  const auto errors = ComputeRayErrors(
      model, 20, 1, std::vector<PupilPoint>{{0, 0.5}, {0, 0.5 + 1e-4}, {0, 0.5 - 1e-4}});
  ASSERT_TRUE(errors);
  const double slope = (*(*errors)[1].opd_waves - *(*errors)[2].opd_waves) / 2e-4 * kLineD_um;
  EXPECT_LT(slope * (*errors)[0].dy_um, 0);  // dM/dpy < 0
}

}  // namespace
}  // namespace petzval::optics
