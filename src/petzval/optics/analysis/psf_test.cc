// PSFs of a perfect and of an aberrated lens: size, energy, agreement of the three methods, colour.
#include "petzval/optics/analysis/psf.h"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <numbers>

#include "petzval/optics/analysis/mtf.h"
#include "petzval/optics/analysis/test_lenses.h"

namespace petzval::optics {
namespace {

TEST(Psf, AiryPatternOfAPerfectMirror) {
  // So slow that sines are tangents.
  Lens lens = ParabolicMirror();
  lens.aperture.value = 4;
  const LensModel model = *MakeModel(lens);
  const double lambda_um = model.system.um[0], f_number = std::abs(model.primary().f_number);
  for (const PsfKind kind : {PsfKind::kFft, PsfKind::kHuygens}) {
    const auto psf = ComputePsf(
        model, 0, {.kind = kind, .wavelength = 0, .pupil = 256, .size = 64, .pitch_um = 1.5});
    ASSERT_TRUE(psf) << psf.error().message;
    EXPECT_NEAR(psf->strehl.value(), 1, 1e-6);
    // Along x from the centre: (2 J1(v) / v)^2 with v = pi r / (lambda N).
    const double peak = psf->at(32, 32);
    for (int k = 1; k < 30; ++k) {
      const double v = std::numbers::pi * k * 1.5 / (lambda_um * f_number);
      const double airy = std::pow(2 * std::cyl_bessel_j(1.0, v) / v, 2);
      EXPECT_NEAR(psf->at(32 + k, 32) / peak, airy, 2e-4) << k;
      EXPECT_NEAR(psf->at(32, 32 - k) / peak, airy, 2e-4) << k;
    }
    // Energy inside a radius r: 1 - J0^2 - J1^2; the peak pixel holds pi / 4 (pitch / lambda N)^2.
    const double expected = std::numbers::pi / 4 * std::pow(1.5 / (lambda_um * f_number), 2);
    EXPECT_NEAR(peak, expected, 5e-4 * expected);
  }
}

TEST(Psf, FftPitchAndEnergy) {
  const LensModel model = *MakeModel(ParabolicMirror());
  const auto psf = ComputeFftPsf(model, 0, 0, 64, 4);
  ASSERT_TRUE(psf);
  EXPECT_EQ(psf->width, 256);
  // The unpadded pupil of diameter D at distance f: lambda f / (padding D).
  const double expected = model.system.um[0] * std::abs(model.primary().f_number) / 4;
  EXPECT_NEAR(psf->pitch_x_um, expected, 2e-3 * expected);
  EXPECT_NEAR(psf->pitch_x_um, psf->pitch_y_um, 1e-9);
  double sum = 0;
  for (float v : psf->values) sum += v;
  EXPECT_NEAR(sum, 1, 1e-5);
  EXPECT_EQ(std::max_element(psf->values.begin(), psf->values.end()) - psf->values.begin(),
            128 * 256 + 128);
}

TEST(Psf, ThreeMethodsAgreeOffAxis) {
  const LensModel model = *MakeModel(Triplet());
  std::array<Psf, 3> psfs;
  for (const PsfKind kind : {PsfKind::kFft, PsfKind::kHuygens, PsfKind::kGeometric}) {
    auto psf = ComputePsf(model, 12, {.kind = kind, .wavelength = 1, .size = 160, .pitch_um = 1});
    ASSERT_TRUE(psf);
    psfs[static_cast<int>(kind)] = std::move(*psf);
  }
  // Energy, centroid and second moments of the geometric spot are those of the wave PSF up to
  // diffraction; the coma decides the sign of the centroid.
  const auto moment = [](const Psf& p, int order) {
    double sum = 0, total = 0;
    for (int y = 0; y < p.height; ++y) {
      for (int x = 0; x < p.width; ++x) {
        sum += p.at(x, y) * std::pow((y - p.height / 2) * p.pitch_y_um, order);
        total += p.at(x, y);
      }
    }
    return order == 0 ? total : sum / total;
  };
  EXPECT_GT(std::abs(moment(psfs[2], 1)), 1);
  for (int k : {0, 1}) {
    EXPECT_NEAR(moment(psfs[k], 0), moment(psfs[2], 0), 0.02);
    EXPECT_NEAR(moment(psfs[k], 1), moment(psfs[2], 1), 0.15 * std::abs(moment(psfs[2], 1)));
  }
  // Both wave sums see the same light; directions linear in the pupil are the only difference.
  double difference = 0;
  for (size_t i = 0; i < psfs[0].values.size(); ++i) {
    difference += std::abs(psfs[0].values[i] - psfs[1].values[i]);
  }
  EXPECT_LT(difference, 0.08);
}

TEST(Psf, TransformIsTheMtf) {
  const LensModel model = *MakeModel(Triplet());
  const double field = 8, cycles = 30;
  const auto psf =
      ComputePsf(model, field, {.kind = PsfKind::kHuygens, .size = 256, .pitch_um = 1.5});
  const auto mtf = ComputeMtf(model, field, {cycles});
  ASSERT_TRUE(psf && mtf);
  std::complex<double> t = 0, s = 0;
  double energy = 0;
  for (int y = 0; y < psf->height; ++y) {
    for (int x = 0; x < psf->width; ++x) {
      const double v = psf->at(x, y), turn = -2e-3 * std::numbers::pi * cycles;
      t += std::polar(v, turn * y * psf->pitch_y_um);
      s += std::polar(v, turn * x * psf->pitch_x_um);
      energy += v;
    }
  }
  EXPECT_NEAR(std::abs(t) / energy, mtf->tangential[0], 0.01);
  EXPECT_NEAR(std::abs(s) / energy, mtf->sagittal[0], 0.01);
}

TEST(Psf, EncircledEnergyRises) {
  const LensModel model = *MakeModel(Triplet());
  const auto psf = ComputePsf(model, 0, {.size = 128, .pitch_um = 1});
  ASSERT_TRUE(psf);
  const EncircledEnergy energy = ComputeEncircledEnergy(*psf, 32);
  ASSERT_EQ(energy.fraction.size(), 33u);
  for (size_t i = 1; i < energy.fraction.size(); ++i) {
    EXPECT_GE(energy.fraction[i], energy.fraction[i - 1]);
  }
  EXPECT_GT(energy.fraction.back(), 0.9);
  EXPECT_LE(energy.fraction.back(), 1.001);
}

TEST(Psf, OptionsOutOfRangeAndBlockedLight) {
  const LensModel model = *MakeModel(Triplet());
  EXPECT_FALSE(ComputePsf(model, 0, {.size = 4}));
  EXPECT_FALSE(ComputePsf(model, 0, {.wavelength = 9}));
  EXPECT_FALSE(ComputePsf(model, 0, {.pitch_um = NAN}));
  EXPECT_FALSE(ComputeFftPsf(model, 0, 1, 128, 1));
  const LensModel blocked = *MakeModel(Blocked());
  for (const PsfKind kind : {PsfKind::kFft, PsfKind::kHuygens, PsfKind::kGeometric}) {
    const auto psf = ComputePsf(blocked, 0, {.kind = kind, .sampling = {.clip = true}});
    ASSERT_TRUE(psf);
    EXPECT_TRUE(psf->empty());
  }
}

}  // namespace
}  // namespace petzval::optics
