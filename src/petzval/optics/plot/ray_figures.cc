// Fans as small multiples of one scale; spots as tiles of one scale.
#include "petzval/optics/plot/ray_figures.h"

#include <algorithm>
#include <cmath>

#include "petzval/optics/plot/layout.h"
#include "petzval/optics/plot/tiles.h"

namespace petzval::optics {
namespace {

constexpr int kMaxColumns = 4;

// The ordinate of one ray, nan where it has none.
double FanValue(const RayError& error, const WavelengthFans& fan, bool tangential, bool opd) {
  if (error.status != RayStatus::kOk) return std::nan("");
  if (opd) return error.opd_waves ? *error.opd_waves : std::nan("");
  return tangential ? error.dy_um + fan.chief_dy_um : error.dx_um + fan.chief_dx_um;
}

std::string Fans(const LensModel& model, std::span<const FieldFans> fields, bool opd) {
  Figure figure{.title = (opd ? "Wave aberration fans of " : "Ray fans of ") + model.lens.name};
  if (fields.empty()) return EmptyFigure(figure.title, "no field, no fans");
  const auto styles = WavelengthStyles(model.system.um, model.system.primary);
  double largest = 0;
  RayCounts rays;
  for (const FieldFans& field : fields) {
    rays += field.rays;
    for (const WavelengthFans& fan : field.fans) {
      for (const bool tangential : {true, false}) {
        for (const RayError& e : tangential ? fan.tangential : fan.sagittal) {
          const double value = std::abs(FanValue(e, fan, tangential, opd));
          if (std::isfinite(value)) largest = std::max(largest, value);
        }
      }
    }
  }
  const double limit = NiceLimit(largest);
  const std::string unit = opd ? "W (waves)" : "(µm)";
  const size_t columns = std::min<size_t>(fields.size(), kMaxColumns);
  for (size_t begin = 0; begin < fields.size(); begin += columns) {
    for (const bool tangential : {true, false}) {
      for (size_t i = begin; i < begin + columns; ++i) {
        Chart chart;
        if (i >= fields.size()) {
          chart.blank = true;
          figure.panels.push_back(chart);
          continue;
        }
        chart.title =
            FieldLabel(model.lens, fields[i].field) + (tangential ? "  tangential" : "  sagittal");
        chart.x = {.label = tangential ? "pupil y" : "pupil x", .min = -1, .max = 1, .ticks = 4};
        chart.y = {.label = i != begin ? "" : (opd ? unit : (tangential ? "Δy " : "Δx ") + unit),
                   .min = -limit,
                   .max = limit,
                   .ticks = 4};
        chart.zero_lines = true;
        for (const WavelengthFans& fan : fields[i].fans) {
          if (fan.wavelength < 0 || fan.wavelength >= static_cast<int>(styles.size())) continue;
          Series series{.label = WavelengthLabel(model.system.um[fan.wavelength]),
                        .style = styles[fan.wavelength]};
          for (const RayError& e : tangential ? fan.tangential : fan.sagittal) {
            series.points.push_back(
                {tangential ? e.pupil.y : e.pupil.x, FanValue(e, fan, tangential, opd)});
          }
          chart.series.push_back(std::move(series));
        }
        figure.panels.push_back(std::move(chart));
      }
    }
  }
  figure.columns = static_cast<int>(columns);
  figure.panel_width = columns >= 4 ? 228 : (columns == 3 ? 300 : 340);
  figure.panel_height = 190;
  figure.footnote = LostRaysNote(rays);
  return RenderFigure(figure);
}

// Largest useful half width of a spot tile in um.
double SpotHalfWidth(std::span<const FieldSpot> fields) {
  double largest = 0, rms = 0;
  for (const FieldSpot& field : fields) {
    if (!field.centroid_x_mm || !field.centroid_y_mm) continue;
    rms = std::max(rms, field.poly_rms_centroid_um.value_or(0));
    for (const Spot& spot : field.spots) {
      for (size_t i = 0; i < spot.x_mm.size(); ++i) {
        largest = std::max({largest, 1000 * std::abs(spot.x_mm[i] - *field.centroid_x_mm),
                            1000 * std::abs(spot.y_mm[i] - *field.centroid_y_mm)});
      }
    }
    largest = std::max(largest, field.airy_radius_um.value_or(0));
  }
  // A few stray rays must not shrink everything else to a point.
  if (rms > 0) largest = std::min(largest, std::max(6 * rms, 1.2 * rms));
  if (!(largest > 0) || !std::isfinite(largest)) return 1;
  return 1.06 * largest;
}

// RMS about the centroid of one wavelength, or of all (-1); negative when nothing arrives.
double SpotRms(const FieldSpot& field, int wavelength) {
  if (wavelength < 0) return field.poly_rms_centroid_um.value_or(-1);
  for (const Spot& spot : field.spots) {
    if (spot.wavelength == wavelength) return spot.rms_centroid_um.value_or(-1);
  }
  return -1;
}

void DrawSpot(const FieldSpot& field, int wavelength, double half, const Box& box,
              const std::vector<LineStyle>& styles, Svg* svg) {
  const double scale = box.width / (2 * half);
  svg->Line({box.x, box.center_y()}, {box.right(), box.center_y()}, StrokePen(kGrid, 0.8));
  svg->Line({box.center_x(), box.y}, {box.center_x(), box.bottom()}, StrokePen(kGrid, 0.8));
  for (const Spot& spot : field.spots) {
    if (wavelength >= 0 && spot.wavelength != wavelength) continue;
    if (spot.wavelength < 0 || spot.wavelength >= static_cast<int>(styles.size())) continue;
    std::vector<Point> dots;
    for (size_t i = 0; i < spot.x_mm.size(); ++i) {
      const double x = 1000 * (spot.x_mm[i] - *field.centroid_x_mm);
      const double y = 1000 * (spot.y_mm[i] - *field.centroid_y_mm);
      if (!(std::abs(x) <= half && std::abs(y) <= half)) continue;
      dots.push_back({box.center_x() + scale * x, box.center_y() - scale * y});
    }
    svg->Dots(dots, 0.9, styles[spot.wavelength].color);
  }
  if (field.airy_radius_um) {
    svg->Circle({box.center_x(), box.center_y()}, scale * *field.airy_radius_um,
                StrokePen(kInk, 0.9));
  }
  DrawTileScale(box, 2 * half, "µm", kInk, svg);
}

}  // namespace

std::string FanFigure(const LensModel& model, std::span<const FieldFans> fields) {
  return Fans(model, fields, false);
}

std::string OpdFanFigure(const LensModel& model, std::span<const FieldFans> fields) {
  return Fans(model, fields, true);
}

std::string SpotFigure(const LensModel& model, std::span<const FieldSpot> fields,
                       const SpotFigureOptions& options) {
  TileFigure figure{.title = "Spot diagrams of " + model.lens.name};
  if (fields.empty()) return EmptyFigure(figure.title, "no field, no spots");
  const auto styles = WavelengthStyles(model.system.um, model.system.primary);
  const double half = SpotHalfWidth(fields);
  const int wavelengths = model.system.wavelengths();
  const int rows = options.per_wavelength && wavelengths > 1 ? 1 + wavelengths : 1;
  RayCounts rays;
  for (const FieldSpot& field : fields) {
    figure.column_headings.push_back(FieldLabel(model.lens, field.field));
    rays += field.rays;
  }
  for (int row = 0; row < rows; ++row) {
    const int wavelength = row - 1;
    if (rows > 1) {
      figure.row_headings.push_back(row == 0 ? "all" : WavelengthLabel(model.system.um[row - 1]));
    }
    for (const FieldSpot& field : fields) {
      Tile tile;
      const double rms = SpotRms(field, wavelength);
      if (rms >= 0 && field.centroid_x_mm && field.centroid_y_mm) {
        tile.lines = {"RMS " + FormatValue(rms) + " µm"};
        tile.draw = [&field, &styles, wavelength, half](const Box& box, Svg* svg) {
          DrawSpot(field, wavelength, half, box, styles, svg);
        };
      } else {
        tile.lines = {"no ray arrives"};
      }
      figure.tiles.push_back(std::move(tile));
    }
  }
  figure.columns = static_cast<int>(fields.size());
  figure.tile = fields.size() > 4 ? 130 : 168;
  for (int w = 0; w < wavelengths; ++w) {
    figure.legend.push_back({WavelengthLabel(model.system.um[w]), styles[w], false, 2.4});
  }
  if (fields[0].airy_radius_um) {
    figure.legend.push_back({"Airy disc, radius " + FormatValue(*fields[0].airy_radius_um) + " µm",
                             {.color = kInk, .width = 1}});
  }
  figure.footnote = LostRaysNote(rays);
  return RenderTiles(figure);
}

}  // namespace petzval::optics
