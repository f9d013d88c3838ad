// Seidel sums where the answer is known: stigmatic conics, real rays, equivalent descriptions.
#include "petzval/optics/analysis/seidel.h"

#include <gtest/gtest.h>

#include <cmath>

#include "petzval/optics/analysis/chromatic.h"
#include "petzval/optics/analysis/test_lenses.h"

namespace petzval::optics {
namespace {

TEST(Seidel, ParaboloidHasNoSphericalAberration) {
  Lens lens = ParabolicMirror();
  const auto parabola = ComputeSeidel(*MakeModel(lens));
  ASSERT_TRUE(parabola);
  EXPECT_NEAR(parabola->sum.s1, 0, 1e-15);
  EXPECT_GT(std::abs(parabola->aspheric[0].s1), 1e-4);
  // A sphere instead: W040 = y^4 / (4 R^3) for an object at infinity, path doubled by reflection.
  lens.surfaces[0].conic = 0;
  const auto sphere = ComputeSeidel(*MakeModel(lens));
  EXPECT_NEAR(std::abs(sphere->sum.s1), 8 * std::pow(10, 4) / (4 * std::pow(200, 3)), 1e-12);
  EXPECT_NEAR(std::abs(sphere->waves.w040), std::abs(sphere->sum.s1) / 8 / 0.55e-3, 1e-9);
}

TEST(Seidel, PredictsRealRays) {
  // Longitudinal aberration over h^2 of a narrow zone: S1 / (2 n' u'^2) for the marginal ray.
  const LensModel model = *MakeModel(Triplet());
  const auto seidel = ComputeSeidel(model);
  ASSERT_TRUE(seidel);
  Lens narrow = Triplet();
  narrow.aperture.value = 0.2;
  const LensModel small = *MakeModel(narrow);
  const double paraxial = small.primary().bfl - small.primary().image_distance;
  const double real = *ComputeLongitudinalAberration(small, 1)[0].shift_mm[1] - paraxial;
  const double u = 0.5 * model.primary().epd / model.primary().efl;
  const double predicted = -seidel->sum.s1 / (2 * u * u) * std::pow(0.2 / 10, 2);
  EXPECT_NEAR(real, predicted, 2e-3 * std::abs(predicted));
}

TEST(Seidel, SquareTermIsCurvature) {
  // c and A_2 describe the same parabola up to the fourth order: c_e = c + 2 A_2, and A_4 makes up.
  Lens plain = Triplet(), split = Triplet();
  const double c = plain.surfaces[2].curvature(), part = 0.25 * c;
  Surface& s = split.surfaces[2];
  s.radius_mm = 1 / (c - part);
  s.asphere.kind = AsphereKind::kPower;
  s.asphere.powers = {{2, part / 2}, {4, (c * c * c - std::pow(c - part, 3)) / 8}};
  const auto a = ComputeSeidel(*MakeModel(plain)), b = ComputeSeidel(*MakeModel(split));
  ASSERT_TRUE(a && b);
  EXPECT_NEAR(a->sum.s1, b->sum.s1, 1e-14);
  EXPECT_NEAR(a->sum.s3, b->sum.s3, 1e-14);
  EXPECT_NEAR(a->sum.s4, b->sum.s4, 1e-14);
  EXPECT_NEAR(a->sum.s5, b->sum.s5, 1e-13);
  EXPECT_NEAR(a->sum.c1, b->sum.c1, 1e-14);
}

TEST(Seidel, AxialFieldKeepsSphericalAndAxialColour) {
  Lens axial = Triplet();
  axial.fields.values = {0};
  const auto one = ComputeSeidel(*MakeModel(axial)), all = ComputeSeidel(*MakeModel(Triplet()));
  ASSERT_TRUE(one && all);
  EXPECT_DOUBLE_EQ(one->sum.s1, all->sum.s1);
  EXPECT_DOUBLE_EQ(one->sum.c1, all->sum.c1);
  EXPECT_NE(one->sum.s1, 0);
  EXPECT_EQ(one->sum.s5, 0);
  EXPECT_EQ(one->transverse_sum.ptz, 0);
  EXPECT_TRUE(one->complete());
}

TEST(Seidel, OddTermsAreSaidNotToBeInTheSums) {
  Lens lens = Triplet();
  lens.surfaces[1].asphere.kind = AsphereKind::kPower;
  lens.surfaces[1].asphere.powers = {{3, 1e-6}, {4, 1e-7}};
  const auto seidel = ComputeSeidel(*MakeModel(lens));
  ASSERT_TRUE(seidel);
  EXPECT_EQ(seidel->incomplete, std::vector<int>{1});
  EXPECT_NE(seidel->note.find("surfaces 2"), std::string::npos);
}

TEST(Seidel, AfocalHasNoTransverseSums) {
  const auto seidel = ComputeSeidel(*MakeModel(Afocal()));
  ASSERT_TRUE(seidel);
  EXPECT_FALSE(seidel->has_transverse);
  EXPECT_TRUE(seidel->transverse.empty());
  EXPECT_TRUE(std::isfinite(seidel->sum.s1));
}

}  // namespace
}  // namespace petzval::optics
