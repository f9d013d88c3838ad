// Which class a light belongs to: by its name, else by the known light whose spectrum is most like.
#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string_view>

#include "petzval/calibrate/chart/chart_light.h"
#include "petzval/calibrate/chart/light_likeness.h"

namespace petzval::calibrate {
namespace {

struct Rule {
  std::string_view prefix;
  LightClass light_class;
};
// The first prefix that fits decides. Lights of data/spectra that are like no class (photographic
// filters, neon, printers) are not here.
constexpr Rule kRules[] = {
    {"LED-RGB", LightClass::kRgbLed},
    {"led-rgb", LightClass::kRgbLed},
    {"3-LED", LightClass::kRgbLed},
    {"4-LED", LightClass::kRgbLed},
    {"LED-", LightClass::kLedPhosphor},
    {"led-", LightClass::kLedPhosphor},
    {"PHOS-", LightClass::kLedPhosphor},
    {"FL3.10", LightClass::kTriphosphor},
    {"FL3.11", LightClass::kTriphosphor},
    {"FL3.12", LightClass::kTriphosphor},
    {"FL3.13", LightClass::kTriphosphor},
    {"FL3.14", LightClass::kTriphosphor},
    {"FL3.15", LightClass::kHalophosphate},
    {"FL3.7", LightClass::kTriphosphor},
    {"FL3.8", LightClass::kTriphosphor},
    {"FL3.9", LightClass::kTriphosphor},
    {"FL10", LightClass::kTriphosphor},
    {"FL11", LightClass::kTriphosphor},
    {"FL12", LightClass::kTriphosphor},
    {"FL", LightClass::kHalophosphate},
    {"F32T8", LightClass::kTriphosphor},
    {"F34", LightClass::kHalophosphate},
    {"F40", LightClass::kHalophosphate},
    {"T8_", LightClass::kTriphosphor},
    {"TL8", LightClass::kTriphosphor},
    {"Triphosphor", LightClass::kTriphosphor},
    {"fluorescent-", LightClass::kHalophosphate},
    {"HP", LightClass::kDischarge},
    {"hps", LightClass::kDischarge},
    {"lps", LightClass::kDischarge},
    {"mercury", LightClass::kDischarge},
    {"metal-halide", LightClass::kDischarge},
    {"MHC", LightClass::kDischarge},
    {"C100S", LightClass::kDischarge},
    {"H38", LightClass::kDischarge},
    {"SDW", LightClass::kDischarge},
    {"tungsten", LightClass::kThermal},
    {"60_A_W", LightClass::kThermal},
};
constexpr std::string_view kThermalNames[] = {"A",   "B",   "C",    "D50",  "D55", "D60",
                                              "D65", "D75", "ID50", "ID65", "SA",  "SC"};

// The part of 400 to 700 nm, of length 1 as a vector.
SpectralDistribution Unit(const SpectralDistribution& power) {
  SpectralDistribution unit;
  double square = 0;
  for (int i = 0; i < kSpectralCount; ++i) {
    const double nm = SpectralDistribution::Nm(i);
    if (nm < 400 || nm > 700) continue;
    unit.value[i] = std::max(power.value[i], 0.0);
    square += unit.value[i] * unit.value[i];
  }
  return square > 0 ? (1 / std::sqrt(square)) * unit : unit;
}

struct Known {
  SpectralDistribution unit;
  LightClass light_class;
};

const std::vector<Known>& KnownLights() {
  static const std::vector<Known> known = [] {
    std::vector<Known> list;
    for (const std::string& name : LightNames()) {
      const std::optional<LightClass> light_class = ClassOfName(name);
      if (!light_class) continue;
      if (const auto power = FindLight(name)) list.push_back({Unit(*power), *light_class});
    }
    for (double kelvin = 1800; kelvin < 4000; kelvin *= 1.06) {
      list.push_back({Unit(BlackBody(kelvin)), LightClass::kThermal});
    }
    for (double kelvin = 4000; kelvin < 20000; kelvin *= 1.06) {
      list.push_back({Unit(Daylight(kelvin)), LightClass::kThermal});
    }
    return list;
  }();
  return known;
}

}  // namespace

std::optional<LightClass> ClassOfName(const std::string& name) {
  for (const std::string_view thermal : kThermalNames) {
    if (name == thermal) return LightClass::kThermal;
  }
  // A temperature, "3200K".
  if (name.size() > 1 && name.back() == 'K' &&
      name.find_first_not_of("0123456789.") == name.size() - 1) {
    return LightClass::kThermal;
  }
  for (const Rule& rule : kRules) {
    if (name.rfind(rule.prefix, 0) == 0) return rule.light_class;
  }
  return std::nullopt;
}

std::array<double, kLightClassCount> LikenessToClasses(const SpectralDistribution& power) {
  const SpectralDistribution unit = Unit(power);
  std::array<double, kLightClassCount> most{};
  for (const Known& known : KnownLights()) {
    double& best = most[static_cast<int>(known.light_class)];
    best = std::max(best, Integral(unit, known.unit) / kSpectralStepNm);
  }
  return most;
}

LightClass ClassOfSpectrum(const SpectralDistribution& power) {
  const auto likeness = LikenessToClasses(power);
  return static_cast<LightClass>(std::max_element(likeness.begin(), likeness.end()) -
                                 likeness.begin());
}

}  // namespace petzval::calibrate
