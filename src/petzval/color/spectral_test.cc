// Spectra: whites of the CIE, daylight, black bodies, charts, colours turned into reflectances.
#include "petzval/color/spectral.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "petzval/color/difference.h"
#include "petzval/color/embedded_spectra.h"
#include "petzval/color/golden_test_util.h"
#include "petzval/color/spectral_table.h"
#include "petzval/color/temperature.h"

namespace petzval {
namespace {

SpectralDistribution Light(const std::string& name) {
  auto light = FindLight(name);
  EXPECT_TRUE(light.has_value()) << name;
  return light ? *light : ConstantSpectrum(1);
}

TEST(Spectral, EveryFileOfTheFolderLoads) {
  int observers = 0, daylights = 0;
  for (const EmbeddedSpectra& file : EmbeddedSpectraFiles()) {
    auto table = ParseSpectralTable(file.text, std::string(file.name));
    ASSERT_TRUE(table.has_value()) << table.error().message;
    observers += table->kind == "observer";
    daylights += table->kind == "daylight";
  }
  EXPECT_EQ(observers, 4);
  EXPECT_EQ(daylights, 1);
  EXPECT_EQ(SpectralTables().size(), EmbeddedSpectraFiles().size());
  const std::vector<std::string> names = LightNames();
  EXPECT_GE(names.size(), 45u);
  EXPECT_EQ(std::set<std::string>(names.begin(), names.end()).size(), names.size());
}

TEST(Spectral, WhitesOfTheCie) {
  const struct {
    const char* name;
    double x, y;
  } whites[] = {{"A", 0.44757, 0.40745},   {"D50", 0.34567, 0.35850}, {"D55", 0.33242, 0.34743},
                {"D65", 0.31272, 0.32903}, {"D75", 0.29902, 0.31485}, {"E", 1 / 3.0, 1 / 3.0},
                {"FL2", 0.3721, 0.3751},   {"FL11", 0.3805, 0.3769},  {"FL12", 0.4370, 0.4042},
                {"LED-B3", 0.3756, 0.3723}};
  for (const auto& w : whites) {
    const Chromaticity c = ChromaticityFromXyz(XyzOfLight(Light(w.name)));
    EXPECT_NEAR(c.x, w.x, 1e-4) << w.name;
    EXPECT_NEAR(c.y, w.y, 1e-4) << w.name;
  }
  EXPECT_NEAR(ChromaticityFromXyz(XyzOfLight(Light("D65"))).x, kWhiteD65.x, 1e-4);
  EXPECT_NEAR(ChromaticityFromXyz(XyzOfLight(Light("D50"))).y, kWhiteD50.y, 1e-4);
}

TEST(Spectral, GoldenWhites) {
  PETZVAL_GOLDEN_JSON(golden, "matrices_golden.json");
  int n = 0;
  for (const auto& [key, list] : golden.items()) {
    if (key.rfind("CIE illuminant whites XYZ", 0) != 0) continue;
    for (const auto& [name, xyz] : list.items()) {
      const Vec3 got = XyzOfLight(Light(name)), expected = ToVec3(xyz);
      for (int i = 0; i < 3; ++i) EXPECT_NEAR(got[i], expected[i], 1e-5) << name << " " << i;
      ++n;
    }
  }
  EXPECT_GE(n, 10);
}

TEST(Spectral, DaylightIsThatOfTheTables) {
  // The CIE keeps nominal temperatures and the old second radiation constant.
  for (const auto& [name, kelvin_k] :
       {std::pair("D50", 5000), {"D55", 5500}, {"D65", 6500}, {"D75", 7500}}) {
    const SpectralDistribution table = 0.01 * Light(name);
    const SpectralDistribution formula = Daylight(kelvin_k * 1.4388 / 1.4380);
    for (int i = 0; i < kSpectralCount; ++i) {
      EXPECT_NEAR(formula.value[i], table.value[i], 6e-4) << name << " " << i;
    }
  }
  EXPECT_EQ(Daylight(6504).At(560), 1);
  for (double k : {4000.0, 25000.0}) {
    for (double p : Daylight(k).value) EXPECT_GE(p, 0);
  }
}

TEST(Spectral, BlackBodyLiesOnTheLocus) {
  for (double kelvin_k : {1900.0, 2856.0, 3200.0, 6500.0}) {
    const Temperature t =
        TemperatureFromChromaticity(ChromaticityFromXyz(XyzOfLight(BlackBody(kelvin_k))));
    EXPECT_NEAR(t.kelvin_k, kelvin_k, 0.003 * kelvin_k);
    EXPECT_NEAR(t.tint, 0, 1);
  }
  // Illuminant A is the black body of 2856 K.
  const SpectralDistribution a = 0.01 * Light("A"), planck = BlackBody(2855.5);
  for (int i = 0; i < kSpectralCount; ++i) {
    EXPECT_NEAR(planck.value[i], a.value[i], 0.002 * a.value[i] + 1e-4);
  }
  EXPECT_DOUBLE_EQ(planck.At(560), 1);
}

TEST(Spectral, AbsoluteValues) {
  // 1 W / (sr m^2) at 555 nm gives 683 cd / m^2: a triangle of one grid step has unit area / 5 nm.
  SpectralDistribution line;
  line.value[35] = 1 / kSpectralStepNm;
  EXPECT_EQ(SpectralDistribution::Nm(35), 555);
  EXPECT_NEAR(XyzAbsolute(line)[1], 683, 0.5);
}

TEST(Spectral, ResampleAndAt) {
  const double nm[] = {400, 500, 700}, value[] = {1, 3, 2};
  const SpectralDistribution s = Resample(nm, value);
  EXPECT_EQ(s.value[0], 1);
  EXPECT_DOUBLE_EQ(s.At(450), 2);
  EXPECT_DOUBLE_EQ(s.At(600), 2.5);
  EXPECT_DOUBLE_EQ(s.At(602.5), 2.4875);
  EXPECT_EQ(s.At(780), 2);
  EXPECT_EQ(s.At(780.001), 0);
  EXPECT_EQ(s.At(379), 0);
  EXPECT_EQ(s.At(std::nan("")), 0);
}

TEST(Spectral, ChartMatchesItsPublishedColours) {
  // BabelColor's mean of 30 charts, D50, L*a*b*: dark skin, blue, red, white.
  auto chart = FindReflectances("colorchecker24");
  ASSERT_TRUE(chart.has_value());
  ASSERT_EQ(chart->patch.size(), 24u);
  ASSERT_EQ(chart->reflectance.size(), 24u);
  EXPECT_EQ(chart->patch[0], "dark_skin");
  EXPECT_EQ(chart->patch[23], "black");
  const SpectralDistribution d50 = Light("D50");
  const Vec3 white = XyzOfLight(d50);
  const struct {
    int patch;
    Vec3 lab;
  } known[] = {
      {0, {{38.45, 13.60, 14.53}}}, {1, {{65.94, 17.88, 17.86}}}, {2, {{50.06, -4.51, -22.28}}}};
  for (const auto& k : known) {
    const Vec3 lab = LabFromXyz(XyzOfReflectance(chart->reflectance[k.patch], d50), white);
    EXPECT_LT(DeltaE2000(lab, k.lab), 0.6) << chart->patch[k.patch];
  }
  EXPECT_EQ(FindReflectances("cri_tcs14")->patch.size(), 14u);
  EXPECT_EQ(FindReflectances("pmc")->patch.size(), 30u);
}

TEST(Spectral, Names) {
  EXPECT_EQ(*FindLight("tl84"), *FindLight("TL84"));
  EXPECT_EQ(*FindLight("3200K"), BlackBody(3200));
  EXPECT_EQ(*FindLight("5600 k"), Daylight(5600));
  auto wrong = FindLight("D56");
  ASSERT_FALSE(wrong.has_value());
  EXPECT_NE(wrong.error().message.find("D5"), std::string::npos) << wrong.error().message;
  EXPECT_FALSE(FindLight("99999K").has_value());
  EXPECT_FALSE(FindLight("").has_value());
  auto set = FindReflectances("colorcheker24");
  ASSERT_FALSE(set.has_value());
  EXPECT_NE(set.error().message.find("\"colorchecker24\""), std::string::npos);
}

TEST(Spectral, ReflectanceOfRgbHasTheColour) {
  for (const char* name : {"D65", "A", "LED-B3", "FL11", "hps"}) {
    const SpectralDistribution light = Light(name);
    const Vec3 white = XyzOfLight(light);
    const Mat3 to_rgb =
        RgbFromXyz(kRec709) * BradfordAdaptation(kWhiteD65, ChromaticityFromXyz(white));
    const bool broad = std::string(name) != "hps";
    for (const Vec3& rgb : {Vec3{{0.8, 0.1, 0.05}}, Vec3{{0.1, 0.6, 0.1}}, Vec3{{0.05, 0.1, 0.7}},
                            Vec3{{0.7, 0.65, 0.1}}, Vec3{{0.2, 0.5, 0.55}}, Vec3{{0.5, 0.45, 0.4}},
                            Vec3{{0.02, 0.01, 0.015}}}) {
      const SpectralDistribution r = ReflectanceOfRgb(rgb, light);
      const Vec3 got = to_rgb * XyzOfReflectance(r, light);
      for (int c = 0; c < 3; ++c) {
        if (broad) {
          EXPECT_NEAR(got[c], rgb[c], 2e-4) << name << " " << rgb[0] << " " << c;
        }
      }
      for (double v : r.value) {
        EXPECT_GE(v, 0);
        EXPECT_LE(v, 1);
      }
    }
  }
  const SpectralDistribution d65 = Light("D65");
  EXPECT_EQ(ReflectanceOfRgb({{1, 1, 1}}, d65), ConstantSpectrum(1));
  EXPECT_EQ(ReflectanceOfRgb({{0, 0, 0}}, d65), ConstantSpectrum(0));
  EXPECT_EQ(ReflectanceOfRgb({{0.18, 0.18, 0.18}}, d65), ConstantSpectrum(0.18));
  // The corners of the cube need spectra that jump: close is enough.
  for (const Vec3& rgb : {Vec3{{1, 0, 0}}, Vec3{{0, 1, 0}}, Vec3{{0, 0, 1}}, Vec3{{1, 1, 0}}}) {
    const Vec3 got = RgbFromXyz(kRec709) * XyzOfReflectance(ReflectanceOfRgb(rgb, d65), d65);
    for (int c = 0; c < 3; ++c) EXPECT_NEAR(got[c], rgb[c], 0.01) << rgb[0] << rgb[1] << rgb[2];
  }
}

TEST(SpectralTable, DamagedTablesAreRefusedWithTheLine) {
  const std::string head = "# kind: lights\n# title: t\n# source: s\n# licence: l\n";
  EXPECT_TRUE(ParseSpectralTable(head + "nm,a\n400,1\n500,2\n", "f").has_value());
  for (const char* body : {"nm,a\n400,1\n400,2\n", "nm,a\n400,1\n500\n", "nm,a\n400,x\n500,1\n",
                           "nm,a\n400,-1\n500,1\n", "nm,a,a\n400,1,1\n500,1,1\n",
                           "nm,\n400,1\n500,1\n", "nm,a\n400,1\n", "a,nm\n400,1\n500,1\n",
                           "nm,a\n400,inf\n500,1\n", "# tilte: x\nnm,a\n400,1\n500,1\n", ""}) {
    auto table = ParseSpectralTable(head + body, "f");
    ASSERT_FALSE(table.has_value()) << body;
    EXPECT_EQ(table.error().code, ErrorCode::kInvalidInput);
    EXPECT_EQ(table.error().message.rfind("f: ", 0), 0u) << table.error().message;
  }
  EXPECT_FALSE(ParseSpectralTable("nm,a\n400,1\n500,2\n", "f").has_value());
}

}  // namespace
}  // namespace petzval
