// How near phones come to classic cameras, and modules of a phone to its main camera.
//   build/bench/camera_match [DATA = ../shared/data/colour]
#include <fmt/format.h>

#include <array>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "petzval/base/parallel.h"
#include "petzval/base/random.h"
#include "petzval/calibrate/fit/measured_data.h"
#include "petzval/calibrate/fit/training_spectra.h"
#include "petzval/calibrate/match/camera_match.h"
#include "petzval/color/transfer.h"

namespace petzval::calibrate {
namespace {

using Spectra = std::vector<SpectralDistribution>;

std::string data = "../shared/data/colour";

template <class T>
T OrStop(Result<T> result) {
  if (result) return std::move(*result);
  fmt::print(stderr, "camera_match: {}\n", result.error().message);
  std::exit(1);
}

Sensitivities Camera(const std::string& name) {
  return OrStop(ReadSensitivities(CameraPath(data, name), nullptr));
}

std::vector<MatchLight> Lights(std::initializer_list<const char*> names) {
  std::vector<MatchLight> lights;
  for (const char* name : names) {
    lights.push_back({name, LightClass::kThermal, OrStop(FindLight(name))});
  }
  return lights;
}

std::string Text(const DeStatistics& s) {
  return fmt::format("{:.2f}/{:.2f}/{:.1f}", s.mean, s.p95, s.max);
}

CameraMatch Match(const std::string& camera, const std::string& reference,
                  std::initializer_list<const char*> lights, const Spectra& training,
                  const Spectra& validation) {
  return OrStop(MatchSensitivities(
      camera, Camera(camera), reference, Camera(reference), Lights(lights),
      {.training = training, .validation = validation, .chart = {}, .adapt_to_d50 = false}));
}

void PhonesToCameras(const std::string& title, const Spectra& training, const Spectra& test) {
  struct Reference {
    const char* camera;
    double mean[2], p95[2];  // bars under D50 and A
  };
  constexpr Reference kReferences[] = {
      {"Leica_M8_Mauer-2009", {1.15, 1.10}, {2.75, 2.80}},
      {"Hasselblad_L1D-20c", {.75, .80}, {1.75, 2.10}},
      {"Sony_ILCE-7RM4", {.80, 1.05}, {2.10, 2.60}},
      {"Canon_EOS_5D_Mark_II", {.75, .90}, {1.90, 2.40}},
  };
  const std::vector<std::string> phones = {"Samsung_Galaxy-S20_Tominaga_etal_2021",
                                           "iPhone_11_Tominaga_etal_2021",
                                           "iPhone_12-Pro-Max_Tominaga_etal_2021",
                                           "Arashi_Vision_Insta360_X5",
                                           "iPhone_8_Tominaga_etal_2021",
                                           "Samsung_Galaxy-S7-Edge_Tominaga_etal_2021",
                                           "Samsung_Galaxy-S8_Burggraaff_etal_2019",
                                           "Nokia_N900_camspec"};
  fmt::print(
      "\nCamera to reference, {}; {} test surfaces; mean/p95/max\n"
      "| camera -> reference | light | own matrices only | train | matched | floor | bar | reached "
      "|\n|---|---|---|---|---|---|---|---|\n",
      title, test.size());
  std::vector<std::array<std::string, 2>> line(phones.size() * std::size(kReferences));
  std::vector<int> reached(line.size());
  ParallelFor(static_cast<int>(line.size()), [&](int k) {
    const Reference& reference = kReferences[k / phones.size()];
    const std::string& phone = phones[k % phones.size()];
    const CameraMatch match = Match(phone, reference.camera, {"D50", "A"}, training, test);
    for (int l = 0; l < 2; ++l) {
      const MatchQuality& q = match.quality[l];
      const bool ok = q.matched.mean <= reference.mean[l] && q.matched.p95 <= reference.p95[l];
      reached[k] += ok;
      line[k][l] =
          fmt::format("| {:.18} -> {:.18} | {} | {} | {} | {} | {} | {:.2f}/{:.2f} | {} |", phone,
                      reference.camera, q.light, Text(q.own), Text(q.train), Text(q.matched),
                      Text(q.floor), reference.mean[l], reference.p95[l], ok ? "yes" : "NO");
    }
  });
  int sum = 0;
  for (size_t k = 0; k < line.size(); ++k) {
    fmt::print("{}\n{}\n", line[k][0], line[k][1]);
    sum += reached[k];
  }
  fmt::print("reached: {} of {}\n", sum, 2 * line.size());
}

void Modules(const std::string& title, const Spectra& training, const Spectra& test) {
  struct Module {
    const char* phone;
    const char* wide;
    const char* module;
    bool tele;
  };
  constexpr Module kModules[] = {
      {"Xiaomi-12S-Ultra", "Rear-Wide", "Rear-Ultrawide", false},
      {"Xiaomi-12S-Ultra", "Rear-Wide", "Rear-Telephoto", true},
      {"Xiaomi-13", "Rear-Wide", "Rear-Ultrawide", false},
      {"Xiaomi-13", "Rear-Wide", "Rear-Telephoto", true},
      {"Xiaomi-13-Pro", "Rear-Wide", "Rear-Ultrawide", false},
      {"Xiaomi-13-Pro", "Rear-Wide", "Rear-Telephoto", true},
      {"Google-Pixel-7-Pro", "Wide", "Ultrawide", false},
      {"Google-Pixel-7-Pro", "Wide", "Telephoto", true},
  };
  fmt::print(
      "\nModules to the main camera (estimated sensitivities), {}; {} test surfaces; mean/max\n"
      "| module | light | own matrix | main's reused | matched | floor | bar (mean) | reached |\n"
      "|---|---|---|---|---|---|---|---|\n",
      title, test.size());
  int rows = 0, reached = 0;
  for (const Module& m : kModules) {
    const auto name = [&](const char* part) { return fmt::format("{}-{}-Camera", m.phone, part); };
    const CameraMatch match =
        Match(name(m.module), name(m.wide), {"D50", "A", "LED-B3", "FL11"}, training, test);
    for (const MatchQuality& q : match.quality) {
      const auto text = [](const DeStatistics& s) {
        return fmt::format("{:.3f}/{:.1f}", s.mean, s.max);
      };
      double bar = 0;
      if (q.light == "D50") bar = m.tele ? 0.70 : 0.25;
      if (q.light == "A") bar = m.tele ? 1.20 : 0.35;
      std::string verdict = "| |";
      if (bar > 0) {
        ++rows;
        reached += q.matched.mean <= bar;
        verdict = fmt::format("{:.2f} | {} |", bar, q.matched.mean <= bar ? "yes" : "NO");
      }
      fmt::print("| {} {} | {} | {} | {} | {} | {} | {}\n", m.phone, m.module, q.light, text(q.own),
                 text(q.reused), text(q.matched), text(q.floor), verdict);
    }
  }
  fmt::print("reached: {} of {}\n", reached, rows);
}

// From pictures: what a finishing camera makes of scenes that the phone saw as linear light.
void Pictures(const Spectra& surfaces) {
  constexpr int kScenes = 6, kColors = 30, kLevels = 20;
  fmt::print(
      "\nFrom pictures (D50), {} simulated scenes of {} natural surfaces, +- 1 EV of metering; "
      "CIEDE2000 of the finished colours\n"
      "| camera -> reference | curve alone | fitted | scene left out, mean/p95/max | by scene | "
      "smoothness |\n|---|---|---|---|---|---|\n",
      kScenes, kColors);
  for (const auto& [phone, reference] :
       {std::pair("Samsung_Galaxy-S20_Tominaga_etal_2021", "Leica_M8_Mauer-2009"),
        std::pair("iPhone_11_Tominaga_etal_2021", "Sony_ILCE-7RM4"),
        std::pair("Arashi_Vision_Insta360_X5", "Hasselblad_L1D-20c")}) {
    const auto seen = [&](const char* camera) {
      return OrStop(SimulateTrainingSet(Camera(camera), OrStop(FindLight("D50")), surfaces, true));
    };
    const TrainingSet a = seen(phone), b = seen(reference);
    const Mat3 rec709 = RgbFromXyzD50(kRec709);
    const auto rendered = [&](const char* camera, const TrainingSet& set, size_t i) {
      const TrainingSet chart = OrStop(SimulateTrainingSet(Camera(camera), OrStop(FindLight("D50")),
                                                           ColorCheckerSpectra(), true));
      static std::map<std::string, ColorFit> matrix;
      if (!matrix.contains(camera)) {
        matrix[camera] = OrStop(FitDeltaE(ColorFitKind::kMatrix, chart));
      }
      return rec709 * matrix[camera].Apply(set.rgb[i]);
    };
    std::vector<PairScene> scenes;
    for (int s = 0; s < kScenes; ++s) {
      Random random(31, s);
      PairScene scene;
      scene.name = std::to_string(s);
      const double metering = std::exp2(random.Uniform(-1, 1));
      for (int k = 0; k < kColors; ++k) {
        // No scene shares a surface with another, but for a few greys.
        const size_t i = k < 3 ? b.greys[k % b.greys.size()]
                               : s + kScenes * (random.Next() % (surfaces.size() / kScenes));
        const Vec3 from = rendered(phone, a, i), to = rendered(reference, b, i);
        for (int l = 0; l < kLevels; ++l) {
          const double level = std::exp2(random.Uniform(-5, 1));
          PixelPair pair;
          bool clipped = false;
          for (int c = 0; c < 3; ++c) {
            pair.before[c] = from[c] * level / metering;
            // The reference's tone curve: a log-logistic one with a gain in the red.
            const double v = std::pow(std::max(to[c], 0.0) * level, 1.4);
            pair.after[c] = EncodeSrgb(v / (v + 0.45) * (c == 0 ? 1.15 : 1.1));
            clipped |= pair.after[c] >= 1;
          }
          if (clipped) {
            scene.clipped_share += 1.0 / (kColors * kLevels);
          } else {
            scene.pairs.push_back(pair);
          }
        }
      }
      scenes.push_back(std::move(scene));
    }
    const PairFit fit = OrStop(FitPairs(scenes, {.free_exposure = true}));
    std::string by_scene;
    for (double mean : fit.left_out_mean) by_scene += fmt::format("{:.2f} ", mean);
    fmt::print("| {} -> {} | {} | {} | {} | {}| {:g} |\n", phone, reference, Text(fit.curve_error),
               Text(fit.train), Text(fit.left_out), by_scene, fit.smoothness);
  }
}

int Main(int argc, char** argv) {
  if (argc > 1) data = argv[1];
  const Spectra natural = MeasuredReflectances(data, "internal-test-only/kuopio_natural_218");
  const Spectra sg = MeasuredReflectances(data, "internal-test-only/ccsg140_1nm");
  const Spectra kremer = MeasuredReflectances(data, "internal-test-only/kremer_pigments_161_5nm");
  if (natural.empty() || sg.empty() || kremer.empty()) {
    fmt::print("{} is not there: nothing to measure\n", data);
    return 0;
  }
  const Spectra shipped = TrainingSpectra190() + ColorCheckerSpectra() + MemoryColorSpectra();
  PhonesToCameras("fitted on SG 140", sg, natural + TrainingSpectra190());
  PhonesToCameras("fitted on the shipped surfaces (test without them)", shipped, natural + sg);
  Pictures(natural);
  Modules("fitted on the ColorChecker", ColorCheckerSpectra(), natural + TrainingSpectra190() + sg);
  Modules("fitted on the shipped surfaces (test without them)", shipped, natural + sg);
  return 0;
}

}  // namespace
}  // namespace petzval::calibrate

int main(int argc, char** argv) { return petzval::calibrate::Main(argc, argv); }
