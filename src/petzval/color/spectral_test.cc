// Spectra: whites of the CIE, daylight, black bodies, charts, colours turned into reflectances.
#include "petzval/color/spectral.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <numeric>
#include <set>

#include "petzval/color/difference.h"
#include "petzval/color/embedded_spectra.h"
#include "petzval/color/golden_test_util.h"
#include "petzval/color/shared_spectra_test_util.h"
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

TEST(Spectral, ObserversByName) {
  EXPECT_EQ(*FindObserver("cie1931"), CieObserver1931());
  EXPECT_EQ(ObserverNames().size(), 7u);
  // CIE 15: D65 seen by the 10 degree observer; equal energy is neutral for all of them.
  const Chromaticity ten = ChromaticityFromXyz(XyzOfLight(Light("D65"), *FindObserver("cie1964")));
  EXPECT_NEAR(ten.x, 0.31382, 1e-4);
  EXPECT_NEAR(ten.y, 0.33100, 1e-4);
  for (const char* name : {"cie1931", "cie1964", "cie2015-2", "cie2015-10"}) {
    const Observer o = *FindObserver(name);
    const Chromaticity e = ChromaticityFromXyz(XyzOfLight(ConstantSpectrum(1), o));
    EXPECT_NEAR(e.x, 1 / 3.0, 2e-4) << name;
    EXPECT_NEAR(e.y, 1 / 3.0, 2e-4) << name;
  }
  // Cones peak where their names say, long above middle above short.
  for (const char* name : {"stockman-sharpe-2", "stockman-sharpe-10", "smith-pokorny"}) {
    const Observer o = *FindObserver(name);
    double at[3];
    for (int c = 0; c < 3; ++c) {
      at[c] = SpectralDistribution::Nm(static_cast<int>(
          std::max_element(o[c].value.begin(), o[c].value.end()) - o[c].value.begin()));
    }
    EXPECT_GE(at[0], 555) << name;
    EXPECT_NEAR(at[1], 540, 10) << name;
    EXPECT_NEAR(at[2], 440, 10) << name;
  }
  auto wrong = FindObserver("cie1930");
  ASSERT_FALSE(wrong.has_value());
  EXPECT_NE(wrong.error().message.find("\"cie1931\""), std::string::npos);
}

TEST(Spectral, EverySharedLightIsThere) {
  for (const char* folder : {"illuminants", "light_sources"}) {
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(SharedColourPath(folder), error)) {
      const std::string name = entry.path().stem().string();
      const auto shared =
          SharedSpectra(std::string(folder) + "/" + entry.path().filename().string());
      ASSERT_EQ(shared.size(), 1u) << name;
      const auto ours = FindLight(name);
      ASSERT_TRUE(ours.has_value()) << ours.error().message;
      const Vec3 a = XyzOfLight(shared[0]), b = XyzOfLight(*ours);
      for (int i = 0; i < 3; ++i) EXPECT_NEAR(a[i], b[i], 2e-5) << name;
    }
    if (error) GTEST_SKIP() << SharedColourPath(folder) << " is not there";
  }
}

TEST(Spectral, AmpasHasItsStatedLargest) {
  auto set = FindReflectances("ampas190");
  ASSERT_TRUE(set.has_value());
  ASSERT_EQ(set->reflectance.size(), 190u);
  double largest = 0;
  for (const auto& r : set->reflectance) {
    for (double v : r.value) largest = std::max(largest, v);
  }
  EXPECT_NEAR(largest, 1.4394, 1e-9);
}

TEST(Spectral, ReflectancesMatchTheTablesOfTheCharts) {
  const std::vector<CheckerRow> table = SharedChecker("BabelColor_Average.csv");
  const std::vector<CheckerRow> sg_table =
      SharedChecker("ColorCheckerSG_-_After_November_2014.csv");
  const auto sg = SharedSpectra("reflectances/internal-test-only/ccsg140_1nm.csv");
  if (table.empty() || sg_table.empty() || sg.empty())
    GTEST_SKIP() << SharedColourPath("checkers") << " is not there";
  const SpectralDistribution d50 = Light("D50");
  const Vec3 white = XyzOfLight(d50);
  const auto chart = *FindReflectances("colorchecker24");
  ASSERT_EQ(table.size(), 24u);
  const Vec3 dark_skin = LabFromXyz(XyzOfReflectance(chart.reflectance[0], d50), white);
  const Vec3 known{{38.43, 13.66, 14.43}};
  for (int i = 0; i < 3; ++i) EXPECT_NEAR(dark_skin[i], known[i], 0.0051);
  for (size_t p = 0; p < 24; ++p) {
    const Vec3 lab = LabFromXyz(XyzOfReflectance(chart.reflectance[p], d50), white);
    EXPECT_LT(DeltaE2000(lab, table[p].lab), 0.6) << table[p].patch;
  }
  ASSERT_EQ(sg.size(), 140u);
  ASSERT_EQ(sg_table.size(), 140u);
  std::vector<double> all;
  for (size_t p = 0; p < 140; ++p) {
    const double de = DeltaE2000(LabFromXyz(XyzOfReflectance(sg[p], d50), white), sg_table[p].lab);
    all.push_back(de);
  }
  std::sort(all.begin(), all.end());
  EXPECT_NEAR((all[69] + all[70]) / 2, 0.90, 0.005);
  EXPECT_NEAR(std::accumulate(all.begin(), all.end(), 0.0) / 140, 1.014, 0.005);
  EXPECT_NEAR(all.back(), 2.8, 0.05);
}

TEST(Spectral, TablesOfChartsAreConsistent) {
  // Whites of the editions: 1976 is under C, TE226 under D65, the others under D50.
  const struct {
    const char* file;
    Chromaticity white;
    size_t rows;
  } tables[] = {{"BabelColor_Average.csv", {0.345703, 0.358539}, 24},
                {"ColorChecker24_-_After_November_2014.csv", {0.345703, 0.358539}, 24},
                {"ColorChecker24_-_Before_November_2014.csv", {0.345703, 0.358539}, 24},
                {"ColorCheckerSG_-_After_November_2014.csv", {0.345703, 0.358539}, 140},
                {"ColorCheckerSG_-_Before_November_2014.csv", {0.345703, 0.358539}, 140},
                {"ColorChecker_1976.csv", {0.310060, 0.316160}, 24},
                {"ColorChecker_2005.csv", {0.345703, 0.358539}, 24},
                {"TE226_V2.csv", {0.3127, 0.3290}, 0}};
  for (const auto& t : tables) {
    const std::vector<CheckerRow> rows = SharedChecker(t.file);
    if (rows.empty()) GTEST_SKIP() << SharedColourPath("checkers") << " is not there";
    if (t.rows > 0) {
      EXPECT_EQ(rows.size(), t.rows) << t.file;
    }
    const Vec3 white = XyzFromChromaticity(t.white);
    for (const CheckerRow& r : rows) {
      const Vec3 lab = LabFromXyz(r.xyz, white);
      for (int i = 0; i < 3; ++i) EXPECT_NEAR(lab[i], r.lab[i], 5e-4);
      const Chromaticity c = ChromaticityFromXyz(r.xyz);
      EXPECT_NEAR(c.x, r.x, 1e-9) << t.file << " " << r.patch;
      EXPECT_NEAR(c.y, r.y, 1e-9) << t.file << " " << r.patch;
    }
  }
}

TEST(Spectral, Names) {
  EXPECT_EQ(*FindLight("tl84"), *FindLight("TL84"));
  EXPECT_EQ(*FindLight("3200K"), BlackBody(3200));
  EXPECT_EQ(*FindLight("5600 k"), Daylight(5600));
  EXPECT_EQ(*FindLight("Philips_TL-84"), *FindLight("TL84"));  // an alias
  EXPECT_EQ(*FindLight("3-LED-1_457_540_605_"), *FindLight("3-led-1_457_540_605"));
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
  const std::string rest = "# title: t\n# source: s\n# licence: l\n",
                    two = "nm,a\n400,1.2\n500,1\n";
  EXPECT_FALSE(ParseSpectralTable("# kind: reflectances\n" + rest + two, "f").has_value());
  for (const char* largest : {"1.5", "2"}) {
    EXPECT_TRUE(
        ParseSpectralTable(
            "# kind: reflectances\n# largest: " + std::string(largest) + "\n" + rest + two, "f")
            .has_value());
  }
  for (const char* key :
       {"largest: 1.1", "largest: x", "largest: 0.5", "largest: 1e9", "alias: b = a", "alias: b"}) {
    EXPECT_FALSE(
        ParseSpectralTable("# kind: reflectances\n# " + std::string(key) + "\n" + rest + two, "f")
            .has_value())
        << key;
  }
  EXPECT_TRUE(ParseSpectralTable("# alias: b = a\n" + head + two, "f").has_value());
  EXPECT_FALSE(ParseSpectralTable("# alias: b = c\n" + head + two, "f").has_value());
  EXPECT_FALSE(ParseSpectralTable("# kind: observer\n" + rest + two, "f").has_value());
}

}  // namespace
}  // namespace petzval
