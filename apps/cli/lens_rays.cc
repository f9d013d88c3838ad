// petzval lens info, trace, spot, fan, opd: first order and single rays.
#include <fmt/format.h>

#include <cmath>

#include "lens_answers.h"
#include "petzval/optics/analysis/fans.h"
#include "petzval/optics/analysis/opd.h"
#include "petzval/optics/analysis/seidel.h"
#include "petzval/optics/analysis/spot.h"

namespace petzval::cli {
namespace {

using nlohmann::ordered_json;
using optics::LensModel;

const char* StatusName(optics::RayStatus status) {
  switch (status) {
    case optics::RayStatus::kOk:
      return "ok";
    case optics::RayStatus::kMissed:
      return "missed";
    case optics::RayStatus::kTotalReflection:
      return "total reflection";
    case optics::RayStatus::kClipped:
      return "clipped";
  }
  return "";
}

const char* FieldKindName(optics::FieldKind kind) {
  switch (kind) {
    case optics::FieldKind::kAngleDeg:
      return "angle_deg";
    case optics::FieldKind::kImageMm:
      return "image_mm";
    case optics::FieldKind::kObjectMm:
      return "object_mm";
  }
  return "";
}

ordered_json FirstOrderJson(const optics::FirstOrder& f) {
  return {{"efl_mm", Number(f.efl)},
          {"bfl_mm", Number(f.bfl)},
          {"ffl_mm", Number(f.ffl)},
          {"f_number", Number(f.f_number)},
          {"entrance_pupil_diameter_mm", Number(f.epd)},
          {"entrance_pupil_mm", Number(f.epl)},
          {"exit_pupil_diameter_mm", Number(f.xpd)},
          {"exit_pupil_from_image_mm", Number(f.xpl)},
          {"image_distance_mm", Number(f.image_distance)},
          {"total_track_mm", Number(f.total_track)},
          {"lagrange_mm", Number(f.lagrange)},
          {"stop_radius_mm", Number(f.stop_radius)},
          {"magnification", Number(f.magnification)}};
}

ordered_json FanJson(const std::vector<optics::RayError>& fan) {
  ordered_json rows = ordered_json::array();
  for (const optics::RayError& ray : fan) {
    const bool ok = ray.status == optics::RayStatus::kOk;
    rows.push_back({{"px", ray.pupil.x},
                    {"py", ray.pupil.y},
                    {"dx_um", ok ? Number(ray.dx_um) : nullptr},
                    {"dy_um", ok ? Number(ray.dy_um) : nullptr},
                    {"opd_waves", ok ? Number(ray.opd_waves) : nullptr},
                    {"status", StatusName(ray.status)}});
  }
  return rows;
}

// Wavefront figures of one field, all wavelengths.
LensAnswer OpdRow(const LensArguments& a, const LensModel& model, double field, FieldRows* rows) {
  constexpr int kRings = 24, kStrehlGrid = 192, kZernikeTerms = 15;
  const std::vector<optics::PupilPoint> grid = optics::HexapolarGrid(kRings);
  ordered_json rms = ordered_json::array(), pv = rms, strehl = rms, zernike = nullptr;
  optics::RayCounts rays;
  for (int w = 0; w < model.system.wavelengths(); ++w) {
    PETZVAL_ASSIGN(const optics::OpdSamples opd,
                   optics::ComputeOpd(model, field, w, grid, a.sampling()));
    rms.push_back(Number(optics::OpdRms(opd)));
    pv.push_back(Number(optics::OpdPeakToValley(opd)));
    PETZVAL_ASSIGN(const std::optional<double> s,
                   optics::ComputeStrehl(model, field, w, kStrehlGrid, a.sampling()));
    strehl.push_back(Number(s));
    rays += opd.rays;
    if (w == model.system.primary) {
      if (const auto fit = optics::FitZernike(opd, kZernikeTerms)) zernike = fit->noll;
    }
  }
  rows->CountLost(field, rays);
  return ordered_json{{"rms_waves", rms},
                      {"peak_to_valley_waves", pv},
                      {"strehl", strehl},
                      {"zernike_noll_waves", zernike},
                      {"rays", Counts(rays)}};
}

}  // namespace

LensAnswer InfoAnswer(const LensArguments&, const AnalysisOptions&, const LensModel& model) {
  const optics::Lens& lens = model.lens;
  ordered_json answer = {
      {"name", lens.name},
      {"title", lens.title},
      {"source", lens.source},
      {"surfaces", lens.surfaces.size()},
      {"stop", lens.stop + 1},
      {"launch", lens.launch == optics::Launch::kRealStop ? "real_stop" : "paraxial_pupil"},
      {"field_kind", FieldKindName(lens.fields.kind)},
      {"fields", lens.fields.values},
      {"wavelengths_um", model.system.um}};
  answer.update(FirstOrderJson(model.primary()));
  ordered_json colours = ordered_json::array();
  for (int w = 0; w < model.system.wavelengths(); ++w) {
    colours.push_back({{"um", model.system.um[w]},
                       {"efl_mm", Number(model.first_order[w].efl)},
                       {"bfl_mm", Number(model.first_order[w].bfl)}});
  }
  answer["per_wavelength"] = colours;
  ordered_json warnings = ordered_json::array();
  const Result<optics::Seidel> seidel = optics::ComputeSeidel(model);
  if (!seidel) {
    warnings.push_back(seidel.error().message);
  } else if (!seidel->note.empty()) {
    warnings.push_back(seidel->note);
  }
  answer["seidel"] = SeidelJson(seidel && seidel->complete() ? &seidel->sum : nullptr);
  answer["warnings"] = warnings;
  return answer;
}

LensAnswer TraceAnswer(const LensArguments& a, const AnalysisOptions& options,
                       const LensModel& model) {
  PETZVAL_ASSIGN(const std::vector<double> fields, FieldsOf(a, model));
  const optics::Launch launch = a.as_built ? optics::Launch::kRealStop : model.lens.launch;
  ordered_json rays = ordered_json::array();
  for (const double field : fields) {
    for (int w = 0; w < model.system.wavelengths(); ++w) {
      PETZVAL_ASSIGN(const optics::Launcher launcher,
                     optics::Launcher::Create(model, field, w, launch));
      std::vector<optics::RayHit> hits;
      const optics::RayResult ray = optics::TraceRay(
          model.system, w, launcher.At({options.pupil_x, options.pupil_y}), a.as_built, &hits);
      const bool ok = ray.status == optics::RayStatus::kOk;
      ordered_json path = ordered_json::array();
      for (size_t i = 0; i < hits.size(); ++i) {
        const optics::RayHit& hit = hits[i];
        path.push_back({{"surface", i + 1},
                        {"x_mm", Number(hit.x)},
                        {"y_mm", Number(hit.y)},
                        {"z_mm", Number(hit.z)},
                        {"l", Number(hit.l)},
                        {"m", Number(hit.m)},
                        {"n", Number(hit.n)},
                        {"opl_mm", Number(hit.opl)}});
      }
      rays.push_back(
          {{"field", field},
           {"um", model.system.um[w]},
           {"px", options.pupil_x},
           {"py", options.pupil_y},
           {"status", StatusName(ray.status)},
           {"failed_at_surface", ok ? ordered_json(nullptr) : ordered_json(ray.surface + 1)},
           {"x_mm", ok ? Number(ray.x) : nullptr},
           {"y_mm", ok ? Number(ray.y) : nullptr},
           {"l", ok ? Number(ray.l) : nullptr},
           {"m", ok ? Number(ray.m) : nullptr},
           {"n", ok ? Number(ray.n) : nullptr},
           {"opl_mm", ok ? Number(ray.opl) : nullptr},
           {"path", path}});
    }
  }
  return ordered_json{{"rays", rays}};
}

LensAnswer SpotAnswer(const LensArguments& a, const AnalysisOptions& options,
                      const LensModel& model) {
  PETZVAL_ASSIGN(const std::vector<double> fields, FieldsOf(a, model));
  FieldRows rows;
  for (const double field : fields) {
    PETZVAL_ASSIGN(const optics::FieldSpot spot,
                   optics::ComputeSpot(model, field, options.rings, a.sampling()));
    rows.CountLost(field, spot.rays);
    ordered_json rms = ordered_json::array(), centroid = rms, geo = rms, chief = rms;
    for (const optics::Spot& s : spot.spots) {
      rms.push_back(Number(s.rms_chief_um));
      centroid.push_back(Number(s.rms_centroid_um));
      geo.push_back(Number(s.geo_chief_um));
      chief.push_back(Number(s.chief_y_mm));
    }
    rows.Add(field, ordered_json{{"rms_um", rms},
                                 {"rms_centroid_um", centroid},
                                 {"geo_um", geo},
                                 {"chief_y_mm", chief},
                                 {"poly_rms_um", Number(spot.poly_rms_centroid_um)},
                                 {"airy_radius_um", Number(spot.airy_radius_um)},
                                 {"rays", Counts(spot.rays)}});
  }
  return std::move(rows).Finish({{"wavelengths_um", model.system.um}, {"rings", options.rings}});
}

LensAnswer FanAnswer(const LensArguments& a, const AnalysisOptions& options,
                     const LensModel& model) {
  PETZVAL_ASSIGN(const std::vector<double> fields, FieldsOf(a, model));
  FieldRows rows;
  for (const double field : fields) {
    const Result<optics::FieldFans> fans =
        optics::ComputeFans(model, field, options.points, a.sampling());
    if (!fans) {
      rows.Add(field, Fail(fans.error()));
      continue;
    }
    rows.CountLost(field, fans->rays);
    ordered_json colours = ordered_json::array();
    for (const optics::WavelengthFans& w : fans->fans) {
      colours.push_back({{"um", model.system.um[w.wavelength]},
                         {"tangential", FanJson(w.tangential)},
                         {"sagittal", FanJson(w.sagittal)}});
    }
    rows.Add(field, ordered_json{{"wavelengths", colours}, {"rays", Counts(fans->rays)}});
  }
  return std::move(rows).Finish(ordered_json::object());
}

LensAnswer OpdAnswer(const LensArguments& a, const AnalysisOptions&, const LensModel& model) {
  PETZVAL_ASSIGN(const std::vector<double> fields, FieldsOf(a, model));
  FieldRows rows;
  for (const double field : fields) rows.Add(field, OpdRow(a, model, field, &rows));
  return std::move(rows).Finish(
      {{"wavelengths_um", model.system.um},
       {"note", "rms: only the mean is removed, neither tilt nor focus"}});
}

}  // namespace petzval::cli
