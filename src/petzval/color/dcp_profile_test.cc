// Camera profiles against golden values computed independently from the specification.
#include "petzval/color/dcp_profile.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>

#include "petzval/color/golden_test_util.h"
#include "petzval/color/transfer.h"

namespace petzval {
namespace {

DcpProfile SmallProfile() {
  DcpProfile profile;
  DcpProfile::Light warm, cool;
  warm.illuminant = 17;
  warm.calibration.camera_from_xyz = {
      {{{0.92, -0.37, -0.02}, {-0.41, 1.18, 0.27}, {-0.07, 0.17, 0.57}}}};
  cool.calibration.camera_from_xyz = {
      {{{0.65, -0.12, -0.09}, {-0.38, 1.16, 0.25}, {-0.04, 0.15, 0.60}}}};
  profile.lights = {warm, cool};
  return profile;
}

TEST(HueSatMap, MatchesGolden) {
  PETZVAL_GOLDEN_JSON(golden, "dng_golden.json");
  const auto& g = golden["hue_sat_map"];
  HueSatMap map = HueSatMap::Identity(g["dims"][0], g["dims"][1], g["dims"][2]);
  for (int h = 0; h < map.hues; ++h) {
    for (int s = 0; s < map.saturations; ++s) {
      const auto& e = g["table"][h][s];
      map.At(h, s) = {e[0], e[1], e[2]};
    }
  }
  ASSERT_TRUE(CheckHueSatMap(map));
  ASSERT_GE(g["io"].size(), 8u);
  for (const auto& io : g["io"]) {
    const Vec3 in = ToVec3(io["rgb"]), want = ToVec3(io["out"]), got = map.Apply(in);
    for (int c = 0; c < 3; ++c)
      EXPECT_NEAR(want[c], got[c], 1e-6 * want[c] + 1e-8) << in[0] << " " << c;
  }
}

TEST(HueSatMap, HsvGoesRoundAndIsContinuous) {
  for (double r : {0.0, 0.2, 0.7, 1.0}) {
    for (double g : {0.0, 0.3, 0.7}) {
      for (double b : {0.0, 0.25, 0.9}) {
        const Vec3 rgb{{r, g, b}};
        const Vec3 back = RgbFromHsv(HsvFromRgb(rgb));
        for (int c = 0; c < 3; ++c) EXPECT_NEAR(rgb[c], back[c], 1e-12);
      }
    }
  }
  // The shift is interpolated, not the hue: from 340 to 20 degrees leads through red.
  HueSatMap map = HueSatMap::Identity(9, 2);
  map.At(8, 1).hue_shift_deg = 20;   // at 320 degrees
  map.At(0, 1).hue_shift_deg = -20;  // at 0
  EXPECT_NEAR(-10, map.Lookup({350.0 / 60, 1, 1}).hue_shift_deg, 1e-5);
  EXPECT_NEAR(20, map.Lookup({-40.0 / 60, 1, 1}).hue_shift_deg, 1e-5);
}

TEST(HueSatMap, AnyFiniteValueIsTaken) {
  HueSatMap map = HueSatMap::Identity(6, 3, 2);
  for (auto& d : map.delta) d = {12, 1.3f, 1.1f};
  EXPECT_EQ(6, RepairNeutrals(&map) / 2);
  for (double v : {1e-30, 1e-6, 0.5, 1.0, 20.0, 1e9}) {
    const Vec3 in{{-0.3 * v, 0.4 * v, v}};
    const Vec3 out = map.Apply(in);
    // The negative part stays as it is beside what the map makes of the rest.
    const Vec3 positive = map.Apply({{0, 0.4 * v, v}});
    EXPECT_NEAR(positive[0] - 0.3 * v, out[0], 1e-12 * v);
    for (int c = 0; c < 3; ++c) EXPECT_TRUE(std::isfinite(out[c]));
    const Vec3 grey = map.Apply({{v, v, v}});
    for (int c = 0; c < 3; ++c) EXPECT_DOUBLE_EQ(v, grey[c]);
  }
  EXPECT_EQ((Vec3{{-1, -2, -3}}), map.Apply({{-1, -2, -3}}));
  EXPECT_EQ((Vec3{{0, 0, 0}}), map.Apply({{0, 0, 0}}));
}

TEST(HueSatMap, EncodedValuesAreLookedUpAndScaledEncoded) {
  HueSatMap map = HueSatMap::Identity(1, 2, 3);
  map.srgb_values = true;
  map.At(0, 1, 1).value_scale = 1.5f;  // at an encoded value of 0.5
  const double v = DecodeSrgb(0.25);   // half way between scales 1 and 1.5
  const Vec3 out = map.Apply({{v, 0, 0}});
  EXPECT_NEAR(DecodeSrgb(0.25 * 1.25), out[0], 1e-7);
}

TEST(HueSatMap, ImpossibleTablesAreTold) {
  HueSatMap map = HueSatMap::Identity(6, 4);
  EXPECT_TRUE(CheckHueSatMap(map));
  map.delta[3].value_scale = std::numeric_limits<float>::quiet_NaN();
  EXPECT_FALSE(CheckHueSatMap(map));
  map = HueSatMap::Identity(6, 4);
  map.delta.pop_back();
  EXPECT_FALSE(CheckHueSatMap(map));
  map = HueSatMap::Identity(6, 1);
  EXPECT_FALSE(CheckHueSatMap(map));
  EXPECT_TRUE(CheckHueSatMap(HueSatMap{}));
}

TEST(DcpProfile, MapsAreInterpolatedLikeMatrices) {
  DcpProfile profile = SmallProfile();
  for (int i = 0; i < 2; ++i) {
    profile.lights[i].map = HueSatMap::Identity(4, 2);
    for (auto& d : profile.lights[i].map.delta) d.hue_shift_deg = i == 0 ? 10 : -6;
  }
  EXPECT_NEAR(10, InterpolateMaps(profile, kWhiteA).delta[0].hue_shift_deg, 0.1);
  EXPECT_NEAR(-6, InterpolateMaps(profile, kWhiteD65).delta[0].hue_shift_deg, 0.1);
  const double share = ModelOf(profile).Weights(kWhiteD50)[0];
  EXPECT_GT(share, 0.1);
  EXPECT_NEAR(10 * share - 6 * (1 - share),
              InterpolateMaps(profile, kWhiteD50).delta[0].hue_shift_deg, 1e-5);
  // A light without a map: the first counts alone.
  profile.lights[1].map = {};
  EXPECT_EQ(profile.lights[0].map, InterpolateMaps(profile, kWhiteD65));
}

TEST(DcpProfile, WhatCannotBeUsedIsTold) {
  EXPECT_TRUE(CheckDcpProfile(SmallProfile()));
  EXPECT_FALSE(CheckDcpProfile({}));
  DcpProfile p = SmallProfile();
  p.lights[1].calibration.camera_from_xyz[2] = p.lights[1].calibration.camera_from_xyz[1];
  EXPECT_FALSE(CheckDcpProfile(p));
  p = SmallProfile();
  p.lights[1].illuminant = 255;
  EXPECT_FALSE(CheckDcpProfile(p));
  p.lights[1].white = kWhiteD50;
  EXPECT_TRUE(CheckDcpProfile(p));
  p.tone_curve = {{0, 0}, {0.5, 0.6}, {0.5, 0.7}, {1, 1}};
  EXPECT_FALSE(CheckDcpProfile(p));
  p.tone_curve = {{0, 0}, {NAN, 0.6}, {1, 1}};
  EXPECT_FALSE(CheckDcpProfile(p));
  p.tone_curve = {{0, 0}, {1, 1}};
  EXPECT_TRUE(CheckDcpProfile(p));
}

TEST(DcpToneCurve, PlaceOfTheMiddleChannelMatchesGolden) {
  PETZVAL_GOLDEN_JSON(golden, "dng_golden.json");
  const auto curve = [](double x) {
    return std::pow(x, 0.8) * (1 + 0.25 * std::sin(std::numbers::pi * x));
  };
  ASSERT_GE(golden["rgb_tone"]["io"].size(), 8u);
  for (const auto& io : golden["rgb_tone"]["io"]) {
    const Vec3 in = ToVec3(io["rgb"]), want = ToVec3(io["out"]);
    const Vec3 got = ApplyKeepingPlace(curve, in);
    for (int c = 0; c < 3; ++c) EXPECT_NEAR(want[c], got[c], 2e-8) << in[0] << " " << c;
  }
}

TEST(DcpToneCurve, SplineIsNaturalAndGoesThroughItsPoints) {
  const std::vector<std::array<double, 2>> points = {
      {0, 0}, {0.1, 0.05}, {0.3, 0.4}, {0.7, 0.85}, {1, 1}};
  const DcpToneCurve curve(points);
  for (const auto& p : points) EXPECT_NEAR(p[1], curve.At(p[0]), 1e-12);
  const auto bend = [&](double x) {
    const double h = 1e-3;
    return (curve.At(x - h) - 2 * curve.At(x) + curve.At(x + h)) / (h * h);
  };
  const auto slope = [&](double x) { return (curve.At(x + 1e-6) - curve.At(x - 1e-6)) / 2e-6; };
  EXPECT_NEAR(0, bend(0.0011), 1.0);  // ends are straight: the bend starts from 0 there
  EXPECT_GT(std::abs(bend(0.1)), 10);
  for (double x : {0.1, 0.3, 0.7}) {
    EXPECT_NEAR(bend(x - 2e-3), bend(x + 2e-3), 2.0) << x;
    EXPECT_NEAR(slope(x - 1e-5), slope(x + 1e-5), 1e-2) << x;
  }
  EXPECT_EQ(1, curve.At(3));
  EXPECT_NEAR(1 + 0.5 * (1 - curve.At(1 - 1e-6)) / 1e-6, curve.At(1.5, true), 1e-3);
  EXPECT_NEAR(0.35, DcpToneCurve({}).At(0.35), 1e-12);
  // A parabola cannot be natural; straight lines are.
  const DcpToneCurve line({{0, 0.1}, {0.2, 0.2}, {1, 0.6}});
  EXPECT_NEAR(0.45, line.At(0.7), 1e-12);
}

TEST(DcpToneCurve, HdrEncodingMatchesGoldenAndGoesBack) {
  PETZVAL_GOLDEN_JSON(golden, "dng_golden.json");
  const auto& pairs = golden["HDR_profile_encoding_f(x)=x(256+x)/(256(1+x))"];
  ASSERT_EQ(8u, pairs.size());
  for (const auto& p : pairs) {
    EXPECT_NEAR(p[1].get<double>(), HdrProfileEncode(p[0]), 1e-9);
    EXPECT_NEAR(p[0].get<double>(), HdrProfileDecode(HdrProfileEncode(p[0])), 1e-12);
  }
  for (double x : {0.01, 3.0, 60.0, 1000.0}) {
    EXPECT_NEAR(x, HdrProfileDecode(HdrProfileEncode(x)), 1e-10 * x);
  }
}

}  // namespace
}  // namespace petzval
