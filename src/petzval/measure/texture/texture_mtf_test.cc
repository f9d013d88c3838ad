// Texture through blurs, noise and motions that are known.
#include "petzval/measure/texture/texture_mtf.h"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <functional>
#include <numbers>
#include <string>

#include "petzval/base/random.h"
#include "petzval/measure/texture/dead_leaves.h"
#include "petzval/optics/analysis/fft.h"

namespace petzval::measure {
namespace {

constexpr int kSide = 512;
constexpr double kPi = std::numbers::pi;
using Filter = std::function<std::complex<double>(double, double)>;

// A picture times `filter` in frequency (cycles per pixel), periodic and exact.
Image<float> Filtered(const Image<float>& in, const Filter& filter) {
  std::vector<std::complex<double>> data(kSide * kSide);
  for (int y = 0; y < kSide; ++y) {
    for (int x = 0; x < kSide; ++x) data[y * kSide + x] = in.At(x, y);
  }
  optics::Fft2d(&data, kSide, -1);
  for (int y = 0; y < kSide; ++y) {
    for (int x = 0; x < kSide; ++x) {
      const double fx = (x < kSide / 2 ? x : x - kSide) / static_cast<double>(kSide);
      const double fy = (y < kSide / 2 ? y : y - kSide) / static_cast<double>(kSide);
      data[y * kSide + x] *= filter(fx, fy) / static_cast<double>(kSide * kSide);
    }
  }
  optics::Fft2d(&data, kSide, 1);
  Image<float> out(kSide, kSide);
  for (int y = 0; y < kSide; ++y) {
    for (int x = 0; x < kSide; ++x) out.At(x, y) = static_cast<float>(data[y * kSide + x].real());
  }
  return out;
}

Filter Gaussian(double sigma) {
  return [sigma](double fx, double fy) {
    return std::exp(-2 * kPi * kPi * sigma * sigma * (fx * fx + fy * fy));
  };
}

Subject Picture(const Image<float>& grey) {
  Subject out;
  out.rgb = Image<float>(grey.width(), grey.height(), 3);
  for (int c = 0; c < 3; ++c) {
    for (int y = 0; y < grey.height(); ++y) {
      for (int x = 0; x < grey.width(); ++x) out.rgb.At(x, y, c) = grey.At(x, y);
    }
  }
  return out;
}

const Image<float>& Leaves() {
  static const Image<float> leaves = DeadLeaves({.width = kSide, .height = kSide});
  return leaves;
}

TextureReport Measure(const Image<float>& test, TextureOptions options = {}) {
  options.channel = Channel::kGreen;
  auto report = MeasureTexture(Picture(Leaves()), Picture(test), options);
  EXPECT_TRUE(report) << report.error().message;
  return report ? std::move(*report) : TextureReport{};
}

double At(const std::vector<double>& f, const std::vector<double>& y, double x) {
  for (size_t i = 1; i < f.size(); ++i) {
    if (f[i] >= x) return y[i - 1] + (y[i] - y[i - 1]) * (x - f[i - 1]) / (f[i] - f[i - 1]);
  }
  return std::nan("");
}

TEST(TextureMtfTest, GaussianBlurIsItself) {
  for (double sigma : {0.5, 0.8, 1.2}) {
    const TextureReport report = Measure(Filtered(Leaves(), Gaussian(sigma)));
    ASSERT_EQ(report.patches.size(), 1u);
    const TexturePatch& patch = report.patches[0];
    for (size_t i = 1; i < patch.frequency.size(); ++i) {
      const double f = patch.frequency[i];
      if (f > 0.4) break;
      const double truth = std::exp(-2 * kPi * kPi * sigma * sigma * f * f);
      EXPECT_NEAR(patch.mtf[i], truth, 0.005) << sigma << " at " << f;
      EXPECT_NEAR(patch.mtf[i] / truth, 1, truth > 0.2 ? 0.005 : 1) << sigma << " at " << f;
      EXPECT_NEAR(patch.power_mtf[i], truth, 0.01) << sigma << " at " << f;
    }
    EXPECT_NEAR(patch.mtf50, std::sqrt(std::log(2) / 2) / (kPi * sigma), 0.002);
    EXPECT_NEAR(patch.contrast_gain, 1, 0.004);
    EXPECT_NEAR(patch.motion.dx, 0, 0.01);
    EXPECT_TRUE(report.findings.warnings.empty());
  }
}

TEST(TextureMtfTest, NoiseLeavesTheCrossSpectrumAlone) {
  const Filter blur = Gaussian(0.6);
  Image<float> noisy = Filtered(Leaves(), blur);
  for (int y = 0; y < kSide; ++y) {
    Random random(3, y);
    for (int x = 0; x < kSide; ++x) noisy.At(x, y) += static_cast<float>(0.03 * random.Normals().a);
  }
  const TextureReport report = Measure(noisy);
  ASSERT_EQ(report.patches.size(), 1u);
  const TexturePatch& patch = report.patches[0];
  int inside = 0, n = 0;
  double sum = 0;
  for (size_t i = 1; i < patch.frequency.size() && patch.frequency[i] < 0.4; ++i) {
    const double off = patch.mtf[i] - blur(patch.frequency[i], 0).real();
    EXPECT_NEAR(off, 0, std::max(0.02, 3.5 * patch.standard_error[i])) << patch.frequency[i];
    inside += std::abs(off) < 2 * patch.standard_error[i] + 0.002;
    sum += off;
    ++n;
  }
  EXPECT_NEAR(sum / n, 0, 0.003);
  EXPECT_GT(inside, 0.85 * n);
  EXPECT_GT(At(patch.frequency, patch.power_mtf, 0.4), 0.2 + At(patch.frequency, patch.mtf, 0.4));
  ASSERT_EQ(report.findings.warnings.size(), 1u);
  EXPECT_NE(report.findings.warnings[0].find("power spectrum"), std::string::npos);
}

TEST(TextureMtfTest, ShiftCostsWithoutRegistrationOnly) {
  const double shift = 0.25, angle = 0.6;
  const Filter move = [&](double fx, double fy) {
    return std::polar(1.0, 2 * kPi * shift * (fx * std::cos(angle) + fy * std::sin(angle)));
  };
  const Image<float> moved = Filtered(Leaves(), move);
  const TextureReport raw = Measure(moved, {.align = false});
  EXPECT_NEAR(At(raw.patches[0].frequency, raw.patches[0].mtf, 0.25), 0.9618, 0.003);
  const TextureReport aligned = Measure(moved);
  const TexturePatch& patch = aligned.patches[0];
  EXPECT_NEAR(patch.motion.dx, shift * std::cos(angle), 0.004);
  EXPECT_NEAR(patch.motion.dy, shift * std::sin(angle), 0.004);
  for (size_t i = 0; i < patch.frequency.size() && patch.frequency[i] < 0.4; ++i) {
    EXPECT_NEAR(patch.mtf[i], 1, 0.005) << patch.frequency[i];
  }
}

TEST(TextureMtfTest, FindsAFarShiftOfAPatch) {
  const Filter blur = Gaussian(0.7);
  const Image<float> moved = Filtered(Leaves(), [&](double fx, double fy) {
    return blur(fx, fy) * std::polar(1.0, 2 * kPi * (31.3 * fx - 17.8 * fy));
  });
  const TextureReport report = Measure(moved, {.rois = {{100, 120, 300, 280}}});
  ASSERT_EQ(report.patches.size(), 1u);
  const TexturePatch& patch = report.patches[0];
  EXPECT_NEAR(patch.motion.dx, 31.3, 0.01);
  EXPECT_NEAR(patch.motion.dy, -17.8, 0.01);
  for (size_t i = 1; i < patch.frequency.size() && patch.frequency[i] < 0.4; ++i) {
    EXPECT_NEAR(patch.mtf[i], blur(patch.frequency[i], 0).real(), 0.01) << patch.frequency[i];
  }
}

// Rows, then columns, stretched and slanted: together a scale and a small turn.
TEST(TextureMtfTest, ScaleAndRotationAreUndone) {
  const double sigma = 0.9;
  const Image<float> soft = Filtered(Leaves(), Gaussian(sigma));
  const double scale = 1.004, angle = 0.003;
  const auto shear = [&](Image<float>* picture, double slope, double stretch, bool rows) {
    Image<float> out(kSide, kSide);
    for (int j = 0; j < kSide; ++j) {
      for (int i = 0; i < kSide; ++i) {
        // 64 taps of the sinc, tapered.
        const double u = i + 0.5 - kSide / 2.0, v = j + 0.5 - kSide / 2.0;
        const double at = stretch * u + slope * v + kSide / 2.0 - 0.5;
        const int base = static_cast<int>(std::floor(at));
        double sum = 0;
        for (int k = -31; k <= 32; ++k) {
          const double d = at - (base + k);
          const double w = 0.5 + 0.5 * std::cos(kPi * d / 33);
          const double s = std::abs(d) < 1e-9 ? 1 : std::sin(kPi * d) / (kPi * d);
          const int place = ((base + k) % kSide + kSide) % kSide;
          sum += w * s * (rows ? picture->At(place, j) : picture->At(j, place));
        }
        (rows ? out.At(i, j) : out.At(j, i)) = static_cast<float>(sum);
      }
    }
    *picture = std::move(out);
  };
  Image<float> turned = soft.Clone();
  shear(&turned, -angle, scale, true);
  shear(&turned, angle, scale, false);
  const TextureReport report = Measure(turned, {.rois = {{64, 64, 384, 384}}});
  ASSERT_EQ(report.patches.size(), 1u);
  const TexturePatch& patch = report.patches[0];
  EXPECT_NEAR(patch.motion.scale(), scale, 2e-4);
  EXPECT_NEAR(patch.motion.rotation_rad(), angle, 2e-4);
  for (size_t i = 1; i < patch.frequency.size() && patch.frequency[i] < 0.35; ++i) {
    // The blur was turned and scaled along.
    const double truth = Gaussian(sigma)(patch.frequency[i] / scale, 0).real();
    EXPECT_NEAR(patch.mtf[i], truth, 0.008) << patch.frequency[i];
  }
}

TEST(TextureMtfTest, ExposureAndOffsetDoNotCount) {
  Image<float> test = Filtered(Leaves(), Gaussian(0.8));
  for (int y = 0; y < kSide; ++y) {
    for (int x = 0; x < kSide; ++x) test.At(x, y) = 0.02f + 0.6f * test.At(x, y);
  }
  const TextureReport report = Measure(test);
  EXPECT_NEAR(report.patches[0].contrast_gain, 0.6, 0.003);
  EXPECT_NEAR(report.patches[0].mtf50, std::sqrt(std::log(2) / 2) / (kPi * 0.8), 0.002);
}

TEST(TextureMtfTest, OfAMosaic) {
  // Soft enough that every second pixel samples it well.
  Subject reference, test;
  reference.mosaic = Filtered(Leaves(), Gaussian(1.2));
  test.mosaic = Filtered(reference.mosaic, Gaussian(1.0));
  for (Subject* s : {&reference, &test}) {
    s->sites = {SiteMask{0x0505}, SiteMask{0x5a5a}, SiteMask{0xa0a0}};
  }
  const auto report = MeasureTexture(reference, test, {.channel = Channel::kGreen});
  ASSERT_TRUE(report) << report.error().message;
  // The frequencies are those of the full grid.
  const TexturePatch& patch = report->patches[0];
  EXPECT_LT(patch.frequency.back(), 0.27);
  for (double f : {0.05, 0.1, 0.15}) {
    EXPECT_NEAR(At(patch.frequency, patch.mtf, f), Gaussian(1.0)(f, 0).real(), 0.01) << f;
  }
}

TEST(TextureMtfTest, Refuses) {
  const Subject leaves = Picture(Leaves());
  const auto message = [](const auto& result) {
    return result ? std::string("no error") : result.error().message;
  };
  const Subject small = Picture(DeadLeaves({.width = 300, .height = 256}));
  EXPECT_NE(message(MeasureTexture(leaves, small, {})).find("one size"), std::string::npos);
  const Subject other = Picture(DeadLeaves({.width = kSide, .height = kSide, .seed = 9}));
  EXPECT_NE(message(MeasureTexture(leaves, other, {})).find("do not register"), std::string::npos);
  Image<float> flat(kSide, kSide);
  flat.Fill(0.5f);
  EXPECT_NE(message(MeasureTexture(leaves, Picture(flat), {})).find("no texture"),
            std::string::npos);
  EXPECT_NE(message(MeasureTexture(Picture(flat), leaves, {})).find("no texture"),
            std::string::npos);
  Subject clipped = Picture(Leaves());
  clipped.clip = 0.7;
  EXPECT_NE(message(MeasureTexture(leaves, clipped, {})).find("clipped"), std::string::npos);
  EXPECT_NE(message(MeasureTexture(leaves, leaves, {.rois = {{500, 0, 128, 128}}})).find("outside"),
            std::string::npos);
  EXPECT_NE(message(MeasureTexture(leaves, leaves, {.rois = {{0, 0, 64, 64}}})).find("too small"),
            std::string::npos);
  Subject raw;
  raw.mosaic = Leaves().Clone();
  EXPECT_NE(message(MeasureTexture(leaves, raw, {})).find("RAW"), std::string::npos);
  // Of a mosaic every second or fourth pixel is left: patches that would hold no tile are named.
  raw.sites = {SiteMask{0x0033}, SiteMask{0xcccc}, SiteMask{0x3300}};
  const TextureOptions options{.rois = {{0, 0, 128, 128}}, .channel = Channel::kGreen};
  EXPECT_NE(message(MeasureTexture(raw, raw, options)).find("too small"), std::string::npos);
  const DeadLeavesChart chart{1, 40, 0.25, 0.75, {384, 0, 128, 128}};
  EXPECT_NE(
      message(MeasureTextureOfChart(raw, chart, {.channel = Channel::kGreen})).find("too small"),
      std::string::npos);
  raw.mono = true;
  EXPECT_NE(message(MeasureTexture(raw, raw, {.channel = Channel::kRed})).find("no red"),
            std::string::npos);
}

TEST(TextureChartTest, KnownStatisticsStandInForTheReference) {
  // Pixels that average the pattern: their box is part of the truth.
  const double low = 1.5, high = 40, sigma = 0.7;
  const Image<float> leaves = DeadLeaves({.width = kSide,
                                          .height = kSide,
                                          .min_radius_px = low,
                                          .max_radius_px = high,
                                          .samples = 4,
                                          .seed = 4});
  Image<float> blurred = Filtered(leaves, Gaussian(sigma));
  const auto add_noise = [](Image<float>* image, int x0, double sd) {
    for (int y = 0; y < kSide; ++y) {
      Random random(x0 + 1, y);
      for (int x = x0; x < kSide; ++x) {
        image->At(x, y) += static_cast<float>(sd * random.Normals().a);
      }
    }
  };
  // The right quarter becomes a grey patch; noise everywhere.
  for (int y = 0; y < kSide; ++y) {
    for (int x = 384; x < kSide; ++x) blurred.At(x, y) = 0.5f;
  }
  add_noise(&blurred, 0, 0.01);
  DeadLeavesChart chart{low, high, 0.25, 0.75, {384, 0, 128, 512}};
  TextureOptions options;
  options.rois = {{0, 0, 380, 512}};
  options.normalise = false;
  options.channel = Channel::kGreen;
  const auto report = MeasureTextureOfChart(Picture(blurred), chart, options);
  ASSERT_TRUE(report) << report.error().message;
  const TexturePatch& patch = report->patches[0];
  for (double f = 0.06; f < 0.38; f += 0.04) {
    const double box = std::sin(kPi * f) / (kPi * f);  // along an axis; by a diagonal a little less
    const double truth = std::exp(-2 * kPi * kPi * sigma * sigma * f * f) * box;
    EXPECT_NEAR(At(patch.frequency, patch.mtf, f), truth, 0.06) << f;
  }
  EXPECT_GT(At(patch.frequency, patch.power_mtf, 0.45), 2 * At(patch.frequency, patch.mtf, 0.45));
  EXPECT_FALSE(report->findings.warnings.empty());

  Image<float> noise(kSide, kSide);
  noise.Fill(0.5f);
  add_noise(&noise, 0, 0.05);
  EXPECT_FALSE(MeasureTextureOfChart(Picture(noise), chart, options));
  chart.max_radius_px = 1;
  EXPECT_FALSE(MeasureTextureOfChart(Picture(blurred), chart, options));
}

}  // namespace
}  // namespace petzval::measure
