// Sag formulas at points where they are known, and scaling.
#include "petzval/optics/lens/sag.h"

#include <gtest/gtest.h>

#include <cmath>

namespace petzval::optics {
namespace {

TEST(Sag, ConicsAreThemselves) {
  Surface sphere;
  sphere.radius_mm = 10;
  EXPECT_NEAR(SurfaceSag(sphere, 6), 10 - 8, 1e-14);
  EXPECT_NEAR(SurfaceSag(sphere, 10), 10, 1e-12);
  EXPECT_NEAR(SurfaceSag(sphere, 12), 14.4, 1e-12);  // beyond the rim the numerator goes on
  Surface parabola = sphere;
  parabola.conic = -1;
  EXPECT_NEAR(SurfaceSag(parabola, 6), 1.8, 1e-14);
  Surface plane;
  EXPECT_EQ(SurfaceSag(plane, 6), 0);
  Surface hyperbola = sphere;
  hyperbola.conic = -2;
  // z of the hyperbola solves r^2 - 2 R z + (1 + k) z^2 = 0.
  const double z = SurfaceSag(hyperbola, 6);
  EXPECT_NEAR(36 - 20 * z - z * z, 0, 1e-12);
}

TEST(Sag, PowersOddAndEven) {
  Asphere asphere;
  asphere.kind = AsphereKind::kPower;
  asphere.powers = {{2, 0.01}, {3, -0.001}, {4, 1e-4}};
  EXPECT_NEAR(AsphereSag(asphere, 0, 2), 0.04 - 0.008 + 0.0016, 1e-15);
  asphere.norm_mm = 4;
  EXPECT_NEAR(AsphereSag(asphere, 0, 2), 0.0025 - 0.000125 + 6.25e-6, 1e-15);
  EXPECT_EQ(AsphereSag(Asphere{}, 0.1, 2), 0);
}

// Forbes 2007: Q_con m is the Jacobi polynomial P_m^(0,4)(2x - 1); values at x = 1/4, and 1 at x
// = 1.
TEST(Sag, QconPolynomials) {
  const double quarter[] = {1, -3.5, 6.25, -6.875, 4.05859375};
  for (int m = 0; m < 5; ++m) {
    Asphere asphere;
    asphere.kind = AsphereKind::kQcon;
    asphere.norm_mm = 3;
    asphere.q.assign(m + 1, 0.0);
    asphere.q[m] = 1;
    EXPECT_NEAR(AsphereSag(asphere, 0, 1.5), quarter[m] / 16, 1e-14) << m;
    EXPECT_NEAR(AsphereSag(asphere, 0, 3), 1, 1e-12) << m;
  }
}

// Forbes 2007, table of the first Q_bfs: 1, (13 - 16x)/sqrt(19), sqrt(2/95) (29 - 4x (25 - 19x)).
TEST(Sag, QbfsPolynomials) {
  const double c = 0.05, h = 4, r = 2.2, x = r * r / (h * h);
  const double expected[] = {1, (13 - 16 * x) / std::sqrt(19.0),
                             std::sqrt(2 / 95.0) * (29 - 4 * x * (25 - 19 * x))};
  for (int m = 0; m < 3; ++m) {
    Asphere asphere;
    asphere.kind = AsphereKind::kQbfs;
    asphere.norm_mm = h;
    asphere.q.assign(m + 1, 0.0);
    asphere.q[m] = 0.7;
    const double factor = x * (1 - x) / std::sqrt(1 - c * c * r * r);
    EXPECT_NEAR(AsphereSag(asphere, c, r), 0.7 * factor * expected[m], 1e-14) << m;
    EXPECT_NEAR(AsphereSag(asphere, c, h), 0, 1e-14) << m;
  }
}

// The basis is made so that the weighted mean square slope is the sum of the squares of the
// coefficients: with c = 0, slopes over u = sin(t) are orthonormal over the mean in t.
TEST(Sag, QbfsSlopesAreOrthonormal) {
  constexpr int kSteps = 20000;
  const auto sag = [](int m, double u) {
    Asphere asphere;
    asphere.kind = AsphereKind::kQbfs;
    asphere.q.assign(m + 1, 0.0);
    asphere.q[m] = 1;
    return AsphereSag(asphere, 0, u);
  };
  for (int a = 0; a < 5; ++a) {
    for (int b = a; b < 5; ++b) {
      double sum = 0;
      // u = sin(t) makes the weight du / sqrt(1 - u^2) = dt.
      for (int i = 0; i < kSteps; i += 20) {
        const double t = M_PI / 2 * (i + 10.0) / kSteps, u = std::sin(t), e = 1e-6;
        const double da = (sag(a, u + e) - sag(a, u - e)) / (2 * e);
        const double db = (sag(b, u + e) - sag(b, u - e)) / (2 * e);
        sum += da * db;
      }
      EXPECT_NEAR(sum * 20 / kSteps, a == b ? 1 : 0, 1e-6) << a << " " << b;
    }
  }
}

TEST(ScaledLens, ScalesSagsAndDesignTables) {
  Lens lens;
  Surface power;
  power.radius_mm = 20;
  power.conic = -0.4;
  power.asphere.kind = AsphereKind::kPower;
  power.asphere.powers = {{2, 0.001}, {5, 1e-4}};
  Surface normed = power;
  normed.asphere.norm_mm = 6;
  Surface q = power;
  q.asphere = {AsphereKind::kQcon, 6, {}, {0.1, 0.02}};
  lens.surfaces = {power, normed, q};
  lens.vary = {{{"c", 0}, -0.1, 0.1}, {{"t", 0}, 1, 2},   {{"A5", 0}, -1, 1},
               {{"A5", 1}, -1, 1},    {{"Q1", 2}, -1, 1}, {{"k", 0}, -1, 1}};
  lens.pickups = {{{"t", 1}, {"c", 0}, 1, 2}};
  lens.solves = {{{"t", 2}, SolveKind::kTotalTrack, 50},
                 {{"c", 2}, SolveKind::kMarginalAngle, -.1}};
  lens.tolerances = {{"thickness_mm", -1, 0.01}, {"tilt_deg", -1, 0.02}};
  lens.aperture = {ApertureKind::kEntrancePupilDiameter, 4};
  lens.sensor_cra = SensorCra{{0, 3}, {0, 20}};
  lens.object_mm = 1000;
  lens.image_curvature = 0.01;
  const Lens scaled = ScaledLens(lens, 3);
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_NEAR(SurfaceSag(scaled.surfaces[i], 12), 3 * SurfaceSag(lens.surfaces[i], 4), 1e-12);
  }
  EXPECT_EQ(scaled.surfaces[0].asphere.norm_mm, 1);
  EXPECT_EQ(scaled.surfaces[1].asphere.norm_mm, 18);
  EXPECT_NEAR(scaled.vary[0].max, 0.1 / 3, 1e-16);
  EXPECT_NEAR(scaled.vary[1].max, 6, 1e-15);
  EXPECT_NEAR(scaled.vary[2].max, std::pow(3, -4), 1e-16);
  EXPECT_NEAR(scaled.vary[3].max, 3, 1e-15);
  EXPECT_NEAR(scaled.vary[4].max, 3, 1e-15);
  EXPECT_EQ(scaled.vary[5].max, 1);
  EXPECT_NEAR(scaled.pickups[0].scale, 9, 1e-14);  // a length from a curvature
  EXPECT_NEAR(scaled.pickups[0].offset, 6, 1e-14);
  EXPECT_EQ(scaled.solves[0].value, 150);
  EXPECT_EQ(scaled.solves[1].value, -0.1);
  EXPECT_NEAR(scaled.tolerances[0].value, 0.03, 1e-15);
  EXPECT_EQ(scaled.tolerances[1].value, 0.02);
  EXPECT_EQ(scaled.aperture.value, 12);
  EXPECT_EQ(scaled.sensor_cra->image_mm[1], 9);
  EXPECT_EQ(scaled.object_mm, 3000);
  EXPECT_NEAR(scaled.image_curvature, 0.01 / 3, 1e-16);
}

}  // namespace
}  // namespace petzval::optics
