// Noise reduction and sharpening: what must go, what must stay.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "petzval/develop/develop.h"
#include "petzval/develop/noise_probe.h"
#include "petzval/develop/test_frame.h"

namespace petzval {
namespace {

const Vec3 kNeutral{{0.5, 1, 0.7}};
const NoiseLine kIso1600{2.9e-3, 8.2e-4};

Image<float> Develop(const RawFrame& frame, double noise_reduction, double sharpening,
                     ImageView<const uint8_t> ratio = {}) {
  DevelopParams p;
  p.luma_noise_reduction = p.chroma_noise_reduction = noise_reduction;
  p.sharpening = sharpening;
  auto d = Developer::Create(frame, ratio, p);
  EXPECT_TRUE(d) << d.error().message;
  Image<float> out(d->width(), d->height(), 3);
  d->Render({0, 0, d->width(), d->height()}, &out);
  return out;
}

struct Statistics {
  double mean[3], luma_sigma, chroma_sigma, coarse_chroma_sigma;
};

// Over a rectangle; `coarse`: of means of 8 x 8.
Statistics Measure(const Image<float>& p, const Rect& r) {
  Statistics s{};
  std::vector<double> y, cr, coarse;
  double sum[3] = {};
  for (int j = r.y; j < r.y + r.height; ++j) {
    for (int i = r.x; i < r.x + r.width; ++i) {
      for (int c = 0; c < 3; ++c) sum[c] += p.At(i, j, c);
      y.push_back(0.2627 * p.At(i, j, 0) + 0.678 * p.At(i, j, 1) + 0.0593 * p.At(i, j, 2));
      cr.push_back(p.At(i, j, 0) - p.At(i, j, 1));
    }
  }
  for (int j = r.y; j + 8 <= r.y + r.height; j += 8) {
    for (int i = r.x; i + 8 <= r.x + r.width; i += 8) {
      double m = 0;
      for (int k = 0; k < 64; ++k) {
        m += p.At(i + k % 8, j + k / 8, 0) - p.At(i + k % 8, j + k / 8, 1);
      }
      coarse.push_back(m / 64);
    }
  }
  const auto sigma = [](const std::vector<double>& v) {
    double m = 0, q = 0;
    for (const double x : v) m += x / v.size();
    for (const double x : v) q += (x - m) * (x - m) / v.size();
    return std::sqrt(q);
  };
  for (int c = 0; c < 3; ++c) s.mean[c] = sum[c] / (r.width * r.height);
  s.luma_sigma = sigma(y);
  s.chroma_sigma = sigma(cr);
  s.coarse_chroma_sigma = sigma(coarse);
  return s;
}

RawFrame Flat(double level, const NoiseLine& noise) {
  return TestFrame(256, 256, BayerCfa(0, 0), kNeutral, noise, 7,
                   [level](int, int, int c) { return level * kNeutral[c]; });
}

TEST(Noise, FlatGreyStaysGreyAndChromaNoiseGoes) {
  for (const double level : {0.02, 0.18}) {
    const RawFrame f = Flat(level, kIso1600);
    const Rect inner{16, 16, 224, 224};
    const Statistics before = Measure(Develop(f, 0, 0), inner);
    const Statistics after = Measure(Develop(f, 1, 1), inner);
    for (int c = 0; c < 3; ++c) {
      // The darker one has a signal below its noise.
      EXPECT_NEAR(level, after.mean[c], level < 0.1 ? 0.1 * level : 0.01 * level) << level;
    }
    EXPECT_LT(after.chroma_sigma, before.chroma_sigma / 5) << level;
    EXPECT_LT(after.coarse_chroma_sigma, before.coarse_chroma_sigma / 2.5) << level;
    // Luma keeps a grain.
    EXPECT_LT(after.luma_sigma, before.luma_sigma * 0.7) << level;
    EXPECT_GT(after.luma_sigma, before.luma_sigma * 0.15) << level;
  }
}

TEST(Noise, MonochromeNoiseIsKnown) {
  Cfa mono;
  mono.size = 1;
  mono.color[0] = CfaColor::kMono;
  const RawFrame f =
      TestFrame(256, 256, mono, kNeutral, kIso1600, 7, [](int, int, int) { return 0.18; });
  const Rect inner{16, 16, 224, 224};
  const Statistics before = Measure(Develop(f, 0, 0), inner);
  const Statistics after = Measure(Develop(f, 1, 0), inner);
  EXPECT_NEAR(0.18, after.mean[1], 0.002);
  // What is recognised as noise loses most of its finest band.
  EXPECT_LT(after.luma_sigma, 0.55 * before.luma_sigma);
  EXPECT_GT(after.luma_sigma, 0.15 * before.luma_sigma);
  EXPECT_LT(after.chroma_sigma, 1e-6);
}

TEST(Noise, MergedVarianceIsBelieved) {
  // The same pixels said to be eight times cleaner are left more alone.
  const RawFrame f = Flat(0.18, kIso1600);
  Image<uint8_t> ratio(128, 128);
  ratio.Fill(32);
  const Rect inner{16, 16, 224, 224};
  EXPECT_GT(Measure(Develop(f, 1, 0, ratio.view()), inner).luma_sigma,
            1.2 * Measure(Develop(f, 1, 0), inner).luma_sigma);
}

TEST(Noise, LowNoiseFrameStaysUntouched) {
  const NoiseLine iso50{9e-5, 8e-7};
  const auto scene = [](int x, int y, int c) {
    const double weave = ((x / 3) + (y / 2)) % 3 * 0.06 + 0.03 * std::sin(0.9 * x + 0.4 * y);
    return (0.2 + weave) * kNeutral[c] * (c == 0 && x > 128 ? 1.4 : 1);
  };
  const RawFrame f = TestFrame(256, 192, BayerCfa(0, 0), kNeutral, iso50, 7, scene);
  const Image<float> plain = Develop(f, 0, 0), reduced = Develop(f, 1, 0);
  double square = 0;
  for (int c = 0; c < 3; ++c) {
    for (int y = 0; y < 192; ++y) {
      for (int x = 0; x < 256; ++x) {
        const double d = plain.At(x, y, c) - reduced.At(x, y, c);
        square += d * d / (3 * 192 * 256);
      }
    }
  }
  // Texture of amplitude 0.06: the change is of the order of the noise itself.
  EXPECT_LT(std::sqrt(square), 1.5 * iso50.Sigma(0.2));
}

TEST(Noise, EdgesAreNotSmeared) {
  // A red and grey edge in strong noise: columns close to it keep their means.
  const auto scene = [](int x, int, int c) {
    const double red[3] = {0.35, 0.08, 0.06};
    return (x < 128 ? 0.1 : red[c]) * kNeutral[c];
  };
  const RawFrame noisy = TestFrame(256, 256, BayerCfa(0, 0), kNeutral, {1e-3, 5e-5}, 3, scene);
  const RawFrame clean = TestFrame(256, 256, BayerCfa(0, 0), kNeutral, {}, 3, scene);
  const Image<float> out = Develop(noisy, 1, 0), truth = Develop(clean, 0, 0);
  for (const int x : {120, 124, 125, 130, 131, 135}) {
    for (int c = 0; c < 3; ++c) {
      double a = 0, b = 0;
      for (int y = 16; y < 240; ++y) {
        a += out.At(x, y, c) / 224;
        b += truth.At(x, y, c) / 224;
      }
      EXPECT_NEAR(b, a, 0.015) << "column " << x << " plane " << c;
    }
  }
}

TEST(Sharpening, EdgesGetSteeperWithoutHalo) {
  // An edge blurred by lens and pixel.
  const auto edge = [](double x) { return 0.1 + 0.3 * 0.5 * (1 + std::erf((x - 64.2) / 1.1)); };
  const RawFrame f = TestFrame(128, 64, BayerCfa(0, 0), kNeutral, {}, 3,
                               [&](int x, int, int c) { return edge(x) * kNeutral[c]; });
  const Image<float> soft = Develop(f, 1, 0), sharp = Develop(f, 1, 1);
  const auto slope = [](const Image<float>& p) {
    float most = 0;
    for (int x = 50; x < 80; ++x) most = std::max(most, p.At(x + 1, 32, 1) - p.At(x, 32, 1));
    return most;
  };
  EXPECT_GT(slope(sharp), 1.12f * slope(soft));
  for (int x = 8; x < 120; ++x) {
    EXPECT_GT(sharp.At(x, 32, 1), 0.1 - 0.015) << x;
    EXPECT_LT(sharp.At(x, 32, 1), 0.4 + 0.015) << x;
  }
}

TEST(Noise, ProbeKnowsPlanesWithoutDemosaic) {
  // For white noise the finest band of a 5 x 5 binomial has 1 - 2 (3/8)^2 + (35/128)^2 of it; the
  // half-size picture averages four samples.
  const auto band = DemosaicedVariance({1, 1, 1}, false);
  const double expected = 4 * (1 - 2 * 0.140625 + 0.0747681);
  EXPECT_NEAR(expected, band[0], 0.2);
  // Chroma is measured whole.
  for (int k = 1; k < 3; ++k) EXPECT_NEAR(4, band[k], 0.25);
}

}  // namespace
}  // namespace petzval
