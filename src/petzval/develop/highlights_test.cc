// Clipped highlights: neutral ones stay neutral, coloured ones keep their hue until they are white.
#include "petzval/develop/highlights.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "petzval/color/oklab.h"
#include "petzval/develop/develop.h"
#include "petzval/develop/test_frame.h"

namespace petzval {
namespace {

const Vec3 kNeutral{{0.45, 1, 0.6}};

// CIELAB chroma of a linear Rec.2020 value, exposed so that the brighter ones are at white.
double Chroma(const Image<float>& p, int x, int y) {
  Vec3 rgb{{p.At(x, y, 0), p.At(x, y, 1), p.At(x, y, 2)}};
  const Vec3 xyz = XyzFromRgb(kRec2020) * rgb;
  const Vec3 white = XyzFromChromaticity(kWhiteD65);
  const double scale = 1 / std::max(1.0, xyz[1]);
  const auto f = [](double t) { return t > 0.008856 ? std::cbrt(t) : 7.787 * t + 16 / 116.0; };
  const double fx = f(scale * xyz[0] / white[0]), fy = f(scale * xyz[1]);
  const double fz = f(scale * xyz[2] / white[2]);
  return std::hypot(500 * (fx - fy), 200 * (fy - fz));
}

Image<float> Develop(const RawFrame& f, DevelopInfo* info = nullptr) {
  auto d = Developer::Create(f, {}, {});
  EXPECT_TRUE(d) << d.error().message;
  if (info) *info = d->info();
  Image<float> out(d->width(), d->height(), 3);
  d->Render({0, 0, d->width(), d->height()}, &out);
  return out;
}

// A neutral ramp from black to four times what saturates, with texture, all channels clipping at
// `saturation` of the range between black and the stated white level.
RawFrame NeutralRamp(double saturation, uint64_t seed) {
  RawFrame f =
      TestFrame(512, 128, BayerCfa(0, 0), kNeutral, {2e-4, 1e-6}, seed, [&](int x, int y, int c) {
        const double v = 4.0 * x / 512 + 0.02 * std::sin(0.3 * y);
        return v * saturation * kNeutral[c];
      });
  // Noise does not pass saturation.
  const auto top = static_cast<uint16_t>(std::lround(1024 + saturation * 15359));
  for (int y = 0; y < 128; ++y) {
    for (int x = 0; x < 512; ++x) f.mosaic.At(x, y) = std::min(f.mosaic.At(x, y), top);
  }
  return f;
}

TEST(Highlights, ClippedNeutralStaysNeutral) {
  for (const double saturation : {1.0, 0.94, 0.5}) {
    const RawFrame f = NeutralRamp(saturation, 3);
    DevelopInfo info;
    const Image<float> out = Develop(f, &info);
    EXPECT_EQ(saturation < 0.97, !info.warnings.empty()) << saturation;
    double worst = 0, last = 0;
    for (int x = 8; x < 504; ++x) {
      // Means over short columns: noise is not the question.
      Image<float> mean(1, 1, 3);
      mean.Fill(0);
      for (int y = 32; y < 96; ++y) {
        for (int c = 0; c < 3; ++c) mean.At(0, 0, c) += out.At(x, y, c) / 64;
      }
      worst = std::max(worst, Chroma(mean, 0, 0));
      // No dark core: never darker than before.
      EXPECT_GT(mean.At(0, 0, 1), last - 0.02) << saturation << " at " << x;
      last = std::max(last, static_cast<double>(mean.At(0, 0, 1)));
    }
    EXPECT_LT(worst, 2.0) << saturation;
  }
}

TEST(Highlights, LampKeepsItsHueAndEndsWhite) {
  const Vec3 lamps[] = {{{1, 0.55, 0.18}}, {{0.25, 0.4, 1}}, {{1, 0.15, 0.1}}};
  for (const Vec3& lamp : lamps) {
    const RawFrame f =
        TestFrame(320, 320, BayerCfa(0, 0), kNeutral, {1e-4, 1e-6}, 5, [&](int x, int y, int c) {
          const double r2 = std::pow(x - 160, 2) + std::pow(y - 160, 2);
          const double v = 0.02 + lamp[c] * 40 * std::exp(-r2 / 2500);
          return v * kNeutral[c];
        });
    const Image<float> out = Develop(f);
    const Mat3 back = RgbFromRgb(kRec709, kRec2020);
    const auto hue = [&](const Vec3& rgb709) {
      const Vec3 lab = OklabConverter(kRec709).FromRgb(rgb709);
      return std::pair{std::atan2(lab[2], lab[1]) * 57.29577951308232,
                       std::hypot(lab[1], lab[2]) / std::max(1e-6, lab[0])};
    };
    const double wanted = hue(lamp).first;
    double last_luma = 1e9;
    for (int x = 164; x < 260; ++x) {
      Vec3 v{};
      for (int y = 158; y < 162; ++y) {
        const Vec3 rgb = back * Vec3{{out.At(x, y, 0), out.At(x, y, 1), out.At(x, y, 2)}};
        for (int c = 0; c < 3; ++c) v[c] += rgb[c] / 4;
      }
      const double luma = 0.25 * (v[0] + 2 * v[1] + v[2]);
      EXPECT_LT(luma, last_luma * 1.06) << "ring at " << x;
      last_luma = luma;
      const auto [angle, saturation] = hue(v);
      if (saturation < 0.1) continue;  // nearly white: no hue to be seen
      double difference = std::abs(angle - wanted);
      difference = std::min(difference, 360 - difference);
      EXPECT_LT(difference, 10) << "x " << x << " of lamp " << lamp[0] << lamp[1] << lamp[2];
    }
    // The core, where everything clips, is white.
    EXPECT_LT(Chroma(out, 160, 160), 2);
    EXPECT_GT(out.At(160, 160, 1), 1.0f);
  }
}

// Degrees of hue and chroma relative to lightness of a rendered pixel, in Oklab.
std::pair<double, double> Hue(const Vec3& rgb2020) {
  const Vec3 lab = OklabConverter(kRec709).FromRgb(RgbFromRgb(kRec709, kRec2020) * rgb2020);
  return {std::atan2(lab[2], lab[1]) * 57.29577951308232,
          std::hypot(lab[1], lab[2]) / std::max(1e-6, lab[0])};
}

TEST(Highlights, RimsHaveNoColourOfTheirOwn) {
  const Vec3 lamps[] = {{{1, 1, 1}}, {{1, 0.55, 0.18}}, {{0.25, 0.4, 1}}};
  for (const Vec3& lamp : lamps) {
    for (const double blur : {0.0, 0.65, 4.0}) {
      for (const double shift : {0.0, 0.4, 1.3}) {
        const double cx = 64 + shift, cy = 63 - 0.7 * shift, radius = 20.3;
        const RawFrame f = TestFrame(
            128, 128, BayerCfa(0, 0), kNeutral, {1e-5, 1e-8}, 5, [&](int x, int y, int c) {
              const double r = std::hypot(x - cx, y - cy) - radius;
              const double inside = blur > 0 ? 0.5 * std::erfc(r / blur / 1.41421356) : r < 0;
              return (0.25 + (8 * lamp[c] - 0.25) * inside) * kNeutral[c];
            });
        const Image<float> out = Develop(f);
        double worst = 0;  // chroma that is not the lamp's
        const double wanted = Hue(RgbFromRgb(kRec2020, kRec709) * lamp).first;
        for (int y = 24; y < 104; ++y) {
          for (int x = 24; x < 104; ++x) {
            if (std::hypot(x - cx, y - cy) > radius + 5 + blur) continue;
            const auto [angle, chroma] = Hue({{out.At(x, y, 0), out.At(x, y, 1), out.At(x, y, 2)}});
            double off = std::abs(angle - wanted);
            off = std::min(off, 360 - off);
            if (lamp[0] == lamp[2] || off > 30) worst = std::max(worst, chroma);
          }
        }
        // An edge without any blur is beyond every lens; a little colour may remain of its
        // aliasing.
        EXPECT_LT(worst, blur > 0 ? 0.08 : 0.12)
            << "lamp " << lamp[0] << " " << lamp[2] << " blur " << blur << " shift " << shift;
      }
    }
  }
}

// The four sites of a square shaded by gains of their own.
void AddMaps(const std::array<float, 4>& gain, RawFrame* f) {
  for (int site = 0; site < 4; ++site) {
    GainMap m;
    m.area = {site % 2, site / 2, f->width() - site % 2, f->height() - site / 2};
    m.row_pitch = m.col_pitch = 2;
    m.points_v = m.points_h = 1;
    m.gain = {gain[site]};
    f->gain_maps.push_back(m);
  }
}

TEST(Highlights, ShadingOfColoursDoesNotTintThem) {
  for (const std::array<float, 4>& gain : {std::array<float, 4>{2.4f, 1.8f, 1.8f, 2.0f},
                                           {0.6f, 0.5f, 0.5f, 0.55f},
                                           {1, 1.9f, 1.9f, 1.4f}}) {
    // Clipped above, a bright red surface below that becomes brighter than the clip level when its
    // shading is corrected.
    const Vec3 surface{{0.8, 0.2, 0.15}};
    RawFrame f =
        TestFrame(160, 160, BayerCfa(0, 0), kNeutral, {1e-5, 1e-8}, 5, [&](int, int y, int c) {
          const double g = gain[c == 0 ? 0 : c == 1 ? 1 : 3];
          return y < 80 ? 3.0 : surface[c] * kNeutral[c] / g * gain[1];
        });
    AddMaps(gain, &f);
    auto d = Developer::Create(f, {}, {});
    ASSERT_TRUE(d);
    Image<float> out(160, 160, 3);
    d->Render({0, 0, 160, 160}, &out);
    const auto value = [](const Image<float>& p, int x, int y) {
      return Vec3{{p.At(x, y, 0), p.At(x, y, 1), p.At(x, y, 2)}};
    };
    EXPECT_LT(Hue(value(out, 80, 40)).second, 0.005) << gain[0];
    EXPECT_GT(out.At(80, 40, 1), 0.99 * gain[1]) << gain[0];
    const Image<float>& proxy = d->proxy();
    EXPECT_LT(Hue(value(proxy, 40, 20)).second, 0.005) << gain[0];
    const Vec3 expected = RgbFromRgb(kRec2020, kRec709) * surface;
    for (int c = 0; c < 3; ++c) {
      EXPECT_NEAR(expected[c] * gain[1], out.At(80, 130, c), 0.01) << gain[0];
      EXPECT_NEAR(expected[c] * gain[1], proxy.At(40, 65, c), 0.01) << gain[0];
    }
  }
}

TEST(Highlights, UnclippedValuesAreNotTouched) {
  TestNoise random(2);
  for (int i = 0; i < 1000; ++i) {
    std::array<float, 3> v, clip{2.2f, 1.0f, 1.7f}, ratio{0.3f, 0.4f, 0.3f};
    for (int c = 0; c < 3; ++c) v[c] = static_cast<float>(0.9 * clip[c] * random.Uniform() - 0.01);
    EXPECT_EQ(v, ReconstructHighlight(v, clip, ratio));
  }
}

TEST(Highlights, FlatColouredSurfacesAreNoSaturation) {
  // A noise-free bright surface piles up as clipping does, at another level in every colour.
  const RawFrame f = TestFrame(128, 128, BayerCfa(0, 0), kNeutral, {}, 1, [](int x, int, int c) {
    return (x < 64 ? 0.05 : 0.6) * (c == 0 ? 0.9 : 0.7) * kNeutral[c];
  });
  DevelopInfo info;
  Develop(f, &info);
  EXPECT_TRUE(info.warnings.empty());
}

}  // namespace
}  // namespace petzval
