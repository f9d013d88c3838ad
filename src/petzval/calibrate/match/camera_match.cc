// A match from the spectral sensitivities of both cameras.
#include "petzval/calibrate/match/camera_match.h"

#include <fmt/format.h>

#include "petzval/calibrate/fit/training_spectra.h"
#include "petzval/calibrate/match/match_floor.h"

namespace petzval::calibrate {
namespace {

using Spectra = std::vector<SpectralDistribution>;

struct Surfaces {
  Spectra training, validation, chart;
};

Surfaces SurfacesOf(const MatchOptions& options) {
  const auto or_default = [](std::span<const SpectralDistribution> told, auto make) {
    return told.empty() ? make() : Spectra(told.begin(), told.end());
  };
  const auto default_training = [] {
    Spectra all = TrainingSpectra190();
    for (const Spectra* more : {&ColorCheckerSpectra(), &MemoryColorSpectra()}) {
      all.insert(all.end(), more->begin(), more->end());
    }
    return all;
  };
  constexpr int kValidation = 200;
  constexpr uint64_t kSeed = 2;
  return {or_default(options.training, default_training),
          or_default(options.validation, [] { return RandomReflectances(kValidation, kSeed); }),
          or_default(options.chart, [] { return ColorCheckerSpectra(); })};
}

// The same colours with another truth.
TrainingSet WithTruth(TrainingSet set, const ColorFit& rendering, const TrainingSet& reference) {
  for (size_t i = 0; i < set.rgb.size(); ++i) set.xyz[i] = rendering.Apply(reference.rgb[i]);
  return set;
}

struct LightMatch {
  LightCalibration calibration;
  MatchQuality quality;
};

// With the validation surfaces in place of patches left out.
FitError ErrorOf(const ColorFit& fit, const TrainingSet& train, const TrainingSet& test) {
  const DeStatistics a = Evaluate(fit, train), b = Evaluate(fit, test);
  return {a.mean, a.p95, a.max, b.mean, b.p95, b.max};
}

Result<LightMatch> MatchLightOf(const Sensitivities& camera, const Sensitivities& reference,
                                const MatchLight& light, const Surfaces& surfaces,
                                const MatchOptions& options) {
  const bool adapt = options.adapt_to_d50;
  PETZVAL_ASSIGN(const TrainingSet camera_chart,
                 SimulateTrainingSet(camera, light.power, surfaces.chart, adapt));
  PETZVAL_ASSIGN(const ColorFit camera_matrix, FitDeltaE(ColorFitKind::kMatrix, camera_chart));
  auto reference_chart = SimulateTrainingSet(reference, light.power, surfaces.chart, adapt);
  if (!reference_chart) return Fail(reference_chart.error().In("reference"));
  PETZVAL_ASSIGN(const ColorFit reference_matrix,
                 FitDeltaE(ColorFitKind::kMatrix, *reference_chart));
  ColorFit rendering = reference_matrix;
  if (options.rendering == ReferenceRendering::kChosen) {
    PETZVAL_ASSIGN(const FitChoice choice, ChooseFitOfSensitivities(reference, light.power, adapt));
    rendering = choice.calibration.chosen.value_or(choice.calibration.matrix);
  }
  PETZVAL_ASSIGN(const TrainingSet train,
                 RenderedBy(camera, reference, rendering, light.power, surfaces.training, adapt));
  PETZVAL_ASSIGN(const TrainingSet test,
                 RenderedBy(camera, reference, rendering, light.power, surfaces.validation, adapt));
  // No choice is made here, so that the validation surfaces stay unseen: F2 is what a match is.
  PETZVAL_ASSIGN(const ColorFit matrix, FitDeltaE(ColorFitKind::kMatrix, train));
  PETZVAL_ASSIGN(const ColorFit used, FitDeltaE(ColorFitKind::kRootPolynomial2, train));
  LightMatch match;
  match.calibration = {.light = light.name,
                       .light_class = light.light_class,
                       .white = train.white,
                       .neutral = train.neutral,
                       .matrix = matrix,
                       .chosen = used,
                       .matrix_error = ErrorOf(matrix, train, test),
                       .chosen_error = ErrorOf(used, train, test),
                       .patches = static_cast<int>(train.rgb.size()),
                       .hull = ChromaticityHull(train)};
  match.quality = {.light = light.name,
                   .own = Evaluate(camera_matrix, test),
                   .reused = Evaluate(reference_matrix, test),
                   .matched = Evaluate(used, test),
                   .train = Evaluate(used, train),
                   .floor = MetamericFloor(used, test, train)};
  return match;
}

}  // namespace

Result<TrainingSet> RenderedBy(const Sensitivities& camera, const Sensitivities& reference,
                               const ColorFit& rendering, const SpectralDistribution& light,
                               std::span<const SpectralDistribution> reflectances,
                               bool adapt_to_d50) {
  PETZVAL_ASSIGN(TrainingSet set, SimulateTrainingSet(camera, light, reflectances, adapt_to_d50));
  auto seen = SimulateTrainingSet(reference, light, reflectances, adapt_to_d50);
  if (!seen) return Fail(seen.error().In("reference"));
  return WithTruth(std::move(set), rendering, *seen);
}

Result<CameraMatch> MatchSensitivities(const std::string& camera_name, const Sensitivities& camera,
                                       const std::string& reference_name,
                                       const Sensitivities& reference,
                                       std::span<const MatchLight> lights,
                                       const MatchOptions& options) {
  if (lights.empty()) {
    return Fail(ErrorCode::kInvalidInput, "a match needs at least one light");
  }
  const Surfaces surfaces = SurfacesOf(options);
  CameraMatch match;
  match.color.method = "ssf";
  match.color.source = fmt::format("sensitivities of {} and {}, {} surfaces", camera_name,
                                   reference_name, surfaces.training.size());
  match.color.reference = reference_name;
  for (const MatchLight& light : lights) {
    auto one = MatchLightOf(camera, reference, light, surfaces, options);
    if (!one) return Fail(one.error().In(light.name));
    match.color.lights.push_back(std::move(one->calibration));
    match.quality.push_back(std::move(one->quality));
  }
  return match;
}

}  // namespace petzval::calibrate
