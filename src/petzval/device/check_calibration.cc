// Checks of what was measured on a camera: lights, errors, white, noise.
#include "petzval/device/check_calibration.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "petzval/color/spectral.h"
#include "petzval/color/temperature.h"
#include "petzval/device/calibrated_lights.h"

namespace petzval {
namespace {

// A chart from a shop shot with care is fitted within about these (CIEDE2000).
constexpr double kGoodMean = 3, kGoodMax = 12;
constexpr double kMostGlare = 0.05;
// Of what the camera's white sees, after rounding in the file.
constexpr double kWhiteTolerance = 1e-6;

struct Report {
  std::vector<Finding>* list;
  std::string subject;
  void Judge(bool good, FindingLevel otherwise, const char* check, std::string sentence) {
    list->push_back({good ? FindingLevel::kOk : otherwise, subject, check, std::move(sentence)});
  }
};

void CheckLights(const ColorCalibration& color, Report* report) {
  bool warm = false, cool = false;
  for (const LightCalibration& light : color.lights) {
    if (light.light_class != LightClass::kThermal) continue;
    const double kelvin = TemperatureFromChromaticity(light.white).kelvin_k;
    warm |= kelvin < 3600;
    cool |= kelvin > 4900;
  }
  report->Judge(
      warm && cool, FindingLevel::kWarning, "lights",
      warm && cool ? fmt::format("{} lights, tungsten and daylight among them", color.lights.size())
                   : fmt::format("{} lights, none like {}: colours under it are guessed",
                                 color.lights.size(), cool ? "tungsten (A)" : "daylight (D65)"));
  // The white that a light of this name has.
  int known_lights = 0, off_lights = 0;
  for (const LightCalibration& light : color.lights) {
    const auto known = FindLight(light.light);
    if (!known) continue;
    ++known_lights;
    const Chromaticity is = ChromaticityFromXyz(XyzOfLight(*known));
    if (std::hypot(is.x - light.white.x, is.y - light.white.y) < 0.01) continue;
    ++off_lights;
    report->Judge(false, FindingLevel::kWarning, "white of a light",
                  fmt::format("{}: white at ({:.4f}, {:.4f}), its spectrum has ({:.4f}, {:.4f})",
                              light.light, light.white.x, light.white.y, is.x, is.y));
  }
  if (known_lights > 0 && off_lights == 0) {
    report->Judge(
        true, FindingLevel::kOk, "white of a light",
        fmt::format("{} lights known by name have the white of their spectra", known_lights));
  }
}

// Each light by itself where something is wrong, and otherwise the worst of them.
void CheckFits(const ColorCalibration& color, Report* report) {
  const Vec3 white = XyzFromChromaticity(kWhiteD50);
  double stale = 0, worst_mean = -1, most_glare = 0;
  std::string worst;
  bool good = true;
  const auto warn = [&](const char* check, std::string sentence) {
    good = false;
    report->Judge(false, FindingLevel::kWarning, check, std::move(sentence));
  };
  for (const LightCalibration& light : color.lights) {
    for (const ColorFit* fit : {&light.matrix, light.chosen ? &*light.chosen : nullptr}) {
      if (!fit) continue;
      const Vec3 sum = fit->White();
      for (int i = 0; i < 3; ++i) stale = std::max(stale, std::abs(sum[i] - white[i]));
    }
    const FitError& e = light.chosen ? light.chosen_error : light.matrix_error;
    const double mean = std::isnan(e.loo_mean) ? e.train_mean : e.loo_mean;
    const double max = std::isnan(e.loo_max) ? e.train_max : e.loo_max;
    const char* kind =
        light.chosen ? ColorFitKindName(light.chosen->kind) : ColorFitKindName(light.matrix.kind);
    const std::string sentence =
        fmt::format("{}: {}, {:.2f} mean, {:.2f} largest CIEDE2000 {}", light.light, kind, mean,
                    max, std::isnan(e.loo_mean) ? "of training" : "left out");
    if (std::isnan(mean)) {
      warn("errors", fmt::format("{}: {} without stated errors", light.light, kind));
    } else if (mean > kGoodMean || max > kGoodMax) {
      warn("errors", sentence);
    } else if (mean > worst_mean) {
      worst_mean = mean;
      worst = sentence;
    }
    if (light.chosen && light.hull.empty()) {
      warn("hull", fmt::format("{}: {} without the hull of the colours behind it is used beyond "
                               "them",
                               light.light, kind));
    }
    most_glare = std::max(most_glare, std::abs(light.glare));
    // Written so that NaN warns, too.
    if (!(std::abs(light.glare) <= kMostGlare)) {
      warn("glare", fmt::format("{}: {:.1f} % of glare taken off before the fit", light.light,
                                100 * light.glare));
    }
  }
  if (good && !worst.empty()) {
    report->Judge(true, FindingLevel::kOk, "fits",
                  fmt::format("{} lights, at most {:.1f} % of glare; the worst is {}",
                              color.lights.size(), 100 * most_glare, worst));
  }
  report->Judge(stale <= kWhiteTolerance, FindingLevel::kError, "white",
                stale <= kWhiteTolerance
                    ? std::string("every fit keeps white")
                    : fmt::format("a fit moves white by {:.2g}: its numbers were changed by hand, "
                                  "or belong to another white balance",
                                  stale));
}

void CheckNoise(const NoiseCalibration& noise, const Sensor* sensor, Report* report) {
  for (const NoiseCalibration::Entry& entry : noise.entries) {
    if (!sensor) {
      const double electrons = 1 / entry.noise.plane[1].s;
      report->Judge(electrons > 10 && electrons < 1e6, FindingLevel::kWarning, "noise",
                    fmt::format("ISO {:g}: {:.0f} electrons reach white", entry.iso, electrons));
      continue;
    }
    const NoiseLine stated = sensor->Noise(entry.iso).plane[1], is = entry.noise.plane[1];
    // Binning and the spread of specimens stay within a factor of five.
    const double s = is.s / stated.s, o = is.o / std::max(stated.o, 1e-12);
    report->Judge(s > 0.2 && s < 5 && o < 25, FindingLevel::kWarning, "noise",
                  fmt::format("ISO {:g}: shot noise {:.2g} times, read noise {:.2g} times what the "
                              "sensor's file says",
                              entry.iso, std::sqrt(s), std::sqrt(o)));
  }
}

void CheckShading(const ShadingCalibration& shading, Report* report) {
  float least = 1e9f, most = 0;
  for (const std::vector<float>& site : shading.gain) {
    for (const float g : site) least = std::min(least, g), most = std::max(most, g);
  }
  const size_t middle = static_cast<size_t>(shading.rows / 2) * shading.columns +
                        static_cast<size_t>(shading.columns / 2);
  const float center = shading.gain[1][middle];
  report->Judge(
      least > 0.5f && most < 12 && center > 0.8f && center < 1.25f, FindingLevel::kWarning,
      "shading",
      fmt::format("gains of {:.2f} to {:.2f}, {:.2f} in the middle", least, most, center));
}

void CheckBlack(const BlackCalibration& black, const Sensor* sensor, Report* report) {
  double least = 1e9, most = -1e9;
  for (const BlackCalibration::Entry& entry : black.entries) {
    for (const double dn : entry.black_dn) least = std::min(least, dn), most = std::max(most, dn);
  }
  const double allowed = sensor ? 0.05 * (sensor->white_dn - sensor->black_dn) : 0;
  const bool good = !sensor || (std::abs(least - sensor->black_dn) < allowed &&
                                std::abs(most - sensor->black_dn) < allowed);
  report->Judge(good, FindingLevel::kWarning, "black level",
                sensor ? fmt::format("{:.1f} to {:.1f} DN, the sensor's file says {:g}", least,
                                     most, sensor->black_dn)
                       : fmt::format("{:.1f} to {:.1f} DN", least, most));
}

}  // namespace

std::vector<Finding> CheckCalibration(const std::string& camera, const CameraCalibration& measured,
                                      const Sensor* sensor) {
  std::vector<Finding> list;
  const auto colors = [&](const ColorCalibration& color, const std::string& what) {
    Report report{&list, "calibration " + camera + what};
    CheckLights(color, &report);
    CheckFits(color, &report);
  };
  if (measured.color) colors(*measured.color, "");
  for (const auto& [reference, color] : measured.match) colors(color, " as " + reference);
  Report report{&list, "calibration " + camera};
  if (measured.noise) CheckNoise(*measured.noise, sensor, &report);
  if (measured.shading) CheckShading(*measured.shading, &report);
  if (measured.black) CheckBlack(*measured.black, sensor, &report);
  return list;
}

}  // namespace petzval
