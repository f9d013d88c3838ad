// Calibrations under all lights: what they hold, what they refuse, and that files keep them.
#include "petzval/calibrate/light/light_calibration.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "petzval/calibrate/fit/measured_data.h"
#include "petzval/calibrate/fit/training_spectra.h"
#include "petzval/calibrate/light/measured_lamps.h"
#include "petzval/device/check.h"
#include "petzval/device/device.h"

namespace petzval::calibrate {
namespace {

const std::string kData = std::string(PETZVAL_SOURCE_DIR) + "/../shared/data/colour";

// A camera of broad Gaussians, as phones have them.
Sensitivities PhoneLike() {
  Sensitivities s;
  const double peak[] = {600, 535, 460}, width[] = {42, 48, 36};
  for (int c = 0; c < 3; ++c) {
    for (int i = 0; i < kSpectralCount; ++i) {
      const double nm = SpectralDistribution::Nm(i), d = (nm - peak[c]) / width[c];
      const double side = (nm - peak[(c + 1) % 3]) / 60;
      s[c].value[i] =
          nm < 400 || nm > 690 ? 0 : std::exp(-d * d / 2) + 0.06 * std::exp(-side * side);
    }
  }
  return s;
}

const ColorCalibration& PhoneCalibration() {
  static const ColorCalibration color = [] {
    std::vector<std::string> warnings;
    auto made = CalibrateSensitivities(PhoneLike(), "gaussians", {}, &warnings);
    EXPECT_TRUE(made) << made.error().message;
    EXPECT_TRUE(warnings.empty()) << warnings.front();
    return *made;
  }();
  return color;
}

TEST(Lights, ListsAreKnownAndDistinct) {
  std::set<std::string> names;
  for (const ClassifiedLight& light : RegressionLights()) {
    EXPECT_TRUE(FindLight(light.name)) << light.name;
    EXPECT_TRUE(names.insert(light.name).second) << light.name;
  }
  EXPECT_EQ(names.size(), 68u);
  std::array<int, kLightClassCount> count{};
  for (const ClassifiedLight& light : StoredLights()) {
    EXPECT_TRUE(names.contains(light.name)) << light.name;
    ++count[static_cast<int>(light.light_class)];
  }
  for (const int n : count) EXPECT_GE(n, 2);
}

TEST(Lights, ListsLeaveOutTheTestLamps) {
  std::ifstream file(kData + "/golden/illuminant_golden.json");
  if (!file) GTEST_SKIP() << "../shared/data/colour is absent";
  const auto golden = nlohmann::json::parse(file);
  // By spectrum: our names differ from those of the files.
  std::vector<SpectralDistribution> ours;
  for (const ClassifiedLight& light : RegressionLights()) {
    ours.push_back(*FindLight(light.name));
  }
  const auto share = [](const SpectralDistribution& a, const SpectralDistribution& b) {
    return Integral(a, b) / std::sqrt(Integral(a, a) * Integral(b, b));
  };
  int looked = 0;
  for (const auto& [key, lamps] : golden["test_lamps"].items()) {
    for (const auto& name : lamps) {
      const auto lamp = MeasuredLamp(kData, name);
      ASSERT_TRUE(lamp) << name;
      ++looked;
      // Incandescent lamps are all alike; D50 lies close to its neighbours.
      if (key == "thermal") continue;
      for (size_t i = 0; i < ours.size(); ++i) {
        EXPECT_LT(share(*lamp, ours[i]), 0.99999) << name << " " << RegressionLights()[i].name;
      }
    }
  }
  EXPECT_EQ(looked, 33);
}

// The table of the reference for one camera of it: build/bench/lights has all.
TEST(Lights, UnseenLampsOfAMeasuredCamera) {
  std::ifstream file(kData + "/golden/illuminant_golden.json");
  std::vector<std::string> warnings;
  const auto camera = ReadSensitivities(CameraPath(kData, "Arashi_Vision_Insta360_X5"), &warnings);
  const std::vector<SpectralDistribution> surfaces =
      MeasuredReflectances(kData, "internal-test-only/kuopio_natural_218") +
      MeasuredReflectances(kData, "internal-test-only/ccsg140_1nm");
  if (!file || !camera || surfaces.size() != 358) GTEST_SKIP() << "../shared/data/colour is absent";
  const auto golden = nlohmann::json::parse(file);
  const auto color = CalibrateSensitivities(*camera, "X5", {}, &warnings);
  ASSERT_TRUE(color) << color.error().message;
  for (const LampClass& of : kLampClasses) {
    const auto& r = golden["results"]["Insta360 X5"][of.key];
    double own = 0, known = 0;
    const std::vector<SpectralDistribution> lamps = TestLamps(kData, golden, of);
    ASSERT_FALSE(lamps.empty());
    for (const SpectralDistribution& lamp : lamps) {
      const auto set = SimulateTrainingSet(*camera, lamp, surfaces, true);
      const auto chart = SimulateTrainingSet(*camera, lamp, ColorCheckerSpectra(), true);
      ASSERT_TRUE(set && chart);
      const auto matrix = FitDeltaE(ColorFitKind::kMatrix, *chart);
      ASSERT_TRUE(matrix);
      own += Evaluate(*matrix, *set).mean / lamps.size();
      const ColorTransform t = TransformFor(*color, {set->neutral, of.light_class});
      known += Evaluate(t.fit, *set).mean / lamps.size();
    }
    EXPECT_NEAR(own, r["own"].get<double>(), 0.015) << of.key;
    EXPECT_LE(known, LampBar(r, of)) << of.key;
  }
}

TEST(Lights, CalibrationIsWholeAndSurvivesAFile) {
  const ColorCalibration& color = PhoneCalibration();
  EXPECT_EQ(color.lights.size(), StoredLights().size());
  ASSERT_TRUE(color.by_white);
  EXPECT_EQ(color.by_white->fit_kind, ColorFitKind::kRootPolynomial2);
  const std::string text = "schema = 1\nname = \"p\"\ntitle = \"p\"\nsource = \"s\"\n" +
                           ColorCalibrationToml("wide", color);
  const auto device = ParseDevice(text, "p.toml");
  ASSERT_TRUE(device) << device.error().message;
  for (const Finding& f : CheckDevice(*device)) {
    EXPECT_NE(f.level, FindingLevel::kError) << f.check << ": " << f.sentence;
  }
  const ColorCalibration& back = *device->calibration.at("wide").color;
  for (const std::optional<LightClass> light_class :
       {std::optional<LightClass>(), std::optional(LightClass::kThermal),
        std::optional(LightClass::kDischarge)}) {
    const ColorTransform a = TransformFor(color, {{{0.7, 1, 0.5}}, light_class});
    const ColorTransform b = TransformFor(back, {{{0.7, 1, 0.5}}, light_class});
    for (size_t t = 0; t < a.fit.coefficient.size(); ++t) {
      for (int i = 0; i < 3; ++i)
        EXPECT_NEAR(a.fit.coefficient[t][i], b.fit.coefficient[t][i], 1e-7);
    }
  }
}

// Lamps that no fit has seen: better with the class than with daylight and tungsten alone.
TEST(Lights, ClassesHelpUnderOtherLamps) {
  const ColorCalibration& color = PhoneCalibration();
  ColorCalibration dual = color;
  dual.by_white.reset();
  dual.lights.resize(2);
  const std::vector<SpectralDistribution> surfaces = RandomReflectances(100, 99);
  const std::vector<ClassifiedLight> unseen = {
      {"FL2", LightClass::kHalophosphate}, {"FL11", LightClass::kTriphosphor},
      {"TL830", LightClass::kTriphosphor}, {"FL3", LightClass::kHalophosphate},
      {"HP2", LightClass::kDischarge},     {"LED-B3", LightClass::kLedPhosphor}};
  for (const ClassifiedLight& light : unseen) {
    const auto set = SimulateTrainingSet(PhoneLike(), *FindLight(light.name), surfaces, true);
    ASSERT_TRUE(set);
    const double known =
        Evaluate(TransformFor(color, {set->neutral, light.light_class}).fit, *set).mean;
    const double none = Evaluate(TransformFor(color, {set->neutral, {}}).fit, *set).mean;
    const double two =
        Evaluate(TransformFor(dual, {set->neutral, LightClass::kThermal}).fit, *set).mean;
    EXPECT_LT(known, two) << light.name;
    EXPECT_LT(known, 1.05 * none) << light.name;
    std::printf("%s: class known %.2f, not known %.2f, A and D65 %.2f\n", light.name.c_str(), known,
                none, two);
  }
}

TEST(Lights, RegressionFindsItsOwnLaw) {
  // Matrices that follow a quadratic exactly come back, white rescaled.
  std::vector<LightFit> fits;
  const Vec3 d50 = XyzFromChromaticity(kWhiteD50);
  const auto law = [&](double a, double b) {
    Mat3 m{{{{0.6 + 0.1 * a, 0.25 - 0.05 * b, 0},
             {0.25 + 0.02 * a * b, 0.9, 0},
             {0.04, -0.3 + 0.1 * b * b, 0}}}};
    for (int i = 0; i < 3; ++i) m[i][2] = d50[i] - m[i][0] - m[i][1];
    return m;
  };
  for (double a = -0.9; a < 0.2; a += 0.25) {
    for (double b = -1.2; b < 0.1; b += 0.3) {
      const ColorFit matrix = ColorFit::FromMatrix(law(a, b));
      fits.push_back({{{std::exp(a), 1, std::exp(b)}}, matrix, matrix});
    }
  }
  const auto by = FitByWhite(fits);
  ASSERT_TRUE(by);
  const Mat3 m = by->At({{std::exp(-0.43), 1, std::exp(-0.6)}}), expected = law(-0.43, -0.6);
  for (int i = 0; i < 9; ++i) EXPECT_NEAR(m[i / 3][i % 3], expected[i / 3][i % 3], 1e-9);
  EXPECT_FALSE(FitByWhite(std::span(fits).first(11)));
  // Whites on one line determine nothing across it.
  for (size_t i = 0; i < fits.size(); ++i) {
    fits[i].neutral = {{std::exp(0.02 * i), 1, std::exp(-0.04 * i)}};
  }
  EXPECT_FALSE(FitByWhite(fits));
}

TEST(Lights, RefusesWhatItCannotDo) {
  std::vector<std::string> warnings;
  SensitivityOptions options;
  options.by_white = false;
  options.lights = {{"FL-11", LightClass::kTriphosphor}};
  const auto unknown = CalibrateSensitivities(PhoneLike(), "s", options, &warnings);
  ASSERT_FALSE(unknown);
  EXPECT_NE(unknown.error().message.find("FL11"), std::string::npos) << unknown.error().message;
  // Low-pressure sodium has one line: blue sees nothing of it. The other light stays.
  options.lights = {{"lps", LightClass::kDischarge}, {"D65", LightClass::kThermal}};
  const auto one = CalibrateSensitivities(PhoneLike(), "s", options, &warnings);
  ASSERT_TRUE(one) << one.error().message;
  EXPECT_EQ(one->lights.size(), 1u);
  ASSERT_FALSE(warnings.empty());
  EXPECT_NE(warnings[0].find("lps"), std::string::npos);
  options.lights.pop_back();
  EXPECT_FALSE(CalibrateSensitivities(PhoneLike(), "s", options, &warnings));
  EXPECT_FALSE(CalibrateSets({}, "s", &warnings));
}

TEST(Lights, ChartSetsOfSeveralLights) {
  std::vector<LightSet> sets;
  for (const char* name : {"A", "D65"}) {
    auto set = SimulateTrainingSet(PhoneLike(), *FindLight(name), ColorCheckerSpectra(), true);
    ASSERT_TRUE(set);
    LightSet& one = sets.emplace_back();
    one.light.name = name;
    one.set = std::move(*set);
    one.glare = 0.01;
  }
  std::vector<std::string> warnings;
  const auto color = CalibrateSets(sets, "two shots", &warnings);
  ASSERT_TRUE(color) << color.error().message;
  ASSERT_EQ(color->lights.size(), 2u);
  EXPECT_EQ(color->method, "chart");
  EXPECT_FALSE(color->by_white);
  for (const LightCalibration& light : color->lights) {
    EXPECT_TRUE(light.chosen) << light.light;
    EXPECT_EQ(light.glare, 0.01);
    EXPECT_TRUE(std::isfinite(light.matrix_error.loo_mean));
  }
  sets[1].light.name = "A";
  EXPECT_FALSE(CalibrateSets(sets, "twice", &warnings));
  // With glare not known there are no roots.
  sets[1].light.name = "D65";
  for (LightSet& set : sets) set.glare_known = false;
  const auto plain = CalibrateSets(sets, "glare", &warnings);
  ASSERT_TRUE(plain);
  EXPECT_FALSE(plain->lights[0].chosen);
}

}  // namespace
}  // namespace petzval::calibrate
