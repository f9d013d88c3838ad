// Chooses a model for each shot, balances its colours, merges shots, and judges by leaving out.
#include "petzval/calibrate/chart/training.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "petzval/base/parallel.h"
#include "petzval/color/difference.h"
#include "petzval/color/spaces.h"
#include "petzval/color/spectral.h"
#include "petzval/measure/chart/color_reference.h"

namespace petzval::calibrate {
namespace {

constexpr size_t kMaxFolds = 24;
constexpr double kParameterCost = 0.01;  // of the score, for each parameter more
// Patches in the corners are hard to foretell without them, so that leaving out asks for models
// that are too even; greys off the model say so: each hundredth beyond what metamerism of greys
// explains adds 15 % to the score.
constexpr double kGreyFree = 0.005;
constexpr double kGreyCost = 15;
constexpr double kRidge = 1e-5;
constexpr double kModelError = 0.003;  // of a balanced colour, beside its noise: weights of shots

TrainingSet EmptySet(const PatchReferences& references) {
  TrainingSet set;
  set.white = references.white;
  set.white_xyz = XyzFromChromaticity(kWhiteD50);
  return set;
}

TrainingSet Without(const TrainingSet& set, size_t i) {
  TrainingSet rest = set;
  const auto at = static_cast<std::ptrdiff_t>(i);
  rest.name.erase(rest.name.begin() + at);
  rest.rgb.erase(rest.rgb.begin() + at);
  rest.xyz.erase(rest.xyz.begin() + at);
  if (!rest.weight.empty()) rest.weight.erase(rest.weight.begin() + at);
  std::erase(rest.greys, static_cast<int>(i));
  for (int& grey : rest.greys) grey -= grey > static_cast<int>(i) ? 1 : 0;
  return rest;
}

TrainingSet Only(const TrainingSet& set, size_t i) {
  TrainingSet one;
  one.white_xyz = set.white_xyz;
  one.name = {set.name[i]};
  one.rgb = {set.rgb[i]};
  one.xyz = {set.xyz[i]};
  return one;
}

// What is worth trying on a chart of so many patches, from simple to complex.
std::vector<ModelShape> Shapes(const MeasuredShot& shot) {
  std::vector<ModelShape> shapes = {{}};
  if (shot.flat_fielded) return shapes;
  const size_t n = shot.samples.size();
  if (n >= 12) shapes.push_back({1, 0, false});
  if (n >= 12) shapes.push_back({1, 1, false});
  if (n >= 16) shapes.push_back({2, 0, false});
  if (n >= 16) shapes.push_back({2, 1, false});
  if (n >= 20) shapes.push_back({3, 0, false});
  if (n >= 20) shapes.push_back({3, 1, false});
  // Greys all over the chart tell stray light from place to place.
  if (shot.greys.size() >= 12) {
    const size_t even = shapes.size();
    for (size_t i = 0; i < even; ++i) {
      shapes.push_back(shapes[i]);
      shapes.back().sloped_glare = true;
    }
  }
  return shapes;
}

}  // namespace

Result<PatchReferences> FindReferences(const measure::Chart& chart, const std::string& edition_name,
                                       const ChartLight& light) {
  PETZVAL_ASSIGN(const measure::ChartEdition edition, measure::FindEdition(chart, edition_name));
  PatchReferences out;
  const Vec3 light_xyz = XyzOfLight(light.power);
  out.white = ChromaticityFromXyz(light_xyz);
  if (auto lab = measure::ReferenceLab(chart, edition, light.power, light.label)) {
    out.lab = *std::move(lab);
  } else {
    out.lab = edition.lab;
    if (light.label != "D50") {
      out.warnings.push_back(
          fmt::format("there are no measured reflectances of {}: its colours under D50 are aimed "
                      "at, as if {} were D50",
                      chart.title, light.label));
    }
  }
  const Vec3 white = XyzFromChromaticity(kWhiteD50);
  for (const Vec3& lab : out.lab) out.xyz.push_back(XyzFromLab(lab, white));
  return out;
}

std::vector<Vec3> XyzOfSamples(const ChartSamples& samples, const PatchReferences& references) {
  std::vector<Vec3> xyz;
  for (const int patch : samples.patch) xyz.push_back(references.xyz[patch]);
  return xyz;
}

Result<double> LeaveOneOutScore(const MeasuredShot& shot, const PatchReferences& references,
                                const ModelShape& shape) {
  const ChartSamples& samples = shot.samples;
  const std::vector<Vec3> xyz = XyzOfSamples(samples, references);
  PETZVAL_ASSIGN(const ChartModel whole, FitChartModel(samples, xyz, shape));
  const size_t folds = std::min(samples.size(), kMaxFolds);
  const ColorFitKind kind =
      samples.size() >= 12 ? ColorFitKind::kRootPolynomial2 : ColorFitKind::kMatrix;
  const double ridge = kind == ColorFitKind::kMatrix ? 0 : kRidge;
  std::vector<double> sums(folds, 0.0);
  std::vector<char> done(folds, 0);
  ParallelFor(static_cast<int>(folds), [&](int f) {
    const Fold fold{folds, static_cast<size_t>(f)};
    const auto model = FitChartModel(samples, xyz, shape, fold, &whole);
    if (!model) return;
    TrainingSet train = EmptySet(references), test = train;
    for (size_t i = 0; i < samples.size(); ++i) {
      TrainingSet& set = fold.Has(i) ? test : train;
      set.name.emplace_back();
      set.rgb.push_back(model->Balanced(samples.raw[i], samples.x[i], samples.y[i]));
      set.xyz.push_back(xyz[i]);
    }
    const auto fit = FitLeastSquares(kind, train, ridge);
    if (!fit) return;
    for (const double de : Differences(*fit, test)) sums[f] += de;
    done[f] = 1;
  });
  double sum = 0;
  for (size_t f = 0; f < folds; ++f) {
    if (!done[f]) {
      return Fail(ErrorCode::kInvalidInput, "the colours of the patches do not tell a fit");
    }
    sum += sums[f];
  }
  return sum / static_cast<double>(samples.size());
}

Result<ModelledShot> FitShape(const MeasuredShot& shot, const PatchReferences& references,
                              const ModelShape& shape) {
  ModelledShot out{&shot, {}, 0};
  PETZVAL_ASSIGN(out.model,
                 FitChartModel(shot.samples, XyzOfSamples(shot.samples, references), shape));
  PETZVAL_ASSIGN(out.score, LeaveOneOutScore(shot, references, shape));
  const std::vector<Vec3> xyz = XyzOfSamples(shot.samples, references);
  const double off = GreyResidual(out.model, shot.samples, xyz, shot.greys);
  out.score *= 1 + kGreyCost * std::max(0.0, off - kGreyFree);
  return out;
}

Result<ModelledShot> ChooseModel(const MeasuredShot& shot, const PatchReferences& references) {
  std::optional<ModelledShot> best;
  Error first_error;
  for (const ModelShape& shape : Shapes(shot)) {
    auto next = FitShape(shot, references, shape);
    if (!next) {
      if (!best) first_error = std::move(next).error();
      continue;
    }
    if (best) {
      const int more = shape.parameters() - best->model.shape.parameters();
      if (next->score >= (1 - kParameterCost * std::max(1, more)) * best->score) continue;
    }
    best = *std::move(next);
  }
  if (!best) return Fail(first_error.In(shot.path));
  return *std::move(best);
}

Result<TrainingSet> MakeTraining(std::span<const ModelledShot> shots,
                                 const PatchReferences& references, int left_out,
                                 std::vector<int>* patch) {
  const measure::Chart& chart = shots.front().shot->chart();
  std::vector<Vec3> sum(chart.patches.size()), weight(chart.patches.size());
  Vec3 neutral{};
  for (const ModelledShot& shot : shots) {
    const ChartSamples& samples = shot.shot->samples;
    const auto at = std::find(samples.patch.begin(), samples.patch.end(), left_out);
    ChartModel model = shot.model;
    if (left_out >= 0 && at != samples.patch.end()) {
      const Fold fold{samples.size(), static_cast<size_t>(at - samples.patch.begin())};
      PETZVAL_ASSIGN(model, FitChartModel(samples, XyzOfSamples(samples, references),
                                          shot.model.shape, fold, &shot.model));
    }
    const Vec3 white = model.White();
    for (int c = 0; c < 3; ++c) neutral[c] += std::log(white[c] / white[1]);
    for (size_t i = 0; i < samples.size(); ++i) {
      const Vec3 q = model.Balanced(samples.raw[i], samples.x[i], samples.y[i]);
      for (int c = 0; c < 3; ++c) {
        const double error = std::hypot(samples.relative_error[i][c], kModelError);
        sum[samples.patch[i]][c] += q[c] / (error * error);
        weight[samples.patch[i]][c] += 1 / (error * error);
      }
    }
  }
  TrainingSet set = EmptySet(references);
  if (patch) patch->clear();
  for (int i = 0; i < chart.size(); ++i) {
    if (!(weight[i][0] > 0)) continue;
    set.name.push_back(chart.patches[i].name);
    Vec3 q;
    for (int c = 0; c < 3; ++c) q[c] = sum[i][c] / weight[i][c];
    set.rgb.push_back(q);
    set.xyz.push_back(references.xyz[i]);
    if (patch) patch->push_back(i);
  }
  for (const int grey : chart.greys) {
    if (!(weight[grey][0] > 0)) continue;
    int at = 0;
    for (int i = 0; i < grey; ++i) at += weight[i][0] > 0 ? 1 : 0;
    set.greys.push_back(at);
  }
  for (int c = 0; c < 3; ++c) {
    set.neutral[c] = std::exp(neutral[c] / static_cast<double>(shots.size()));
  }
  return set;
}

Result<std::vector<double>> NestedLeaveOneOut(ColorFitKind kind,
                                              std::span<const TrainingSet> sets) {
  std::vector<double> de(sets.size(), -1.0);
  ParallelFor(static_cast<int>(sets.size()), [&](int i) {
    const auto fit = FitDeltaE(kind, Without(sets[i], i));
    if (fit) de[i] = Differences(*fit, Only(sets[i], i)).front();
  });
  for (const double d : de) {
    if (d < 0) {
      return Fail(ErrorCode::kInvalidInput,
                  "without one of the patches the others do not tell a fit");
    }
  }
  return de;
}

}  // namespace petzval::calibrate
