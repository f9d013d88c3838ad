// A match from shots of one chart with both cameras.
#include <fmt/format.h>

#include <cmath>
#include <map>

#include "petzval/calibrate/match/camera_match.h"
#include "petzval/calibrate/match/match_floor.h"

namespace petzval::calibrate {
namespace {

constexpr size_t kFewestPatches = 12;
constexpr double kLightDifference = 0.01;  // of xy

// Patches of both, in the order of the camera; by name, or by place where names are missing.
std::vector<std::pair<size_t, size_t>> CommonPatches(const TrainingSet& a, const TrainingSet& b) {
  std::vector<std::pair<size_t, size_t>> common;
  if (a.name.size() != a.rgb.size() || b.name.size() != b.rgb.size()) {
    if (a.rgb.size() != b.rgb.size()) return common;
    for (size_t i = 0; i < a.rgb.size(); ++i) common.push_back({i, i});
    return common;
  }
  std::map<std::string, size_t> place;
  for (size_t i = 0; i < b.name.size(); ++i) place[b.name[i]] = i;
  for (size_t i = 0; i < a.name.size(); ++i) {
    const auto found = place.find(a.name[i]);
    if (found != place.end()) common.push_back({i, found->second});
  }
  return common;
}

struct LightMatch {
  LightCalibration calibration;
  MatchQuality quality;
  std::vector<std::string> warnings;
};

Result<LightMatch> MatchPair(const ChartPair& pair, const MatchOptions& options) {
  const TrainingSet& a = pair.camera;
  const TrainingSet& b = pair.reference;
  if (a.xyz.size() != a.rgb.size() || b.xyz.size() != b.rgb.size()) {
    return Fail(ErrorCode::kInvalidInput, "there are not as many true colours as camera colours");
  }
  const double dx = a.white.x - b.white.x, dy = a.white.y - b.white.y;
  if (!(std::hypot(dx, dy) <= kLightDifference)) {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("the charts stood in lights of two colours (xy {:.3f} {:.3f} and "
                            "{:.3f} {:.3f})",
                            a.white.x, a.white.y, b.white.x, b.white.y));
  }
  const auto common = CommonPatches(a, b);
  if (common.size() < kFewestPatches) {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("{} patches are common to both charts, {} are needed", common.size(),
                            kFewestPatches));
  }
  LightMatch match;
  ColorFit rendering;
  PETZVAL_ASSIGN(const ColorFit reference_matrix, FitDeltaE(ColorFitKind::kMatrix, b));
  if (pair.rendering) {
    rendering = *pair.rendering;
  } else if (options.rendering == ReferenceRendering::kChosen) {
    PETZVAL_ASSIGN(const FitChoice choice, ChooseFit(b));
    rendering = choice.calibration.chosen.value_or(choice.calibration.matrix);
  } else {
    rendering = reference_matrix;
  }

  // White stays white whatever the reference's rendering makes of it.
  TrainingSet train;
  train.neutral = a.neutral;
  train.white = a.white;
  train.white_xyz = rendering.White();
  for (const auto& [i, k] : common) {
    train.rgb.push_back(a.rgb[i]);
    train.xyz.push_back(rendering.Apply(b.rgb[k]));
    if (a.weight.size() == a.rgb.size()) train.weight.push_back(a.weight[i]);
    if (a.name.size() == a.rgb.size()) train.name.push_back(a.name[i]);
  }
  PETZVAL_ASSIGN(FitChoice choice, ChooseFit(train));
  match.calibration = std::move(choice.calibration);
  match.warnings = std::move(choice.warnings);
  match.calibration.light = pair.light;
  match.calibration.light_class = pair.light_class;
  const ColorFit& used =
      match.calibration.chosen ? *match.calibration.chosen : match.calibration.matrix;
  PETZVAL_ASSIGN(const ColorFit own, FitDeltaE(ColorFitKind::kMatrix, a));
  PETZVAL_ASSIGN(std::vector<double> left_out, LeaveOneOut(used.kind, train));
  match.quality = {.light = pair.light,
                   .own = Evaluate(own, train),
                   .reused = Evaluate(reference_matrix, train),
                   .matched = Statistics(std::move(left_out)),
                   .train = Evaluate(used, train),
                   .floor = MetamericFloor(used, train, {})};
  return match;
}

}  // namespace

Result<CameraMatch> MatchCharts(const std::string& camera_name, const std::string& reference_name,
                                std::span<const ChartPair> pairs, const MatchOptions& options) {
  if (pairs.empty()) {
    return Fail(ErrorCode::kInvalidInput, "no light has a chart of both cameras");
  }
  CameraMatch match;
  match.color.method = "chart";
  match.color.source =
      fmt::format("shots of one chart with {} and {}", camera_name, reference_name);
  match.color.reference = reference_name;
  for (const ChartPair& pair : pairs) {
    auto one = MatchPair(pair, options);
    if (!one) return Fail(one.error().In(pair.light));
    match.color.lights.push_back(std::move(one->calibration));
    match.quality.push_back(std::move(one->quality));
    for (const std::string& warning : one->warnings) {
      match.warnings.push_back(pair.light + ": " + warning);
    }
  }
  return match;
}

}  // namespace petzval::calibrate
