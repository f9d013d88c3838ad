// petzval lens psf, mtf, distortion, vignetting, seidel, through-focus, ghosts: the image.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "lens_answers.h"
#include "petzval/optics/analysis/chromatic.h"
#include "petzval/optics/analysis/distortion.h"
#include "petzval/optics/analysis/field_curves.h"
#include "petzval/optics/analysis/ghosts.h"
#include "petzval/optics/analysis/mtf.h"
#include "petzval/optics/analysis/psf.h"
#include "petzval/optics/analysis/seidel.h"
#include "petzval/optics/analysis/spot.h"
#include "petzval/optics/analysis/vignetting.h"

namespace petzval::cli {
namespace {

using nlohmann::ordered_json;
using optics::LensModel;

ordered_json TermsJson(const optics::SeidelTerms& s) {
  return {{"s1", Number(s.s1)}, {"s2", Number(s.s2)}, {"s3", Number(s.s3)}, {"s4", Number(s.s4)},
          {"s5", Number(s.s5)}, {"c1", Number(s.c1)}, {"c2", Number(s.c2)}};
}

// Fields along the lens's whole field for curves, unless some were asked for.
Result<std::vector<double>> CurveFields(const LensArguments& a, const AnalysisOptions& options,
                                        const LensModel& model) {
  if (!a.fields.empty()) return FieldsOf(a, model);
  return optics::FieldSteps(model, std::max(2, options.points), true);
}

optics::MtfKind MtfKindOf(const AnalysisOptions& options) {
  return options.kind == "geometric" ? optics::MtfKind::kGeometric : optics::MtfKind::kDiffraction;
}

}  // namespace

Result<std::vector<double>> FrequenciesOf(const AnalysisOptions& options, const LensModel& model) {
  if (!options.frequencies.empty()) return ParseNumbers(options.frequencies, "--frequency");
  const double f_number = std::abs(model.primary().f_number);
  const double cutoff = 1000.0 / (model.system.um[model.system.primary] * f_number);
  if (!std::isfinite(cutoff) || cutoff <= 0) {
    return Fail(ErrorCode::kInvalidInput,
                "an afocal lens has no spatial frequencies at an image; give --frequency");
  }
  // Eight steps of 1, 2 or 5 times a power of ten that stay below half the cutoff.
  double step = std::pow(10.0, std::floor(std::log10(cutoff / 16)));
  for (const double factor : {5.0, 2.0}) {
    if (step * factor * 8 <= cutoff / 2) {
      step *= factor;
      break;
    }
  }
  std::vector<double> frequencies;
  for (int i = 1; i <= 8; ++i) frequencies.push_back(step * i);
  return frequencies;
}

LensAnswer PsfAnswer(const LensArguments& a, const AnalysisOptions& options,
                     const LensModel& model) {
  PETZVAL_ASSIGN(const std::vector<double> fields, FieldsOf(a, model));
  optics::PsfOptions psf_options;
  psf_options.kind = options.kind == "geometric" ? optics::PsfKind::kGeometric
                     : options.kind == "fft"     ? optics::PsfKind::kFft
                                                 : optics::PsfKind::kHuygens;
  psf_options.size = options.size;
  psf_options.pitch_um = options.pitch_um;
  psf_options.sampling = a.sampling();
  ordered_json rows = ordered_json::array();
  for (const double field : fields) {
    PETZVAL_ASSIGN(const optics::Psf psf, optics::ComputePsf(model, field, psf_options));
    const optics::EncircledEnergy energy = optics::ComputeEncircledEnergy(psf);
    rows.push_back({{"field", field},
                    {"width", psf.width},
                    {"height", psf.height},
                    {"pitch_um", psf.pitch_x_um},
                    {"center_y_mm", Number(psf.center_y_mm)},
                    {"rays", Counts(psf.rays)},
                    {"values", psf.values},
                    {"encircled_radius_um", energy.radius_um},
                    {"encircled_fraction", energy.fraction}});
  }
  return ordered_json{{"kind", options.kind == "diffraction" ? "huygens" : options.kind},
                      {"fields", rows}};
}

LensAnswer MtfAnswer(const LensArguments& a, const AnalysisOptions& options,
                     const LensModel& model) {
  PETZVAL_ASSIGN(const std::vector<double> fields, FieldsOf(a, model));
  PETZVAL_ASSIGN(const std::vector<double> frequencies, FrequenciesOf(options, model));
  optics::MtfOptions mtf_options;
  mtf_options.kind = MtfKindOf(options);
  mtf_options.sampling = a.sampling();
  PETZVAL_ASSIGN(const std::vector<optics::MtfCurve> curves,
                 optics::ComputeMtfVsField(model, fields, frequencies, mtf_options));
  ordered_json rows = ordered_json::array();
  for (const optics::MtfCurve& curve : curves) {
    ordered_json row = {{"field", curve.field}};
    row["tangential"] = curve.empty() ? ordered_json(nullptr) : ordered_json(curve.tangential);
    row["sagittal"] = curve.empty() ? ordered_json(nullptr) : ordered_json(curve.sagittal);
    row["rays"] = Counts(curve.rays);
    rows.push_back(row);
  }
  return ordered_json{{"kind", options.kind},
                      {"note", "polychromatic, at the image plane of the lens file"},
                      {"cycles_per_mm", frequencies},
                      {"fields", rows}};
}

LensAnswer DistortionAnswer(const LensArguments& a, const AnalysisOptions& options,
                            const LensModel& model) {
  PETZVAL_ASSIGN(const std::vector<double> fields, CurveFields(a, options, model));
  const std::vector<optics::ChiefPoint> chiefs =
      optics::ComputeChiefTable(model, fields, a.sampling());
  const std::vector<optics::FieldFocus> foci =
      optics::ComputeFieldCurves(model, fields, model.system.primary, a.sampling());
  ordered_json rows = ordered_json::array();
  for (size_t i = 0; i < chiefs.size(); ++i) {
    const optics::ChiefPoint& c = chiefs[i];
    ordered_json y = ordered_json::array();
    for (const auto& value : c.y_mm) y.push_back(Number(value));
    rows.push_back({{"field", c.field},
                    {"y_mm", y},
                    {"paraxial_y_mm", Number(c.paraxial_y_mm)},
                    {"distortion_percent", Number(c.distortion_percent)},
                    {"f_theta_percent", Number(c.f_theta_percent)},
                    {"lateral_colour_um", Number(c.lateral_colour_um)},
                    {"image_angle_deg", Number(c.image_angle_deg)},
                    {"sagittal_focus_mm", Number(foci[i].sagittal_mm)},
                    {"tangential_focus_mm", Number(foci[i].tangential_mm)}});
  }
  return ordered_json{{"wavelengths_um", model.system.um}, {"fields", rows}};
}

LensAnswer VignettingAnswer(const LensArguments& a, const AnalysisOptions& options,
                            const LensModel& model) {
  PETZVAL_ASSIGN(const std::vector<double> fields, CurveFields(a, options, model));
  PETZVAL_ASSIGN(const std::vector<optics::IlluminationPoint> open,
                 optics::ComputeRelativeIllumination(model, fields));
  // Where the lens file aims at the real stop, the paraxial pupil is far from where light passes.
  optics::ClippedPupilOptions clipped_options;
  clipped_options.launch = model.lens.launch;
  PETZVAL_ASSIGN(const std::vector<optics::ClippedPupil> clipped,
                 optics::ComputeVignetting(model, fields, clipped_options));
  ordered_json rows = ordered_json::array();
  for (size_t i = 0; i < fields.size(); ++i) {
    const optics::ClippedPupil& p = clipped[i];
    const bool open_pupil = p.area > 0;
    rows.push_back({{"field", p.field},
                    {"pupil_area", Number(p.area)},
                    {"area_over_axis", Number(p.area_over_axis)},
                    {"relative_illumination", Number(p.relative_illumination)},
                    {"relative_illumination_unclipped", Number(open[i].relative)},
                    {"pupil_x", open_pupil ? ordered_json({p.x_min, p.x_max}) : nullptr},
                    {"pupil_y", open_pupil ? ordered_json({p.y_min, p.y_max}) : nullptr},
                    {"rays", Counts(p.rays)}});
  }
  return ordered_json{{"fields", rows}};
}

LensAnswer SeidelAnswer(const LensArguments&, const AnalysisOptions&, const LensModel& model) {
  PETZVAL_ASSIGN(const optics::Seidel seidel, optics::ComputeSeidel(model));
  ordered_json rows = ordered_json::array();
  for (size_t i = 0; i < seidel.surfaces.size(); ++i) {
    ordered_json row = {{"surface", i + 1}};
    row.update(TermsJson(seidel.surfaces[i]));
    rows.push_back(row);
  }
  ordered_json answer = {{"field_deg", Number(seidel.field_deg)}};
  answer["sums"] = seidel.complete() ? TermsJson(seidel.sum) : ordered_json(nullptr);
  const optics::WaveTerms& w = seidel.waves;
  answer["waves"] = seidel.complete() ? ordered_json{{"w040", Number(w.w040)},
                                                     {"w131", Number(w.w131)},
                                                     {"w222", Number(w.w222)},
                                                     {"w220", Number(w.w220)},
                                                     {"w311", Number(w.w311)}}
                                      : ordered_json(nullptr);
  const optics::TransverseTerms& t = seidel.transverse_sum;
  answer["transverse_mm"] =
      seidel.complete() && seidel.has_transverse
          ? ordered_json{{"sa", Number(t.sa)},   {"tco", Number(t.tco)}, {"tas", Number(t.tas)},
                         {"sas", Number(t.sas)}, {"ptb", Number(t.ptb)}, {"dst", Number(t.dst)},
                         {"ax", Number(t.ax)},   {"lat", Number(t.lat)}}
          : ordered_json(nullptr);
  answer["per_surface"] = rows;
  answer["warnings"] = ordered_json::array();
  if (!seidel.note.empty()) answer["warnings"].push_back(seidel.note);
  return answer;
}

LensAnswer ThroughFocusAnswer(const LensArguments& a, const AnalysisOptions& options,
                              const LensModel& model) {
  PETZVAL_ASSIGN(const std::vector<double> fields, FieldsOf(a, model));
  std::vector<double> shifts;
  for (int i = 0; i < options.points; ++i) {
    const double s = options.points == 1 ? 0.0 : 2.0 * i / (options.points - 1) - 1.0;
    shifts.push_back(s * options.range_um / 1000);
  }
  std::vector<double> frequencies;
  if (!options.frequencies.empty()) {
    PETZVAL_ASSIGN(frequencies, ParseNumbers(options.frequencies, "--frequency"));
  }
  optics::MtfOptions mtf_options;
  mtf_options.kind = MtfKindOf(options);
  mtf_options.sampling = a.sampling();
  ordered_json rows = ordered_json::array();
  for (const double field : fields) {
    PETZVAL_ASSIGN(
        const std::vector<optics::ThroughFocusSpot> spots,
        optics::ComputeThroughFocusSpot(model, field, shifts, options.rings, a.sampling()));
    PETZVAL_ASSIGN(const std::optional<optics::BestFocus> best,
                   optics::ComputeBestFocus(model, field, -1, options.rings, a.sampling()));
    ordered_json rms = ordered_json::array();
    for (const optics::ThroughFocusSpot& spot : spots) {
      rms.push_back(Number(spot.poly_rms_centroid_um));
    }
    ordered_json row = {{"field", field},
                        {"best_focus_mm", best ? Number(best->shift_mm) : nullptr},
                        {"best_rms_um", best ? Number(best->rms_um) : nullptr},
                        {"poly_rms_um", rms}};
    if (!frequencies.empty()) {
      PETZVAL_ASSIGN(
          const std::vector<optics::MtfCurve> curves,
          optics::ComputeMtfThroughFocus(model, field, frequencies, shifts, mtf_options));
      ordered_json mtf = ordered_json::array();
      for (const optics::MtfCurve& curve : curves) {
        mtf.push_back({{"shift_mm", curve.shift_mm},
                       {"tangential", curve.tangential},
                       {"sagittal", curve.sagittal}});
      }
      row["mtf"] = mtf;
    }
    rows.push_back(row);
  }
  return ordered_json{{"shifts_mm", shifts}, {"cycles_per_mm", frequencies}, {"fields", rows}};
}

LensAnswer GhostAnswer(const LensArguments&, const AnalysisOptions& options,
                       const LensModel& model) {
  ordered_json rows = ordered_json::array();
  for (const optics::Ghost& ghost : optics::ComputeGhosts(model)) {
    if (static_cast<int>(rows.size()) >= options.points) break;
    rows.push_back({{"front", ghost.front + 1},
                    {"back", ghost.back + 1},
                    {"focus_from_image_mm", Number(ghost.focus_mm)},
                    {"blur_radius_mm", Number(ghost.blur_radius_mm)},
                    {"reflectance", Number(ghost.reflectance)},
                    {"irradiance_per_mm2", Number(ghost.irradiance)}});
  }
  return ordered_json{{"note", "two reflections, paraxial, uncoated; brightest first"},
                      {"ghosts", rows}};
}

}  // namespace petzval::cli
