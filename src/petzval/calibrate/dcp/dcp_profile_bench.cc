// How near camera profiles come to the fits that they are made of, from spectral sensitivities; and
// profiles for the side by side with other programs (bench/dcp_peer.py).
//   dcp_profile SSF.csv...
//   dcp_profile --write OUT.dcp --model NAME [--no-map] [--twist DEGREES] [--tone] SSF.csv
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>

#include "petzval/calibrate/dcp/fit_look.h"
#include "petzval/calibrate/dcp/make_dcp.h"
#include "petzval/calibrate/fit/training_set.h"
#include "petzval/calibrate/fit/training_spectra.h"
#include "petzval/calibrate/light/light_calibration.h"
#include "petzval/encode/dcp_writer.h"

namespace petzval::calibrate {
namespace {

struct Arguments {
  std::vector<std::string> files;
  std::string write, model;
  double twist_deg = 0;
  bool map = true, tone = false;
};

struct Statistics {
  double mean = 0, p95 = 0, max = 0;
};
Statistics Of(std::vector<double> values) {
  if (values.empty()) return {};
  std::sort(values.begin(), values.end());
  Statistics s;
  for (double v : values) s.mean += v / static_cast<double>(values.size());
  s.p95 = values[values.size() * 95 / 100];
  s.max = values.back();
  return s;
}

Result<ColorCalibration> Calibrate(const Sensitivities& camera, const std::string& file) {
  SensitivityOptions options;
  options.lights = {{"A", LightClass::kThermal}, {"D65", LightClass::kThermal}};
  options.by_white = false;
  std::vector<std::string> warnings;
  return CalibrateSensitivities(camera, file, options, &warnings);
}

// Turns hues back and forth around the circle and changes colour and lightness with them: a map
// that nobody overlooks.
void Twist(double degrees, DcpProfile* profile) {
  for (auto& light : profile->lights) {
    if (light.map.empty()) light.map = HueSatMap::Identity(90, 30);
    for (int h = 0; h < light.map.hues; ++h) {
      for (int s = 0; s < light.map.saturations; ++s) {
        const double angle = 2 * M_PI * h / light.map.hues,
                     share = s / (light.map.saturations - 1.0);
        HueSatMap::Delta& d = light.map.At(h, s);
        d.hue_shift_deg += static_cast<float>(degrees * std::sin(2 * angle));
        d.saturation_scale *= static_cast<float>(1 + 0.2 * std::sin(angle));
        d.value_scale *= static_cast<float>(1 - 0.15 * share * std::cos(angle));
      }
    }
  }
}

Status AddTone(DcpProfile* profile) {
  const auto tone = [](const Vec3& scene) {
    const double grey = (scene[0] + scene[1] + scene[2]) / 3;
    Vec3 out;
    for (int c = 0; c < 3; ++c) {
      const double x = std::pow(std::max(0.0, grey + 1.15 * (scene[c] - grey)), 1.25);
      out[c] = 1.15 * x / (x + 0.15);
    }
    return out;
  };
  PETZVAL_ASSIGN(const FittedLook look, FitLook(tone));
  fmt::print("look: curve and table against the function, dE2000 {:.2f} / {:.2f} / {:.2f}\n",
             look.de_mean, look.de_p95, look.de_max);
  profile->look = look.look;
  profile->tone_curve = look.tone_curve;
  profile->baseline_exposure_offset_ev = 0.5;
  return {};
}

Status Compare(const std::string& file, const Sensitivities& camera, const ColorCalibration& color,
               const MadeDcp& made) {
  const auto chart = FindReflectances("colorchecker24");
  for (size_t i = 0; i < made.profile.lights.size(); ++i) {
    const auto light = FindLight(color.lights[i].light);
    if (!light || !chart) return Fail(ErrorCode::kInvalidInput, "spectra are missing");
    const auto differences = [&](std::span<const SpectralDistribution> surfaces) -> Statistics {
      const auto set = SimulateTrainingSet(camera, *light, surfaces, true);
      if (!set) return {};
      return Of(DcpDifferences(made.profile.lights[i], color.lights[i], set->rgb));
    };
    const Statistics cc = differences(chart->reflectance),
                     ampas = differences(TrainingSpectra190());
    fmt::print("{:44} {:4} {:8} {:.3f} {:.3f} {:.3f} | {:.3f} {:.3f} {:.3f} | {:.3f} {:.3f}\n",
               std::filesystem::path(file).stem().string(), color.lights[i].light,
               color.lights[i].chosen ? ColorFitKindName(color.lights[i].chosen->kind) : "matrix",
               cc.mean, cc.p95, cc.max, ampas.mean, ampas.p95, ampas.max, made.lights[i].hull_mean,
               made.lights[i].hull_max);
  }
  return {};
}

Status RunFile(const std::string& file, const Arguments& a) {
  std::vector<std::string> warnings;
  PETZVAL_ASSIGN(const Sensitivities camera, ReadSensitivities(file, &warnings));
  PETZVAL_ASSIGN(const ColorCalibration color, Calibrate(camera, file));
  DcpOptions options;
  options.camera_model = a.model.empty() ? "bench" : a.model;
  PETZVAL_ASSIGN(MadeDcp made, MakeDcp(color, options));
  PETZVAL_RETURN_IF_ERROR(Compare(file, camera, color, made));
  if (a.write.empty()) return {};
  if (!a.map) {
    for (auto& light : made.profile.lights) light.map = {};
  }
  if (a.twist_deg != 0) Twist(a.twist_deg, &made.profile);
  if (a.tone) PETZVAL_RETURN_IF_ERROR(AddTone(&made.profile));
  return WriteDcp(a.write, made.profile);
}

int Main(int argc, char** argv) {
  Arguments a;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    const auto value = [&] { return i + 1 < argc ? argv[++i] : ""; };
    if (word == "--write") {
      a.write = value();
    } else if (word == "--model") {
      a.model = value();
    } else if (word == "--twist") {
      a.twist_deg = std::atof(value());
    } else if (word == "--no-map") {
      a.map = false;
    } else if (word == "--tone") {
      a.tone = true;
    } else {
      a.files.push_back(word);
    }
  }
  if (a.files.empty()) {
    fmt::print(stderr, "usage: dcp_profile [--write OUT.dcp --model NAME] SSF.csv...\n");
    return 2;
  }
  fmt::print(
      "profile against fit, CIEDE2000: ColorChecker mean p95 max | 190 training spectra | "
      "hull mean max\n");
  for (const std::string& file : a.files) {
    if (const auto status = RunFile(file, a); !status) {
      fmt::print(stderr, "{}: {}\n", file, status.error().message);
      return 1;
    }
  }
  return 0;
}

}  // namespace
}  // namespace petzval::calibrate

int main(int argc, char** argv) { return petzval::calibrate::Main(argc, argv); }
