// MTF charts: colour for what varies, solid for sagittal, dashed for tangential.
#include "petzval/optics/plot/mtf_figures.h"

#include <algorithm>
#include <cmath>

#include "petzval/optics/plot/chart.h"
#include "petzval/optics/plot/layout.h"

namespace petzval::optics {
namespace {

constexpr char kTangentialDash[] = "6 3";
const AxisSpec kModulation = {.label = "modulation", .min = 0, .max = 1};

// Value `i` of a list, nan where it has none.
double At(const std::vector<double>& list, size_t i) {
  return i < list.size() ? list[i] : std::nan("");
}

std::string FrequencyLabel(double cycles_per_mm) {
  return FormatShort(cycles_per_mm, 4) + " cycles/mm";
}

// Entries: each colour once, then what solid and dashed mean.
std::vector<LegendEntry> Legend(const std::vector<std::pair<std::string, LineStyle>>& colors) {
  std::vector<LegendEntry> legend;
  for (const auto& [label, style] : colors) legend.push_back({label, style});
  legend.push_back({"sagittal", {.color = kGrey}});
  legend.push_back({"tangential", {.color = kGrey, .dash = kTangentialDash}});
  return legend;
}

LineStyle Tangential(LineStyle style) {
  style.dash = kTangentialDash;
  return style;
}
LineStyle Sagittal(LineStyle style) {
  style.dash = "";
  return style;
}

}  // namespace

std::string MtfFigure(const LensModel& model, std::span<const MtfCurve> fields) {
  Chart chart{.x = {.label = "spatial frequency (cycles/mm)", .min = 0}, .y = kModulation};
  std::vector<std::pair<std::string, LineStyle>> colors;
  double highest = 0;
  for (size_t f = 0; f < fields.size(); ++f) {
    const MtfCurve& curve = fields[f];
    const LineStyle style = FieldStyle(static_cast<int>(f));
    Series sagittal{.style = Sagittal(style)}, tangential{.style = Tangential(style)};
    for (size_t i = 0; i < curve.cycles_per_mm.size(); ++i) {
      const double frequency = curve.cycles_per_mm[i];
      highest = std::max(highest, frequency);
      sagittal.points.push_back({frequency, At(curve.sagittal, i)});
      tangential.points.push_back({frequency, At(curve.tangential, i)});
    }
    colors.push_back(
        {FieldLabel(model.lens, curve.field) + (curve.empty() ? " (no light)" : ""), style});
    chart.series.push_back(std::move(sagittal));
    chart.series.push_back(std::move(tangential));
  }
  auto legend = Legend(colors);
  const double f_number = model.primary().f_number;
  if (highest > 0 && f_number > 0 && std::isfinite(f_number)) {
    chart.x.max = highest;
    Series limit{.style = {.color = "#9aa0a6", .dash = "1.5 2.5", .width = 1.5}};
    double total = 0;
    for (const double weight : model.system.weights) total += weight;
    for (int i = 0; i <= 60; ++i) {
      const double frequency = highest * i / 60;
      double sum = 0;
      for (int w = 0; w < model.system.wavelengths(); ++w) {
        sum += model.system.weights[w] *
               DiffractionLimitedMtf(frequency, model.system.um[w], f_number);
      }
      limit.points.push_back({frequency, total > 0 ? sum / total : std::nan("")});
    }
    legend.push_back({"diffraction limit f/" + FormatShort(f_number), limit.style});
    chart.series.insert(chart.series.begin(), std::move(limit));
  }
  return RenderFigure({.title = "MTF of " + model.lens.name,
                       .panels = {chart},
                       .panel_width = 620,
                       .panel_height = 320,
                       .legend = legend});
}

std::string MtfVsFieldFigure(const LensModel& model, std::span<const MtfCurve> fields) {
  const std::string title = "MTF over the field of " + model.lens.name;
  if (fields.empty()) return EmptyFigure(title, "no MTF over the field");
  static const char* const kLabels[] = {"field angle (°)", "image height (mm)",
                                        "object height (mm)"};
  Chart chart{.x = {.label = kLabels[static_cast<int>(model.lens.fields.kind)], .min = 0},
              .y = kModulation};
  double largest = 0;
  for (const MtfCurve& curve : fields) largest = std::max(largest, curve.field);
  if (largest > 0) chart.x.max = largest;
  std::vector<std::pair<std::string, LineStyle>> colors;
  for (size_t i = 0; i < fields[0].cycles_per_mm.size(); ++i) {
    const LineStyle style = FieldStyle(static_cast<int>(i));
    Series sagittal{.style = Sagittal(style)}, tangential{.style = Tangential(style)};
    for (const MtfCurve& curve : fields) {
      sagittal.points.push_back({curve.field, At(curve.sagittal, i)});
      tangential.points.push_back({curve.field, At(curve.tangential, i)});
    }
    colors.push_back({FrequencyLabel(fields[0].cycles_per_mm[i]), style});
    chart.series.push_back(std::move(sagittal));
    chart.series.push_back(std::move(tangential));
  }
  return RenderFigure({.title = title,
                       .panels = {chart},
                       .panel_width = 620,
                       .panel_height = 300,
                       .legend = Legend(colors)});
}

std::string MtfThroughFocusFigure(const LensModel& model,
                                  std::span<const std::vector<MtfCurve>> fields, int frequency) {
  const std::string title = "MTF through focus of " + model.lens.name;
  double largest = 0, cycles = 0;
  for (const auto& curves : fields) {
    for (const MtfCurve& curve : curves) {
      largest = std::max(largest, std::abs(curve.shift_mm));
      if (frequency >= 0 && frequency < static_cast<int>(curve.cycles_per_mm.size())) {
        cycles = curve.cycles_per_mm[frequency];
      }
    }
  }
  if (frequency < 0 || cycles == 0) return EmptyFigure(title, "no MTF through focus");
  const bool um = largest < 0.5;
  Chart chart{.title = FrequencyLabel(cycles),
              .x = {.label = um ? "image plane shift (µm)" : "image plane shift (mm)"},
              .y = kModulation};
  chart.zero_lines = true;
  std::vector<std::pair<std::string, LineStyle>> colors;
  for (size_t f = 0; f < fields.size(); ++f) {
    if (fields[f].empty()) continue;
    const LineStyle style = FieldStyle(static_cast<int>(f));
    Series sagittal{.style = Sagittal(style)}, tangential{.style = Tangential(style)};
    for (const MtfCurve& curve : fields[f]) {
      const double shift = curve.shift_mm * (um ? 1000 : 1);
      sagittal.points.push_back({shift, At(curve.sagittal, static_cast<size_t>(frequency))});
      tangential.points.push_back({shift, At(curve.tangential, static_cast<size_t>(frequency))});
    }
    colors.push_back({FieldLabel(model.lens, fields[f][0].field), style});
    chart.series.push_back(std::move(sagittal));
    chart.series.push_back(std::move(tangential));
  }
  if (largest > 0) {
    chart.x.min = -largest * (um ? 1000 : 1);
    chart.x.max = largest * (um ? 1000 : 1);
  }
  return RenderFigure({.title = title,
                       .panels = {chart},
                       .panel_width = 620,
                       .panel_height = 320,
                       .legend = Legend(colors)});
}

}  // namespace petzval::optics
