// Planes and overviews of mosaics and pictures.
#include "petzval/measure/subject/subject.h"

#include <gtest/gtest.h>

#include "petzval/base/parallel.h"
#include "petzval/measure/subject/figure.h"

namespace petzval::measure {
namespace {

uint16_t Bits(const char* pattern16, char colour) {
  uint16_t bits = 0;
  for (int i = 0; i < 16; ++i) bits |= (pattern16[i] == colour) << i;
  return bits;
}

// A mosaic whose colours are r, g, b plus a slope in x.
Subject Mosaic(const char* pattern16, int width, int height) {
  Subject s;
  s.mosaic = Image<float>(width, height);
  const char names[] = "rgb";
  for (int c = 0; c < 3; ++c) s.sites[c].bits = Bits(pattern16, names[c]);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      for (int c = 0; c < 3; ++c) {
        if (s.sites[c].Has(x, y)) s.mosaic.At(x, y) = 0.1f * (c + 1);
      }
    }
  }
  s.neutral = {{0.5, 1, 0.75}};
  return s;
}

constexpr char kBayer[] = "rgrggbgbrgrggbgb";
constexpr char kQuad[] = "rrggrrggggbbggbb";

TEST(Subject, OverviewOfMosaics) {
  for (const char* pattern : {kBayer, kQuad}) {
    const int cell = pattern == kBayer ? 2 : 4;
    const Subject s = Mosaic(pattern, 23, 14);
    for (int threads : {1, 3}) {
      SetThreads(threads);
      const Overview o = MakeOverview(s);
      ASSERT_EQ(o.scale, cell);
      ASSERT_EQ(o.rgb.width(), 23 / cell);
      ASSERT_EQ(o.rgb.height(), 14 / cell);
      ASSERT_EQ(o.rgb.planes(), 3);
      for (int y = 0; y < o.rgb.height(); ++y) {
        for (int x = 0; x < o.rgb.width(); ++x) {
          EXPECT_NEAR(o.rgb.At(x, y, 0), 0.2, 1e-6);
          EXPECT_NEAR(o.rgb.At(x, y, 1), 0.2, 1e-6);
          EXPECT_NEAR(o.rgb.At(x, y, 2), 0.4, 1e-6);
        }
      }
    }
  }
}

TEST(Subject, OverviewOfMonoAveragesFour) {
  Subject s;
  s.mono = true;
  s.sites = {SiteMask{0}, SiteMask{}, SiteMask{0}};
  s.mosaic = Image<float>(4, 4);
  for (int i = 0; i < 16; ++i) s.mosaic.At(i % 4, i / 4) = i;
  const Overview o = MakeOverview(s);
  ASSERT_EQ(o.rgb.width(), 2);
  EXPECT_EQ(o.scale, 2);
  for (int c = 0; c < 3; ++c) {
    EXPECT_FLOAT_EQ(o.rgb.At(0, 0, c), 2.5);
    EXPECT_FLOAT_EQ(o.rgb.At(1, 1, c), 12.5);
  }
  EXPECT_TRUE(PlaneOf(s, Channel::kRed, nullptr).sites.all());
}

TEST(Subject, PlanesOfMosaic) {
  const Subject s = Mosaic(kBayer, 8, 8);
  Image<float> scratch;
  EXPECT_EQ(PlaneOf(s, Channel::kBlue, &scratch).sites.bits, s.sites[2].bits);
  EXPECT_EQ(PlaneOf(s, Channel::kLuminance, &scratch).sites.bits, s.sites[1].bits);
  EXPECT_DOUBLE_EQ(s.sites[1].density(), 0.5);
  const MeasuredPlane red = PlaneOf(s, Channel::kRed, &scratch);
  EXPECT_TRUE(red.sites.Has(0, 0));
  EXPECT_FALSE(red.sites.Has(1, 0));
  EXPECT_TRUE(red.sites.Has(6, 4));
  EXPECT_FLOAT_EQ(red.values.At(0, 0), 0.1f);
  EXPECT_TRUE(scratch.empty());
}

TEST(Subject, PlanesOfPicture) {
  Subject s;
  s.rgb = Image<float>(5, 3, 3);
  for (int c = 0; c < 3; ++c) {
    for (int y = 0; y < 3; ++y) {
      for (int x = 0; x < 5; ++x) s.rgb.At(x, y, c) = x + 10 * c;
    }
  }
  s.xyz_d50_from_rgb[1] = {0.2, 0.7, 0.1};
  Image<float> scratch;
  const MeasuredPlane y = PlaneOf(s, Channel::kLuminance, &scratch);
  EXPECT_TRUE(y.sites.all());
  EXPECT_NEAR(y.values.At(4, 2), 0.2 * 4 + 0.7 * 14 + 0.1 * 24, 1e-5);
  EXPECT_EQ(PlaneOf(s, Channel::kBlue, &scratch).values.At(1, 1), 21);
  const Overview o = MakeOverview(s);
  EXPECT_EQ(o.scale, 1);
  EXPECT_EQ(o.rgb.At(3, 2, 1), 13);
}

TEST(Subject, EmptyStaysEmpty) {
  Subject s = Mosaic(kQuad, 3, 3);
  EXPECT_TRUE(MakeOverview(s).rgb.empty());
  EXPECT_FALSE(Figure{}.known());
}

TEST(Figure, DefinitionsDoNotRepeatTheMeasure) {
  EXPECT_EQ(DefinitionId("noise", "noise_total"), "noise.total");
  EXPECT_EQ(DefinitionId("noise", "snr_total"), "noise.snr_total");
  EXPECT_EQ(DefinitionId("noise", "noise"), "noise.noise");
}

}  // namespace
}  // namespace petzval::measure
