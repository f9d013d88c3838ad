// Lights by name, temperature and file; classes of spectra.
#include "petzval/calibrate/chart/chart_light.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "petzval/calibrate/chart/light_likeness.h"

namespace petzval::calibrate {
namespace {

using testing::HasSubstr;

class SpdTest : public testing::Test {
 protected:
  void TearDown() override { std::filesystem::remove(path_); }
  const std::string& Write(const std::string& text) {
    std::ofstream(path_, std::ios::binary) << text;
    return path_;
  }
  std::string Refusal(const std::string& text) {
    const auto result = ReadSpd(Write(text));
    return result ? "accepted" : result.error().message;
  }
  // 380..780 nm in steps of `step`.
  static std::string Rows(int step, double value = 1) {
    std::string text;
    for (int nm = 380; nm <= 780; nm += step) {
      text += std::to_string(nm) + "," + std::to_string(value * nm / 500) + "\n";
    }
    return text;
  }
  std::string path_ = testing::TempDir() + "spd_test_" + std::to_string(getpid()) + ".csv";
};

TEST_F(SpdTest, ReadsTablesOfMostKinds) {
  const auto plain = ReadSpd(Write("# a lamp\nnm,power\n" + Rows(5)));
  ASSERT_TRUE(plain) << plain.error().message;
  EXPECT_NEAR(plain->At(500) / plain->At(600), 500.0 / 600, 1e-9);
  std::string semicolons = Rows(10, 37);
  std::replace(semicolons.begin(), semicolons.end(), ',', ';');
  const auto other = ReadSpd(Write(semicolons));
  ASSERT_TRUE(other) << other.error().message;
  for (int i = 0; i < kSpectralCount; ++i) EXPECT_NEAR(other->value[i], plain->value[i], 1e-9);
  EXPECT_TRUE(
      ReadSpd(Write("380 1\r\n400 1\r\n420 1\r\n440 2\r\n460 2\r\n480 1\r\n500 1\r\n520 1"
                    "\r\n540 1\r\n560 1\r\n580 1\r\n600 1\r\n620 1\r\n640 1\r\n660 1\r\n"
                    "680 1\r\n700 1\r\n")));
}

TEST_F(SpdTest, RefusesWhatIsNoSpectrum) {
  EXPECT_THAT(Refusal(""), HasSubstr("no spectrum"));
  EXPECT_THAT(Refusal("nm,power\n"), HasSubstr("no spectrum"));
  EXPECT_THAT(Refusal(Rows(5) + "790,nan\n"), HasSubstr("line 82: the power is no number"));
  EXPECT_THAT(Refusal(Rows(5) + "790,x\n"), HasSubstr("line 82: two numbers"));
  EXPECT_THAT(Refusal(Rows(5) + "780,1\n"), HasSubstr("ascend"));
  EXPECT_THAT(Refusal("380,1\n480,1\n500,1\n"), HasSubstr("nothing is stated between 380 and 480"));
  EXPECT_THAT(Refusal("450,1\n460,1\n470,1\n"), HasSubstr("from 450 to 470 nm"));
  EXPECT_THAT(Refusal(Rows(5, 0)), HasSubstr("no power"));
  std::string lobe = Rows(5);
  lobe.replace(lobe.find("600,"), 12, "600,-0.1\n");
  EXPECT_THAT(Refusal(lobe), HasSubstr("power at 600 nm is negative"));
  EXPECT_THAT(ReadSpd("/nowhere/lamp.csv").error().message, HasSubstr("lamp.csv"));
  EXPECT_EQ(ReadSpd("/nowhere/lamp.csv").error().code, ErrorCode::kIo);
}

TEST_F(SpdTest, FileBecomesALight) {
  const auto light = FindChartLight(Write(Rows(5)));
  ASSERT_TRUE(light) << light.error().message;
  EXPECT_EQ(light->kind, ChartLight::Kind::kKnown);
  EXPECT_EQ(light->label, std::filesystem::path(path_).stem().string());
  EXPECT_EQ(light->light_class, LightClass::kThermal);
}

TEST(ChartLightTest, Names) {
  EXPECT_EQ(FindChartLight("")->kind, ChartLight::Kind::kUnknown);
  EXPECT_EQ(FindChartLight("unknown")->kind, ChartLight::Kind::kUnknown);
  EXPECT_EQ(FindChartLight("auto")->kind, ChartLight::Kind::kAuto);
  const auto a = FindChartLight("A");
  ASSERT_TRUE(a);
  EXPECT_EQ(a->label, "A");
  EXPECT_EQ(a->power, *FindLight("A"));
  EXPECT_EQ(FindChartLight("3200K")->light_class, LightClass::kThermal);
  EXPECT_EQ(FindChartLight("FL2")->light_class, LightClass::kHalophosphate);
  EXPECT_EQ(FindChartLight("FL11")->light_class, LightClass::kTriphosphor);
  EXPECT_EQ(FindChartLight("LED-B3")->light_class, LightClass::kLedPhosphor);
  EXPECT_EQ(FindChartLight("LED-RGB1")->light_class, LightClass::kRgbLed);
  EXPECT_EQ(FindChartLight("HP1")->light_class, LightClass::kDischarge);
  EXPECT_THAT(FindChartLight("D51").error().message, HasSubstr("D5"));
}

TEST(ChartLightTest, ClassThatContradictsTheSpectrum) {
  EXPECT_TRUE(FindChartLight("D50", "thermal"));
  EXPECT_THAT(FindChartLight("FL11", "thermal").error().message,
              HasSubstr("not that of a light of class thermal: it is like class triphosphor"));
  EXPECT_THAT(FindChartLight("D50", "triphosphor").error().message, HasSubstr("like class"));
  EXPECT_THAT(FindChartLight("D50", "thermic").error().message, HasSubstr("thermal"));
  EXPECT_EQ(FindChartLight("", "led")->light_class, LightClass::kLedPhosphor);
}

// Every class has lights, and each known light is put into its own class.
TEST(ChartLightTest, KnownSpectraAreInTheirClasses) {
  int count[kLightClassCount] = {};
  for (const std::string& name : LightNames()) {
    const auto light_class = ClassOfName(name);
    if (!light_class) continue;
    ++count[static_cast<int>(*light_class)];
    EXPECT_EQ(ClassOfSpectrum(*FindLight(name)), *light_class) << name;
  }
  for (const int n : count) EXPECT_GE(n, 3);
}

// Lights that are in no table: mixtures and models.
TEST(ChartLightTest, UnknownSpectra) {
  EXPECT_EQ(ClassOfSpectrum(BlackBody(2222)), LightClass::kThermal);
  EXPECT_EQ(ClassOfSpectrum(Daylight(7777)), LightClass::kThermal);
  const auto peak = [](double nm, double width, double power) {
    SpectralDistribution s;
    for (int i = 0; i < kSpectralCount; ++i) {
      const double at = (SpectralDistribution::Nm(i) - nm) / width;
      s.value[i] = power * std::exp(-0.5 * at * at);
    }
    return s;
  };
  EXPECT_EQ(ClassOfSpectrum(peak(455, 9, 1) + peak(570, 50, 0.6)), LightClass::kLedPhosphor);
  EXPECT_EQ(ClassOfSpectrum(peak(460, 9, 1) + peak(530, 14, 0.8) + peak(625, 8, 1.1)),
            LightClass::kRgbLed);
  EXPECT_EQ(ClassOfSpectrum(peak(437, 4, 0.3) + peak(545, 4, 1) + peak(612, 4, 1) +
                            peak(487, 8, 0.25) + peak(585, 6, 0.2)),
            LightClass::kTriphosphor);
}

}  // namespace
}  // namespace petzval::calibrate
