// Transfer functions and camera logs against golden values and their own inverses.
#include "petzval/color/transfer.h"

#include <gtest/gtest.h>

#include <limits>

#include "petzval/color/camera_log.h"
#include "petzval/color/golden_test_util.h"

namespace petzval {
namespace {

TEST(Transfer, SrgbAgreesWithGolden) {
  PETZVAL_GOLDEN_JSON(golden, "colour_golden.json");
  const auto& table = golden.at("transfer");
  for (size_t i = 0; i < table.at("x").size(); ++i) {
    EXPECT_NEAR(EncodeSrgb(table.at("x")[i]), table.at("sRGB")[i].get<double>(), 1e-12);
  }
}

TEST(Transfer, SrgbRoundTripsAndIsOdd) {
  // 0.5 in code values is 0.21404 in light (IEC 61966-2-1).
  EXPECT_NEAR(DecodeSrgb(0.5), 0.2140411, 1e-7);
  for (double x = -0.3; x <= 1.5; x += 0.01) {
    EXPECT_NEAR(DecodeSrgb(EncodeSrgb(x)), x, 1e-6);
    EXPECT_EQ(EncodeSrgb(-x), -EncodeSrgb(x));
  }
}

double Bt1886Code(double light) { return EncodeBt1886(light); }
double Bt1886Light(double code) { return DecodeBt1886(code); }

struct Curve {
  const char* golden;  // "" if there is none
  double (*encode)(double);
  double (*decode)(double);
  double lowest;  // from where on it is invertible
};
constexpr Curve kCurves[] = {
    {"sRGB", EncodeSrgb, DecodeSrgb, -0.3},    {"BT1886", Bt1886Code, Bt1886Light, 0},
    {"HLG_oetf", EncodeHlg, DecodeHlg, 0},     {"ACEScct", EncodeAcesCct, DecodeAcesCct, -0.3},
    {"LogC3", EncodeLogC3, DecodeLogC3, -0.3}, {"LLog", EncodeLLog, DecodeLLog, -0.3},
    {"", EncodeRec709, DecodeRec709, -0.3},
};

TEST(Transfer, EveryCurveAgreesWithGolden) {
  PETZVAL_GOLDEN_JSON(golden, "colour_golden.json");
  const auto& table = golden.at("transfer");
  for (const Curve& c : kCurves) {
    if (c.golden[0] == 0) continue;
    for (size_t i = 0; i < table.at("x").size(); ++i) {
      const double want = table.at(c.golden)[i];
      EXPECT_NEAR(c.encode(table.at("x")[i]), want, 1e-6 * want) << c.golden << " " << i;
    }
  }
}

TEST(Transfer, EveryCurveRisesAndComesBack) {
  for (const Curve& c : kCurves) {
    double last = -std::numeric_limits<double>::infinity();
    for (double x = c.lowest; x < 12; x += 0.0007) {
      const double code = c.encode(x);
      EXPECT_GE(code, last) << c.golden << " " << x;
      last = code;
      // At the rounded cuts of the standards codes repeat or jump by a hair.
      EXPECT_NEAR(c.decode(code), x, 2e-4 * std::fabs(x) + 1e-6) << c.golden << " " << x;
    }
    EXPECT_GT(last, 0.7) << c.golden;
  }
}

TEST(Transfer, EveryCurveIsFiniteForFiniteInput) {
  for (const Curve& c : kCurves) {
    for (double x : {-1e300, -1.0, -1e-300, 0.0, 1e-300, 1e6, 1e300}) {
      EXPECT_TRUE(std::isfinite(c.encode(x))) << c.golden << " " << x;
    }
  }
}

TEST(Transfer, PublishedPoints) {
  EXPECT_NEAR(EncodeLLog(0), 0.09, 1e-15);
  EXPECT_NEAR(EncodeLLog(0.18), 0.43531, 5e-6);
  EXPECT_NEAR(EncodeRec709(0.018), 0.081, 3e-4);
  EXPECT_NEAR(EncodeRec709(0.18), 0.409, 5e-4);
  EXPECT_NEAR(EncodeHlg(1.0 / 12), 0.5, 1e-15);
  // BT.1886 of a display with 100 and 0.1 cd/m^2: both ends are met.
  EXPECT_NEAR(DecodeBt1886(1, 100, 0.1), 100, 1e-10);
  EXPECT_NEAR(DecodeBt1886(0, 100, 0.1), 0.1, 1e-12);
  EXPECT_NEAR(EncodeBt1886(DecodeBt1886(0.37, 100, 0.1), 100, 0.1), 0.37, 1e-12);
}

TEST(Transfer, HlgSystem) {
  EXPECT_NEAR(HlgSystemGamma(1000), 1.2, 1e-15);
  EXPECT_NEAR(HlgSystemGamma(400), 1.0329, 1e-3);
  EXPECT_NEAR(HlgSystemGamma(4000), 1.2 * 1.111 * 1.111, 1e-12);
  const Vec3 white = HlgDisplayFromScene({{1, 1, 1}}, 1000);
  for (int i = 0; i < 3; ++i) EXPECT_NEAR(white[i], 1000, 1e-9);
  // BT.2408: graphics white, code 0.75, is 203 cd/m^2 on that display.
  const double w = DecodeHlg(0.75);
  EXPECT_NEAR(HlgDisplayFromScene({{w, w, w}}, 1000)[1], 203, 1);
  const Vec3 scene{{0.4, 0.2, 0.05}};
  const Vec3 back = HlgSceneFromDisplay(HlgDisplayFromScene(scene, 600), 600);
  for (int i = 0; i < 3; ++i) EXPECT_NEAR(back[i], scene[i], 1e-12);
  EXPECT_EQ(HlgDisplayFromScene({{-1, 0, 0}}, 1000), Vec3{});
}

}  // namespace
}  // namespace petzval
