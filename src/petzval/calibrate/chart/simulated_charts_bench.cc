// Charts drawn with measured sensitivities, stray light, uneven light and noise: how near the fit
// comes to the one made from clean colours.
//   build/bench/simulated_charts [FOLDER]
// FOLDER: ../shared/data/colour (ssf/, reflectances/). For each camera and shot: mean CIEDE2000 of
// F1, F2, F3 over surfaces that no fit has seen (Kuopio 218 and AMPAS 190), in percent of the fit
// to clean colours; largest error of the stray light found, share of white; what was chosen.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "petzval/calibrate/chart/chart_calibration.h"
#include "petzval/calibrate/chart/simulated_chart_util.h"
#include "petzval/calibrate/fit/color_fit.h"
#include "petzval/calibrate/fit/measured_data.h"

namespace petzval::calibrate {
namespace {

struct Case {
  const char* name;
  double glare, tilt, bow, color_tilt, patch_noise;
};
constexpr Case kCases[] = {
    {"clean", 0, 0, 0, 0, 0},
    {"glare 1 %", 0.01, 0, 0, 0, 0},
    {"glare 3 %", 0.03, 0, 0, 0, 0},
    {"glare 5 %", 0.05, 0, 0, 0, 0},
    {"glare 3 %, noise .5 %", 0.03, 0, 0, 0, 0.005},
    {"glare 3 %, light -20 %", 0.03, 0.1, 0.1, 0, 0},
    {"glare 3 %, light -20 %, colour 10 %", 0.03, 0.1, 0.1, 0.05, 0},
};
constexpr ColorFitKind kKinds[] = {ColorFitKind::kMatrix, ColorFitKind::kRootPolynomial2,
                                   ColorFitKind::kRootPolynomial3};

void Run(const std::string& data, const std::string& camera, const std::string& light) {
  std::vector<std::string> warnings;
  const auto sensitivities = ReadSensitivities(CameraPath(data, camera), &warnings);
  const auto unseen = MeasuredReflectances(data, "internal-test-only/kuopio_natural_218") +
                      MeasuredReflectances(data, "ampas_training_190");
  if (!sensitivities || unseen.empty()) {
    fmt::print("{}: sensitivities or reflectances are absent\n", camera);
    return;
  }
  SimulatedShot shot;
  shot.camera = *sensitivities;
  shot.light = *FindLight(light);
  const auto test = SimulateTrainingSet(shot.camera, shot.light, unseen, true);
  const auto clean = SimulateTrainingSet(shot.camera, shot.light, shot.surfaces, true);
  if (!test || !clean) return;
  fmt::print("{} under {}\n", camera, light);
  for (const Case& c : kCases) {
    shot.glare = c.glare;
    shot.tilt_x = c.tilt;
    shot.tilt_y = -0.7 * c.tilt;
    shot.bow = c.bow;
    shot.color_tilt = c.color_tilt;
    shot.patch_noise = c.patch_noise;
    double sum[3] = {}, glare_error = 0;
    std::string chosen;
    const int runs = c.patch_noise > 0 ? 12 : 1;
    for (int run = 0; run < runs; ++run) {
      shot.seed = 1 + static_cast<uint64_t>(run);
      const measure::Subject subject = shot.Make();
      ChartShot chart{&subject};
      chart.light = *FindChartLight(light);
      const auto result = CalibrateFromCharts({&chart, 1});
      if (!result) {
        fmt::print("  {:36} {}\n", c.name, result.error().message);
        return;
      }
      const CalibratedLight& one = result->lights[0];
      for (int k = 0; k < 3; ++k) {
        const auto fit = FitDeltaE(kKinds[k], one.training), best = FitDeltaE(kKinds[k], *clean);
        if (fit && best) sum[k] += Evaluate(*fit, *test).mean / Evaluate(*best, *test).mean - 1;
      }
      // Stray light does not dim with the light: against the light in the middle of the chart.
      for (int k = 0; k < 3; ++k) {
        const double wanted = c.glare / (1 + c.glare);
        glare_error = std::max(glare_error, std::abs(one.shots[0].glare[k] - wanted));
      }
      chosen = ColorFitKindName(one.fit);
    }
    fmt::print(
        "  {:36} matrix {:+5.1f} %  root2 {:+5.1f} %  root3 {:+5.1f} %  glare off {:.4f}  "
        "{}\n",
        c.name, 100 * sum[0] / runs, 100 * sum[1] / runs, 100 * sum[2] / runs, glare_error, chosen);
  }
}

}  // namespace
}  // namespace petzval::calibrate

int main(int argc, char** argv) {
  const std::string data = argc > 1 ? argv[1] : "../shared/data/colour";
  for (const char* light : {"D50", "A"}) {
    for (const char* camera :
         {"Samsung_Galaxy-S20_Tominaga_etal_2021", "iPhone_11_Tominaga_etal_2021",
          "Arashi_Vision_Insta360_X5", "Sony_ILCE-7RM4", "Canon_EOS_5D_Mark_II"}) {
      petzval::calibrate::Run(data, camera, light);
    }
  }
}
