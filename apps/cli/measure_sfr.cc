// petzval measure sfr: slanted edges.
#include <fmt/format.h>

#include "measure_verbs.h"
#include "petzval/measure/sfr/sfr.h"

namespace petzval::cli {

using nlohmann::ordered_json;

namespace {

ordered_json EdgeJson(const measure::EdgeSfr& e) {
  return {{"x_px", Number(e.x)},
          {"y_px", Number(e.y)},
          {"bounds", RectJson(e.region.bounds)},
          {"length_px", Number(e.length_px)},
          {"angle_deg", Number(e.angle_deg)},
          {"normal_deg", Number(e.normal_deg)},
          {"radial", measure::RadialDirectionName(e.radial)},
          {"field", Number(e.field)},
          {"contrast", Number(e.contrast)},
          {"low", Number(e.low)},
          {"high", Number(e.high)},
          {"noise_low", Number(e.noise_low)},
          {"noise_high", Number(e.noise_high)},
          {"mtf50_cpp", Number(e.mtf50_cpp)},
          {"mtf50_standard_error", Number(e.mtf50_error)},
          {"mtf10_cpp", Number(e.mtf10_cpp)},
          {"mtf_half_nyquist", Number(e.mtf_half_nyquist)},
          {"mtf_nyquist", Number(e.mtf_nyquist)},
          {"overshoot_pct", Number(e.overshoot_pct)},
          {"undershoot_pct", Number(e.undershoot_pct)},
          {"halo_width_px", Number(e.halo_width_px)},
          {"width_10_90_px", Number(e.width_10_90_px)},
          {"curvature_px", Number(e.curvature_px)},
          {"spurious_zero_cpp",
           Number(e.spurious ? std::optional<double>(e.first_zero_cpp) : std::nullopt)},
          {"half_width_px", Number(e.half_width_px)},
          {"samples", e.samples},
          {"warnings", e.warnings},
          {"f_cpp", Numbers(e.f)},
          {"mtf", Numbers(e.mtf)}};
}

}  // namespace

Result<MeasureAnswer> SfrAnswer(const MeasureArguments& a,
                                const std::vector<measure::Subject>& subjects) {
  const measure::Subject& subject = subjects.front();
  PETZVAL_ASSIGN(const std::optional<Rect> roi, RoiOf(a, subject));
  PETZVAL_ASSIGN(const measure::SfrReport report,
                 measure::MeasureSfr(subject, ChannelOf(a), roi, {}));
  ordered_json edges = ordered_json::array();
  measure::Findings findings = report.findings;
  int told = 0;
  for (const measure::EdgeSfr& edge : report.edges) {
    edges.push_back(EdgeJson(edge));
    for (const std::string& warning : edge.warnings) {
      if (report.edges.size() > 1) {
        ++told;
        continue;  // in the edge's own entry
      }
      findings.warnings.push_back(warning);
    }
  }
  if (told > 0) {
    findings.warnings.push_back(
        fmt::format("{} remarks on single edges stand in their entries of the JSON report", told));
  }
  ordered_json colors = ordered_json::array();
  for (const measure::EdgeColor& c : report.colors) {
    colors.push_back({{"edge", c.edge},
                      {"red_px", Number(c.red_px)},
                      {"blue_px", Number(c.blue_px)},
                      {"red_standard_error_px", Number(c.red_error_px)},
                      {"blue_standard_error_px", Number(c.blue_error_px)}});
  }
  return Answer({{"channel", ChannelName(report.channel)},
                 {"edges_refused", report.refused},
                 {"edges", std::move(edges)},
                 {"lateral_color", std::move(colors)}},
                findings);
}

}  // namespace petzval::cli
