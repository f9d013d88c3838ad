// What the verbs of `petzval measure` share.
#include "measure_verbs.h"

#include <fmt/format.h>

#include "petzval/optics/plot/chart.h"

namespace petzval::cli {

using nlohmann::ordered_json;

Result<std::optional<Rect>> RoiOf(const MeasureArguments& arguments,
                                  const measure::Subject& subject) {
  if (arguments.roi.empty()) return std::optional<Rect>();
  PETZVAL_ASSIGN(const Rect roi, ParseRect(arguments.roi, "--roi"));
  if (roi.x + roi.width > subject.width() || roi.y + roi.height > subject.height()) {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("--roi {} is not inside the picture of {} x {} pixels", arguments.roi,
                            subject.width(), subject.height()));
  }
  return std::optional<Rect>(roi);
}

Result<std::vector<Rect>> RoisOf(const MeasureArguments& arguments,
                                 const measure::Subject& subject) {
  PETZVAL_ASSIGN(const std::optional<Rect> roi, RoiOf(arguments, subject));
  return roi ? std::vector<Rect>{*roi} : std::vector<Rect>{};
}

measure::Channel ChannelOf(const MeasureArguments& arguments) {
  return arguments.channel == "red"     ? measure::Channel::kRed
         : arguments.channel == "green" ? measure::Channel::kGreen
         : arguments.channel == "blue"  ? measure::Channel::kBlue
                                        : measure::Channel::kLuminance;
}

const char* ChannelName(measure::Channel channel) {
  switch (channel) {
    case measure::Channel::kRed:
      return "red";
    case measure::Channel::kGreen:
      return "green";
    case measure::Channel::kBlue:
      return "blue";
    case measure::Channel::kLuminance:
      break;
  }
  return "luminance";
}

ordered_json RectJson(const Rect& r) { return {r.x, r.y, r.width, r.height}; }

ordered_json Numbers(const std::vector<double>& values) {
  ordered_json list = ordered_json::array();
  for (const double v : values) list.push_back(Number(v));
  return list;
}

MeasureAnswer Answer(ordered_json json, const measure::Findings& findings) {
  ordered_json figures = ordered_json::array();
  for (const measure::Figure& f : findings.figures) {
    ordered_json figure = {{"name", f.name},
                           {"value", Number(f.value)},
                           {"unit", f.unit},
                           {"n", f.n},
                           {"standard_error", Number(f.standard_error)},
                           {"conditions", f.conditions},
                           {"definition", f.definition}};
    if (!f.note.empty()) figure["note"] = f.note;
    figures.push_back(std::move(figure));
  }
  if (!json.contains("figures")) json["figures"] = ordered_json::array();
  json["figures"].insert(json["figures"].end(), figures.begin(), figures.end());
  if (!json.contains("warnings")) json["warnings"] = ordered_json::array();
  for (const std::string& warning : findings.warnings) json["warnings"].push_back(warning);
  return {std::move(json), findings.curves};
}

void Append(MeasureAnswer more, MeasureAnswer* answer) {
  for (auto& [key, value] : more.json.items()) {
    if (value.is_array() && answer->json.contains(key) && answer->json[key].is_array()) {
      answer->json[key].insert(answer->json[key].end(), value.begin(), value.end());
    } else {
      answer->json[key] = value;
    }
  }
  answer->curves.insert(answer->curves.end(), more.curves.begin(), more.curves.end());
}

std::string PlotOf(const std::vector<measure::Curve>& curves, const std::string& title) {
  if (curves.empty()) return optics::EmptyFigure(title, "This measure has no curve to draw.");
  optics::Figure figure;
  figure.title = title;
  figure.panel_width = 420;
  figure.panel_height = 300;
  // Curves over the same axes share a panel.
  std::vector<std::pair<std::string, std::string>> axes;
  for (const measure::Curve& curve : curves) {
    const std::pair<std::string, std::string> labels = {curve.x_label, curve.y_label};
    size_t panel = 0;
    while (panel < axes.size() && axes[panel] != labels) ++panel;
    if (panel == axes.size()) {
      axes.push_back(labels);
      optics::Chart chart;
      chart.x = {.label = curve.x_label};
      chart.y = {.label = curve.y_label};
      figure.panels.push_back(std::move(chart));
    }
    optics::Series series;
    series.label = curve.name;
    series.style = optics::SeriesStyle(static_cast<int>(figure.panels[panel].series.size()));
    for (size_t i = 0; i < curve.x.size() && i < curve.y.size(); ++i) {
      series.points.push_back({curve.x[i], curve.y[i]});
    }
    figure.panels[panel].series.push_back(std::move(series));
  }
  figure.columns = figure.panels.size() > 1 ? 2 : 1;
  return optics::RenderFigure(figure);
}

}  // namespace petzval::cli
