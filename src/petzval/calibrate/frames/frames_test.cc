// Noise, shading and black level of sensors that were made with exact truth, and of a real one.
#include "petzval/calibrate/frames/frames.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <functional>

#include "petzval/base/parallel.h"
#include "petzval/base/random.h"
#include "petzval/calibrate/frames/frame_checks.h"
#include "petzval/capture/reader.h"

namespace petzval::calibrate {
namespace {

using measure::Subject;
using testing::Contains;
using testing::HasSubstr;

struct Sensor {
  int width = 320, height = 240;
  bool quad = false, mono = false;
  double gain_e_per_dn = 2, read_noise_e = 3, black_dn = 64, white_dn = 4095;
  double iso = 100;
  double hot_share = 0;

  using Light = std::function<double(double x, double y, int color)>;  // electrons; x, y 0..1

  int ColorOf(int x, int y) const {
    const int site = SiteOf(x, y, quad);
    return mono ? 1 : site == 0 ? 0 : site == 3 ? 2 : 1;
  }
  Image<uint16_t> Codes(const Light& light, uint64_t seed) const {
    Image<uint16_t> codes(width, height);
    for (int y = 0; y < height; ++y) {
      Random random(seed, static_cast<uint64_t>(y));
      for (int x = 0; x < width; ++x) {
        const double mean = light((x + 0.5) / width, (y + 0.5) / height, ColorOf(x, y));
        const double noise = std::sqrt(mean + read_noise_e * read_noise_e) * random.Normals().a;
        double dn = black_dn + (mean + noise) / gain_e_per_dn;
        if (random.Uniform() < hot_share) dn += 1500;
        codes.At(x, y) = static_cast<uint16_t>(std::clamp(std::round(dn), 0.0, white_dn));
      }
    }
    return codes;
  }
  Subject Expose(const Light& light, uint64_t seed, double exposure_s = 0.01) const {
    Subject out;
    out.path = "frame" + std::to_string(seed) + ".dng";
    out.mosaic = Image<float>(width, height);
    out.mono = mono;
    out.black_dn = black_dn;
    out.white_dn = white_dn;
    out.bits = 12;
    out.iso = iso;
    out.exposure_s = exposure_s;
    out.clip = 1 - 0.5 / (white_dn - black_dn);
    for (measure::SiteMask& sites : out.sites) sites.bits = 0;
    const Image<uint16_t> codes = Codes(light, seed);
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) {
        out.mosaic.At(x, y) =
            static_cast<float>((codes.At(x, y) - black_dn) / (white_dn - black_dn));
        if (x < 4 && y < 4) {
          out.sites[ColorOf(x, y)].bits |= static_cast<uint16_t>(1u << (y * 4 + x));
        }
      }
    }
    return out;
  }
  RawFrame Raw(const Light& light, uint64_t seed, double exposure_s = 0.01) const {
    RawFrame frame;
    frame.path = "dark" + std::to_string(seed) + ".dng";
    frame.mosaic = Codes(light, seed);
    frame.cfa.size = quad ? 4 : 2;
    for (int i = 0; i < frame.cfa.size * frame.cfa.size; ++i) {
      frame.cfa.color[i] = static_cast<CfaColor>(ColorOf(i % frame.cfa.size, i / frame.cfa.size));
    }
    frame.black_dn.fill(static_cast<float>(black_dn));
    frame.white_dn.fill(static_cast<float>(white_dn));
    frame.exif.iso = iso;
    frame.exif.exposure_s = exposure_s;
    return frame;
  }
};

Sensor::Light Even(double electrons) {
  return [=](double, double, int c) { return electrons * (c == 1 ? 1 : 0.6); };
}
const Sensor::Light kNoLight = [](double, double, int) { return 0.0; };

// ---- Noise ----

std::vector<Subject> Flats(const Sensor& sensor, std::initializer_list<double> electrons,
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
  Sensor low, high;
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
    const Sensor& sensor = i == 0 ? low : high;
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
  const Sensor sensor;
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
  const Sensor sensor;
  const auto refusal = [](std::vector<Subject> frames, std::vector<Subject> darks) {
    const auto result = CalibrateNoise(std::move(frames), std::move(darks));
    return result ? "accepted" : result.error().message;
  };
  const auto dark = [&](const Sensor& s, const Sensor::Light& light) {
    std::vector<Subject> darks;
    darks.push_back(s.Expose(light, 300));
    return darks;
  };
  EXPECT_THAT(refusal({}, {}), HasSubstr("no frames"));
  EXPECT_THAT(refusal(dark(sensor, kNoLight), {}), HasSubstr("there is no light in the frames"));
  EXPECT_THAT(refusal(Flats(sensor, {800, 3000}), dark(sensor, Even(800))),
              HasSubstr("frame300.dng: there is light in the dark frame"));
  Sensor small = sensor;
  small.width = 300;
  EXPECT_THAT(refusal(Flats(sensor, {800, 3000}), dark(small, kNoLight)),
              HasSubstr("300 x 240 pixels"));
  Sensor other = sensor;
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

double WorstGain(const ShadingCalibration& shading, const Sensor& sensor,
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

std::vector<Subject> Fields(const Sensor& sensor, const Sensor::Light& light, int count) {
  std::vector<Subject> flats;
  for (int i = 0; i < count; ++i) flats.push_back(sensor.Expose(light, 40 + i));
  return flats;
}

TEST(CalibrateShadingTest, GainsOfAKnownFallOff) {
  for (const bool quad : {false, true}) {
    Sensor sensor;
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
  Sensor sensor;
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
  Sensor sensor;
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
  const Sensor sensor;
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

// ---- Black ----

TEST(CalibrateBlackTest, LevelsOfSitesByIsoAndTime) {
  Sensor sensor;
  sensor.hot_share = 0.001;
  sensor.read_noise_e = 6;
  // An amplifier of its own for each site.
  const auto offset = [](double, double, int c) { return 2.0 * c; };
  std::vector<RawFrame> darks;
  for (uint64_t i = 0; i < 4; ++i) darks.push_back(sensor.Raw(offset, i));
  for (uint64_t i = 4; i < 6; ++i) darks.push_back(sensor.Raw(kNoLight, i, 1));
  sensor.iso = 50;
  sensor.black_dn = 80;
  darks.push_back(sensor.Raw(kNoLight, 7));
  const auto result = CalibrateBlack(darks);
  ASSERT_TRUE(result) << result.error().message;
  const auto& entries = result->black.entries;
  ASSERT_EQ(entries.size(), 3u);
  EXPECT_EQ(entries[0].iso, 50);
  EXPECT_NEAR(entries[0].black_dn[0], 80, 0.1);
  EXPECT_EQ(entries[1].exposure_s, 0.01);
  const double wanted[] = {64, 65, 65, 66};
  for (int s = 0; s < 4; ++s) EXPECT_NEAR(entries[1].black_dn[s], wanted[s], 0.06);
  // Shot noise of the offset is noise as well.
  EXPECT_NEAR(entries[1].noise_dn, std::sqrt((36 + 2) / 4.0 + 1 / 12.0), 0.1);
  EXPECT_EQ(result->exposures[1].frames, 4);
  EXPECT_LT(result->exposures[1].fixed_dn, 0.6);
  EXPECT_NEAR(result->exposures[1].hot_share, 0.001, 0.0004);
  for (const double e : result->exposures[1].standard_error_dn) EXPECT_LT(e, 0.05);
  EXPECT_TRUE(std::isnan(result->exposures[0].fixed_dn));
}

TEST(CalibrateBlackTest, WarnsOfLeaksAndStatedLevels) {
  Sensor sensor;
  const auto glow = [](double x, double, int) { return 12 * x; };
  std::vector<RawFrame> darks;
  for (uint64_t i = 0; i < 2; ++i) {
    darks.push_back(sensor.Raw(glow, i));
    darks.back().black_dn.fill(50);
  }
  const auto result = CalibrateBlack(darks);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_THAT(result->warnings, Contains(HasSubstr("across the frame")));
  EXPECT_THAT(result->warnings, Contains(HasSubstr("states a black level of 50 DN")));
}

TEST(CalibrateBlackTest, Refusals) {
  const Sensor sensor;
  const auto refusal = [](const std::vector<RawFrame>& darks) {
    const auto result = CalibrateBlack(darks);
    return result ? "accepted" : result.error().message;
  };
  const auto one = [](const Sensor& s, const Sensor::Light& light) {
    std::vector<RawFrame> frames;
    frames.push_back(s.Raw(light, 1));
    return frames;
  };
  EXPECT_THAT(refusal({}), HasSubstr("no dark frame"));
  EXPECT_THAT(refusal(one(sensor, Even(500))), HasSubstr("dark1.dng: there is light"));
  const auto corner = [](double x, double y, int) { return x + y > 1.2 ? 600.0 : 0.0; };
  EXPECT_THAT(refusal(one(sensor, corner)), HasSubstr("there is light"));
  auto two = one(sensor, kNoLight);
  Sensor small = sensor;
  small.height = 200;
  two.push_back(small.Raw(kNoLight, 2));
  EXPECT_THAT(refusal(two), HasSubstr("dark2.dng: 320 x 200 pixels, but dark1.dng"));
  two.pop_back();
  Sensor quad = sensor;
  quad.quad = true;
  two.push_back(quad.Raw(kNoLight, 3));
  EXPECT_THAT(refusal(two), HasSubstr("dark3.dng: its mosaic"));
}

TEST(CalibrateFramesTest, SameForAnyNumberOfThreads) {
  Sensor sensor;
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

// ---- A real sensor: 10 static frames, a dark, a flat ----

TEST(CalibrateFramesTest, RealDarks) {
  const std::string folder = PETZVAL_SOURCE_DIR "/../shared/data/raw/";
  const std::string files[] = {folder + "pi-imx296-static/dark.dng",
                               folder + "colour-chart-1080p/black-frame.dng"};
  const double wanted[] = {60, 3.5}, tolerance[] = {6, 1};
  for (int i = 0; i < 2; ++i) {
    if (!std::filesystem::exists(files[i])) GTEST_SKIP() << files[i] << " is absent";
    std::vector<RawFrame> darks;
    darks.push_back(*ReadRaw(files[i]));
    const auto result = CalibrateBlack(darks);
    ASSERT_TRUE(result) << result.error().message;
    for (const double black : result->black.entries[0].black_dn) {
      EXPECT_NEAR(black, wanted[i], tolerance[i]) << files[i];
    }
  }
}

}  // namespace
}  // namespace petzval::calibrate
