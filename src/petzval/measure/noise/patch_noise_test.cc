// Temporal noise, fixed pattern, rows and columns of patches that were made with them.
#include "petzval/measure/noise/patch_noise.h"

#include <gtest/gtest.h>

#include <cmath>

#include "petzval/measure/noise/dynamic_range.h"
#include "petzval/measure/noise/flat_areas.h"
#include "petzval/measure/noise/noise_spectrum.h"
#include "petzval/measure/noise/sensor_test_util.h"

namespace petzval::measure {
namespace {

// A picture of 3 equal planes from `level` with noise: per frame (temporal), fixed, rows, columns.
struct TestNoise {
  double temporal = 0.004, temporal_row = 0, fixed = 0, fixed_row = 0, fixed_column = 0;
  int width = 320, height = 240;

  Subject Frame(const std::function<double(int, int)>& level, int k) const {
    Subject out;
    out.rgb = Image<float>(width, height, 3);
    out.bits = 16;
    Random frame_rows(3, 500 + k), rows(3, 1);
    std::vector<double> columns;
    Random column_noise(3, 2);
    for (int x = 0; x < width; ++x) columns.push_back(fixed_column * column_noise.Normals().a);
    for (int y = 0; y < height; ++y) {
      Random stays(3, 10'000 + y), changes(3, 100'000 + 1000 * k + y);
      const double row = temporal_row * frame_rows.Normals().a + fixed_row * rows.Normals().a;
      for (int x = 0; x < width; ++x) {
        const double v = level(x, y) + row + columns[x] + fixed * stays.Normals().a +
                         temporal * changes.Normals().a;
        for (int c = 0; c < 3; ++c) out.rgb.At(x, y, c) = static_cast<float>(v);
      }
    }
    return out;
  }
};

double Half(int, int) { return 0.5; }

TEST(PatchNoiseTest, SplitsFramesIntoTheirParts) {
  TestNoise noise{0.004, 0.0015, 0.003, 0.002, 0.001};
  std::vector<Subject> frames;
  const auto shaded = [](int x, int y) {
    const double u = x / 160.0 - 1, v = y / 120.0 - 1;
    return 0.5 * (1 + 0.05 * u - 0.08 * u * u + 0.03 * v * u);
  };
  for (int k = 0; k < 8; ++k) frames.push_back(noise.Frame(shaded, k));
  PatchNoiseOptions options;
  options.rois = {{8, 4, 300, 230}};
  options.channels = {Channel::kGreen};
  const auto report = MeasurePatchNoise(frames, options);
  ASSERT_TRUE(report) << report.error().message;
  ASSERT_EQ(report->patches.size(), 1u);
  const PatchNoise& patch = report->patches[0];
  EXPECT_NEAR(patch.temporal.pixel / (0.004 * 0.004), 1, 0.02);
  EXPECT_NEAR(std::sqrt(patch.temporal.row) / 0.0015, 1, 0.06);
  EXPECT_NEAR(patch.temporal.column, 0, 1e-7);
  EXPECT_NEAR(std::sqrt(patch.fixed.pixel) / 0.003, 1, 0.02);
  EXPECT_NEAR(std::sqrt(patch.fixed.row) / 0.002, 1, 0.15);
  EXPECT_NEAR(std::sqrt(patch.fixed.column) / 0.001, 1, 0.15);
  EXPECT_NEAR(patch.temporal_snr, patch.mean / std::hypot(0.004, 0.0015),
              0.03 * patch.temporal_snr);
  EXPECT_NEAR(patch.total_variance, patch.temporal.total() + patch.fixed.total(), 1e-12);
  EXPECT_NEAR(patch.shading, 0.15, 0.06);
  EXPECT_TRUE(report->findings.warnings.empty());
}

TEST(PatchNoiseTest, FixedPatternOfOneFrameIsNotKnown) {
  TestNoise noise{0.004, 0, 0.003};
  std::vector<Subject> frames;
  frames.push_back(noise.Frame(Half, 0));
  PatchNoiseOptions options;
  options.rois = {{0, 0, 320, 240}};
  const auto report = MeasurePatchNoise(frames, options);
  ASSERT_TRUE(report);
  EXPECT_NEAR(report->patches[0].total_variance / (0.005 * 0.005), 1, 0.02);
  EXPECT_FALSE(std::isfinite(report->patches[0].temporal_snr));
  ASSERT_EQ(report->findings.warnings.size(), 1u);
  EXPECT_NE(report->findings.warnings[0].find("one frame"), std::string::npos);
  for (const Figure& f : report->findings.figures) {
    EXPECT_EQ(f.known(), f.note.empty()) << f.name;
  }
}

TEST(PatchNoiseTest, N1OnTheSitesOfAMosaic) {
  TestSensor sensor;
  sensor.black_dn = 64;
  std::vector<Subject> frames;
  for (int k = 0; k < 8; ++k) frames.push_back(sensor.Expose([](int, int) { return 1000.0; }, k));
  PatchNoiseOptions options;
  options.rois = {{3, 5, 240, 180}};
  options.channels = {Channel::kRed, Channel::kGreen, Channel::kBlue};
  const auto report = MeasurePatchNoise(frames, options);
  ASSERT_TRUE(report);
  ASSERT_EQ(report->patches.size(), 3u);
  const double scale = 0.641 * (4095 - 64);  // electrons for 1
  for (const PatchNoise& patch : report->patches) {
    EXPECT_NEAR(patch.mean * scale / 1000, 1, 0.002);
    const double rounding = 0.641 * 0.641 / 12;
    EXPECT_NEAR(std::sqrt(patch.temporal.total()) * scale / std::sqrt(1000 + 2.5 * 2.5 + rounding),
                1, 0.02);
    EXPECT_NEAR(std::sqrt(patch.fixed.total()) * scale / 8.5, 1, 0.03);
  }
  EXPECT_EQ(report->patches[1].pixels, 240 * 180 / 2);
}

TEST(PatchNoiseTest, Refuses) {
  TestNoise noise;
  std::vector<Subject> frames;
  frames.push_back(noise.Frame(Half, 0));
  TestNoise smaller = noise;
  smaller.width = 300;
  frames.push_back(smaller.Frame(Half, 1));
  EXPECT_FALSE(MeasurePatchNoise(frames, {}));
  frames.pop_back();
  PatchNoiseOptions options;
  options.rois = {{310, 0, 32, 32}};
  EXPECT_FALSE(MeasurePatchNoise(frames, options));
  options.rois = {{0, 0, 8, 8}};
  EXPECT_FALSE(MeasurePatchNoise(frames, options));
  options.rois = {{0, 0, 64, 64}};
  options.shading_order = 9;
  EXPECT_FALSE(MeasurePatchNoise(frames, options));
}

// Three flat squares in a field of stripes.
double Squares(int x, int y) {
  for (int i = 0; i < 3; ++i) {
    if (x >= 20 + 100 * i && x < 100 + 100 * i && y >= 60 && y < 140) return 0.1 * (1 << i);
  }
  return 0.3 + 0.2 * std::sin(0.9 * x + 0.2 * y) * std::cos(0.05 * y * x);
}

TEST(FlatAreasTest, FindsThemWhereTheyAre) {
  const TestNoise noise{0.004};
  const Subject picture = noise.Frame(Squares, 0);
  const auto areas = FindFlatAreas(picture, {.side_px = 48, .max_count = 3});
  ASSERT_TRUE(areas) << areas.error().message;
  ASSERT_EQ(areas->size(), 3u);
  for (int i = 0; i < 3; ++i) {
    const Rect& r = (*areas)[i];
    EXPECT_GE(r.x, 20 + 100 * i);
    EXPECT_LE(r.x + r.width, 100 + 100 * i);
    EXPECT_GE(r.y, 60);
    EXPECT_LE(r.y + r.height, 140);
  }
  // The choice does not prefer quiet places: noise is what it is.
  const auto report = MeasurePatchNoise({&picture, 1}, {.rois = *areas});
  ASSERT_TRUE(report);
  double variance = 0;
  for (const PatchNoise& patch : report->patches) variance += patch.total_variance / 3;
  EXPECT_NEAR(std::sqrt(variance) / 0.004, 1, 0.03);
}

TEST(FlatAreasTest, NoneInStripesOrWhite) {
  const TestNoise noise{0.004};
  const auto stripes = [](int x, int y) { return 0.4 + 0.2 * std::sin(0.17 * x + 0.08 * y); };
  EXPECT_FALSE(FindFlatAreas(noise.Frame(stripes, 0), {}));
  EXPECT_FALSE(FindFlatAreas(noise.Frame([](int, int) { return 1.1; }, 0), {}));
}

TEST(FlatAreasTest, UnbiasedWhereEverythingIsFlat) {
  const TestNoise noise{0.004};
  const Subject picture = noise.Frame(Half, 0);
  const auto areas = FindFlatAreas(picture, {});
  ASSERT_TRUE(areas);
  EXPECT_EQ(areas->size(), 12u);
  const auto report = MeasurePatchNoise({&picture, 1}, {.rois = *areas});
  double variance = 0;
  for (const PatchNoise& patch : report->patches) variance += patch.total_variance / 12;
  EXPECT_NEAR(std::sqrt(variance) / 0.004, 1, 0.03);
}

TEST(DynamicRangeTest, OfN1) {
  EXPECT_NEAR(LevelOfSnr(1, 2.5, 0.0085), 3.050, 5e-4);
  const DynamicRange range = DynamicRangeOfModel(2625.5, 2.5, 0.0085);
  EXPECT_NEAR(range.stops_snr1, 9.75, 0.005);
  EXPECT_NEAR(range.findings.figures[0].value, 9.75, 0.005);
  EXPECT_FALSE(std::isfinite(LevelOfSnr(200, 2.5, 0.0085)));
}

TEST(DynamicRangeTest, OfASteppedChart) {
  TestSensor sensor;
  sensor.black_dn = 64;
  std::vector<PatchNoise> patches;
  const double scale = 0.641 * (4095 - 64);
  for (double stops = 0.2; stops < 9; stops += 0.5) {
    const double electrons = scale * std::pow(2, -stops);
    std::vector<Subject> frames;
    for (int k = 0; k < 3; ++k) {
      frames.push_back(sensor.Expose([&](int, int) { return electrons; }, 10 * stops + 100 * k));
    }
    const auto report =
        MeasurePatchNoise(frames, {.rois = {{0, 0, 256, 192}}, .channels = {Channel::kGreen}});
    ASSERT_TRUE(report);
    patches.push_back(report->patches[0]);
  }
  const auto range = DynamicRangeOfPatches(patches, 1);
  ASSERT_TRUE(range) << range.error().message;
  // Temporal noise only, with rounding; the darkest patch has SNR 1.6.
  const double read = std::sqrt(2.5 * 2.5 + 0.641 * 0.641 / 12);
  EXPECT_NEAR(range->stops_snr1, std::log2(scale / LevelOfSnr(1, read, 0)), 0.05);
  EXPECT_NEAR(range->stops_snr10, std::log2(scale / LevelOfSnr(10, read, 0)), 0.03);
  ASSERT_EQ(range->findings.warnings.size(), 1u);
  EXPECT_NE(range->findings.warnings[0].find("extrapolated"), std::string::npos);
  EXPECT_FALSE(DynamicRangeOfPatches({patches.data(), 2}, 1));
}

TEST(PatchNoiseTest, ASensorIsAskedForChannelsThatItHas) {
  TestSensor sensor;
  sensor.bayer = false;
  const Subject mono = sensor.Expose([](int, int) { return 500.0; }, 0);
  PatchNoiseOptions options{.rois = {{0, 0, 64, 64}}, .channels = {Channel::kRed}};
  const auto none = MeasurePatchNoise({&mono, 1}, options);
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().message, "the sensor has no red pixels");
  EXPECT_FALSE(MeasureNoiseSpectrum({&mono, 1}, {{0, 0, 128, 128}}, Channel::kBlue));
  options.channels = {Channel::kRed, Channel::kGreen};
  const auto green = MeasurePatchNoise({&mono, 1}, options);
  ASSERT_TRUE(green);
  ASSERT_EQ(green->patches.size(), 1u);
  EXPECT_EQ(green->patches[0].channel, Channel::kGreen);
}

TEST(PatchNoiseTest, ValuesThatAreNoNumbersAreRefusedOrLeftOut) {
  const TestNoise noise{0.01};
  Subject frame = noise.Frame(Half, 0);
  Image<float>& values = frame.raw() ? frame.mosaic : frame.rgb;
  for (int c = 0; c < values.planes(); ++c) {
    for (int y = 40; y < 80; ++y) values.At(50 + c, y, c) = y % 2 ? NAN : INFINITY;
  }
  const auto asked = MeasurePatchNoise({&frame, 1}, {.rois = {{0, 0, 128, 128}}});
  ASSERT_FALSE(asked);
  EXPECT_NE(asked.error().message.find("no numbers"), std::string::npos);
  const auto found = MeasurePatchNoise({&frame, 1}, {});
  ASSERT_TRUE(found) << found.error().message;
  for (const PatchNoise& patch : found->patches) EXPECT_NEAR(patch.total_snr, 50, 5);
  values.Fill(NAN);
  EXPECT_FALSE(MeasurePatchNoise({&frame, 1}, {}));
}

TEST(NoiseSpectrumTest, WhiteNoiseIsFlat) {
  const TestNoise noise{0.01};
  std::vector<Subject> frames;
  for (int k = 0; k < 2; ++k) frames.push_back(noise.Frame(Half, k));
  for (int count : {1, 2}) {
    const auto spectrum = MeasureNoiseSpectrum({frames.data(), static_cast<size_t>(count)},
                                               {{0, 0, 320, 240}}, Channel::kLuminance);
    ASSERT_TRUE(spectrum) << spectrum.error().message;
    EXPECT_NEAR(spectrum->variance / 1e-4, 1, 0.03);
    for (size_t i = 8; i < spectrum->radial.size(); ++i) {
      EXPECT_NEAR(spectrum->radial[i] / 1e-4, 1, 0.15) << spectrum->frequency[i];
    }
    EXPECT_NEAR(spectrum->correlation_length_px, 1, 0.15);
  }
}

TEST(NoiseSpectrumTest, OfAMosaicInTheGridsFrequencies) {
  TestSensor sensor;
  sensor.black_dn = 64;
  sensor.row_noise_e = 10;
  std::vector<Subject> frames;
  for (int k = 0; k < 4; ++k) frames.push_back(sensor.Expose([](int, int) { return 100.0; }, k));
  const auto spectrum = MeasureNoiseSpectrum(frames, {{0, 0, 256, 192}}, Channel::kRed);
  ASSERT_TRUE(spectrum);
  EXPECT_LT(spectrum->frequency.back(), 0.25);
  // Row noise has no frequency along the rows and all of them across.
  EXPECT_GT(spectrum->vertical[10], 20 * spectrum->horizontal[10]);
  const auto none = MeasureNoiseSpectrum(frames, {{0, 0, 64, 64}}, Channel::kRed);
  EXPECT_FALSE(none);
}

}  // namespace
}  // namespace petzval::measure
