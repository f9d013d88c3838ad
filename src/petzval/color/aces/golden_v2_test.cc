// Rows that OpenColorIO publishes of ACES 2: its stages and its output transforms.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "petzval/color/aces/gamut_map_v2.h"
#include "petzval/color/aces/output_v2.h"
#include "petzval/color/golden_test_util.h"
#include "petzval/color/spaces.h"

namespace petzval::aces {
namespace {

constexpr const char* kGolden = "aces_agx_golden.json";
constexpr const char* kRows = "ocio_builtin_transform_tests@57a94a8";

bool Has(const std::string& name, const std::string& part) {
  return name.find(part) != std::string::npos;
}

// The display behind a name such as "SDR-100nit-REC709-D60-in-P3-D65_2.0": peak, what may be shown,
// what shows it.
OutputV2 DisplayOf(const std::string& name) {
  OutputV2 d;
  for (const int peak : {100, 108, 300, 500, 1000, 2000, 4000}) {
    if (Has(name, fmt::format("-{}nit", peak))) d.peak_nits = peak;
  }
  // Cinemas: 48 cd/m^2 stand for 100.
  const bool cinema = d.peak_nits == 108 || d.peak_nits == 300;
  const std::string limit = name.substr(0, name.find("-in-"));
  d.limit = Has(limit, "P3") ? kDisplayP3 : Has(limit, "REC2020") ? kRec2020 : kRec709;
  if (Has(name, "-D60-in-")) {
    d.limit.white = kWhiteAces;
    const std::string shown = name.substr(name.find("-in-"));
    const Mat3 display = Has(shown, "XYZ-E")     ? Mat3::Identity()
                         : Has(shown, "REC2020") ? RgbFromXyz(kRec2020)
                         : Has(shown, "P3")      ? RgbFromXyz(kDisplayP3)
                                                 : RgbFromXyz(kRec709);
    // A cinema of standard range has room above its white in XYZ.
    if (!Has(name, "SDR-100nit-P3-D60-in-XYZ-E")) d.gain = WhiteGain(d.limit, display);
  }
  if (cinema) {
    d.peak_nits /= 0.48;
    d.gain *= 0.48;
  }
  return d;
}

double Largest(const Vec3& got, const Vec3& want) {
  double most = 0;
  for (int i = 0; i < 3; ++i) most = std::max(most, std::fabs(got[i] - want[i]));
  return most;
}

TEST(AcesGolden, OutputTransformsOfVersion2) {
  PETZVAL_GOLDEN_JSON(golden, kGolden);
  int rows = 0;
  double largest = 0;
  for (const auto& row : golden.at(kRows)) {
    const std::string name = row.at("name");
    if (!name.ends_with("_2.0")) continue;
    const OutputTransformV2 transform(DisplayOf(name.substr(name.rfind(" - ") + 3)));
    const double off = Largest(transform.Apply(ToVec3(row.at("inp"))), ToVec3(row.at("out")));
    EXPECT_LT(off, row.at("tol").get<double>()) << name;
    largest = std::max(largest, off);
    ++rows;
  }
  EXPECT_EQ(rows, 31);
  // The rows are of single precision.
  EXPECT_LT(largest, 2e-6);
}

TEST(AcesGolden, GamutMap) {
  PETZVAL_GOLDEN_JSON(golden, kGolden);
  const auto& rows = golden.at("ocio_aces_gamut_map_20");
  const GamutMapV2 map(kDisplayP3, 1000);
  size_t moved = 0;
  for (size_t i = 0; i < rows.at("input_32f").size(); ++i) {
    const Vec3 in = ToVec3(rows.at("input_32f")[i]), want = ToVec3(rows.at("expected_32f")[i]);
    const Jmh got = map.Apply({in[0], in[1], in[2]});
    EXPECT_NEAR(got.j, want[0], 3e-5) << i;
    EXPECT_NEAR(got.m, want[1], 1e-3) << i;
    EXPECT_EQ(got.h, in[2]) << i;
    if (want[1] < in[1]) ++moved;
  }
  EXPECT_EQ(rows.at("input_32f").size(), 27u);
  EXPECT_EQ(moved, 9u);
}

// Tone scale, chroma compression and gamut map in one, without the clips of the output transforms.
TEST(AcesGolden, Rendering) {
  PETZVAL_GOLDEN_JSON(golden, kGolden);
  const auto& rows = golden.at("ocio_aces_output_transform_20");
  const OutputTransformV2 transform({1000, kDisplayP3});
  for (size_t i = 0; i < rows.at("input_32f").size(); ++i) {
    const Vec3 want = ToVec3(rows.at("expected_32f")[i]);
    EXPECT_LT(Largest(transform.Render(ToVec3(rows.at("input_32f")[i])), want), 2e-5) << i;
  }
  EXPECT_EQ(rows.at("input_32f").size(), 35u);
}

// Published beside those rows: black, and a colour whose hue is 360 degrees in single precision.
TEST(AcesGolden, EdgeCases) {
  const OutputTransformV2 transform({100, kRec709});
  EXPECT_LT(Largest(transform.Render({{0, 0, 0}}), {}), 1e-12);
  const Vec3 got = transform.Render({{0.742242277, 0.0931933373, 0.321542144}});
  EXPECT_LT(Largest(got, {{0.74736571311951, -0.0019352473318577, 0.19451357424259}}), 1e-4);
}

}  // namespace
}  // namespace petzval::aces
