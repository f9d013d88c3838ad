// The report's MTF, point spread functions, blur discs, third-order sums and glass map.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "petzval/base/parallel.h"
#include "petzval/optics/analysis/spot.h"
#include "petzval/optics/glass/catalog.h"
#include "petzval/optics/plot/axis.h"
#include "petzval/optics/plot/design_figures.h"
#include "petzval/optics/plot/mtf_figures.h"
#include "petzval/optics/plot/picture_figures.h"
#include "petzval/optics/plot/report_plan.h"
#include "petzval/optics/plot/seidel_figure.h"

namespace petzval::optics {

void ReportBuilder::AddMtf() {
  if (plan_.max_cycles_per_mm <= 0 || plan_.cycles_per_mm.empty()) {
    Warn("MTF: the lens has no finite f-number or image size to choose frequencies from.");
    return;
  }
  constexpr int kFrequencies = 60, kShifts = 40;
  std::vector<double> frequencies, shifts;
  for (int i = 0; i <= kFrequencies; ++i) {
    frequencies.push_back(plan_.max_cycles_per_mm * i / kFrequencies);
  }
  for (int i = 0; i <= kShifts; ++i) {
    shifts.push_back(plan_.focus_range_mm * (2.0 * i / kShifts - 1));
  }
  MtfOptions fine, curve_options, quick;
  fine.sampling = curve_options.sampling = quick.sampling = plan_.sampling;
  curve_options.grid = 128;
  quick.grid = 96;
  // Every field is a task of its own; the results are looked at in order afterwards.
  const int fields = static_cast<int>(plan_.fields.size());
  const int steps = static_cast<int>(plan_.steps.size());
  std::vector<std::optional<Result<MtfCurve>>> curve(fields), single(fields), step(steps);
  std::vector<std::optional<Result<std::vector<MtfCurve>>>> through(fields);
  ParallelFor(fields + steps, [&](int i) {
    if (i >= fields) {
      step[i - fields] = ComputeMtf(model_, plan_.steps[i - fields], plan_.cycles_per_mm, quick);
      return;
    }
    const double field = plan_.fields[i];
    curve[i] = ComputeMtf(model_, field, frequencies, curve_options);
    single[i] = ComputeMtf(model_, field, {plan_.focus_cycles_per_mm}, fine);
    through[i] =
        ComputeMtfThroughFocus(model_, field, {plan_.focus_cycles_per_mm}, shifts, curve_options);
  });
  std::vector<MtfCurve> curves, over;
  std::vector<std::vector<MtfCurve>> focus;
  for (int f = 0; f < fields; ++f) {
    if (!*curve[f]) {
      Warn("MTF at " + FieldName(plan_.fields[f]) + ": " + curve[f]->error().message + ".");
      continue;
    }
    curves.push_back(std::move(**curve[f]));
    if (*single[f] && !(*single[f])->empty()) {
      rows_[f].mtf_t = FormatFixed((*single[f])->tangential[0], 2);
      rows_[f].mtf_s = FormatFixed((*single[f])->sagittal[0], 2);
    }
    if (*through[f]) focus.push_back(std::move(**through[f]));
  }
  const std::string kind =
      "Diffraction MTF, all wavelengths together with the weights of the file. ";
  Add("Modulation", "mtf", "MTF against frequency",
      kind + "At the image plane as it stands. " + Launching(), MtfFigure(model_, curves));
  if (steps > 0) {
    for (auto& result : step) {
      if (*result) over.push_back(std::move(**result));
    }
    if (static_cast<int>(over.size()) < steps) {
      Warn(fmt::format("MTF over the field: no chief ray at {} of {} fields.",
                       steps - static_cast<int>(over.size()), steps));
    }
    Add("Modulation", "mtf-field", "MTF over the field", kind + "At the image plane as it stands.",
        MtfVsFieldFigure(model_, over));
  }
  Add("Modulation", "mtf-focus", "MTF through focus",
      kind + "The image plane moves along the axis, positive away from the lens.",
      MtfThroughFocusFigure(model_, focus));
}

void ReportBuilder::AddPictures() {
  const FirstOrder& first = model_.primary();
  const double um = model_.system.um[model_.system.primary];
  double rms = 0;
  for (const double field : plan_.fields) {
    const auto spot = ComputeSpot(model_, field, 6, plan_.sampling);
    if (spot) rms = std::max(rms, spot->poly_rms_centroid_um.value_or(0));
  }
  std::vector<Psf> psfs;
  const double airy = std::isfinite(first.f_number) ? um * std::abs(first.f_number) : 0;
  const double half = std::max(6 * airy, 3 * rms);
  constexpr int kSize = 96;
  PsfOptions options{.size = kSize, .pitch_um = 2 * half / kSize};
  options.sampling = plan_.sampling;
  // Rays in pixels once the picture is so coarse that no diffraction ring could be seen in it.
  const bool rays = options.pitch_um > 0.8 * airy;
  if (half > 0) {
    for (const double field : plan_.fields) {
      const bool wide = model_.lens.fields.kind == FieldKind::kAngleDeg && std::abs(field) > 35;
      options.kind = rays ? PsfKind::kGeometric : (wide ? PsfKind::kHuygens : PsfKind::kFft);
      auto psf = ComputePsf(model_, field, options);
      if (psf) {
        psfs.push_back(std::move(*psf));
      } else {
        Warn("Point spread function at " + FieldName(field) + ": " + psf.error().message + ".");
      }
    }
  }
  Add("Pictures of points", "psf", "Point spread functions",
      std::string(rays ? "Geometric (rays in pixels: the spots are far above the diffraction "
                         "limit)"
                       : "Diffraction, complex pupil") +
          ", all wavelengths, at the image plane as it stands. Brightness is the square root of "
          "the energy, each tile to its own peak.",
      PsfFigure(model_, psfs));

  if (!(plan_.blur_object_mm > 0) || std::isfinite(model_.system.object_mm)) return;
  const auto shift = FocusShift(model_, plan_.blur_object_mm);
  if (!shift) return;
  std::vector<BokehDisc> discs;
  const LensModel closed = AtFileAperture(model_);
  for (const bool behind : {true, false}) {
    BokehOptions blur{.grid = 480, .extent = 1.3, .launch = model_.lens.launch};
    blur.keep_rays = true;
    if (behind) {
      blur.image_shift_mm = *shift;
    } else {
      blur.object_mm = plan_.blur_object_mm;
    }
    std::vector<Bokeh> row;
    double radius = 0;
    for (const double field : plan_.fields) {
      auto bokeh = ComputeBokeh(closed, field, blur);
      if (!bokeh) {
        Warn("Blur disc at " + FieldName(field) + ": " + bokeh.error().message + ".");
        row.emplace_back();
        continue;
      }
      if (bokeh->rays.ok > 0) {
        radius = std::max({radius, std::abs(bokeh->x_min_mm), std::abs(bokeh->x_max_mm),
                           std::abs(bokeh->y_min_mm), std::abs(bokeh->y_max_mm)});
      }
      row.push_back(std::move(*bokeh));
    }
    for (const Bokeh& bokeh : row) {
      BokehDisc disc;
      if (bokeh.rays.ok > 0) disc = RenderBokeh(bokeh, 72, 1.08 * radius);
      // The energy of a disc is what its clipped pupil lets through.
      const float energy = static_cast<float>(bokeh.rays.ok) / std::max(1, bokeh.rays.total());
      for (float& value : disc.values) value *= energy;
      discs.push_back(std::move(disc));
    }
  }
  const std::vector<std::string> headings = {"behind", "before"};
  const std::string distance = FormatValue(plan_.blur_object_mm / 1000, 3) + " m";
  Add("Pictures of points", "blur-discs", "Blur discs",
      "Behind: a point at infinity while the lens is focused at " + distance +
          ". Before: a point at " + distance +
          " while it is focused at infinity. Primary wavelength, iris at the file's aperture, "
          "clear "
          "diameters clip, uniform light in the entrance pupil. Brightness is linear, one scale in "
          "a row; the brightest percent saturates.",
      BokehFigure(model_, plan_.fields, headings, discs));
}

void ReportBuilder::AddTheory() {
  if (const auto seidel = ComputeSeidel(model_)) {
    if (!seidel->complete()) Warn(seidel->note + ".");
    Add("Third order", "seidel", "Seidel sums",
        "Wavefront sums S1 to S5 and chromatic sums C1, C2 (first minus last wavelength) of each "
        "surface at the largest field, in waves of the primary wavelength (Welford). W040 = S1/8, "
        "W131 = S2/2, W222 = S3/2.",
        SeidelFigure(model_, *seidel));
  } else {
    Warn("Seidel sums: " + seidel.error().message + ".");
  }
  const auto used = GlassesOf(model_.lens);
  if (!used.empty()) {
    Add("Glass", "glass-map", "Glass map", "Index nd against Abbe number νd; grey: the catalogue.",
        GlassMap("Glasses of " + model_.lens.name, GlassCatalog::BuiltIn().glasses(), used));
  }
}

LensReport ReportBuilder::Take() {
  std::string& html = report_.summary_html;
  const std::string frequency =
      plan_.focus_cycles_per_mm > 0 ? FormatShort(plan_.focus_cycles_per_mm, 4) : "–";
  html =
      "<table class=\"data\"><thead><tr><th>field</th><th>RMS spot (µm)</th><th>RMS W (λ)</th>"
      "<th>Strehl</th><th>MTF T at " +
      frequency +
      "/mm</th><th>MTF S</th><th>distortion (%)</th><th>lateral colour (µm)</th>"
      "<th>illumination (%)</th><th>chief ray angle (°)</th></tr></thead><tbody>\n";
  for (size_t i = 0; i < rows_.size(); ++i) {
    const Row& r = rows_[i];
    html += "<tr><th>" + FieldName(plan_.fields[i]) + "</th>";
    for (const std::string* cell : {&r.spot_um, &r.opd_waves, &r.strehl, &r.mtf_t, &r.mtf_s,
                                    &r.distortion, &r.colour_um, &r.light, &r.angle}) {
      html += "<td>" + (cell->empty() ? "–" : *cell) + "</td>";
    }
    html += "</tr>\n";
  }
  html += "</tbody></table>\n";
  return std::move(report_);
}

LensReport ComputeLensReport(const LensModel& model, const ReportOptions& options) {
  ReportBuilder builder(model, options);
  builder.AddDrawing();
  builder.AddRays();
  builder.AddWaves();
  builder.AddField();
  builder.AddMtf();
  builder.AddPictures();
  builder.AddTheory();
  return builder.Take();
}

}  // namespace petzval::optics
