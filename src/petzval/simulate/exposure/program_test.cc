// Metering and hand shake.
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

#include "petzval/simulate/exposure/auto_exposure.h"
#include "petzval/simulate/exposure/hand_shake.h"

namespace petzval::simulate {
namespace {

// Photoelectrons / (s m^2) in grey, a part of the picture brighter.
Image<float> Scene(double level, double bright_share = 0, double bright = 1) {
  Image<float> picture(100, 100, 3);
  for (int c = 0; c < 3; ++c) {
    for (int y = 0; y < 100; ++y) {
      for (int x = 0; x < 100; ++x) {
        picture.At(x, y, c) = static_cast<float>(y < 100 * bright_share ? bright * level : level);
      }
    }
  }
  return picture;
}

double SignalOf(double level, const Sensor& sensor, const ExposureSetting& set) {
  const Readout r = *MakeReadout(sensor, ReadoutMode::kBinned, set.iso);
  return level * r.pitch_mm * r.pitch_mm * 1e-6 * set.exposure_s / r.full_scale_e;
}

TEST(Meter, BringsGreyToItsPlace) {
  const Sensor sensor = *FindSensor("quad50-1um");
  const MeterParams params;
  for (const double level : {1e19, 1e18, 1e17, 1e16, 2e15}) {
    const auto set = Meter(Scene(level), sensor, ReadoutMode::kBinned, params);
    ASSERT_TRUE(set);
    EXPECT_NEAR(SignalOf(level, sensor, *set), params.grey, 0.02 * params.grey) << level;
    EXPECT_GE(set->iso, 50);
    EXPECT_LE(set->exposure_s, params.longest_s);
  }
  // Bright: the lowest ISO and a short time. Dim: the hand-held limit first, then ISO.
  EXPECT_EQ(Meter(Scene(1e19), sensor, ReadoutMode::kBinned, params)->iso, 50);
  const auto dim = Meter(Scene(1e16), sensor, ReadoutMode::kBinned, params);
  EXPECT_NEAR(dim->exposure_s, 1 / params.equivalent_mm, 1e-3);
  EXPECT_GT(dim->iso, 50);
  MeterParams moving = params;
  moving.motion_px_s = 100;
  EXPECT_NEAR(Meter(Scene(1e16), sensor, ReadoutMode::kBinned, moving)->exposure_s, 1.5 / 100,
              1e-4);
}

TEST(Meter, ProtectsHighlightsAndKeepsWhatIsGiven) {
  const Sensor sensor = *FindSensor("quad50-1um");
  MeterParams params;
  const auto plain = Meter(Scene(1e17), sensor, ReadoutMode::kBinned, params);
  const auto bright = Meter(Scene(1e17, 0.05, 12), sensor, ReadoutMode::kBinned, params);
  const double grey = SignalOf(1e17, sensor, *bright);
  EXPECT_NEAR(12 * grey, params.highlight, 0.03);
  EXPECT_LT(grey, SignalOf(1e17, sensor, *plain));
  // Lamps do not make a night black (they raise the mean of the logarithms by 1e4^0.05).
  const auto lamps = Meter(Scene(1e17, 0.05, 1e4), sensor, ReadoutMode::kBinned, params);
  EXPECT_GT(SignalOf(1e17, sensor, *lamps),
            0.99 * params.grey / std::pow(1e4, 0.05) / std::exp2(params.most_protection));
  params.ev = 1;
  EXPECT_NEAR(SignalOf(1e17, sensor, *Meter(Scene(1e17), sensor, ReadoutMode::kBinned, params)),
              2 * params.grey, 0.01);
  params.ev = 0;
  const auto timed = Meter(Scene(1e17), sensor, ReadoutMode::kBinned, params, 0.005);
  EXPECT_EQ(timed->exposure_s, 0.005);
  EXPECT_NEAR(SignalOf(1e17, sensor, *timed), params.grey, 0.01);
  const auto iso = Meter(Scene(1e17), sensor, ReadoutMode::kBinned, params, 0, 800);
  EXPECT_EQ(iso->iso, 800);
  EXPECT_NEAR(SignalOf(1e17, sensor, *iso), params.grey, 0.01);
  EXPECT_FALSE(Meter(Scene(0), sensor, ReadoutMode::kBinned, params));
}

TEST(HandShake, MagnitudesBandsAndSeeds) {
  const ShakeParams params;
  double sum2 = 0, speed2 = 0;
  int n = 0;
  for (uint64_t seed = 1; seed <= 30; ++seed) {
    const HandShake shake(params, seed);
    for (int i = 0; i < 400; ++i) {
      const double s = 0.037 * i;
      const double a = shake.At(s).deg[0], b = shake.At(s + 1e-4).deg[0];
      sum2 += a * a;
      speed2 += (b - a) * (b - a) * 1e8;
      ++n;
    }
  }
  const double rms = std::sqrt(sum2 / n), speed = std::sqrt(speed2 / n);
  EXPECT_NEAR(rms, std::hypot(params.drift_deg, params.tremor_deg), 0.01);
  // A pixel or two of a 12 MP phone (2890 px focal length) in 1 / 26 s.
  const double blur_px = speed * M_PI / 180 * 2890 / 26;
  EXPECT_GT(blur_px, 0.8);
  EXPECT_LT(blur_px, 3);
  EXPECT_EQ(HandShake(params, 4).At(0.3).deg, HandShake(params, 4).At(0.3).deg);
  EXPECT_NE(HandShake(params, 4).At(0.3).deg, HandShake(params, 5).At(0.3).deg);
}

TEST(HandShake, PosesAreRotationsThatBeginAtRest) {
  const HandShake shake(ShakeParams{}, 9);
  CameraPose rig;
  rig.position_mm = {{10, 20, 30}};
  rig.world_from_camera = Mat3{{{{0, 0, 1}, {0, 1, 0}, {-1, 0, 0}}}};  // turned to the right
  const Vec3 offset{{12, 0, 0}};
  const CameraPose start = shake.Pose(rig, offset, 0);
  EXPECT_EQ(start.world_from_camera, rig.world_from_camera);
  EXPECT_NEAR(start.position_mm[2], 30 - 12, 1e-12);
  const CameraPose later = shake.Pose(rig, offset, 0.7);
  const Mat3& r = later.world_from_camera;
  EXPECT_NEAR(Determinant(r), Determinant(rig.world_from_camera), 1e-12);
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j < 3; ++j) {
      double dot = 0;
      for (int k = 0; k < 3; ++k) dot += r[k][i] * r[k][j];
      EXPECT_NEAR(dot, i == j, 1e-12);
    }
  }
  EXPECT_FALSE(r == rig.world_from_camera);
  const CameraPose tripod = HandShake(ShakeParams{}.Times(0), 9).Pose(rig, offset, 3);
  EXPECT_EQ(tripod.world_from_camera, rig.world_from_camera);
  EXPECT_EQ(tripod.position_mm, start.position_mm);
}

}  // namespace
}  // namespace petzval::simulate
