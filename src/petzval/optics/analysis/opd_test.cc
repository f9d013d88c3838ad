// Wave aberration of known systems, Zernike fits, maps, pupils at infinity.
#include "petzval/optics/analysis/opd.h"

#include <gtest/gtest.h>

#include <cmath>

#include "petzval/optics/analysis/test_lenses.h"

namespace petzval::optics {
namespace {

TEST(Opd, PerfectMirrorAndItsDefocus) {
  const LensModel model = *MakeModel(ParabolicMirror());
  const std::vector<PupilPoint> rim = {{0, 1}, {1, 0}, {0, -1}, {0, 0.5}};
  const auto focus = ComputeOpd(model, 0, 0, rim);
  ASSERT_TRUE(focus);
  for (double w : focus->waves) EXPECT_NEAR(w, 0, 1e-8);
  // Image plane moved by d: the path to it changes by d (cos u - 1), u the angle of the ray.
  const double d = 0.05, u = 2 * std::atan(10.0 / 200);
  const auto defocus = ComputeOpd(Defocused(model, -d), 0, 0, rim);
  ASSERT_TRUE(defocus);
  EXPECT_NEAR(std::abs(defocus->waves[0]), d * (1 - std::cos(u)) / 0.55e-3, 1e-2);
  EXPECT_NEAR(defocus->waves[0], defocus->waves[1], 1e-9);
  EXPECT_NEAR(defocus->waves[3] / defocus->waves[0], 0.25, 2e-3);
}

TEST(Opd, SignOfDefocus) {
  // An image plane farther away adds d (1 - cos u) of path to the chief ray over that of the rim:
  // W = (chief - ray) / lambda grows with it.
  Lens lens = Triplet();
  const LensModel model = *MakeModel(lens);
  const std::vector<PupilPoint> rim = {{0, 0.7}};
  const double nearer = ComputeOpd(Defocused(model, -0.3), 0, 1, rim)->waves[0];
  const double farther = ComputeOpd(Defocused(model, 0.3), 0, 1, rim)->waves[0];
  EXPECT_NEAR(farther - nearer, 0.6 * std::pow(0.07, 2) / 2 / kLineD_um * 1e3, 0.05);
}

TEST(Opd, PupilAtInfinityIsAPlane) {
  // The stop in the front focal plane of the mirror: image-side telecentric.
  Lens lens = ParabolicMirror();
  Surface stop;
  stop.thickness_mm = 100;
  lens.surfaces.insert(lens.surfaces.begin(), stop);
  lens.stop = 0;
  lens.fields.values = {0, 1};
  const LensModel model = *MakeModel(lens);
  const auto opd = ComputeOpd(model, 1, 0, HexapolarGrid(6));
  ASSERT_TRUE(opd) << opd.error().message;
  EXPECT_EQ(opd->rays.ok, 127);
  for (double w : opd->waves) EXPECT_TRUE(std::isfinite(w));
  EXPECT_LT(*OpdRms(*opd), 10);
  const auto axis = ComputeOpd(model, 0, 0, HexapolarGrid(6));
  EXPECT_NEAR(*OpdRms(*axis), 0, 1e-7);
}

TEST(Zernike, OrthonormalInNollOrder) {
  const std::vector<PupilPoint> grid = MidpointGrid(100, true);
  for (int a = 1; a <= 15; ++a) {
    for (int b = a; b <= 15; ++b) {
      double sum = 0;
      for (const PupilPoint& p : grid) sum += ZernikeNoll(a, p.x, p.y) * ZernikeNoll(b, p.x, p.y);
      EXPECT_NEAR(sum / static_cast<double>(grid.size()), a == b ? 1 : 0, 0.04) << a << " " << b;
    }
  }
  // Z4 defocus, Z7 coma along y, Z11 spherical (Noll 1976, table I).
  EXPECT_NEAR(ZernikeNoll(4, 0.6, 0), std::sqrt(3) * (2 * 0.36 - 1), 1e-12);
  EXPECT_NEAR(ZernikeNoll(7, 0, 0.5), std::sqrt(8) * (3 * 0.125 - 2 * 0.5), 1e-12);
  EXPECT_NEAR(ZernikeNoll(11, 0, 0), std::sqrt(5), 1e-12);
}

TEST(Zernike, FitGivesBackWhatWasPutIn) {
  OpdSamples samples;
  samples.pupil = HexapolarGrid(10);
  for (const PupilPoint& p : samples.pupil) {
    samples.waves.push_back(0.3 + 1.5 * ZernikeNoll(4, p.x, p.y) - 0.7 * ZernikeNoll(7, p.x, p.y) +
                            0.2 * ZernikeNoll(22, p.x, p.y));
  }
  const auto fit = FitZernike(samples, 28);
  ASSERT_TRUE(fit);
  EXPECT_NEAR(fit->noll[0], 0.3, 1e-10);
  EXPECT_NEAR(fit->noll[3], 1.5, 1e-10);
  EXPECT_NEAR(fit->noll[6], -0.7, 1e-10);
  EXPECT_NEAR(fit->noll[21], 0.2, 1e-10);
  EXPECT_NEAR(fit->residual_rms_waves, 0, 1e-10);
  samples.pupil.resize(5);
  samples.waves.resize(5);
  EXPECT_FALSE(FitZernike(samples, 6));
}

TEST(WavefrontMap, MatchesSamplesAndCountsClipping) {
  const LensModel model = *MakeModel(VignettingTriplet());
  const auto map = ComputeWavefrontMap(model, 14, 1, 64);
  ASSERT_TRUE(map);
  EXPECT_EQ(map->rays.failed(), 0);
  const auto at =
      ComputeOpd(model, 14, 1, std::vector<PupilPoint>{{-0.984375 + 20.0 / 32, 1.0 / 64}});
  EXPECT_NEAR(map->waves[32 * 64 + 20], at->waves[0], 1e-5);
  const auto clipped = ComputeWavefrontMap(model, 20, 1, 64, {.clip = true});
  EXPECT_GT(clipped->rays.clipped, 0);
  int valid = 0;
  for (uint8_t v : clipped->valid) valid += v;
  EXPECT_EQ(valid, clipped->rays.ok);
  const auto strehl = ComputeStrehl(model, 14, 1, 64);
  EXPECT_NEAR(strehl->value(), *map->strehl, 1e-9);
}

TEST(Opd, NothingArrives) {
  const LensModel model = *MakeModel(Blocked());
  const auto map = ComputeWavefrontMap(model, 0, 1, 32, {.clip = true});
  ASSERT_TRUE(map);
  EXPECT_FALSE(map->rms_waves);
  EXPECT_FALSE(map->strehl);
  const auto strehl = ComputeStrehl(model, 0, 1, 32, {.clip = true});
  ASSERT_TRUE(strehl);
  EXPECT_FALSE(*strehl);
}

}  // namespace
}  // namespace petzval::optics
