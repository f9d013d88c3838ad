// The eye's filter on white noise, and what it leaves of noise in colours.
#include "petzval/measure/noise/visual_noise.h"

#include <gtest/gtest.h>

#include <cmath>

#include "petzval/base/random.h"
#include "petzval/color/difference.h"
#include "petzval/color/spaces.h"
#include "petzval/measure/subject/csf.h"

namespace petzval::measure {
namespace {

Image<float> WhiteNoise(int width, int height, uint64_t seed) {
  Image<float> out(width, height);
  for (int y = 0; y < height; ++y) {
    Random random(seed, y);
    for (int x = 0; x < width; ++x) out.At(x, y) = static_cast<float>(random.Normals().a);
  }
  return out;
}

double Deviation(const Image<float>& plane) {
  double sum = 0, squares = 0;
  for (int y = 0; y < plane.height(); ++y) {
    for (int x = 0; x < plane.width(); ++x) {
      sum += plane.At(x, y);
      squares += static_cast<double>(plane.At(x, y)) * plane.At(x, y);
    }
  }
  const double n = static_cast<double>(plane.width()) * plane.height();
  return std::sqrt(squares / n - sum / n * (sum / n));
}

TEST(EyeFilterTest, WhiteNoiseGainIsThePublishedOne) {
  const struct {
    double ppd, gain;
  } golden[] = {{30, 0.59212}, {41.23, 0.44469}, {60, 0.30759}, {90, 0.20513}};
  const Image<float> noise = WhiteNoise(1024, 1024, 1);
  for (const auto& g : golden) {
    EXPECT_NEAR(WhiteNoiseGain(EyeChannel::kLuminance, g.ppd), g.gain, 2e-5);
    if (g.ppd != 41.23 && g.ppd != 90) continue;
    Image<float> plane = noise.Clone();
    FilterForEye(plane.view(), EyeChannel::kLuminance, g.ppd);
    EXPECT_NEAR(Deviation(plane) / g.gain, 1, 0.01) << g.ppd;
  }
}

TEST(EyeFilterTest, OddSizesKeepMeanAndGain) {
  Image<float> plane = WhiteNoise(301, 517, 2);
  for (int y = 0; y < plane.height(); ++y) {
    for (int x = 0; x < plane.width(); ++x) plane.At(x, y) += 50;
  }
  Image<float> chroma = plane.Clone();
  FilterForEye(plane.view(), EyeChannel::kLuminance, 30);
  EXPECT_NEAR(Deviation(plane) / 0.59212, 1, 0.02);
  FilterForEye(chroma.view(), EyeChannel::kBlueYellow, 30);
  EXPECT_NEAR(Deviation(chroma) / WhiteNoiseGain(EyeChannel::kBlueYellow, 30), 1, 0.08);
  double mean = 0;
  for (int y = 0; y < chroma.height(); ++y) {
    for (int x = 0; x < chroma.width(); ++x) mean += chroma.At(x, y);
  }
  EXPECT_NEAR(mean / (301.0 * 517), 50, 0.01);
}

TEST(EyeFilterTest, ASineKeepsItsSensitivity) {
  Image<float> plane(256, 256);
  for (int y = 0; y < 256; ++y) {
    for (int x = 0; x < 256; ++x) {
      plane.At(x, y) = static_cast<float>(std::cos(2 * M_PI * 16 * (x + 0.5) / 256));
    }
  }
  for (EyeChannel channel :
       {EyeChannel::kLuminance, EyeChannel::kRedGreen, EyeChannel::kBlueYellow}) {
    Image<float> filtered = plane.Clone();
    FilterForEye(filtered.view(), channel, 60);
    EXPECT_NEAR(Deviation(filtered) * std::sqrt(2), EyeSensitivity(channel, 60.0 / 16), 1e-5);
  }
}

// sRGB primaries, grey with noise of its own in each plane.
Subject Grey(double level, double sd_r, double sd_g, double sd_b, bool same) {
  Subject out;
  out.rgb = Image<float>(256, 256, 3);
  out.xyz_d50_from_rgb = BradfordAdaptation(kWhiteD50, kWhiteD65) * XyzFromRgb(kRec709);
  const double sd[] = {sd_r, sd_g, sd_b};
  for (int c = 0; c < 3; ++c) {
    const Image<float> noise = WhiteNoise(256, 256, same ? 5 : 5 + c);
    for (int y = 0; y < 256; ++y) {
      for (int x = 0; x < 256; ++x) {
        out.rgb.At(x, y, c) = static_cast<float>(level + sd[c] * noise.At(x, y));
      }
    }
  }
  return out;
}

TEST(VisualNoiseTest, OfGreyNoiseIsTheFilteredLightness) {
  const double level = 0.18, sd = 0.005;
  const Subject picture = Grey(level, sd, sd, sd, true);
  const auto report =
      MeasureVisualNoise(picture, {.rois = {{0, 0, 256, 256}}, .pixels_per_degree = {30, 60}});
  ASSERT_TRUE(report) << report.error().message;
  ASSERT_EQ(report->patches.size(), 2u);
  // dL* / dY at the level, times what is left of the noise.
  const double slope = 116.0 / 3 * std::pow(level, -2.0 / 3);
  for (const PatchVisualNoise& patch : report->patches) {
    const double gain = WhiteNoiseGain(EyeChannel::kLuminance, patch.pixels_per_degree);
    EXPECT_NEAR(patch.sd_l / (slope * sd * gain), 1, 0.03);
    EXPECT_NEAR(patch.lightness, LightnessFromLuminance(level), 0.05);
    EXPECT_LT(patch.sd_a, 0.02 * patch.sd_l + 0.01);
  }
  EXPECT_LT(report->patches[1].visual_noise, report->patches[0].visual_noise);
}

TEST(VisualNoiseTest, ColouredNoiseCounts) {
  const Subject grey = Grey(0.18, 0.005, 0.005, 0.005, true);
  const Subject coloured = Grey(0.18, 0.02, 0.005, 0.02, false);
  const VisualNoiseOptions options{.rois = {{0, 0, 256, 256}}, .pixels_per_degree = {60}};
  const auto a = MeasureVisualNoise(grey, options), b = MeasureVisualNoise(coloured, options);
  ASSERT_TRUE(a && b);
  EXPECT_GT(b->patches[0].sd_a, 10 * a->patches[0].sd_a);
  EXPECT_GT(b->patches[0].visual_noise, 1.2 * a->patches[0].visual_noise);
  const double vn2 = std::pow(b->patches[0].sd_l, 2) + 0.05 * std::pow(b->patches[0].sd_a, 2) +
                     0.12 * b->patches[0].covariance_la;
  EXPECT_NEAR(b->patches[0].visual_noise, std::sqrt(vn2), 1e-9);
}

TEST(VisualNoiseTest, FindsItsPatches) {
  const Subject picture = Grey(0.18, 0.005, 0.004, 0.006, false);
  const auto report = MeasureVisualNoise(picture, {});
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_GE(report->patches.size(), 9u);
  EXPECT_EQ(report->findings.curves.size(), 3u);
}

TEST(VisualNoiseTest, Refuses) {
  Subject raw;
  raw.path = "a.dng";
  raw.mosaic = Image<float>(64, 64);
  raw.mosaic.Fill(0.2f);
  EXPECT_FALSE(MeasureVisualNoise(raw, {}));
  const Subject picture = Grey(0.18, 0.005, 0.004, 0.006, false);
  EXPECT_FALSE(MeasureVisualNoise(picture, {.rois = {{0, 0, 16, 16}}}));
  EXPECT_FALSE(MeasureVisualNoise(picture, {.pixels_per_degree = {0}}));
}

}  // namespace
}  // namespace petzval::measure
