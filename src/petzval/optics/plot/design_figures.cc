// Histogram, trace and glass map.
#include "petzval/optics/plot/design_figures.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "petzval/optics/plot/chart.h"

namespace petzval::optics {

std::string ToleranceHistogram(std::span<const double> values, const HistogramOptions& options) {
  std::vector<double> finite;
  for (const double v : values) {
    if (std::isfinite(v)) finite.push_back(v);
  }
  if (finite.empty()) {
    return EmptyFigure(options.title,
                       values.empty() ? "no system was made" : "no system gave a figure");
  }
  std::sort(finite.begin(), finite.end());
  const int count = static_cast<int>(finite.size());
  int bins = options.bins > 0 ? std::min(options.bins, 400)
                              : std::clamp(static_cast<int>(std::sqrt(count)), 8, 40);
  double low = finite.front(), high = finite.back();
  if (!(high > low)) {
    const double pad = low == 0 ? 1 : 0.05 * std::abs(low);
    low -= pad, high += pad;
  }
  const double step = NiceStep(high - low, bins);
  const double first = std::floor(low / step) * step;
  bins = static_cast<int>(std::floor((high - first) / step)) + 1;
  std::vector<int> counts(bins, 0);
  for (const double v : finite) {
    ++counts[std::clamp(static_cast<int>((v - first) / step), 0, bins - 1)];
  }
  Chart chart{.x = {.label = options.quantity},
              .y = {.label = "systems", .min = 0, .integer = true}};
  for (int i = 0; i < bins; ++i) {
    const double x = first + i * step;
    const bool pass =
        !options.requirement || (options.pass_above ? x + step / 2 >= *options.requirement
                                                    : x + step / 2 <= *options.requirement);
    chart.bars.push_back({x + 0.04 * step, x + 0.96 * step, static_cast<double>(counts[i]),
                          pass ? "#7ba6cf" : "#e0a58a"});
  }
  const auto at = [&](double share) {
    return finite[std::min(count - 1, static_cast<int>(share * count))];
  };
  std::string summary = "Median " + FormatValue(at(0.5)) + "; 10 % lie below " +
                        FormatValue(at(0.1)) + ", 90 % below " + FormatValue(at(0.9));
  if (options.requirement) {
    const auto passed = std::count_if(finite.begin(), finite.end(), [&](double v) {
      return options.pass_above ? v >= *options.requirement : v <= *options.requirement;
    });
    summary += "; yield " + FormatFixed(100.0 * passed / static_cast<double>(values.size()), 1) +
               " % of " + std::to_string(values.size());
    chart.references.push_back({.vertical = true,
                                .value = *options.requirement,
                                .label = "required",
                                .style = {.color = "#b3401c", .dash = "5 3", .width = 1.3}});
  }
  if (options.nominal && std::isfinite(*options.nominal)) {
    chart.references.push_back({.vertical = true, .value = *options.nominal, .label = "nominal"});
  }
  // The axis holds the references and ends on bin borders.
  double from = first, to = first + bins * step;
  for (const Reference& r : chart.references) {
    if (!std::isfinite(r.value)) continue;
    from = std::min(from, std::floor(r.value / step) * step);
    to = std::max(to, std::ceil(r.value / step) * step);
  }
  chart.x.min = from;
  chart.x.max = to;
  Figure figure{.title = options.title, .panels = {chart}, .panel_width = 560, .panel_height = 300};
  if (const size_t none = values.size() - finite.size(); none > 0) {
    summary +=
        fmt::format("; {} gave no figure and {} as failed", none, none == 1 ? "counts" : "count");
  }
  figure.footnote = summary + ".";
  return RenderFigure(figure);
}

std::string OptimisationTrace(const std::string& title, const std::string& x_label,
                              const std::string& y_label, std::span<const NamedSeries> series) {
  Chart chart{.x = {.label = x_label}, .y = {.label = y_label}};
  double low = kInfinity, high = -kInfinity;
  bool integer = true;
  for (size_t i = 0; i < series.size(); ++i) {
    Series line{.label = series.size() > 1 ? series[i].name : "",
                .style = SeriesStyle(static_cast<int>(i))};
    const size_t n = std::min(series[i].x.size(), series[i].y.size());
    for (size_t k = 0; k < n; ++k) {
      const Point p{series[i].x[k], series[i].y[k]};
      line.points.push_back(p);
      if (!std::isfinite(p.x) || !std::isfinite(p.y)) continue;
      low = std::min(low, p.y), high = std::max(high, p.y);
      integer = integer && p.x == std::floor(p.x);
    }
    if (n == 1) line.dot_radius = 2;
    chart.series.push_back(std::move(line));
  }
  if (!(low <= high)) return EmptyFigure(title, "no step was made");
  chart.x.integer = integer;
  chart.y.log = low > 0 && high > 30 * low;
  if (!chart.y.log && low >= 0) chart.y.include_zero = true;
  return RenderFigure({.title = title, .panels = {chart}, .panel_width = 560, .panel_height = 300});
}

}  // namespace petzval::optics
