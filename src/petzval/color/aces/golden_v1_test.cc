// Rows that OpenColorIO publishes or computes: ACES 1 output, encodings of cameras and displays.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <map>
#include <string>

#include "petzval/color/aces/camera_encodings.h"
#include "petzval/color/aces/output_v1.h"
#include "petzval/color/adaptation.h"
#include "petzval/color/camera_log.h"
#include "petzval/color/gamut_compress.h"
#include "petzval/color/golden_test_util.h"
#include "petzval/color/itp.h"
#include "petzval/color/spaces.h"
#include "petzval/color/transfer.h"

namespace petzval::aces {
namespace {

constexpr const char* kGolden = "aces_agx_golden.json";
constexpr const char* kRows = "ocio_builtin_transform_tests@57a94a8";
const std::string kOutput = "ACES-OUTPUT - ACES2065-1_to_CIE-XYZ-D65 - ";

// The transform behind a name such as "SDR-VIDEO-P3lim_1.1".
OutputV1 DisplayOf(const std::string& name) {
  OutputV1 d;
  d.dim_surround = name.find("SDR-VIDEO") != std::string::npos;
  if (name.find("D60sim-D65") != std::string::npos) d.white = OutputV1::White::kD60InD65;
  if (name.find("D60sim-DCI") != std::string::npos) d.white = OutputV1::White::kD60InDci;
  if (name.find("D65sim-DCI") != std::string::npos) d.white = OutputV1::White::kD65InDci;
  d.limited = name.find("lim") != std::string::npos;
  if (name.find("P3lim") != std::string::npos) d.limit = kDisplayP3;
  if (name.find("REC2020lim") != std::string::npos) d.limit = kRec2020;
  if (name.find("HDR") != std::string::npos) {
    d.black_nits = 1e-4;
    d.mid_nits = name.find("7.2nit") != std::string::npos ? 7.2 : 15;
    for (const int peak : {108, 1000, 2000, 4000}) {
      if (name.find(fmt::format("-{}nit", peak)) != std::string::npos) d.peak_nits = peak;
    }
  }
  return d;
}

// What a published row says of a transform that is here; nothing for others.
using Transform = std::function<Vec3(const Vec3&)>;

Transform Each(double (*f)(double)) {
  return [f](const Vec3& v) { return Vec3{{f(v[0]), f(v[1]), f(v[2])}}; };
}

// `power` with negative light as nothing, or mirrored.
Transform Display(const RgbSpace& space, double power, bool mirror, const Mat3& before) {
  const Mat3 rgb = RgbFromXyz(space) * before;
  return [=](const Vec3& xyz) {
    Vec3 v = rgb * xyz;
    for (int i = 0; i < 3; ++i) {
      v[i] = v[i] > 0 ? std::pow(v[i], 1 / power) : mirror ? -std::pow(-v[i], 1 / power) : 0;
    }
    return v;
  };
}

// OpenColorIO's line meets the power without a kink: a slope of 12.9232 instead of 12.92.
double LinearAtDark(double x) { return x < 0 ? 12.9232102 * x : EncodeSrgb(x); }
double MirroredPq(double x) { return std::copysign(EncodePq(100 * std::fabs(x)), x); }
double MirroredPqInverse(double x) { return std::copysign(DecodePq(std::fabs(x)) / 100, x); }
// OpenColorIO counts scene light in units of which one twelfth is the end of the root: a third.
double MirroredHlg(double x) { return std::copysign(EncodeHlg(std::fabs(x) / 3), x); }
double MirroredHlgInverse(double x) { return std::copysign(3 * DecodeHlg(std::fabs(x)), x); }

std::map<std::string, Transform> Transforms() {
  const Mat3 none = Mat3::Identity();
  std::map<std::string, Transform> t;
  t["IDENTITY"] = [](const Vec3& v) { return v; };
  const auto matrix = [&t](const std::string& name, const Mat3& m) {
    t[name] = [m](const Vec3& v) { return m * v; };
  };
  const Mat3 d65 = BradfordAdaptation(kWhiteD65, kWhiteAces);
  matrix("UTILITY - ACES-AP0_to_CIE-XYZ-D65_BFD", d65 * XyzFromRgb(kAp0));
  matrix("UTILITY - ACES-AP1_to_CIE-XYZ-D65_BFD", d65 * XyzFromRgb(kAp1));
  matrix("UTILITY - ACES-AP1_to_LINEAR-REC709_BFD", RgbFromRgb(kRec709, kAp1));
  matrix("ACEScg_to_ACES2065-1", RgbFromRgb(kAp0, kAp1));
  t["CURVE - ACEScct-LOG_to_LINEAR"] = Each(DecodeAcesCct);
  t["ACEScct_to_ACES2065-1"] = [](const Vec3& v) {
    return RgbFromRgb(kAp0, kAp1) * Each(DecodeAcesCct)(v);
  };
  t["ACESproxy10i_to_ACES2065-1"] = [](const Vec3& v) {
    return RgbFromRgb(kAp0, kAp1) * Each(DecodeAcesProxy10)(v);
  };
  t["ADX10_to_ACES2065-1"] = AcesFromAdx10;
  t["ADX16_to_ACES2065-1"] = AcesFromAdx16;
  t["ACES-LMT - BLUE_LIGHT_ARTIFACT_FIX"] = FixBlueLight;
  const auto camera = [&t](const std::string& row, const char* name) {
    const CameraEncoding* e = FindCameraEncoding(name);
    ASSERT_NE(e, nullptr) << name;
    t[row] = [e](const Vec3& v) { return AcesFromCamera(*e, v); };
  };
  camera("APPLE_LOG_to_ACES2065-1", "apple-log");
  camera("ARRI_ALEXA-LOGC-EI800-AWG_to_ACES2065-1", "arri-logc3-ei800");
  camera("ARRI_LOGC4_to_ACES2065-1", "arri-logc4");
  camera("CANON_CLOG2-CGAMUT_to_ACES2065-1", "canon-log2");
  camera("CANON_CLOG3-CGAMUT_to_ACES2065-1", "canon-log3");
  camera("PANASONIC_VLOG-VGAMUT_to_ACES2065-1", "panasonic-vlog");
  camera("RED_REDLOGFILM-RWG_to_ACES2065-1", "red-logfilm");
  camera("RED_LOG3G10-RWG_to_ACES2065-1", "red-log3g10");
  camera("SONY_SLOG3-SGAMUT3_to_ACES2065-1", "sony-slog3-sgamut3");
  camera("SONY_SLOG3-SGAMUT3.CINE_to_ACES2065-1", "sony-slog3-sgamut3-cine");
  camera("SONY_SLOG3-SGAMUT3-VENICE_to_ACES2065-1", "sony-slog3-venice");
  camera("SONY_SLOG3-SGAMUT3.CINE-VENICE_to_ACES2065-1", "sony-slog3-venice-cine");
  t["CURVE - APPLE_LOG_to_LINEAR"] = Each(FindCameraEncoding("apple-log")->decode);
  t["CURVE - CANON_CLOG2_to_LINEAR"] = Each(FindCameraEncoding("canon-log2")->decode);
  t["CURVE - CANON_CLOG3_to_LINEAR"] = Each(FindCameraEncoding("canon-log3")->decode);

  const std::string to = "DISPLAY - CIE-XYZ-D65_to_", mirror = " - MIRROR NEGS";
  const auto display = [&](const std::string& name, const RgbSpace& space, double power) {
    t[to + name] = Display(space, power, false, none);
    t[to + name + mirror] = Display(space, power, true, none);
  };
  display("REC.1886-REC.709", kRec709, 2.4);
  display("REC.1886-REC.2020", kRec2020, 2.4);
  display("G2.2-REC.709", kRec709, 2.2);
  display("G2.6-P3-D65", kDisplayP3, 2.6);
  t[to + "G2.6-P3-DCI-BFD"] = Display(kP3Dci, 2.6, false, BradfordAdaptation(kWhiteDci, kWhiteD65));
  RgbSpace p3_d60 = kDisplayP3;
  p3_d60.white = kWhiteAces;
  t[to + "G2.6-P3-D60-BFD"] =
      Display(p3_d60, 2.6, false, BradfordAdaptation(kWhiteAces, kWhiteD65));
  const auto encoded = [&](const std::string& name, const RgbSpace& space, double (*f)(double)) {
    const Mat3 rgb = RgbFromXyz(space);
    t[to + name] = [rgb, f](const Vec3& v) { return Each(f)(rgb * v); };
  };
  encoded("sRGB", kRec709, LinearAtDark);
  encoded("sRGB" + mirror, kRec709, EncodeSrgb);
  encoded("DisplayP3", kDisplayP3, EncodeSrgb);
  encoded("DisplayP3-HDR", kDisplayP3, EncodeSrgb);
  encoded("REC.2100-PQ", kRec2020, MirroredPq);
  encoded("ST2084-P3-D65", kDisplayP3, MirroredPq);
  t[to + "ST2084-DCDM-D65"] = Each(MirroredPq);
  t[to + "DCDM-D65"] = [](const Vec3& v) {
    return Each([](double x) { return std::pow(std::max(48 / 52.37 * x, 0.0), 1 / 2.6); })(v);
  };
  t["CURVE - ST-2084_to_LINEAR"] = Each(MirroredPqInverse);
  t["CURVE - LINEAR_to_ST-2084"] = Each(MirroredPq);
  t["CURVE - HLG-OETF"] = Each(MirroredHlg);
  t["CURVE - HLG-OETF-INVERSE"] = Each(MirroredHlgInverse);
  t[to + "REC.2100-HLG-1000nit"] = [](const Vec3& xyz) {
    // 1 = 100 cd/m^2. Mirrored: the system gamma takes the luminance without its sign.
    Vec3 v = RgbFromXyz(kRec2020) * xyz;
    const double y =
        std::fabs(XyzFromRgb(kRec2020)[1][0] * v[0] + XyzFromRgb(kRec2020)[1][1] * v[1] +
                  XyzFromRgb(kRec2020)[1][2] * v[2]) /
        10;
    const double gamma = HlgSystemGamma(1000);
    const double k = std::pow(y, (1 - gamma) / gamma) / 10;
    for (int i = 0; i < 3; ++i) v[i] = std::copysign(EncodeHlg(std::fabs(k * v[i])), v[i]);
    return v;
  };
  return t;
}

TEST(AcesGolden, PublishedRows) {
  PETZVAL_GOLDEN_JSON(golden, kGolden);
  const std::map<std::string, Transform> transforms = Transforms();
  int rows = 0;
  for (const auto& row : golden.at(kRows)) {
    const std::string name = row.at("name");
    Transform f;
    if (name.starts_with(kOutput)) {
      const std::string short_name = name.substr(kOutput.size());
      if (short_name.ends_with("_2.0")) continue;  // golden_v2_test.cc
      const OutputTransformV1 transform(DisplayOf(short_name));
      f = [transform](const Vec3& v) { return transform.Apply(v); };
    } else if (name.find("Reference Gamut Compression") != std::string::npos) {
      continue;  // gamut_compress_test.cc
    } else {
      const auto found = transforms.find(name);
      if (found == transforms.end()) {
        ADD_FAILURE() << "no transform for row " << name;
        continue;
      }
      f = found->second;
    }
    // Constants of six published digits carry two units in the last place of a float's tolerance.
    const bool rounded = name.find("LOGC-EI800") != std::string::npos;
    const double tolerance = rounded ? 2e-6 : row.at("tol").get<double>();
    const auto& in = row.at("inp");
    const auto& out = row.at("out");
    for (size_t k = 0; k + 2 < in.size(); k += 3) {
      const Vec3 v = f({{in[k], in[k + 1], in[k + 2]}});
      for (size_t i = 0; i < 3; ++i) {
        const double wanted = out[k + i];
        EXPECT_NEAR(v[static_cast<int>(i)], wanted, tolerance * std::max(1.0, std::fabs(wanted)))
            << name << " value " << k + i;
      }
    }
    ++rows;
  }
  EXPECT_EQ(rows, 65);
}

// Fourteen colours from neutrals to a blue LED at four times white, by OpenColorIO 2.1.2 in single
// precision. Its high dynamic range clips the blue primary of Rec.709 to P3 in an order of its own:
// that one is compared in standard range only.
TEST(AcesGolden, OutputOfColours) {
  PETZVAL_GOLDEN_JSON(golden, kGolden);
  const Mat3 ap0_from_rec709 = RgbFromXyz(kAp0) *
                               Adaptation(AdaptationMethod::kCat02, XyzFromChromaticity(kWhiteAces),
                                          XyzFromChromaticity(kWhiteD65)) *
                               XyzFromRgb(kRec709);
  const std::map<std::string, Vec3> colours = {
      {"grey18", {{.18, .18, .18}}},  {"white1", {{1, 1, 1}}},
      {"grey4", {{4, 4, 4}}},         {"red", {{1, 0, 0}}},
      {"green", {{0, 1, 0}}},         {"blue", {{0, 0, 1}}},
      {"red x8", {{8, .1, .05}}},     {"skin", {{.45, .28, .2}}},
      {"sky", {{.2, .35, .7}}},       {"orange", {{.6, .25, .03}}},
      {"blueLED x4", {{.05, .1, 4}}}, {"magenta x4", {{4, .05, 3}}},
      {"foliage", {{.1, .15, .05}}},  {"black.001", {{.001, .001, .001}}},
  };
  int compared = 0;
  for (const auto& [name, rows] :
       golden.at("aces1_from_linear_rec709(CAT02 to AP0)_out_XYZ_D65").items()) {
    const OutputTransformV1 transform(DisplayOf(name.substr(kOutput.size())));
    for (const auto& [colour, xyz] : colours) {
      const auto row = rows.find(colour);
      if (row == rows.end()) continue;
      const Vec3 wanted = ToVec3(*row);
      const Vec3 v = transform.Apply(ap0_from_rec709 * xyz);
      const bool high = name.find("HDR") != std::string::npos;
      if (high && colour == "blue") continue;
      const double tolerance = 5e-4 * std::max(1.0, wanted[1]);
      for (int i = 0; i < 3; ++i) EXPECT_NEAR(v[i], wanted[i], tolerance) << name << " " << colour;
      ++compared;
    }
  }
  EXPECT_EQ(compared, 41);
}

}  // namespace
}  // namespace petzval::aces
