// Glare, greys, light of two colours, corners of another order, another chart.
#include "petzval/calibrate/chart/chart_checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace petzval::calibrate {
namespace {

constexpr double kTellGradient = 0.04, kMaxGradient = 0.15;  // of colour over the chart
constexpr double kTellUneven = 0.5;
constexpr double kTellBlack = -0.02;    // stray light below nothing, share of white
constexpr double kOtherWayRound = 0.3;  // of the loss of the way that was named
constexpr double kMaxTrainMean = 8;     // CIEDE2000 of a matrix on the colours of its own chart

// The loss of a simple model when the patches are another way round: bit 0 mirrors columns, bit 1
// rows, bit 2 exchanges them.
double LossOfWay(const MeasuredShot& shot, const PatchReferences& references, int way) {
  const measure::Chart& chart = shot.chart();
  std::vector<Vec3> xyz;
  for (const int i : shot.samples.patch) {
    int column = chart.patches[i].column, row = chart.patches[i].row;
    if ((way & 4) != 0) std::swap(column, row);
    if ((way & 1) != 0) column = chart.columns - 1 - column;
    if ((way & 2) != 0) row = chart.rows - 1 - row;
    xyz.push_back(references.xyz[row * chart.columns + column]);
  }
  const auto model = FitChartModel(shot.samples, xyz, {1, 0, false});
  return model ? ModelLoss(*model, shot.samples, xyz) : HUGE_VAL;
}

Status CheckWayRound(const MeasuredShot& shot, const PatchReferences& references) {
  if (shot.located.found) return {};
  const measure::Chart& chart = shot.chart();
  const double named = LossOfWay(shot, references, 0);
  for (int way = 1; way < (chart.columns == chart.rows ? 8 : 4); ++way) {
    if (LossOfWay(shot, references, way) >= kOtherWayRound * named) continue;
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("{}: the colours fit far better with {} turned or mirrored: name its "
                            "corners from its top left on, clockwise",
                            shot.path, chart.title));
  }
  return {};
}

}  // namespace

ChartShotReport ReportOf(const ModelledShot& modelled, const PatchReferences& references) {
  const MeasuredShot& shot = *modelled.shot;
  const ChartModel& model = modelled.model;
  ChartShotReport report;
  report.path = shot.path;
  report.chart = shot.chart().name;
  report.located = shot.located;
  report.flat_fielded = shot.flat_fielded;
  report.glare = model.Glare();
  report.grey_residual =
      GreyResidual(model, shot.samples, XyzOfSamples(shot.samples, references), shot.greys);
  Vec3 least{{HUGE_VAL, HUGE_VAL, HUGE_VAL}}, most{};
  for (size_t i = 0; i < shot.samples.size(); ++i) {
    const Vec3 light = model.LightAt(shot.samples.x[i], shot.samples.y[i]);
    const Vec3 seen{{light[0] / light[1], light[1], light[2] / light[1]}};
    for (int c = 0; c < 3; ++c) {
      least[c] = std::min(least[c], seen[c]);
      most[c] = std::max(most[c], seen[c]);
    }
  }
  report.unevenness = most[1] / least[1] - 1;
  report.color_gradient = std::max(most[0] / least[0], most[2] / least[2]) - 1;
  return report;
}

Status CheckShot(const ModelledShot& modelled, const PatchReferences& references,
                 const ChartShotReport& report, const ChartCalibrationParams& params,
                 std::vector<std::string>* warnings) {
  const MeasuredShot& shot = *modelled.shot;
  PETZVAL_RETURN_IF_ERROR(CheckWayRound(shot, references));
  std::vector<std::string> bad;
  const double glare = std::max({report.glare[0], report.glare[1], report.glare[2]});
  if (!(glare <= params.max_glare)) {
    bad.push_back(
        fmt::format("{:.1f} % of white lies over the chart as stray light ({:g} % at "
                    "most): shade the lens, turn the chart, take the sun out of the "
                    "picture",
                    100 * glare, 100 * params.max_glare));
  }
  if (!(report.grey_residual <= params.max_grey_residual)) {
    bad.push_back(
        fmt::format("the grey patches lie {:.1f} % off what light and camera explain "
                    "({:g} % at most): a reflection, a shadow or another chart",
                    100 * report.grey_residual, 100 * params.max_grey_residual));
  }
  if (!(report.color_gradient <= kMaxGradient)) {
    bad.push_back(
        fmt::format("light of two colours lies on the chart: red or blue against green "
                    "changes by {:.0f} % across it",
                    100 * report.color_gradient));
  } else if (report.color_gradient > kTellGradient) {
    warnings->push_back(
        fmt::format("{}: the colour of the light changes by {:.0f} % across the "
                    "chart, which was taken out",
                    shot.path, 100 * report.color_gradient));
  }
  if (report.unevenness > kTellUneven) {
    warnings->push_back(
        fmt::format("{}: the light changes by {:.0f} % across the chart, which was taken out; a "
                    "flat would say more",
                    shot.path, 100 * report.unevenness));
  }
  if (glare < kTellBlack) {
    warnings->push_back(
        fmt::format("{}: the dark patches are darker than black by {:.1f} % of "
                    "white: the black level of the file is too high",
                    shot.path, -100 * glare));
  }
  if (bad.empty()) return {};
  if (!params.accept_bad_shot) {
    return Fail(ErrorCode::kInvalidInput, shot.path + ": " + bad.front());
  }
  for (const std::string& sentence : bad) warnings->push_back(shot.path + ": " + sentence);
  return {};
}

bool GlareKnown(std::span<const ModelledShot> shots) {
  return std::all_of(shots.begin(), shots.end(),
                     [](const ModelledShot& s) { return s.shot->greys.size() >= 3; });
}

Status CheckFit(const CalibratedLight& light, const measure::Chart& chart,
                const std::string& path) {
  const double mean = light.calibration.matrix_error.train_mean;
  if (mean <= kMaxTrainMean) return {};
  return Fail(ErrorCode::kInvalidInput,
              fmt::format("{}: the colours are not those of {}: a matrix leaves dE2000 {:.1f} on "
                          "average (at most {:g}); is the name of the chart right, do its corners "
                          "lie well?",
                          path, chart.title, mean, kMaxTrainMean));
}

}  // namespace petzval::calibrate
