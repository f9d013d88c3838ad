// Quantities over the field: distortion, foci, colour, illumination, vignetting, bokeh, tolerances.
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <numeric>

#include "petzval/optics/analysis/bokeh.h"
#include "petzval/optics/analysis/chromatic.h"
#include "petzval/optics/analysis/distortion.h"
#include "petzval/optics/analysis/field_curves.h"
#include "petzval/optics/analysis/ghosts.h"
#include "petzval/optics/analysis/perturb.h"
#include "petzval/optics/analysis/test_lenses.h"
#include "petzval/optics/analysis/vignetting.h"

namespace petzval::optics {
namespace {

TEST(ChiefTable, AxisAndFiniteObject) {
  const LensModel model = *MakeModel(Triplet());
  const auto table = ComputeChiefTable(model, {0, 1, 20, 200});
  EXPECT_EQ(*table[0].distortion_percent, 0);
  // In the paraxial focus a narrow field lands where it should.
  const double focus = model.primary().bfl - model.primary().image_distance;
  const auto narrow = ComputeChiefTable(Defocused(model, focus), {1}).front();
  EXPECT_NEAR(*narrow.distortion_percent, 0, 0.01);
  EXPECT_NEAR(*table[2].y_mm[1] / table[2].paraxial_y_mm - 1, *table[2].distortion_percent / 100,
              1e-12);
  EXPECT_GT(*table[2].image_angle_deg, 5);
  EXPECT_FALSE(table[3].y_mm[1]);
  EXPECT_FALSE(table[3].distortion_percent);
  // At a finite distance a narrow field lands where the magnification says.
  Lens lens = Triplet();
  lens.object_mm = 500;
  lens.fields = {FieldKind::kObjectMm, {0, 0.5}, {}};
  const LensModel near = *MakeModel(lens);
  const auto close = ComputeChiefTable(near, {0.5}).front();
  EXPECT_NEAR(close.paraxial_y_mm, 0.5 * near.primary().magnification, 1e-12);
  EXPECT_FALSE(close.f_theta_percent);
}

TEST(DistortionGrid, SymmetricWithIdealCentre) {
  const auto grid = ComputeDistortionGrid(*MakeModel(Triplet()), 7);
  ASSERT_TRUE(grid);
  EXPECT_EQ(std::accumulate(grid->valid.begin(), grid->valid.end(), 0), 49);
  EXPECT_NEAR(grid->x_mm[24], 0, 1e-12);
  EXPECT_NEAR(grid->x_mm[0], -grid->x_mm[6], 1e-12);
  EXPECT_NEAR(std::hypot(grid->ideal_x_mm[0], grid->ideal_y_mm[0]), 50 * std::tan(M_PI / 9), 0.01);
}

TEST(FieldCurves, PetzvalAndNarrowFieldLimit) {
  // Towards the axis both foci go to the paraxial focus, and sagittal - tangential as 1 to 3.
  const LensModel model = *MakeModel(Triplet());
  const double paraxial = model.primary().bfl - model.primary().image_distance;
  const auto curves = ComputeFieldCurves(model, {0, 0.5, 1}, 1);
  EXPECT_NEAR(*curves[0].sagittal_mm, paraxial, 1e-5);
  EXPECT_NEAR(*curves[0].tangential_mm, paraxial, 1e-5);
  const double s = *curves[2].sagittal_mm - paraxial, t = *curves[2].tangential_mm - paraxial;
  EXPECT_NEAR((*curves[1].sagittal_mm - paraxial) / s, 0.25, 0.01);
  EXPECT_NEAR((*curves[1].tangential_mm - paraxial) / t, 0.25, 0.01);
  const auto afocal = ComputeFieldCurves(*MakeModel(Afocal()), {0}, 0);
  EXPECT_FALSE(afocal[0].sagittal_mm);
}

TEST(Chromatic, ShiftOverTheSpectrum) {
  const LensModel model = *MakeModel(Triplet());
  const auto curve = ComputeChromaticFocalShift(model, kLineF_um, kLineC_um, 11);
  ASSERT_TRUE(curve);
  const auto lines = ComputeAxialColour(model);
  EXPECT_NEAR(*curve->front().paraxial_shift_mm, *lines[0].paraxial_shift_mm, 1e-10);
  EXPECT_NEAR(*curve->back().bfl_mm, *lines[2].bfl_mm, 1e-10);
  EXPECT_EQ(*lines[1].paraxial_shift_mm, 0);
  EXPECT_FALSE(ComputeChromaticFocalShift(model, 0.6, 0.5, 11));
}

TEST(Illumination, CosineFourthOfAStopInFrontOfThePlate) {
  // A pinhole-like camera: no power, the exit pupil is the stop itself. Direction cosines of the
  // image space are those of the field: nothing is spread, so the integral vanishes without error.
  const LensModel model = *MakeModel(Triplet());
  const auto light = ComputeRelativeIllumination(model, {0, 10, 20});
  ASSERT_TRUE(light);
  EXPECT_EQ(*(*light)[0].relative, 1);
  EXPECT_LT(*(*light)[2].relative, *(*light)[1].relative);
  // Between cos^4 and 1: the pupil of a triplet hardly grows.
  EXPECT_NEAR(*(*light)[2].relative, std::pow(std::cos(20 * M_PI / 180), 4), 0.1);
}

TEST(Vignetting, AreaMomentsAndMask) {
  Lens lens = VignettingTriplet();
  lens.surfaces[3].semi_diameter_mm = MakeModel(lens)->primary().stop_radius;
  const LensModel model = *MakeModel(lens);
  ClippedPupilOptions options;
  options.grid = 200;
  options.keep_mask = true;
  options.cycles_per_mm = {0, 20};
  const auto pupils = ComputeVignetting(model, {0, 20}, options);
  ASSERT_TRUE(pupils);
  const ClippedPupil &axis = (*pupils)[0], &edge = (*pupils)[1];
  EXPECT_NEAR(axis.area, 1, 0.04);  // pupil aberration
  EXPECT_EQ(*axis.area_over_axis, 1);
  EXPECT_EQ(axis.centroid_y, 0);
  EXPECT_LT(*edge.area_over_axis, 0.95);
  EXPECT_NE(edge.centroid_y, 0);
  EXPECT_LT(*edge.relative_illumination, *edge.area_over_axis);
  EXPECT_NEAR(edge.mtf_tangential[0], 1, 1e-12);
  int inside = 0;
  for (int row = 0; row < 200; ++row) {
    for (int column = 0; column < 200; ++column) {
      inside += edge.mask[row * 200 + column];
      EXPECT_EQ(edge.mask[row * 200 + column], edge.mask[row * 200 + 199 - column]);
    }
  }
  EXPECT_EQ(inside, edge.rays.ok);
  EXPECT_EQ(edge.rays.total(), 200 * 200);
  const auto blocked = ComputeVignetting(*MakeModel(Blocked()), {0}, {.grid = 64, .extent = 0.8});
  ASSERT_TRUE(blocked);
  EXPECT_EQ((*blocked)[0].area, 0);
  EXPECT_FALSE((*blocked)[0].relative_illumination);
  EXPECT_FALSE((*blocked)[0].sigma_x_um);
}

TEST(Bokeh, PerfectLensHasAFlatDisc) {
  Lens lens = ParabolicMirror();
  lens.surfaces[0].semi_diameter_mm = 10;
  const LensModel model = *MakeModel(lens);
  const double shift = *FocusShift(model, 10000);
  EXPECT_NEAR(std::abs(shift), 1 / (1 / 100.0 - 1 / 10000.0) - 100, 1e-9);
  const auto disc = ComputeBokeh(model, 0, {.image_shift_mm = shift, .keep_rays = true});
  ASSERT_TRUE(disc);
  EXPECT_NEAR(disc->x_max_mm, std::abs(shift) * 10 / 100, 0.01 * disc->x_max_mm);
  EXPECT_NEAR(disc->x_max_mm, disc->y_max_mm, 1e-12);
  for (double share : disc->rings) EXPECT_NEAR(share, 0.1, 0.004);
  EXPECT_NEAR(disc->sigma_x_mm, disc->x_max_mm / 2, 0.01 * disc->x_max_mm);
  EXPECT_EQ(static_cast<int>(disc->x_mm.size()), disc->rays.ok);
  const BokehDisc picture = RenderBokeh(*disc, 64);
  EXPECT_NEAR(std::accumulate(picture.values.begin(), picture.values.end(), 0.0), 1, 1e-4);
  EXPECT_FALSE(FocusShift(*MakeModel(Afocal()), kInfinity));
}

TEST(Bokeh, NearSourceAndBlockedLight) {
  const LensModel model = *MakeModel(Triplet());
  const auto near = ComputeBokeh(model, 0, {.object_mm = 1000, .extent = 1.0, .clip = false});
  ASSERT_TRUE(near);
  // f^2 / 1 m of focus shift over f/5: about 0.25 mm of radius (the square grid's corner: sqrt 2).
  EXPECT_NEAR(near->y_max_mm, 2.6 / 10, 0.05);
  const auto blocked = ComputeBokeh(*MakeModel(Blocked()), 0, {.extent = 0.8});
  ASSERT_TRUE(blocked);
  EXPECT_EQ(blocked->rays.ok, 0);
  EXPECT_TRUE(blocked->rings.empty());
}

TEST(Perturb, WholeLensMovedMovesTheImage) {
  const LensModel model = *MakeModel(Triplet());
  const auto effect = ComputeElementEffect(model, {0, 5}, {.shift_x_mm = 0.02, .shift_y_mm = 0.05});
  ASSERT_TRUE(effect);
  EXPECT_NEAR(*effect->axis_chief_x_um, 20, 0.5);
  EXPECT_NEAR(*effect->axis_chief_y_um, 50, 0.5);
  // Turned about the pivot, a whole lens turns its own axis with it.
  const auto still = ComputeElementEffect(model, {0, 5}, {});
  EXPECT_NEAR(*still->axis_chief_y_um, 0, 1e-9);
  EXPECT_NEAR(*still->plus_rms_um, *still->minus_rms_um, 1e-8);
}

TEST(Perturb, RigidMotionKeepsTheElementsShape) {
  // Concentric surfaces turned about their centre are the same surfaces.
  Lens lens;
  lens.name = "concentric";
  lens.source = lens.licence = "for tests";
  lens.glasses = {ModelGlass("glass", 1.5168, 64.2)};
  Surface front, back;
  front.radius_mm = 20;
  front.thickness_mm = 50;
  front.medium = "glass";
  back.radius_mm = -30;
  back.thickness_mm = 15;
  lens.surfaces = {front, back};
  lens.aperture.value = 4;
  const LensModel model = *MakeModel(lens);
  const double angle = 0.5 * std::numbers::pi / 180;
  // The rotation is about the front vertex: the shift brings the centre back.
  const ElementMotion motion = {.shift_y_mm = 20 * std::sin(angle),
                                .shift_z_mm = 20 - 20 * std::cos(angle),
                                .tilt_x_deg = 0.5};
  const auto effect = ComputeElementEffect(model, {0, 1}, motion);
  ASSERT_TRUE(effect);
  EXPECT_NEAR(*effect->axis_chief_y_um, 0, 1e-6);
  const auto still = ComputeElementEffect(model, {0, 1}, {});
  EXPECT_NEAR(*effect->axis_rms_um, *still->axis_rms_um, 1e-6);
}

TEST(Perturb, ElementsAndErrors) {
  Lens lens = Triplet();
  auto elements = FindElements(lens);
  ASSERT_EQ(elements.size(), 3u);
  EXPECT_EQ(elements[1].first, 2);
  EXPECT_EQ(elements[1].last, 3);
  lens.surfaces[1].medium = "flint";  // cemented to the next
  EXPECT_EQ(FindElements(lens).size(), 2u);
  EXPECT_EQ(FindElements(lens, false).size(), 4u);
  const LensModel model = *MakeModel(Triplet());
  EXPECT_FALSE(MovedElement(model, {4, 9}, {}));
  EXPECT_EQ(ComputeRadiusSensitivity(model).size(), 6u);
  EXPECT_TRUE(ComputeRadiusSensitivity(*MakeModel(Afocal())).empty());
}

TEST(Ghosts, PlaneFilterInFrontOfTheImage) {
  // A plane-parallel plate: light reflected twice inside travels twice its thickness further, so
  // the ghost focus lies 2 t / n in front of the image.
  Lens lens = Triplet();
  lens.surfaces.back().thickness_mm -= 2;
  Surface a, b;
  a.thickness_mm = 1;
  a.medium = "crown";
  b.thickness_mm = 1 - (1 - 1 / 1.6204);
  lens.surfaces.push_back(a);
  lens.surfaces.push_back(b);
  const LensModel model = *MakeModel(lens);
  const double focus = model.primary().bfl - model.primary().image_distance;
  bool found = false;
  const auto ghosts = ComputeGhosts(model);
  EXPECT_EQ(ghosts.size(), 28u);
  for (size_t i = 1; i < ghosts.size(); ++i) {
    EXPECT_GE(ghosts[i - 1].irradiance, ghosts[i].irradiance);
  }
  for (const Ghost& g : ghosts) {
    if (g.front != 6 || g.back != 7) continue;
    found = true;
    EXPECT_NEAR(*g.focus_mm, focus - 2 / 1.6204, 1e-9);
    const double r = std::pow(0.6204 / 2.6204, 2);
    EXPECT_NEAR(g.reflectance, r * r, 1e-12);
  }
  EXPECT_TRUE(found);
}

}  // namespace
}  // namespace petzval::optics
