// petzval measure color: a chart against its reference values.
#include <fmt/format.h>

#include "measure_chart.h"
#include "measure_verbs.h"
#include "petzval/measure/chart/color.h"

namespace petzval::cli {

using nlohmann::ordered_json;

Result<std::optional<std::array<measure::Point, 4>>> ParseCorners(const std::string& text) {
  std::optional<std::array<measure::Point, 4>> corners;
  if (text.empty()) return corners;
  PETZVAL_ASSIGN(const std::vector<double> n, ParseNumbers(text, "--corners"));
  if (n.size() != 8) {
    return Fail(ErrorCode::kInvalidInput, fmt::format("--corners {} is not four points X,Y", text));
  }
  corners.emplace();
  for (int i = 0; i < 4; ++i) (*corners)[i] = {n[2 * i], n[2 * i + 1]};
  return corners;
}

namespace {

ordered_json Summary(const measure::ColorSummary& s) {
  return {{"gain", Number(s.gain)},
          {"de2000_mean", Number(s.de2000_mean)},
          {"de2000_p95", Number(s.de2000_p95)},
          {"de2000_max", Number(s.de2000_max)}};
}

ordered_json PatchJson(const measure::ColorPatch& p) {
  ordered_json json = {{"name", p.name},
                       {"lab", Triple(p.lab)},
                       {"reference_lab", Triple(p.reference_lab)},
                       {"de2000", Number(p.de2000)},
                       {"dl", Number(p.dl)},
                       {"dc", Number(p.dc)},
                       {"dh", Number(p.dh)},
                       {"rgb", Triple(p.statistics.Mean())},
                       {"used", p.used}};
  if (!p.note.empty()) json["note"] = p.note;
  return json;
}

}  // namespace

Result<MeasureAnswer> ColorAnswer(const MeasureArguments& a,
                                  const std::vector<measure::Subject>& subjects) {
  const measure::Subject& subject = subjects.front();
  measure::ColorParams params;
  params.chart = a.chart.empty() ? "auto" : a.chart;
  params.edition = a.edition;
  params.light = a.light;
  PETZVAL_ASSIGN(params.exposure, measure::FindExposureAlignment(a.exposure));
  PETZVAL_ASSIGN(params.roi, RoiOf(a, subject));
  PETZVAL_ASSIGN(params.corners, ParseCorners(a.corners));
  PETZVAL_ASSIGN(const measure::ColorReport report, measure::MeasureColor(subject, params));

  ordered_json corners = ordered_json::array();
  for (const measure::Point& p : report.located.Corners()) {
    corners.push_back({Number(p.x), Number(p.y)});
  }
  ordered_json patches = ordered_json::array();
  for (const measure::ColorPatch& p : report.patches) patches.push_back(PatchJson(p));
  return Answer({{"chart", report.located.chart.name},
                 {"edition", report.edition.name},
                 {"light", report.light},
                 {"exposure", a.exposure},
                 {"de2000_mean", Number(report.de2000_mean)},
                 {"de2000_p95", Number(report.de2000_p95)},
                 {"de2000_max", Number(report.de2000_max)},
                 {"best_exposure", Summary(report.best)},
                 {"grey_exposure", Summary(report.greys)},
                 {"as_exposed", Summary(report.none)},
                 {"white_balance_error_deg", Number(report.white_balance_error_deg)},
                 {"saturation", Number(report.saturation)},
                 {"confidence", Number(report.located.confidence)},
                 {"corners_px", std::move(corners)},
                 {"patches", std::move(patches)}},
                report.findings);
}

Result<std::vector<Rect>> GreyRois(const MeasureArguments& a, const measure::Subject& subject) {
  PETZVAL_ASSIGN(const auto corners, ParseCorners(a.corners));
  PETZVAL_ASSIGN(const std::optional<Rect> roi, RoiOf(a, subject));
  std::vector<measure::Chart> charts;
  for (const std::string& name :
       a.chart == "auto" ? measure::SearchableCharts() : std::vector<std::string>{a.chart}) {
    PETZVAL_ASSIGN(measure::Chart chart, measure::FindChart(name));
    charts.push_back(std::move(chart));
  }
  measure::LocatedChart located;
  if (corners) {
    PETZVAL_ASSIGN(
        located, measure::PlaceChart(charts.front(), *corners, subject.width(), subject.height()));
  } else {
    PETZVAL_ASSIGN(located, measure::LocateAnyChart(measure::MakeOverview(subject), charts, roi));
  }
  PETZVAL_ASSIGN(const measure::ChartEdition edition,
                 measure::FindEdition(located.chart, a.edition));
  std::vector<Rect> rois;
  for (const measure::GreyStep& step : measure::GreySteps(located, edition)) {
    rois.push_back(step.roi);
  }
  return rois;
}

}  // namespace petzval::cli
