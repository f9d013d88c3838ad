// The report's drawing, rays and waves.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>

#include "petzval/optics/analysis/fans.h"
#include "petzval/optics/analysis/opd.h"
#include "petzval/optics/analysis/spot.h"
#include "petzval/optics/plot/axis.h"
#include "petzval/optics/plot/layout.h"
#include "petzval/optics/plot/picture_figures.h"
#include "petzval/optics/plot/ray_figures.h"
#include "petzval/optics/plot/report_plan.h"

namespace petzval::optics {

ReportBuilder::ReportBuilder(const LensModel& model, const ReportOptions& options)
    : model_(model), plan_(PlanReport(model, options)) {
  rows_.resize(plan_.fields.size());
  if (plan_.fields.size() < model.lens.fields.values.size()) {
    Warn(fmt::format("The lens lists {} fields; figures with one panel per field show {} of them.",
                     model.lens.fields.values.size(), plan_.fields.size()));
  }
}

void ReportBuilder::Add(std::string section, std::string name, std::string title,
                        std::string caption, std::string svg) {
  report_.figures.push_back(
      {std::move(section), std::move(name), std::move(title), std::move(caption), std::move(svg)});
}

void ReportBuilder::Warn(std::string sentence) {
  // Messages of the analyses begin small, as they stand behind a file's name elsewhere.
  if (!sentence.empty())
    sentence[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(sentence[0])));
  auto& warnings = report_.warnings;
  if (std::find(warnings.begin(), warnings.end(), sentence) == warnings.end()) {
    warnings.push_back(std::move(sentence));
  }
}

void ReportBuilder::CountLost(const std::string& what, const RayCounts& rays) {
  const int lost = rays.missed + rays.total_reflection;
  if (lost > 0) {
    Warn(fmt::format("{}: {} of {} rays were lost ({} missed a surface, {} reflected totally).",
                     what, lost, rays.total(), rays.missed, rays.total_reflection));
  } else if (rays.ok == 0 && rays.total() > 0) {
    Warn(what + ": the clear diameters stop every ray.");
  }
}

std::string ReportBuilder::FieldName(double field) const { return FieldLabel(model_.lens, field); }

std::string ReportBuilder::Launching() const {
  std::string text = model_.lens.launch == Launch::kRealStop
                         ? "Pupil coordinates refer to the real stop (1 is its paraxial rim)"
                         : "Pupil coordinates refer to the paraxial entrance pupil (1 is its rim)";
  text += plan_.sampling.clip ? "; clear diameters clip where the file gives them."
                              : "; nothing clips.";
  return text;
}

void ReportBuilder::AddDrawing() {
  const Section section = ComputeSection(model_);
  LayoutOptions options;
  std::string caption =
      "Section with the bundles that pass (chief ray heavier). Glass is tinted by dispersion, "
      "darker for a smaller Abbe number; bars mark the rim of the stop.";
  const bool missing = std::any_of(model_.lens.surfaces.begin(), model_.lens.surfaces.end(),
                                   [](const Surface& s) { return s.semi_diameter_mm <= 0; });
  if (missing) {
    caption +=
        " Clear diameters that the file does not give are drawn as large as these bundles need, at "
        "most to where the faces of a lens meet.";
  }
  for (const int field : section.dark_fields) {
    Warn("Section: no ray of " + FieldName(section.fields[field]) + " reaches the image.");
  }
  Add("Drawing", "layout", "Section", caption, DrawSection(section, model_, options));
}

void ReportBuilder::AddRays() {
  std::vector<FieldFans> fans;
  std::vector<FieldSpot> spots;
  for (size_t i = 0; i < plan_.fields.size(); ++i) {
    const double field = plan_.fields[i];
    if (auto fan = ComputeFans(model_, field, 65, plan_.sampling)) {
      CountLost("Ray fans at " + FieldName(field), fan->rays);
      fans.push_back(std::move(*fan));
    } else {
      Warn("Ray fans at " + FieldName(field) + ": " + fan.error().message + ".");
    }
    if (auto spot = ComputeSpot(model_, field, 12, plan_.sampling)) {
      CountLost("Spot at " + FieldName(field), spot->rays);
      if (spot->poly_rms_centroid_um) rows_[i].spot_um = FormatValue(*spot->poly_rms_centroid_um);
      spots.push_back(std::move(*spot));
    } else {
      Warn("Spot at " + FieldName(field) + ": " + spot.error().message + ".");
    }
  }
  Add("Rays", "ray-fans", "Ray fans",
      "Transverse aberration in the image plane against the pupil coordinate, measured from the "
      "chief ray of the primary wavelength. Tangential: rays in the plane of the field; "
      "sagittal: across it. One scale for all panels. " +
          Launching(),
      FanFigure(model_, fans));
  Add("Rays", "spots", "Spot diagrams",
      "Rays of a hexapolar pupil (12 rings, equal weight per ray) about their common centroid; RMS "
      "is the root mean square distance from the centroid, all wavelengths weighted as the file "
      "says. The circle is the Airy disc of the primary wavelength, radius 1.22 λ N. " +
          Launching(),
      SpotFigure(model_, spots));
  Add("Waves", "opd-fans", "Wave aberration fans",
      "W = (OPL of the chief ray − OPL of the ray) / λ, both up to the reference sphere about the "
      "image point of the chief ray of the same wavelength. Signed path lengths; neither tilt nor "
      "focus is removed.",
      OpdFanFigure(model_, fans));
}

void ReportBuilder::AddWaves() {
  std::vector<WavefrontMap> maps;
  const int primary = model_.system.primary;
  for (size_t i = 0; i < plan_.fields.size(); ++i) {
    const double field = plan_.fields[i];
    auto map = ComputeWavefrontMap(model_, field, primary, 128, plan_.sampling);
    if (!map) {
      Warn("Wavefront at " + FieldName(field) + ": " + map.error().message + ".");
      continue;
    }
    if (map->rms_waves) rows_[i].opd_waves = FormatValue(*map->rms_waves);
    if (map->strehl) rows_[i].strehl = FormatValue(*map->strehl);
    maps.push_back(std::move(*map));
  }
  Add("Waves", "wavefront", "Wavefront maps",
      "Wave aberration over the pupil at the primary wavelength, at the image plane as it stands. "
      "RMS: standard deviation, only the mean removed. Strehl: |mean of exp(2πiW)|² over the whole "
      "pupil. Each map has its own colour range.",
      WavefrontFigure(model_, maps));
}

}  // namespace petzval::optics
