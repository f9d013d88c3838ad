// Gain maps on every kind of sensor.
#include "petzval/develop/shading.h"

#include <gtest/gtest.h>

#include <cmath>

#include "petzval/develop/develop.h"
#include "petzval/develop/test_frame.h"

namespace petzval {
namespace {

const Vec3 kNeutral{{0.5, 1, 0.7}};
constexpr int kWidth = 96, kHeight = 64;

GainMap Map(int left, int top, int pitch, std::vector<float> gain, int points) {
  GainMap m;
  m.area = {left, top, kWidth - left, kHeight - top};
  m.row_pitch = m.col_pitch = pitch;
  m.points_v = 1;
  m.points_h = points;
  m.spacing_h = points > 1 ? 1.0 / (points - 1) : 1;
  m.spacing_v = 1;
  m.gain = std::move(gain);
  return m;
}

Image<float> Develop(const RawFrame& f) {
  DevelopParams p;
  p.luma_noise_reduction = p.chroma_noise_reduction = p.sharpening = 0;
  auto d = Developer::Create(f, {}, p);
  EXPECT_TRUE(d) << d.error().message;
  Image<float> out(d->width(), d->height(), 3);
  d->Render({0, 0, d->width(), d->height()}, &out);
  return out;
}

void ExpectGrey(const Image<float>& p, double level) {
  for (int y = 0; y < p.height(); ++y) {
    for (int x = 0; x < p.width(); ++x) {
      for (int c = 0; c < 3; ++c) ASSERT_NEAR(level, p.At(x, y, c), 1.5e-3) << x << " " << y;
    }
  }
}

TEST(Shading, MonochromeStaysGrey) {
  Cfa mono;
  mono.size = 1;
  mono.color[0] = CfaColor::kMono;
  RawFrame f = TestFrame(kWidth, kHeight, mono, kNeutral, {}, 1,
                         [](int x, int, int) { return 0.3 / (1 + (x + 0.5) / kWidth); });
  f.gain_maps.push_back(Map(0, 0, 1, {1, 2}, 2));
  ExpectGrey(Develop(f), 0.3);
}

TEST(Shading, QuadSitesHaveTheirOwnMaps) {
  // First squares at every place that binning knows; each of the 16 sites shaded by its own amount.
  for (const int first : {0, 1}) {
    Cfa quad;
    quad.size = 4;
    const Cfa bayer = BayerCfa(0, 0);
    for (int i = 0; i < 16; ++i) {
      quad.color[i] = bayer.At((i % 4 + first) % 4 / 2, (i / 4 + first) % 4 / 2);
    }
    const auto gain = [](int x, int y) { return 1.2f + 0.02f * (x % 4) + 0.03f * (y % 4); };
    RawFrame f = TestFrame(kWidth, kHeight, quad, kNeutral, {}, 1, [](int x, int, int c) {
      return 0.2 * kNeutral[c] / (1 + (x + 0.5) / kWidth);
    });
    for (int i = 0; i < 16; ++i) {
      const float g = gain(i % 4, i / 4);
      f.gain_maps.push_back(Map(i % 4, i / 4, 4, {g, 2 * g}, 2));
    }
    MosaicSource source = *MakeSource(f);
    std::vector<std::string> warnings;
    const Shading shading(f.gain_maps, source, &warnings);
    EXPECT_TRUE(warnings.empty());
    EXPECT_NEAR(2 * gain(3, 3), shading.max_gain(), 1e-6);
    Image<float> scratch;
    const Rect all{source.shift_x, source.shift_y, source.width, source.height};
    const auto gains = shading.Gain(0, all, &scratch);
    for (int y = 0; y < source.height; ++y) {
      for (int x = 0; x < source.width; ++x) {
        double mean = 0;
        for (int k = 0; k < 4; ++k) {
          const int fx = 2 * x + source.bin_x0 + k % 2, fy = 2 * y + source.bin_y0 + k / 2;
          mean += gain(fx, fy) * (1 + (fx + 0.5) / kWidth) / 4;
        }
        ASSERT_NEAR(mean, gains.At(x, y), 1e-5) << first << ": " << x << " " << y;
      }
    }
    // Equal sites: the picture is flat.
    for (GainMap& m : f.gain_maps) m.gain = {1.5f, 3.0f};
    ExpectGrey(Develop(f), 0.3);
  }
}

TEST(Shading, PlanesOfLinearRawHaveTheirOwnMaps) {
  Cfa none;
  none.size = 0;
  RawFrame f = TestFrame(kWidth, kHeight, none, kNeutral, {}, 1, [](int x, int, int c) {
    return 0.3 * kNeutral[c] / (c == 1 ? 1.0 : 1 + (x + 0.5) / kWidth);
  });
  GainMap m = Map(0, 0, 1, {1, 2}, 2);
  for (const int p : {0, 2}) {
    m.plane = p;
    f.gain_maps.push_back(m);
  }
  ExpectGrey(Develop(f), 0.3);
}

TEST(Shading, MapsThatMeetMultiplyWithinLimits) {
  RawFrame f = TestFrame(kWidth, kHeight, BayerCfa(0, 0), kNeutral, {}, 1,
                         [](int, int, int c) { return 0.05 * kNeutral[c]; });
  for (int i = 0; i < 2; ++i) f.gain_maps.push_back(Map(0, 0, 1, {2.5f}, 1));
  const MosaicSource source = *MakeSource(f);
  std::vector<std::string> warnings;
  EXPECT_NEAR(6.25, Shading(f.gain_maps, source, &warnings).max_gain(), 1e-6);
  ExpectGrey(Develop(f), 0.3125);
  for (int i = 0; i < 8; ++i) f.gain_maps.push_back(Map(0, 0, 1, {60}, 1));
  const Shading shading(f.gain_maps, source, &warnings);
  Image<float> scratch;
  EXPECT_EQ(Shading::kMaxGain, shading.max_gain());
  EXPECT_EQ(Shading::kMaxGain, shading.Gain(0, {0, 0, 32, 2}, &scratch).At(5, 1));
}

}  // namespace
}  // namespace petzval
