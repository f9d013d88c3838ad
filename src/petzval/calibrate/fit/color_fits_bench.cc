// Fits of camera colour on surfaces they have not seen: every camera, light and method.
//   build/bench/color_fits [DATA = ../shared/data/colour]
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "petzval/base/parallel.h"
#include "petzval/base/random.h"
#include "petzval/calibrate/fit/color_fit.h"
#include "petzval/calibrate/fit/measured_data.h"
#include "petzval/calibrate/fit/training_spectra.h"

namespace petzval::calibrate {
namespace {

using Spectra = std::vector<SpectralDistribution>;

std::string data = "../shared/data/colour";

double Median(std::vector<double> v) {
  if (v.empty()) return NAN;
  std::sort(v.begin(), v.end());
  return (v[(v.size() - 1) / 2] + v[v.size() / 2]) / 2;
}

template <class T>
T OrStop(Result<T> result) {
  if (result) return std::move(*result);
  fmt::print(stderr, "color_fits: {}\n", result.error().message);
  std::exit(1);
}

Sensitivities Camera(const std::string& name) {
  return OrStop(ReadSensitivities(CameraPath(data, name), nullptr));
}

TrainingSet Seen(const Sensitivities& camera, const std::string& light, const Spectra& surfaces) {
  return OrStop(SimulateTrainingSet(camera, OrStop(FindLight(light)), surfaces, false));
}

std::string Text(const DeStatistics& s) {
  return fmt::format("{:.2f}/{:.2f}/{:.2f}", s.mean, s.p95, s.max);
}

const std::vector<std::string> kMethods = {"lsq_wp", "de_wp", "rp2r", "rp2de", "rp3r"};

ColorFit Fit(const std::string& method, const TrainingSet& set) {
  if (method == "lsq_wp") return OrStop(FitLeastSquares(ColorFitKind::kMatrix, set, 0));
  if (method == "de_wp") return OrStop(FitDeltaE(ColorFitKind::kMatrix, set));
  if (method == "rp2de") return OrStop(FitDeltaE(ColorFitKind::kRootPolynomial2, set));
  const ColorFitKind kind =
      method == "rp2r" ? ColorFitKind::kRootPolynomial2 : ColorFitKind::kRootPolynomial3;
  return OrStop(FitLeastSquares(kind, set, 1e-5));
}

struct BarRow {
  std::string camera, group, light, method;
  DeStatistics train, unseen, own_train, own;
};

std::vector<BarRow> ReadBars() {
  std::ifstream file(data + "/golden/bars_fits.csv");
  std::vector<BarRow> rows;
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    std::vector<std::string> cell;
    std::stringstream cells(line);
    for (std::string c; std::getline(cells, c, ',');) cell.push_back(c);
    if (cell.size() != 10 || !std::count(kMethods.begin(), kMethods.end(), cell[3])) continue;
    const auto number = [&](int i) { return std::stod(cell[i]); };
    rows.push_back({cell[0],
                    cell[1],
                    cell[2],
                    cell[3],
                    {number(4), number(5), number(6)},
                    {number(7), number(8), number(9)}});
  }
  return rows;
}

// Every camera and light with every method, fitted on the ColorChecker.
void EveryCamera(const Spectra& chart, const Spectra& unseen) {
  std::vector<BarRow> rows = ReadBars();
  ParallelFor(static_cast<int>(rows.size()), [&](int i) {
    BarRow& row = rows[i];
    const Sensitivities camera = Camera(row.camera);
    const TrainingSet set = Seen(camera, row.light, chart);
    const ColorFit fit = Fit(row.method, set);
    row.own_train = Evaluate(fit, set);
    row.own = Evaluate(fit, Seen(camera, row.light, unseen));
  });
  fmt::print(
      "\n(a) Fits on the ColorChecker, unseen {} surfaces, medians over cameras, and the bars\n"
      "| light | set | method | train mean/max | unseen mean/p95/max | bar | worse than bar |\n"
      "|---|---|---|---|---|---|---|\n",
      unseen.size());
  int columns = 0, missed = 0;
  for (const char* light : {"D50", "A", "D65", "LED-B3", "FL11", "LED-RGB1"}) {
    for (const char* group : {"phone-class", "camera"}) {
      for (const std::string& method : kMethods) {
        std::vector<double> v[8];
        for (const BarRow& row : rows) {
          if (row.light != light || row.group != group || row.method != method) continue;
          const double value[8] = {row.own_train.mean, row.own_train.max, row.own.mean,
                                   row.own.p95,        row.own.max,       row.unseen.mean,
                                   row.unseen.p95,     row.unseen.max};
          for (int k = 0; k < 8; ++k) v[k].push_back(value[k]);
        }
        // The table is rounded to .01 and .1.
        const double over = Median(v[2]) - Median(v[5]);
        ++columns;
        missed += over > 0.005;
        fmt::print(
            "| {} | {} {} | {} | {:.2f}/{:.2f} | {:.3f}/{:.2f}/{:.1f} | {:.3f}/{:.2f}/{:.1f} | {} "
            "|\n",
            light, v[0].size(), group, method, Median(v[0]), Median(v[1]), Median(v[2]),
            Median(v[3]), Median(v[4]), Median(v[5]), Median(v[6]), Median(v[7]),
            over > 0.005 ? fmt::format("{:+.3f}", over) : "no");
      }
    }
  }
  fmt::print("columns no worse in the mean: {} of {}\n", columns - missed, columns);

  fmt::print(
      "\nSingle cameras worse than their own row (unseen)\n"
      "| method | rows | mean worse by > .005 | > .02 | worst | p95 > .05 | worst | max > .1 | "
      "worst | better by > .02 |\n"
      "|---|---|---|---|---|---|---|---|---|---|\n");
  std::vector<std::pair<double, std::string>> list;
  for (const std::string& method : kMethods) {
    int n = 0, mean_a = 0, mean_b = 0, p95 = 0, max = 0, better = 0;
    double worst_mean = 0, worst_p95 = 0, worst_max = 0;
    for (const BarRow& row : rows) {
      if (row.method != method) continue;
      ++n;
      const double dm = row.own.mean - row.unseen.mean, dp = row.own.p95 - row.unseen.p95,
                   dx = row.own.max - row.unseen.max;
      mean_a += dm > 0.005;
      mean_b += dm > 0.02;
      p95 += dp > 0.05;
      max += dx > 0.1;
      better += dm < -0.02;
      worst_mean = std::max(worst_mean, dm);
      worst_p95 = std::max(worst_p95, dp);
      worst_max = std::max(worst_max, dx);
      if (dm > 0.02) {
        list.push_back(
            {dm, fmt::format("{} {} {}: {:.3f} against {:.3f} (train {:.3f} against {:.3f})",
                             row.camera, row.light, method, row.own.mean, row.unseen.mean,
                             row.own_train.mean, row.train.mean)});
      }
    }
    fmt::print("| {} | {} | {} | {} | {:+.3f} | {} | {:+.3f} | {} | {:+.2f} | {} |\n", method, n,
               mean_a, mean_b, worst_mean, p95, worst_p95, max, worst_max, better);
  }
  std::sort(list.rbegin(), list.rend());
  for (const auto& [size, text] : list) fmt::print("  {:+.3f} {}\n", size, text);
}

// Published tool beside ours: DCamProf 1.0.6 (target cc24), matrix, default LUT and LUT without
// relaxation, mean and max over the 218 natural colours of Kuopio; its own outputs, run once on the
// same sensitivities.
struct PeerRow {
  const char* camera;
  const char* light;
  double mean[3], max[3];
};
constexpr PeerRow kPeer[] = {
    {"Canon_EOS_5D_Mark_II", "D50", {.92, .97, .82}, {3.91, 5.14, 4.83}},
    {"Sony_ILCE-7RM4", "D50", {1.22, 1.29, .87}, {4.47, 6.05, 3.38}},
    {"Hasselblad_L1D-20c", "D50", {1.11, 1.28, 1.03}, {3.84, 5.00, 3.48}},
    {"Arashi_Vision_Insta360_X5", "D50", {1.03, 1.20, 1.09}, {4.52, 5.09, 4.48}},
    {"Samsung_Galaxy-S20_Tominaga_etal_2021", "D50", {1.25, 1.55, 1.55}, {5.83, 6.00, 4.80}},
    {"Samsung_Galaxy-S8_Burggraaff_etal_2019", "D50", {.89, 1.41, 1.58}, {4.15, 5.99, 4.42}},
    {"iPhone_11_Tominaga_etal_2021", "D50", {1.27, 1.39, 1.52}, {4.14, 5.05, 4.04}},
    {"iPhone_12-Pro-Max_Tominaga_etal_2021", "D50", {1.13, 1.25, 1.29}, {3.89, 4.67, 3.85}},
    {"Nokia_N900_camspec", "D50", {.81, 1.42, 1.41}, {2.53, 7.22, 5.50}},
    {"Leica_M8_Mauer-2009", "D50", {1.69, 1.72, 1.90}, {7.68, 6.55, 5.44}},
    {"Canon_EOS_5D_Mark_II", "A", {.90, .97, .98}, {4.59, 4.43, 3.92}},
    {"Sony_ILCE-7RM4", "A", {.83, .94, .96}, {2.83, 3.85, 2.66}},
    {"Hasselblad_L1D-20c", "A", {.97, 1.29, 1.28}, {3.54, 4.92, 3.77}},
    {"Arashi_Vision_Insta360_X5", "A", {1.10, 1.33, 1.31}, {5.23, 4.87, 3.96}},
    {"Samsung_Galaxy-S20_Tominaga_etal_2021", "A", {1.56, 1.91, 1.92}, {5.62, 6.90, 6.24}},
    {"Samsung_Galaxy-S8_Burggraaff_etal_2019", "A", {1.30, 1.95, 2.00}, {4.47, 7.59, 5.50}},
    {"iPhone_11_Tominaga_etal_2021", "A", {1.29, 1.64, 1.80}, {4.50, 6.39, 6.10}},
    {"iPhone_12-Pro-Max_Tominaga_etal_2021", "A", {1.17, 1.48, 1.59}, {4.29, 5.68, 4.96}},
    {"Nokia_N900_camspec", "A", {.73, 1.73, 1.70}, {2.00, 8.51, 6.45}},
    {"Leica_M8_Mauer-2009", "A", {2.11, 2.00, 2.16}, {8.36, 8.07, 8.53}},
};

void BesidePeer(const Spectra& natural) {
  fmt::print(
      "\n(b) The chosen fit (sensitivities known) beside DCamProf 1.0.6; {} natural surfaces\n"
      "| camera, light | chosen | mean/p95/max | F1 | best DCamProf mean, max | reached |\n"
      "|---|---|---|---|---|---|\n",
      natural.size());
  constexpr int kRows = std::size(kPeer);
  std::vector<std::string> line(kRows);
  std::vector<int> reached(kRows);
  ParallelFor(kRows, [&](int i) {
    const PeerRow& peer = kPeer[i];
    const Sensitivities camera = Camera(peer.camera);
    const LightCalibration light =
        OrStop(ChooseFitOfSensitivities(camera, OrStop(FindLight(peer.light)), false)).calibration;
    const TrainingSet test = Seen(camera, peer.light, natural);
    const ColorFit& fit = light.chosen ? *light.chosen : light.matrix;
    const DeStatistics own = Evaluate(fit, test);
    const double mean = *std::min_element(peer.mean, peer.mean + 3);
    const double max = *std::min_element(peer.max, peer.max + 3);
    reached[i] = own.mean <= mean && own.max <= max;
    line[i] = fmt::format("| {} {} | {} | {} | {} | {:.2f}, {:.2f} | {} |", peer.camera, peer.light,
                          ColorFitKindName(fit.kind), Text(own), Text(Evaluate(light.matrix, test)),
                          mean, max, reached[i] ? "yes" : "NO");
  });
  for (const std::string& text : line) fmt::print("{}\n", text);
  fmt::print("rows reached: {} of {} (bar: 18)\n", std::count(reached.begin(), reached.end(), 1),
             kRows);
}

// Veiling glare in the chart shot, taken off before the fit.
void WithGlare(const Spectra& chart, const Spectra& unseen) {
  fmt::print(
      "\n(c) Glare in the chart (D50), clean test of {} surfaces, mean/p95/max; bars: offset "
      "within "
      ".0025, mean within +5 %\n"
      "| camera | glare | offset error | method | clean fit | uncorrected | corrected | mean |\n"
      "|---|---|---|---|---|---|---|---|\n",
      unseen.size());
  int cases = 0, reached = 0;
  for (const char* name :
       {"Samsung_Galaxy-S20_Tominaga_etal_2021", "Sony_ILCE-7RM4", "Canon_EOS_5D_Mark_II"}) {
    const Sensitivities camera = Camera(name);
    const TrainingSet clean = Seen(camera, "D50", chart), test = Seen(camera, "D50", unseen);
    for (double g : {0.01, 0.03, 0.05}) {
      TrainingSet veiled = clean;
      for (Vec3& q : veiled.rgb) {
        for (int c = 0; c < 3; ++c) q[c] = (q[c] + g) / (1 + g);
      }
      const Glare glare = OrStop(EstimateGlare(veiled));
      double error = 0;
      for (int c = 0; c < 3; ++c) {
        error = std::max(error, std::fabs(glare.offset[c] - g / (1 + g)));
      }
      const TrainingSet corrected = RemoveGlare(veiled, glare);
      for (const char* method : {"de_wp", "rp2de", "rp3r"}) {
        const DeStatistics a = Evaluate(Fit(method, clean), test);
        const DeStatistics b = Evaluate(Fit(method, veiled), test);
        const DeStatistics c = Evaluate(Fit(method, corrected), test);
        const bool ok = c.mean <= 1.05 * a.mean && error <= 0.0025;
        ++cases;
        reached += ok;
        fmt::print("| {} | {:g} % | {:.4f} | {} | {} | {} | {} | {:+.1f} %{} |\n", name, 100 * g,
                   error, method, Text(a), Text(b), Text(c), 100 * (c.mean / a.mean - 1),
                   ok ? "" : " NO");
      }
    }
  }
  fmt::print("reached: {} of {}\n", reached, cases);
}

// A camera that nobody has measured: sums of Gaussians with random places and widths.
Sensitivities RandomCamera(int index) {
  Random random(77, index);
  Sensitivities camera;
  const double centre[3] = {600, 535, 460};
  for (int c = 0; c < 3; ++c) {
    const double at = centre[c] + random.Uniform(-12, 12), left = random.Uniform(22, 42),
                 right = random.Uniform(22, 48), side = random.Uniform(0, 0.12),
                 side_at = random.Uniform(420, 680), side_width = random.Uniform(20, 60);
    for (int i = 0; i < kSpectralCount; ++i) {
      const double nm = SpectralDistribution::Nm(i);
      const double t = (nm - at) / (nm < at ? left : right), u = (nm - side_at) / side_width;
      // An infrared filter ends at about 680 nm.
      const double filter = 1 / (1 + std::exp((nm - 670) / 8)) / (1 + std::exp((405 - nm) / 6));
      camera[c].value[i] = filter * (std::exp(-t * t / 2) + side * std::exp(-u * u / 2));
    }
  }
  return camera;
}

// What the choice costs against the best of all fits in hindsight, on cameras and surfaces that no
// fit and no choice has used.
void OutsideCameras(const Spectra& chart,
                    const std::vector<std::pair<std::string, Spectra>>& tests) {
  constexpr int kCameras = 24;
  const std::vector<std::string> lights = {"D50", "A", "LED-B3", "FL11"};
  struct Sum {
    double chosen = 0, f1 = 0, f2 = 0, f3 = 0, best = 0, best_max = 0, chosen_max = 0, f1_max = 0;
    int n = 0, root = 0;
  };
  for (const bool known : {true, false}) {
    fmt::print(
        "\n(d) {} simulated cameras, {} lights; {}; mean over all (mean of max)\n"
        "| surfaces | chosen | always F1 | always F2 | always F3 | best in hindsight | roots "
        "chosen |\n"
        "|---|---|---|---|---|---|---|\n",
        kCameras, lights.size(),
        known ? "sensitivities known, choice by validation" : "one chart, choice by leave-one-out");
    std::vector<std::vector<Sum>> sums(kCameras, std::vector<Sum>(tests.size()));
    ParallelFor(kCameras, [&](int k) {
      const Sensitivities camera = RandomCamera(k);
      for (const std::string& light : lights) {
        const TrainingSet set = Seen(camera, light, chart);
        const LightCalibration choice =
            known ? OrStop(ChooseFitOfSensitivities(camera, OrStop(FindLight(light)), false))
                        .calibration
                  : OrStop(ChooseFit(set)).calibration;
        const ColorFit& fit = choice.chosen ? *choice.chosen : choice.matrix;
        const ColorFit f1 = Fit("de_wp", set), f3 = Fit("rp3r", set);
        const ColorFit f2 = Fit("rp2de", known ? Seen(camera, light, TrainingSpectra190()) : set);
        for (size_t t = 0; t < tests.size(); ++t) {
          const TrainingSet test = Seen(camera, light, tests[t].second);
          const DeStatistics a = Evaluate(fit, test), b = Evaluate(f1, test),
                             c = Evaluate(f2, test), d = Evaluate(f3, test);
          Sum& sum = sums[k][t];
          sum.chosen += a.mean;
          sum.chosen_max += a.max;
          sum.f1 += b.mean;
          sum.f1_max += b.max;
          sum.f2 += c.mean;
          sum.f3 += d.mean;
          sum.best += std::min({b.mean, c.mean, d.mean});
          sum.best_max += std::min({b.max, c.max, d.max});
          sum.root += choice.chosen.has_value();
          ++sum.n;
        }
      }
    });
    for (size_t t = 0; t < tests.size(); ++t) {
      Sum s;
      for (const auto& camera : sums) {
        s.chosen += camera[t].chosen, s.f1 += camera[t].f1, s.f2 += camera[t].f2;
        s.f3 += camera[t].f3, s.best += camera[t].best, s.best_max += camera[t].best_max;
        s.chosen_max += camera[t].chosen_max, s.f1_max += camera[t].f1_max;
        s.n += camera[t].n, s.root += camera[t].root;
      }
      fmt::print(
          "| {} {} | {:.3f} ({:.2f}) | {:.3f} ({:.2f}) | {:.3f} | {:.3f} | {:.3f} ({:.2f}) | {} of "
          "{} |\n",
          tests[t].second.size(), tests[t].first, s.chosen / s.n, s.chosen_max / s.n, s.f1 / s.n,
          s.f1_max / s.n, s.f2 / s.n, s.f3 / s.n, s.best / s.n, s.best_max / s.n, s.root, s.n);
    }
  }
}

double Seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

int Main(int argc, char** argv) {
  if (argc > 1) data = argv[1];
  const double start = Seconds();
  const Spectra chart = ColorCheckerSpectra();
  Spectra ohta = MeasuredReflectances(data, "colorchecker_n_ohta");
  const Spectra natural = MeasuredReflectances(data, "internal-test-only/kuopio_natural_218");
  const Spectra sg = MeasuredReflectances(data, "internal-test-only/ccsg140_1nm");
  std::vector<std::pair<std::string, Spectra>> tests = {
      {"memory colours (PMC; validation when known)", MemoryColorSpectra()},
      {"CIE test colours", OrStop(FindReflectances("cri_tcs14")).reflectance},
      {"random smooth", RandomReflectances(400, 99)}};
  if (natural.empty() || sg.empty()) {
    fmt::print("{} is not there: only simulated cameras are measured\n", data);
  } else {
    EveryCamera(chart, natural + sg);
    fmt::print("[{:.1f} s]\n", Seconds() - start);
    BesidePeer(natural);
    fmt::print("[{:.1f} s]\n", Seconds() - start);
    WithGlare(chart, natural + TrainingSpectra190());
    tests.push_back({"ColorChecker of Ohta", ohta});
    tests.push_back({"natural (Kuopio)", natural});
    tests.push_back({"pigments (Kremer)",
                     MeasuredReflectances(data, "internal-test-only/kremer_pigments_161_5nm")});
  }
  fmt::print("[{:.1f} s]\n", Seconds() - start);
  OutsideCameras(chart, tests);
  fmt::print("[{:.1f} s]\n", Seconds() - start);
  return 0;
}

}  // namespace
}  // namespace petzval::calibrate

int main(int argc, char** argv) { return petzval::calibrate::Main(argc, argv); }
