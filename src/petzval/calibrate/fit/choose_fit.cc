// Which fit a camera gets under a light.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "petzval/calibrate/fit/color_fit.h"
#include "petzval/calibrate/fit/training_spectra.h"
#include "petzval/device/convex_hull.h"

namespace petzval::calibrate {
namespace {

struct Candidate {
  ColorFit fit;
  DeStatistics train, test;
  double test_rms = 0;
};

double Rms(const std::vector<double>& de) {
  double sum = 0;
  for (double d : de) sum += d * d;
  return de.empty() ? 0 : std::sqrt(sum / de.size());
}

Result<Candidate> Try(ColorFitKind kind, const TrainingSet& set, const TrainingSet* validation) {
  Candidate candidate;
  PETZVAL_ASSIGN(candidate.fit, FitDeltaE(kind, set));
  candidate.train = Evaluate(candidate.fit, set);
  std::vector<double> de;
  if (validation) {
    de = Differences(candidate.fit, *validation);
  } else {
    PETZVAL_ASSIGN(de, LeaveOneOut(kind, set));
  }
  candidate.test_rms = Rms(de);
  candidate.test = Statistics(std::move(de));
  return candidate;
}

FitError ErrorOf(const Candidate& c) {
  return {c.train.mean, c.train.p95, c.train.max, c.test.mean, c.test.p95, c.test.max};
}

}  // namespace

std::vector<std::array<double, 2>> ChromaticityHull(const TrainingSet& set) {
  std::vector<Point2> points;
  for (const Vec3& rgb : set.rgb) {
    const double sum = rgb[0] + rgb[1] + rgb[2];
    if (sum > 0 && std::isfinite(sum)) points.push_back({rgb[0] / sum, rgb[1] / sum});
  }
  return ConvexHull(std::move(points));
}

Result<FitChoice> ChooseFit(const TrainingSet& set, const FitOptions& options) {
  PETZVAL_ASSIGN(const Candidate f1, Try(ColorFitKind::kMatrix, set, options.validation));
  FitChoice choice;
  LightCalibration& light = choice.calibration;
  light.white = set.white;
  light.neutral = set.neutral;
  light.matrix = f1.fit;
  light.matrix_error = ErrorOf(f1);
  light.patches = static_cast<int>(set.rgb.size());
  light.hull = ChromaticityHull(set);
  if (!options.glare_known) {
    choice.warnings.push_back(
        "glare is not known (too few grey patches): only a matrix is fitted, a root polynomial "
        "would learn the glare");
    return choice;
  }

  std::optional<Candidate> best;
  const auto offer = [&](ColorFitKind kind, const TrainingSet& training) {
    auto candidate = Try(kind, training, options.validation);
    if (!candidate) {
      choice.warnings.push_back(
          fmt::format("{} was not tried: {}", ColorFitKindName(kind), candidate.error().message));
      return;
    }
    const bool accepted = options.validation ? candidate->test_rms < f1.test_rms
                                             : candidate->test.mean <= 0.9 * f1.test.mean &&
                                                   candidate->test.p95 <= f1.test.p95;
    if (!accepted) return;
    const bool better = !best || (options.validation ? candidate->test_rms < best->test_rms
                                                     : candidate->test.p95 < best->test.p95);
    if (better) best = std::move(*candidate);
  };
  const TrainingSet& large = options.large ? *options.large : set;
  offer(ColorFitKind::kRootPolynomial2, large);
  // The third order gains nothing from a large set and is only as safe as F2 on a chart.
  if (!options.large) offer(ColorFitKind::kRootPolynomial3, set);
  if (!best) return choice;
  light.chosen = best->fit;
  light.chosen_error = ErrorOf(*best);
  light.patches = static_cast<int>(large.rgb.size());
  light.hull = ChromaticityHull(large);
  return choice;
}

Result<SensitivitySets> SimulateSensitivitySets(const Sensitivities& camera,
                                                const SpectralDistribution& light,
                                                bool adapt_to_d50) {
  SensitivitySets sets;
  PETZVAL_ASSIGN(sets.chart,
                 SimulateTrainingSet(camera, light, ColorCheckerSpectra(), adapt_to_d50));
  PETZVAL_ASSIGN(sets.large,
                 SimulateTrainingSet(camera, light, TrainingSpectra190(), adapt_to_d50));
  return sets;
}

Result<FitChoice> ChooseFitOfSensitivities(const Sensitivities& camera,
                                           const SpectralDistribution& light, bool adapt_to_d50) {
  PETZVAL_ASSIGN(const SensitivitySets sets, SimulateSensitivitySets(camera, light, adapt_to_d50));
  // As many random surfaces as measured ones: they are there for saturated colours.
  std::vector<SpectralDistribution> unseen = MemoryColorSpectra();
  PETZVAL_ASSIGN(const ReflectanceSet cie, FindReflectances("cri_tcs14"));
  unseen.insert(unseen.end(), cie.reflectance.begin(), cie.reflectance.end());
  constexpr uint64_t kSeed = 1;
  const auto random = RandomReflectances(static_cast<int>(unseen.size()), kSeed);
  unseen.insert(unseen.end(), random.begin(), random.end());
  PETZVAL_ASSIGN(const TrainingSet validation,
                 SimulateTrainingSet(camera, light, unseen, adapt_to_d50));
  return ChooseFit(sets.chart, {.validation = &validation, .large = &sets.large});
}

}  // namespace petzval::calibrate
