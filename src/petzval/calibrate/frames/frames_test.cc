// Noise and shading of sensors that were made with exact truth.
#include "petzval/calibrate/frames/frames.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "petzval/base/parallel.h"
#include "petzval/calibrate/frames/simulated_sensor_util.h"

namespace petzval::calibrate {
namespace {

using measure::Subject;
using testing::Contains;
using testing::HasSubstr;

// ---- Noise ----

std::vector<Subject> Flats(const SimulatedSensor& sensor, std::initializer_list<double> electrons,
                           int each = 2) {
  std::vector<Subject> flats;
  uint64_t seed = 10;
  for (const double e : electrons) {
    for (int i = 0; i < each; ++i) {
      flats.push_back(sensor.Expose(Even(e), seed, e / 1e5));
      ++seed;
    }
  }
  return flats;
}

TEST(CalibrateNoiseTest, GainAndReadNoiseOfTwoIsos) {
  SimulatedSensor low, high;
  high.iso = 400;
  high.gain_e_per_dn = 0.5;
  std::vector<Subject> frames = Flats(high, {200, 500, 900, 1500});
  for (Subject& flat : Flats(low, {800, 2000, 4000, 6500})) frames.push_back(std::move(flat));
  std::vector<Subject> darks;
  for (uint64_t i = 0; i < 2; ++i) {
    darks.push_back(low.Expose(kNoLight, 100 + i));
    darks.push_back(high.Expose(kNoLight, 200 + i));
  }
  const auto result = CalibrateNoise(std::move(frames), std::move(darks));
  ASSERT_TRUE(result) << result.error().message;
  ASSERT_EQ(result->isos.size(), 2u);
  for (int i = 0; i < 2; ++i) {
    const SimulatedSensor& sensor = i == 0 ? low : high;
    const NoiseOfIso& one = result->isos[i];
    const double scale = sensor.white_dn - sensor.black_dn;
    EXPECT_EQ(one.iso, sensor.iso);
    EXPECT_EQ(result->noise.entries[i].iso, sensor.iso);
    EXPECT_NEAR(one.full_scale_e, sensor.gain_e_per_dn * scale, 0.03 * one.full_scale_e);
    EXPECT_NEAR(one.read_noise_e, sensor.read_noise_e, 0.25);
    for (int c = 0; c < 3; ++c) {
      ASSERT_TRUE(one.known[c]);
      const double s = 1 / (sensor.gain_e_per_dn * scale);
      EXPECT_NEAR(one.line[c].s, s, std::max(5 * one.line_error[c].s, 0.01 * s));
      EXPECT_LT(one.line_error[c].s, 0.05 * s);
      EXPECT_GT(one.line_error[c].s, 0);
      EXPECT_GT(one.line[c].o, 0);
      EXPECT_EQ(result->noise.entries[i].noise.plane[c], one.line[c]);
    }
  }
}

TEST(CalibrateNoiseTest, WarnsOfFlickerAndClipping) {
  const SimulatedSensor sensor;
  std::vector<Subject> frames = Flats(sensor, {800, 2000, 4000});
  frames.push_back(sensor.Expose(Even(3000), 90, 0.5));
  frames.push_back(sensor.Expose(Even(3200), 91, 0.5));
  frames.push_back(sensor.Expose(Even(9000), 92, 0.7));
  frames.push_back(sensor.Expose(Even(9000), 93, 0.7));
  const auto result = CalibrateNoise(std::move(frames), {});
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_THAT(result->warnings, Contains(HasSubstr("flickers by 6")));
  EXPECT_THAT(result->warnings, Contains(HasSubstr("clipped in part")));
  EXPECT_THAT(result->warnings, Contains(HasSubstr("0 dark frames")));
}

TEST(CalibrateNoiseTest, Refusals) {
  const SimulatedSensor sensor;
  const auto refusal = [](std::vector<Subject> frames, std::vector<Subject> darks) {
    const auto result = CalibrateNoise(std::move(frames), std::move(darks));
    return result ? "accepted" : result.error().message;
  };
  const auto dark = [&](const SimulatedSensor& s, const SimulatedSensor::Light& light) {
    std::vector<Subject> darks;
    darks.push_back(s.Expose(light, 300));
    return darks;
  };
  EXPECT_THAT(refusal({}, {}), HasSubstr("no frames"));
  EXPECT_THAT(refusal(dark(sensor, kNoLight), {}), HasSubstr("there is no light in the frames"));
  EXPECT_THAT(refusal(Flats(sensor, {800, 3000}), dark(sensor, Even(800))),
              HasSubstr("frame300.dng: there is light in the dark frame"));
  SimulatedSensor small = sensor;
  small.width = 300;
  EXPECT_THAT(refusal(Flats(sensor, {800, 3000}), dark(small, kNoLight)),
              HasSubstr("300 x 240 pixels"));
  SimulatedSensor other = sensor;
  other.quad = true;
  EXPECT_THAT(refusal(Flats(sensor, {800, 3000}), dark(other, kNoLight)), HasSubstr("mosaic"));
  EXPECT_THAT(refusal(Flats(sensor, {800, 3000}, 1), {}), HasSubstr("ISO 100: no two frames"));
  EXPECT_THAT(refusal(Flats(sensor, {30000, 40000}), {}), HasSubstr("ISO 100: "));
  std::vector<Subject> picture(1);
  picture[0].path = "a.jpg";
  picture[0].rgb = Image<float>(64, 64, 3);
  EXPECT_THAT(refusal(std::move(picture), {}), HasSubstr("a.jpg: this is a finished picture"));
}

// ---- Shading ----

double FallOff(double x, double y, int c) {
  const double r2 = ((x - 0.5) * (x - 0.5) + (y - 0.5) * (y - 0.5)) / 0.5;
  return 1 - (0.55 + 0.06 * (c - 1)) * r2 + 0.1 * r2 * r2;
}

double WorstGain(const ShadingCalibration& shading, const SimulatedSensor& sensor,
                 const std::function<double(double, double, int)>& light) {
  double worst = 0;
  for (int s = 0; s < 4; ++s) {
    const int c = s == 0 ? 0 : s == 3 ? 2 : 1;
    for (double y = 0.01; y < 1; y += 0.07) {
      for (double x = 0.01; x < 1; x += 0.07) {
        const double gain = ShadingGainAt(shading, s, x * sensor.width, y * sensor.height,
                                          sensor.width, sensor.height);
        const double wanted = light(0.5, 0.5, c) / light(x, y, c);
        worst = std::max(worst, std::abs(gain / wanted - 1));
      }
    }
  }
  return worst;
}

std::vector<Subject> Fields(const SimulatedSensor& sensor, const SimulatedSensor::Light& light,
                            int count) {
  std::vector<Subject> flats;
  for (int i = 0; i < count; ++i) flats.push_back(sensor.Expose(light, 40 + i));
  return flats;
}

TEST(CalibrateShadingTest, GainsOfAKnownFallOff) {
  for (const bool quad : {false, true}) {
    SimulatedSensor sensor;
    sensor.quad = quad;
    sensor.gain_e_per_dn = 20;
    sensor.width = 640;
    sensor.height = 480;
    const auto light = [](double x, double y, int c) {
      return 60000 * (c == 1 ? 1 : 0.6) * FallOff(x, y, c);
    };
    const std::vector<Subject> flats = Fields(sensor, light, 4);
    const auto result = CalibrateShading(flats, {});
    ASSERT_TRUE(result) << result.error().message;
    EXPECT_LT(WorstGain(result->shading, sensor, FallOff), 0.015);
    EXPECT_EQ(result->shading.columns, 17);
    EXPECT_EQ(result->shading.rows, 13);
    for (const auto& gain : result->shading.gain) {
      ASSERT_EQ(gain.size(), 17u * 13);
      EXPECT_NEAR(gain[6 * 17 + 8], 1, 0.002);
    }
    EXPECT_NEAR(result->corner_gain, 1 / FallOff(0, 0, 1), 0.02);
    EXPECT_NEAR(result->color_shading, FallOff(0, 0, 0) / FallOff(0, 0, 1) - 1, 0.03);
    EXPECT_LT(result->noise, 0.005);
    EXPECT_NEAR(result->tilt_x, 0, 0.005);
    EXPECT_LE(result->outliers, 5);
  }
}

TEST(CalibrateShadingTest, DustAndHotPixelsDoNotCount) {
  SimulatedSensor sensor;
  sensor.gain_e_per_dn = 20;
  sensor.hot_share = 0.002;
  sensor.width = 640;
  sensor.height = 480;
  const auto light = [](double x, double y, int c) {
    const bool dust = std::hypot(x - 0.3, (y - 0.6) * 0.75) < 0.02;
    return 50000 * (c == 1 ? 1 : 0.6) * FallOff(x, y, c) * (dust ? 0.9 : 1);
  };
  const std::vector<Subject> flats = Fields(sensor, light, 2);
  const auto result = CalibrateShading(flats, {});
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_GT(result->outliers, 0);
  EXPECT_LT(WorstGain(result->shading, sensor, FallOff), 0.015);
}

TEST(CalibrateShadingTest, TiltOfTheLightAndDarks) {
  SimulatedSensor sensor;
  sensor.gain_e_per_dn = 20;
  const double tilt = std::log(1.2);
  const auto uneven = [&](double x, double y, int c) {
    return 45000 * (c == 1 ? 1 : 0.6) * FallOff(x, y, c) * std::exp(tilt * (x - 0.5)) + 4000;
  };
  const auto offset = [](double, double, int) { return 4000.0; };
  const std::vector<Subject> flats = Fields(sensor, uneven, 3), darks = Fields(sensor, offset, 2);
  ShadingOptions options;
  const auto kept = CalibrateShading(flats, darks, options);
  ASSERT_TRUE(kept) << kept.error().message;
  EXPECT_NEAR(kept->tilt_x, 0.2, 0.01);
  EXPECT_NEAR(kept->tilt_y, 0, 0.01);
  EXPECT_THAT(kept->warnings, Contains(HasSubstr("is the light even")));
  options.remove_tilt = true;
  const auto removed = CalibrateShading(flats, darks, options);
  ASSERT_TRUE(removed);
  EXPECT_LT(WorstGain(removed->shading, sensor, FallOff), 0.02);
  EXPECT_GT(WorstGain(kept->shading, sensor, FallOff), 0.05);
}

TEST(CalibrateShadingTest, Refusals) {
  const SimulatedSensor sensor;
  const auto refusal = [](const std::vector<Subject>& flats, const std::vector<Subject>& darks,
                          const ShadingOptions& options = {}) {
    const auto result = CalibrateShading(flats, darks, options);
    return result ? "accepted" : result.error().message;
  };
  EXPECT_THAT(refusal({}, {}), HasSubstr("no flat"));
  EXPECT_THAT(refusal(Fields(sensor, kNoLight, 1), {}),
              HasSubstr("frame40.dng: there is no light in the flat"));
  EXPECT_THAT(refusal(Fields(sensor, Even(20000), 1), {}), HasSubstr("frame40.dng: "));
  EXPECT_THAT(refusal(Fields(sensor, Even(20000), 1), {}), HasSubstr("clip"));
  EXPECT_THAT(refusal(Fields(sensor, Even(4000), 1), Fields(sensor, Even(2000), 1)),
              HasSubstr("light in the dark"));
  const auto stripes = [](double x, double, int) {
    return static_cast<int>(x * 8) % 2 == 0 ? 2000.0 : 5000.0;
  };
  EXPECT_THAT(refusal(Fields(sensor, stripes, 1), {}), HasSubstr("frame40.dng: "));
  ShadingOptions options;
  options.rows = 1;
  EXPECT_THAT(refusal(Fields(sensor, Even(4000), 1), {}, options), HasSubstr("grid of 17 x 1"));
}

TEST(CalibrateFramesTest, SameForAnyNumberOfThreads) {
  SimulatedSensor sensor;
  std::vector<RawFrame> darks;
  for (uint64_t i = 0; i < 2; ++i) darks.push_back(sensor.Raw(kNoLight, i));
  const std::vector<Subject> flats = Fields(sensor, Even(4000), 1);
  SetThreads(1);
  const auto black = CalibrateBlack(darks);
  const auto shading = CalibrateShading(flats, {});
  SetThreads(3);
  EXPECT_EQ(CalibrateBlack(darks)->black.entries[0].black_dn, black->black.entries[0].black_dn);
  EXPECT_EQ(CalibrateShading(flats, {})->shading.gain, shading->shading.gain);
  SetThreads(2);
}

}  // namespace
}  // namespace petzval::calibrate
