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

// Fields along the lens's whole field for curves, unless some were asked for.
Result<std::vector<double>> CurveFields(const LensArguments& a, const AnalysisOptions& options,
                                        const LensModel& model) {
  if (!a.fields.empty()) return FieldsOf(a, model);
  return optics::FieldSteps(model, std::max(2, options.points), true);
}

}  // namespace

LensAnswer PsfAnswer(const LensArguments& a, const AnalysisOptions& options,
                     const LensModel& model) {
  PETZVAL_ASSIGN(const std::vector<double> fields, FieldsOf(a, model));
  const optics::PsfOptions psf_options = PsfOptionsOf(a, options);
  FieldRows rows;
  for (const double field : fields) {
    const Result<optics::Psf> psf = optics::ComputePsf(model, field, psf_options);
    if (!psf) {
      rows.Add(field, Fail(psf.error()));
      continue;
    }
    rows.CountLost(field, psf->rays);
    const optics::EncircledEnergy energy = optics::ComputeEncircledEnergy(*psf);
    rows.Add(field, ordered_json{{"width", psf->width},
                                 {"height", psf->height},
                                 {"pitch_um", psf->pitch_x_um},
                                 {"center_y_mm", Number(psf->center_y_mm)},
                                 {"rays", Counts(psf->rays)},
                                 {"values", psf->values},
                                 {"encircled_radius_um", energy.radius_um},
                                 {"encircled_fraction", energy.fraction}});
  }
  return std::move(rows).Finish(
      {{"kind", options.kind == "diffraction" ? "huygens" : options.kind}});
}

LensAnswer MtfAnswer(const LensArguments& a, const AnalysisOptions& options,
                     const LensModel& model) {
  PETZVAL_ASSIGN(const std::vector<double> fields, FieldsOf(a, model));
  PETZVAL_ASSIGN(const std::vector<double> frequencies, FrequenciesOf(options, model));
  const optics::MtfOptions mtf_options = MtfOptionsOf(a, options);
  FieldRows rows;
  for (const double field : fields) {
    const Result<optics::MtfCurve> curve =
        optics::ComputeMtf(model, field, frequencies, mtf_options);
    if (!curve) {
      rows.Add(field, Fail(curve.error()));
      continue;
    }
    rows.CountLost(field, curve->rays);
    ordered_json row;
    row["tangential"] = curve->empty() ? ordered_json(nullptr) : ordered_json(curve->tangential);
    row["sagittal"] = curve->empty() ? ordered_json(nullptr) : ordered_json(curve->sagittal);
    row["rays"] = Counts(curve->rays);
    rows.Add(field, row);
  }
  return std::move(rows).Finish({{"kind", options.kind},
                                 {"note", "polychromatic, at the image plane of the lens file"},
                                 {"cycles_per_mm", frequencies}});
}

LensAnswer DistortionAnswer(const LensArguments& a, const AnalysisOptions& options,
                            const LensModel& model) {
  PETZVAL_ASSIGN(const std::vector<double> fields, CurveFields(a, options, model));
  const std::vector<optics::ChiefPoint> chiefs =
      optics::ComputeChiefTable(model, fields, a.sampling());
  const std::vector<optics::FieldFocus> foci =
      optics::ComputeFieldCurves(model, fields, model.system.primary, a.sampling());
  FieldRows rows;
  for (size_t i = 0; i < chiefs.size(); ++i) {
    const optics::ChiefPoint& c = chiefs[i];
    if (!c.y_mm[model.system.primary]) rows.Warn(c.field, "no chief ray reaches the image");
    ordered_json y = ordered_json::array();
    for (const auto& value : c.y_mm) y.push_back(Number(value));
    rows.Add(c.field, ordered_json{{"y_mm", y},
                                   {"paraxial_y_mm", Number(c.paraxial_y_mm)},
                                   {"distortion_percent", Number(c.distortion_percent)},
                                   {"f_theta_percent", Number(c.f_theta_percent)},
                                   {"lateral_colour_um", Number(c.lateral_colour_um)},
                                   {"image_angle_deg", Number(c.image_angle_deg)},
                                   {"sagittal_focus_mm", Number(foci[i].sagittal_mm)},
                                   {"tangential_focus_mm", Number(foci[i].tangential_mm)}});
  }
  return std::move(rows).Finish({{"wavelengths_um", model.system.um}});
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
  FieldRows rows;
  for (size_t i = 0; i < fields.size(); ++i) {
    const optics::ClippedPupil& p = clipped[i];
    const bool open_pupil = p.area > 0;
    const bool known = p.rays.total() > 0;
    if (!known) rows.Warn(p.field, "no chief ray, so nothing is known of the pupil");
    rows.Add(p.field,
             ordered_json{{"pupil_area", known ? Number(p.area) : nullptr},
                          {"area_over_axis", Number(p.area_over_axis)},
                          {"relative_illumination", Number(p.relative_illumination)},
                          {"relative_illumination_unclipped", Number(open[i].relative)},
                          {"pupil_x", open_pupil ? ordered_json({p.x_min, p.x_max}) : nullptr},
                          {"pupil_y", open_pupil ? ordered_json({p.y_min, p.y_max}) : nullptr},
                          {"rays", Counts(p.rays)}});
  }
  return std::move(rows).Finish(ordered_json::object());
}

LensAnswer SeidelAnswer(const LensArguments&, const AnalysisOptions&, const LensModel& model) {
  PETZVAL_ASSIGN(const optics::Seidel seidel, optics::ComputeSeidel(model));
  ordered_json rows = ordered_json::array();
  for (size_t i = 0; i < seidel.surfaces.size(); ++i) {
    ordered_json row = {{"surface", i + 1}};
    const auto& gaps = seidel.incomplete;
    const bool whole = std::find(gaps.begin(), gaps.end(), static_cast<int>(i)) == gaps.end();
    row.update(SeidelJson(whole ? &seidel.surfaces[i] : nullptr));
    rows.push_back(row);
  }
  ordered_json answer = {{"field_deg", Number(seidel.field_deg)}};
  answer["sums"] = SeidelJson(seidel.complete() ? &seidel.sum : nullptr);
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
  PETZVAL_ASSIGN(const FocusSeries series, FocusSeriesOf(options, model, options.points));
  FieldRows rows;
  for (const double field : fields) {
    PETZVAL_ASSIGN(const std::vector<optics::ThroughFocusSpot> spots,
                   optics::ComputeThroughFocusSpot(model, field, series.shifts_mm, options.rings,
                                                   a.sampling()));
    PETZVAL_ASSIGN(const std::optional<optics::BestFocus> best,
                   optics::ComputeBestFocus(model, field, -1, options.rings, a.sampling()));
    ordered_json rms = ordered_json::array();
    for (const optics::ThroughFocusSpot& spot : spots) {
      rms.push_back(Number(spot.poly_rms_centroid_um));
    }
    if (!best) rows.Warn(field, "no rays that meet arrive, so there is no best focus");
    ordered_json mtf = ordered_json::array();
    const auto curves = optics::ComputeMtfThroughFocus(model, field, series.cycles_per_mm,
                                                       series.shifts_mm, MtfOptionsOf(a, options));
    if (curves) {
      rows.CountLost(field, curves->front().rays);
      for (const optics::MtfCurve& curve : *curves) {
        mtf.push_back({{"shift_mm", curve.shift_mm},
                       {"tangential", curve.tangential},
                       {"sagittal", curve.sagittal}});
      }
    } else {
      rows.Warn(field, curves.error().message);
    }
    rows.Add(field, ordered_json{{"best_focus_mm", best ? Number(best->shift_mm) : nullptr},
                                 {"best_rms_um", best ? Number(best->rms_um) : nullptr},
                                 {"poly_rms_um", rms},
                                 {"mtf", mtf}});
  }
  return std::move(rows).Finish(
      {{"shifts_mm", series.shifts_mm}, {"cycles_per_mm", series.cycles_per_mm}});
}

LensAnswer GhostAnswer(const LensArguments&, const AnalysisOptions& options,
                       const LensModel& model) {
  ordered_json rows = ordered_json::array();
  for (const optics::Ghost& ghost : optics::ComputeGhosts(model)) {
    if (static_cast<int>(rows.size()) >= options.count) break;
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
