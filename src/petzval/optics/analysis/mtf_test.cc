// MTF of perfect and aberrated lenses.
#include "petzval/optics/analysis/mtf.h"

#include <gtest/gtest.h>

#include <cmath>

#include "petzval/optics/analysis/phasor_kernels.h"
#include "petzval/optics/analysis/test_lenses.h"

namespace petzval::optics {
namespace {

const std::vector<double> kCycles = {0, 20, 60, 150, 400};

TEST(Mtf, PerfectMirrorIsDiffractionLimited) {
  Lens lens = ParabolicMirror();
  lens.aperture.value = 10;
  const LensModel model = *MakeModel(lens);
  const auto mtf = ComputeMtf(model, 0, kCycles);
  ASSERT_TRUE(mtf) << mtf.error().message;
  for (size_t i = 0; i < kCycles.size(); ++i) {
    const double limit = DiffractionLimitedMtf(kCycles[i], 0.55, model.primary().f_number);
    EXPECT_NEAR(mtf->tangential[i], limit, 2e-3);
    EXPECT_NEAR(mtf->sagittal[i], limit, 2e-3);
  }
  EXPECT_EQ(mtf->tangential.back(), 0);
  const auto geometric = ComputeMtf(model, 0, kCycles, {.kind = MtfKind::kGeometric});
  for (double v : geometric->tangential) EXPECT_NEAR(v, 1, 1e-9);
}

TEST(Mtf, WithoutSymmetryTheSame) {
  // An edge that clips nothing takes the symmetry away but must not change a figure.
  Lens open = Triplet();
  open.surfaces[0].edge = Edge{EdgeKind::kRectangle, 1000, 1000, 0};
  const LensModel symmetric = *MakeModel(Triplet()), whole = *MakeModel(open);
  ASSERT_FALSE(IsSymmetric(whole.system));
  for (const MtfKind kind : {MtfKind::kDiffraction, MtfKind::kGeometric}) {
    for (const double field : {0.0, 14.0}) {
      const MtfOptions options = {.kind = kind, .grid = 48};
      const auto a = ComputeMtfThroughFocus(symmetric, field, {20, 60}, {0, 0.05}, options);
      const auto b = ComputeMtfThroughFocus(whole, field, {20, 60}, {0, 0.05}, options);
      ASSERT_TRUE(a && b);
      for (int s : {0, 1}) {
        for (int f : {0, 1}) {
          EXPECT_NEAR((*a)[s].tangential[f], (*b)[s].tangential[f], 1e-9);
          EXPECT_NEAR((*a)[s].sagittal[f], (*b)[s].sagittal[f], 1e-9);
        }
        EXPECT_EQ((*a)[s].rays.ok, (*b)[s].rays.ok);
      }
    }
  }
}

TEST(Mtf, ThroughFocusIsAMovedImagePlane) {
  const LensModel model = *MakeModel(Triplet());
  for (const MtfKind kind : {MtfKind::kDiffraction, MtfKind::kGeometric}) {
    const MtfOptions options = {.kind = kind, .grid = 96};
    const auto through = ComputeMtfThroughFocus(model, 14, {40}, {-0.1, 0.2}, options);
    ASSERT_TRUE(through);
    for (const MtfCurve& curve : *through) {
      const auto moved = ComputeMtf(Defocused(model, curve.shift_mm), 14, {40}, options);
      EXPECT_NEAR(curve.tangential[0], moved->tangential[0], 1e-9);
      EXPECT_NEAR(curve.sagittal[0], moved->sagittal[0], 1e-9);
    }
  }
}

TEST(Mtf, GeometricAndDiffractionMeetForLargeAberrations) {
  const LensModel model = Defocused(*MakeModel(Triplet()), 0.6);
  const auto d = ComputeMtf(model, 14, {5, 10});
  const auto g = ComputeMtf(model, 14, {5, 10}, {.kind = MtfKind::kGeometric});
  for (int i : {0, 1}) {
    EXPECT_NEAR(d->tangential[i], g->tangential[i], 0.03);
    EXPECT_NEAR(d->sagittal[i], g->sagittal[i], 0.03);
  }
}

TEST(Mtf, ColoursAddAsComplexNumbers) {
  // The polychromatic tangential curve falls below the mean of its colours: lateral colour.
  const LensModel model = *MakeModel(Triplet());
  const auto poly = ComputeMtf(model, 20, {50});
  double mean = 0;
  for (int w = 0; w < 3; ++w)
    mean += ComputeMtf(model, 20, {50}, {.wavelength = w})->tangential[0] / 3;
  EXPECT_LT(poly->tangential[0], mean + 1e-9);
  const auto one = ComputeMtf(model, 20, {50}, {.weights = {0, 1, 0}});
  EXPECT_NEAR(one->tangential[0], ComputeMtf(model, 20, {50}, {.wavelength = 1})->tangential[0],
              1e-12);
}

TEST(Mtf, ClippedPupilIsNormalisedToItself) {
  const LensModel model = *MakeModel(VignettingTriplet());
  for (const MtfKind kind : {MtfKind::kDiffraction, MtfKind::kGeometric}) {
    const auto mtf =
        ComputeMtf(model, 20, {0.001, 30},
                   {.kind = kind, .grid = 128, .sampling = SamplingOptions::AsBuilt()});
    ASSERT_TRUE(mtf);
    EXPECT_GT(mtf->rays.clipped, 0);
    EXPECT_NEAR(mtf->tangential[0], 1, 1e-2);
    EXPECT_NEAR(mtf->sagittal[0], 1, 1e-2);
    EXPECT_LT(mtf->tangential[1], 1);
  }
}

TEST(Mtf, NothingArrivesAndBadOptions) {
  const LensModel model = *MakeModel(Blocked());
  for (const MtfKind kind : {MtfKind::kDiffraction, MtfKind::kGeometric}) {
    const auto mtf = ComputeMtf(model, 0, {50}, {.kind = kind, .sampling = {.clip = true}});
    ASSERT_TRUE(mtf);
    EXPECT_TRUE(mtf->empty());
    EXPECT_GT(mtf->rays.clipped, 0);
  }
  EXPECT_FALSE(ComputeMtf(model, 0, {-1}));
  EXPECT_FALSE(ComputeMtf(model, 0, {NAN}));
  EXPECT_FALSE(ComputeMtf(model, 0, {10}, {.wavelength = 3}));
  EXPECT_FALSE(ComputeMtf(model, 0, {10}, {.weights = {1}}));
  EXPECT_FALSE(ComputeMtf(model, 0, {10}, {.grid = 2}));
  EXPECT_FALSE(ComputeMtf(model, 95, {10}));
}

TEST(Phasors, AgreeWithTheLibrary) {
  std::vector<double> turns, re(1001), im(1001);
  for (int i = 0; i < 1001; ++i) turns.push_back(std::sin(i * 1.7) * std::pow(10, i % 6));
  Phasors(turns.data(), turns.size(), re.data(), im.data());
  std::complex<double> sum = 0;
  for (size_t i = 0; i < turns.size(); ++i) {
    const double angle = 2 * M_PI * (turns[i] - std::nearbyint(turns[i]));
    EXPECT_NEAR(re[i], std::cos(angle), 4e-15);
    EXPECT_NEAR(im[i], std::sin(angle), 4e-15);
    sum += std::polar(1.0, angle);
  }
  EXPECT_NEAR(std::abs(PhasorSum(turns.data(), nullptr, turns.size()) - sum), 0, 1e-11);
}

}  // namespace
}  // namespace petzval::optics
