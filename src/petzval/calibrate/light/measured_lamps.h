// For tests and benches: measured lamps and their classes, which live beside the source tree.
#ifndef PETZVAL_CALIBRATE_LIGHT_MEASURED_LAMPS_H_
#define PETZVAL_CALIBRATE_LIGHT_MEASURED_LAMPS_H_

#include <algorithm>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "petzval/calibrate/fit/spectral_columns.h"
#include "petzval/device/calibration.h"

namespace petzval::calibrate {

// A class of lamps by its key in golden/illuminant_golden.json.
struct LampClass {
  const char* key;
  LightClass light_class;
};
inline constexpr LampClass kLampClasses[] = {
    {"thermal", LightClass::kThermal},       {"fluor-broad", LightClass::kHalophosphate},
    {"fluor-tri", LightClass::kTriphosphor}, {"LED-phosphor", LightClass::kLedPhosphor},
    {"LED-RGB", LightClass::kRgbLed},        {"HID", LightClass::kDischarge}};

// A spectrum of DATA by the name of its file.
inline std::optional<SpectralDistribution> MeasuredLamp(const std::string& data,
                                                        const std::string& name) {
  for (const char* folder : {"illuminants", "light_sources"}) {
    std::ifstream file(data + "/" + folder + "/" + name + ".csv");
    if (!file) continue;
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const auto table = ParseSpectralColumns(text, name);
    if (table && !table->value.empty()) return Resample(table->nm, table->value.front());
  }
  return std::nullopt;
}

// The lamps that no fit is made under.
inline std::vector<SpectralDistribution> TestLamps(const std::string& data,
                                                   const nlohmann::json& golden,
                                                   const LampClass& of) {
  std::vector<SpectralDistribution> lamps;
  for (const auto& name : golden["test_lamps"][of.key]) {
    if (auto lamp = MeasuredLamp(data, name)) lamps.push_back(*lamp);
  }
  return lamps;
}

// The bar of a class from the reference's `results` of a camera: thermal within .05 of
// interpolation between A and D65; others within .05 of the better of class pair and regression by
// white; fluorescent at most 75 % of A and D65, too.
inline double LampBar(const nlohmann::json& results, const LampClass& of) {
  const double dual = results["dual_A_D65"];
  if (of.light_class == LightClass::kThermal) return dual + 0.05;
  const double better =
      std::min(results["class_pair"].get<double>(), results["wb_quadratic"].get<double>());
  const bool fluorescent =
      of.light_class == LightClass::kHalophosphate || of.light_class == LightClass::kTriphosphor;
  return fluorescent ? std::min(better + 0.05, 0.75 * dual) : better + 0.05;
}

}  // namespace petzval::calibrate

#endif  // PETZVAL_CALIBRATE_LIGHT_MEASURED_LAMPS_H_
