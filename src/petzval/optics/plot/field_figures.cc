// Curves over the field.
#include "petzval/optics/plot/field_figures.h"

#include <algorithm>
#include <cmath>

#include "petzval/optics/plot/chart.h"
#include "petzval/optics/plot/layout.h"

namespace petzval::optics {
namespace {

const double kNone = std::nan("");

AxisSpec FieldAxis(const LensModel& model, double largest) {
  static const char* const kLabels[] = {"field angle (°)", "image height (mm)",
                                        "object height (mm)"};
  AxisSpec axis{.label = kLabels[static_cast<int>(model.lens.fields.kind)], .min = 0};
  if (largest > 0) axis.max = largest;
  return axis;
}

template <class List>
double LargestField(const List& list) {
  double largest = 0;
  for (const auto& point : list) largest = std::max(largest, std::abs(point.field));
  return largest;
}

// mm become um where that reads better.
struct LengthUnit {
  const char* name;
  double factor;
};
LengthUnit UnitFor(double largest_mm) {
  return largest_mm > 0 && largest_mm < 0.5 ? LengthUnit{"µm", 1000} : LengthUnit{"mm", 1};
}

}  // namespace

std::string FieldCurvesFigure(const LensModel& model,
                              std::span<const std::vector<FieldFocus>> curves,
                              std::span<const ChiefPoint> chiefs) {
  const auto styles = WavelengthStyles(model.system.um, model.system.primary);
  Figure figure{.title = "Field curves and distortion of " + model.lens.name,
                .columns = 2,
                .panel_width = 330,
                .panel_height = 330};
  double largest_field = LargestField(chiefs), largest = 0;
  for (const auto& list : curves) {
    largest_field = std::max(largest_field, LargestField(list));
    for (const FieldFocus& f : list) {
      largest = std::max(
          {largest, std::abs(f.sagittal_mm.value_or(0)), std::abs(f.tangential_mm.value_or(0))});
    }
  }
  const LengthUnit unit = UnitFor(largest);
  Chart foci{.title = "Field curvature",
             .x = {.label = std::string("focus from the image plane (") + unit.name + ")",
                   .symmetric = true,
                   .ticks = 4},
             .y = FieldAxis(model, largest_field)};
  foci.zero_lines = true;
  for (size_t w = 0; w < curves.size() && w < styles.size(); ++w) {
    if (curves[w].empty()) continue;
    Series sagittal{.style = styles[w]}, tangential{.style = styles[w]};
    sagittal.style.dash = "";
    tangential.style.dash = "5 3";
    for (const FieldFocus& f : curves[w]) {
      sagittal.points.push_back({f.sagittal_mm.value_or(kNone) * unit.factor, f.field});
      tangential.points.push_back({f.tangential_mm.value_or(kNone) * unit.factor, f.field});
    }
    figure.legend.push_back({WavelengthLabel(model.system.um[w]) + " S", sagittal.style});
    figure.legend.push_back({"T", tangential.style});
    foci.series.push_back(std::move(sagittal));
    foci.series.push_back(std::move(tangential));
  }
  Chart distortion{.title = "Distortion",
                   .x = {.label = "distortion (%)", .symmetric = true, .ticks = 4},
                   .y = FieldAxis(model, largest_field)};
  distortion.zero_lines = true;
  const bool fisheye = std::any_of(chiefs.begin(), chiefs.end(), [](const ChiefPoint& p) {
    return std::abs(p.angle_deg) > 60 && p.f_theta_percent;
  });
  Series tan{.style = {.width = 1.6}}, theta{.style = {.color = "#d3541b", .width = 1.6}};
  for (const ChiefPoint& p : chiefs) {
    if (p.field == 0) continue;  // no height to compare
    tan.points.push_back({p.distortion_percent.value_or(kNone), p.field});
    theta.points.push_back({p.f_theta_percent.value_or(kNone), p.field});
  }
  if (fisheye) {
    distortion.title = "Distortion from f·θ";
    distortion.series = {theta};
  } else {
    distortion.title = "Distortion from f·tan θ";
    distortion.series = {tan};
  }
  figure.panels = {std::move(foci), std::move(distortion)};
  return RenderFigure(figure);
}

std::string LateralColourFigure(const LensModel& model, std::span<const ChiefPoint> chiefs) {
  const auto styles = WavelengthStyles(model.system.um, model.system.primary);
  const int primary = model.system.primary;
  Chart chart{
      .x = FieldAxis(model, LargestField(chiefs)),
      .y = {.label = "height − height at " + WavelengthLabel(model.system.um[primary]) + " (µm)",
            .include_zero = true}};
  chart.zero_lines = true;
  for (int w = 0; w < model.system.wavelengths(); ++w) {
    Series series{.label = WavelengthLabel(model.system.um[w]), .style = styles[w]};
    for (const ChiefPoint& p : chiefs) {
      double shift = kNone;
      if (w < static_cast<int>(p.y_mm.size()) && primary < static_cast<int>(p.y_mm.size()) &&
          p.y_mm[w] && p.y_mm[primary]) {
        shift = 1000 * (*p.y_mm[w] - *p.y_mm[primary]);
      }
      series.points.push_back({p.field, shift});
    }
    chart.series.push_back(std::move(series));
  }
  return RenderFigure({.title = "Lateral colour of " + model.lens.name,
                       .panels = {chart},
                       .panel_width = 430,
                       .panel_height = 260});
}

std::string ChiefAngleFigure(const LensModel& model, std::span<const ChiefPoint> chiefs) {
  Chart chart{.x = {.label = "image height (mm)", .include_zero = true},
              .y = {.label = "chief ray angle (°)", .include_zero = true}};
  Series series{.style = FieldStyle(0)};
  const size_t primary = static_cast<size_t>(model.system.primary);
  for (const ChiefPoint& p : chiefs) {
    const bool there = p.image_angle_deg && primary < p.y_mm.size() && p.y_mm[primary];
    series.points.push_back(
        {there ? std::abs(*p.y_mm[primary]) : kNone, there ? *p.image_angle_deg : kNone});
  }
  if (const auto& sensor = model.lens.sensor_cra) {
    series.label = "lens";
    Series wanted{.label = "micro-lenses of the sensor",
                  .style = {.color = "#d3541b", .dash = "7 3"}};
    for (size_t i = 0; i < std::min(sensor->image_mm.size(), sensor->deg.size()); ++i) {
      wanted.points.push_back({sensor->image_mm[i], sensor->deg[i]});
    }
    chart.series.push_back(std::move(wanted));
  }
  chart.series.insert(chart.series.begin(), std::move(series));
  return RenderFigure({.title = "Chief ray angle at the image of " + model.lens.name,
                       .panels = {chart},
                       .panel_width = 430,
                       .panel_height = 240});
}

std::string IlluminationFigure(const LensModel& model, std::span<const IlluminationPoint> clipped,
                               std::span<const IlluminationPoint> nominal) {
  const double largest = std::max(LargestField(clipped), LargestField(nominal));
  double top = 1;
  Chart chart{.x = FieldAxis(model, largest),
              .y = {.label = "illumination relative to the axis (%)", .min = 0}};
  const auto add = [&](std::span<const IlluminationPoint> list, const char* label,
                       LineStyle style) {
    if (list.empty()) return;
    Series series{.label = label, .style = std::move(style)};
    for (const IlluminationPoint& p : list) {
      series.points.push_back({p.field, 100 * p.relative.value_or(kNone)});
      top = std::max(top, p.relative.value_or(0));
    }
    chart.series.push_back(std::move(series));
  };
  add(clipped, "clear diameters clip", FieldStyle(0));
  add(nominal, "nothing clips", {.color = "#d3541b", .dash = "7 3"});
  if (model.lens.fields.kind == FieldKind::kAngleDeg && largest > 0 && largest < 90) {
    Series law{.label = "cos⁴ of the field angle",
               .style = {.color = kGrey, .dash = "2 2.5", .width = 1.2}};
    for (int i = 0; i <= 40; ++i) {
      const double field = largest * i / 40;
      law.points.push_back({field, 100 * std::pow(std::cos(field * M_PI / 180), 4)});
    }
    chart.series.push_back(std::move(law));
  }
  chart.y.max = top > 1.001 ? std::ceil(top * 10) * 10 : 100;
  return RenderFigure({.title = "Relative illumination of " + model.lens.name,
                       .panels = {chart},
                       .panel_width = 430,
                       .panel_height = 260});
}

std::string DistortionGridFigure(const LensModel& model, const DistortionGrid& grid) {
  const std::string title = "Distortion grid of " + model.lens.name;
  const size_t size = static_cast<size_t>(std::max(0, grid.n)) * std::max(0, grid.n);
  if (size == 0 || grid.x_mm.size() != size || grid.y_mm.size() != size ||
      grid.ideal_x_mm.size() != size || grid.ideal_y_mm.size() != size ||
      grid.valid.size() != size) {
    return EmptyFigure(title, "no distortion grid");
  }
  Chart chart{.x = {.label = "x (mm)", .symmetric = true, .ticks = 4},
              .y = {.label = "y (mm)", .symmetric = true, .ticks = 4}};
  chart.equal_scale = true;
  const LineStyle ideal{.color = "#a3a9b0", .width = 0.9}, real{.color = "#0b5fa5", .width = 1.3};
  for (const bool is_real : {false, true}) {
    for (int direction = 0; direction < 2; ++direction) {
      for (int i = 0; i < grid.n; ++i) {
        Series line{.style = is_real ? real : ideal};
        if (i == 0 && direction == 0) line.label = is_real ? "image" : "f·tan θ";
        for (int j = 0; j < grid.n; ++j) {
          const size_t at = direction == 0 ? static_cast<size_t>(i) * grid.n + j
                                           : static_cast<size_t>(j) * grid.n + i;
          if (is_real) {
            line.points.push_back(grid.valid[at] ? Point{grid.x_mm[at], grid.y_mm[at]}
                                                 : Point{kNone, kNone});
          } else {
            line.points.push_back({grid.ideal_x_mm[at], grid.ideal_y_mm[at]});
          }
        }
        chart.series.push_back(std::move(line));
      }
    }
  }
  return RenderFigure({.title = title, .panels = {chart}, .panel_width = 380, .panel_height = 360});
}

std::string AxialColourFigure(const LensModel& model, std::span<const ChromaticFocus> foci,
                              std::span<const LongitudinalAberration> heights) {
  Figure figure{.title = "Axial colour of " + model.lens.name,
                .columns = 2,
                .panel_width = 380,
                .panel_height = 300};
  const double plane = model.primary().image_distance;
  double largest = 0;
  for (const ChromaticFocus& f : foci) {
    if (f.bfl_mm) largest = std::max(largest, std::abs(*f.bfl_mm - plane));
    largest = std::max({largest, std::abs(f.zone_shift_mm.value_or(0)),
                        std::abs(f.marginal_shift_mm.value_or(0))});
  }
  for (const LongitudinalAberration& h : heights) {
    for (const auto& shift : h.shift_mm) largest = std::max(largest, std::abs(shift.value_or(0)));
  }
  const LengthUnit unit = UnitFor(largest);
  const std::string focus = std::string("focus from the image plane (") + unit.name + ")";
  Chart colour{.title = "Focus against wavelength",
               .x = {.label = "wavelength (nm)"},
               .y = {.label = focus}};
  colour.zero_lines = true;
  const auto styles = WavelengthStyles(model.system.um, model.system.primary);
  Series paraxial{.label = "paraxial", .style = {.width = 1.6}};
  Series zone{.label = "pupil 0.7", .style = {.color = "#0b5fa5", .dash = "7 3"}};
  Series marginal{.label = "pupil 1", .style = {.color = "#d3541b", .dash = "2 2.5"}};
  for (const ChromaticFocus& f : foci) {
    const double nm = 1000 * f.um;
    paraxial.points.push_back({nm, f.bfl_mm ? (*f.bfl_mm - plane) * unit.factor : kNone});
    zone.points.push_back({nm, f.zone_shift_mm.value_or(kNone) * unit.factor});
    marginal.points.push_back({nm, f.marginal_shift_mm.value_or(kNone) * unit.factor});
  }
  colour.series = {std::move(paraxial), std::move(zone), std::move(marginal)};
  Chart spherical{.title = "Focus against pupil height",
                  .x = {.label = focus, .symmetric = true, .ticks = 4},
                  .y = {.label = "pupil height", .min = 0, .max = 1}};
  spherical.zero_lines = true;
  for (int w = 0; w < model.system.wavelengths(); ++w) {
    Series series{.label = WavelengthLabel(model.system.um[w]), .style = styles[w]};
    for (const LongitudinalAberration& h : heights) {
      const bool there = w < static_cast<int>(h.shift_mm.size()) && h.shift_mm[w];
      series.points.push_back({there ? *h.shift_mm[w] * unit.factor : kNone, h.pupil});
    }
    spherical.series.push_back(std::move(series));
  }
  // One wavelength has no curve against it.
  const bool one = std::all_of(foci.begin(), foci.end(),
                               [&](const ChromaticFocus& f) { return f.um == foci[0].um; });
  if (!one) figure.panels.push_back(std::move(colour));
  figure.panels.push_back(std::move(spherical));
  return RenderFigure(figure);
}

}  // namespace petzval::optics
