// The comparisons of golden_reference.h, quantity by quantity, with the tolerances of each kind.
#include "petzval/optics/analysis/bokeh.h"
#include "petzval/optics/analysis/chromatic.h"
#include "petzval/optics/analysis/distortion.h"
#include "petzval/optics/analysis/fans.h"
#include "petzval/optics/analysis/field_curves.h"
#include "petzval/optics/analysis/golden_reference.h"
#include "petzval/optics/analysis/mtf.h"
#include "petzval/optics/analysis/opd.h"
#include "petzval/optics/analysis/perturb.h"
#include "petzval/optics/analysis/seidel.h"
#include "petzval/optics/analysis/spot.h"
#include "petzval/optics/analysis/vignetting.h"

namespace petzval::optics::golden {

inline constexpr double kFirstOrder = 1e-9;  // relative
inline constexpr double kCoordinate_mm = 1e-9;
inline constexpr double kSpot = 1e-6;  // relative; also field curves, best focus
inline constexpr double kOpd_waves = 1e-5;
inline constexpr double kModulation = 1e-6;
inline constexpr double kClipped = 1e-4;      // relative: areas, illumination, sigmas
inline constexpr double kBokehExtent = 1e-3;  // relative
inline constexpr double kRingShare = 0.003;

inline void CompareFirstOrder(const LensModel& model, const nlohmann::json& want, Comparison* to) {
  const FirstOrder& f = model.primary();
  const nlohmann::json& w = want["first_order"];
  const auto check = [&](const char* key, double got) {
    to->Relative(key, got, w[key], kFirstOrder);
  };
  check("EFL", f.efl);
  check("BFL", f.bfl);
  check("FFL", f.ffl);
  check("FNO", f.f_number);
  check("EPD", f.epd);
  check("EPL_from_s1", f.epl);
  check("XPD", f.xpd);
  check("XPL_from_image", f.xpl);
  check("image_distance", f.image_distance);
  check("total_track_s1_to_image", f.total_track);
  check("lagrange_H", f.lagrange);
  check("stop_radius_paraxial", f.stop_radius);

  const auto seidel = ComputeSeidel(model);
  if (!seidel) {
    to->Count("seidel", 0, 1);
    return;
  }
  const auto terms = [&](const std::string& what, const SeidelTerms& got, const nlohmann::json& s) {
    const double values[] = {got.s1, got.s2, got.s3, got.s4, got.s5, got.c1, got.c2};
    for (int i = 0; i < 7; ++i) {
      to->Relative(what + " term " + std::to_string(i + 1), values[i], s[i], kFirstOrder);
    }
  };
  const nlohmann::json& surfaces = want["seidel_per_surface"];
  to->Count("seidel surfaces", static_cast<int>(seidel->surfaces.size()), surfaces.size());
  for (size_t i = 0; i < surfaces.size(); ++i) {
    terms("seidel surface " + std::to_string(i + 1), seidel->surfaces[i], surfaces[i]);
  }
  const nlohmann::json& sums = want["seidel_sums"];
  terms("seidel sum", seidel->sum,
        {sums["S1"], sums["S2"], sums["S3"], sums["S4"], sums["S5"], sums["C1"], sums["C2"]});
  to->Relative("seidel field", seidel->field_deg, want["seidel_field_deg"], kFirstOrder);
}

inline PupilPoint NamedPoint(const std::string& name) {
  const double v = std::stod(name.substr(2));
  return name[1] == 'x' ? PupilPoint{v, 0} : PupilPoint{0, v};
}

inline void CompareRays(const LensModel& model, const nlohmann::json& w, double field,
                        const std::string& at, Comparison* to) {
  const int primary = model.system.primary;
  for (const char* key : {"ray_dx_dy_um", "opd_waves"}) {
    for (const auto& [name, value] : w[key].items()) {
      const std::string label = name[0] == 'P' ? name : "P" + name;
      const PupilPoint point = NamedPoint(label);
      const auto errors = ComputeRayErrors(model, field, primary, {&point, 1});
      const bool ok = errors && errors->front().status == RayStatus::kOk;
      const std::string what = at + key + std::string(" ") + name;
      if (std::string(key) == "opd_waves") {
        to->Absolute(what, ok ? errors->front().opd_waves : std::nullopt, value, kOpd_waves);
        continue;
      }
      const nlohmann::json x = value.is_null() ? value : value[0];
      const nlohmann::json y = value.is_null() ? value : value[1];
      const auto got = [&](double v) { return ok ? std::optional<double>(v) : std::nullopt; };
      to->Absolute(what + " x", got(ok ? errors->front().dx_um : 0), x, 1e3 * kCoordinate_mm);
      to->Absolute(what + " y", got(ok ? errors->front().dy_um : 0), y, 1e3 * kCoordinate_mm);
    }
  }
}

inline void CompareMtf(const LensModel& model, const nlohmann::json& w, double field,
                       const std::string& at, Comparison* to) {
  std::vector<double> cycles;
  std::vector<nlohmann::json> wanted;
  for (const auto& [key, value] : w["mtf"].items()) {
    cycles.push_back(std::stod(key));
    wanted.push_back(value);
  }
  const auto compare = [&](const char* name, MtfKind kind, int wavelength) {
    const auto mtf = ComputeMtf(model, field, cycles, {.kind = kind, .wavelength = wavelength});
    for (size_t i = 0; i < cycles.size(); ++i) {
      const bool ok = mtf && !mtf->empty();
      for (const char* axis : {"T", "S"}) {
        const auto& values = axis[0] == 'T' ? mtf->tangential : mtf->sagittal;
        to->Absolute(at + name + axis, ok ? std::optional<double>(values[i]) : std::nullopt,
                     wanted[i][std::string(name) + axis], kModulation);
      }
    }
  };
  compare("geometric_mono_", MtfKind::kGeometric, model.system.primary);
  compare("geometric_poly_", MtfKind::kGeometric, -1);
  compare("diffraction_mono_", MtfKind::kDiffraction, model.system.primary);
}

inline void CompareFields(const LensModel& model, const nlohmann::json& want, Comparison* to) {
  for (const nlohmann::json& w : want["fields"]) {
    const double field = w["angle_deg"];
    const std::string at = "field " + std::to_string(field) + " ";
    const ChiefPoint chief = ComputeChiefTable(model, {field}).front();
    for (size_t i = 0; i < chief.y_mm.size(); ++i) {
      to->Absolute(at + "chief_y", chief.y_mm[i], w["chief_y"][i], kCoordinate_mm);
    }
    to->Absolute(at + "paraxial_y", chief.paraxial_y_mm, w["paraxial_y"], kCoordinate_mm);
    // A ray coordinate over the paraxial height, in percent.
    const double percent = 100 * kCoordinate_mm / std::max(1e-3, std::abs(chief.paraxial_y_mm));
    to->Absolute(at + "distortion", chief.distortion_percent, w["distortion_pct"], 2 * percent);
    to->Absolute(at + "lateral_colour", chief.lateral_colour_um, w["lateral_colour_um"],
                 2e3 * kCoordinate_mm);
    CompareRays(model, w, field, at, to);

    const std::vector<PupilPoint> pupil = HexapolarGrid(24);
    const auto opd = ComputeOpd(model, field, model.system.primary, pupil);
    to->Absolute(at + "opd_rms", opd ? OpdRms(*opd) : std::nullopt,
                 w["opd_rms_waves_hexapolar24_mean_removed"], kOpd_waves);
    to->Count(at + "opd rays", opd ? opd->rays.ok : -1, w["n_rays_ok_hexapolar24"]);

    const auto spots = ComputeSpot(model, field);
    for (size_t i = 0; spots && i < spots->spots.size(); ++i) {
      const Spot& s = spots->spots[i];
      to->Relative(at + "rms_chief", s.rms_chief_um, w["rms_spot_chief_um_hexapolar6"][i], kSpot);
      to->Relative(at + "rms_centroid", s.rms_centroid_um, w["rms_spot_centroid_um_hexapolar6"][i],
                   kSpot);
      to->Relative(at + "geo", s.geo_chief_um, w["geo_spot_chief_um_hexapolar6"][i], kSpot);
      to->Count(at + "spot rays", s.rays.ok, w["n_rays_ok_hexapolar6"][i]);
    }
    CompareMtf(model, w, field, at, to);
  }
}

inline void CompareBokeh(const LensModel& model, const nlohmann::json& w, Comparison* to) {
  const std::string name = w["case"];
  const bool near = name.find("source at infinity") == std::string::npos;
  const double field = w["angle_deg"];
  const std::string at = "bokeh " + name + " " + std::to_string(field) + " ";
  BokehOptions options;
  if (near) {
    options.object_mm = 2000;
  } else {
    options.image_shift_mm = FocusShift(model, 1000).value_or(0);
  }
  to->Relative(at + "shift", options.image_shift_mm, w["image_shift_mm"], kFirstOrder);
  const auto bokeh = ComputeBokeh(model, field, options);
  if (!bokeh) {
    to->Count(at, 0, 1);
    return;
  }
  to->Relative(at + "rays", bokeh->rays.ok, w["rays"], kClipped);
  to->Absolute(at + "centroid", bokeh->centroid_y_mm, w["centroid_y"], 1e-6);
  to->Relative(at + "x_min", bokeh->x_min_mm, w["x_extent"][0], kBokehExtent);
  to->Relative(at + "x_max", bokeh->x_max_mm, w["x_extent"][1], kBokehExtent);
  to->Relative(at + "y_min", bokeh->y_min_mm, w["y_extent"][0], kBokehExtent);
  to->Relative(at + "y_max", bokeh->y_max_mm, w["y_extent"][1], kBokehExtent);
  to->Relative(at + "sigma_x", bokeh->sigma_x_mm, w["sigma_x"], kClipped);
  to->Relative(at + "sigma_y", bokeh->sigma_y_mm, w["sigma_y"], kClipped);
  if (!w.contains("fraction_in_10_equal_area_rings")) return;
  for (size_t i = 0; i < 10; ++i) {
    to->Absolute(at + "ring", bokeh->rings[i], w["fraction_in_10_equal_area_rings"][i], kRingShare);
  }
}

inline void ComparePerturbations(const LensModel& model, const nlohmann::json& extra,
                                 Comparison* to) {
  if (!extra.contains("element_perturbations_hexapolar6_primary")) return;
  for (const nlohmann::json& w : extra["element_perturbations_hexapolar6_primary"]) {
    const Element element = {w["surfaces"][0].get<int>() - 1, w["surfaces"][1].get<int>() - 1};
    const std::string change = w["change"];
    ElementMotion motion;
    (change[0] == 'd' ? motion.shift_y_mm : motion.tilt_x_deg) = change[0] == 'd' ? 0.05 : 0.1;
    const auto effect = ComputeElementEffect(model, element, motion);
    if (!effect) {
      to->Count(change, 0, 1);
      continue;
    }
    const std::string at = "element " + std::to_string(element.first + 1) + " " + change + " ";
    to->Relative(at + "chief", effect->axis_chief_y_um, w["on_axis_chief_y_um"], kSpot);
    to->Relative(at + "rms", effect->axis_rms_um, w["on_axis_rms_centroid_um"], kSpot);
    for (const auto& [key, value] : w.items()) {
      if (key.find("field_+") != std::string::npos) {
        to->Relative(at + key, effect->plus_rms_um, value, kSpot);
      } else if (key.find("field_-") != std::string::npos) {
        to->Relative(at + key, effect->minus_rms_um, value, kSpot);
      }
    }
  }
  const std::vector<FirstOrderChange> changes = ComputeRadiusSensitivity(model);
  const nlohmann::json& wanted = extra["first_order_changes"];
  to->Count("radius changes", static_cast<int>(changes.size()), wanted.size());
  for (size_t i = 0; i < std::min(changes.size(), wanted.size()); ++i) {
    const std::string name = wanted[i]["change"];
    to->Count(name, changes[i].surface + 1, std::stoi(name.substr(1)));
    to->Relative(name + " dEFL", changes[i].defl_mm, wanted[i]["dEFL"], kSpot);
    to->Relative(name + " dBFL", changes[i].dbfl_mm, wanted[i]["dBFL"], kSpot);
  }
}

inline void CompareExtra(const LensModel& model, const nlohmann::json& want, Comparison* to) {
  const nlohmann::json& extra = want["extra"];
  const std::vector<ChromaticFocus> colours = ComputeAxialColour(model);
  for (size_t i = 0; i < colours.size(); ++i) {
    to->Relative("EFL of wavelength", colours[i].efl_mm, extra["per_wavelength"]["EFL"][i],
                 kFirstOrder);
    to->Relative("BFL of wavelength", colours[i].bfl_mm, extra["per_wavelength"]["BFL"][i],
                 kFirstOrder);
  }
  std::vector<double> fields;
  for (const nlohmann::json& w : extra["field_curves_primary"]) fields.push_back(w["angle_deg"]);
  const std::vector<FieldFocus> curves = ComputeFieldCurves(model, fields, model.system.primary);
  for (size_t i = 0; i < fields.size(); ++i) {
    const nlohmann::json& w = extra["field_curves_primary"][i];
    const std::string at = "field curve " + std::to_string(fields[i]) + " ";
    to->Absolute(at + "chief", curves[i].chief_y_mm, w["chief_y"], kCoordinate_mm);
    to->Relative(at + "sagittal", curves[i].sagittal_mm, w["sagittal_focus_mm"], kSpot);
    to->Relative(at + "tangential", curves[i].tangential_mm, w["tangential_focus_mm"], kSpot);
    to->Relative(at + "distortion", curves[i].distortion_percent, w["distortion_pct"], kSpot);
  }
  const auto best = [&](const char* key, int wavelength) {
    const nlohmann::json& w = extra["best_focus_on_axis_hexapolar6"][key];
    const auto focus = ComputeBestFocus(model, 0, wavelength);
    const bool ok = focus && *focus;
    to->Relative(std::string("best focus ") + key,
                 ok ? std::optional((*focus)->shift_mm) : std::nullopt, w["shift_mm"], kSpot);
    to->Relative(std::string("best rms ") + key,
                 ok ? std::optional((*focus)->rms_um) : std::nullopt, w["rms_um"], kSpot);
  };
  best("primary", model.system.primary);
  best("all_wavelengths_equal_weight", -1);
  const auto strehl = ComputeStrehl(model, 0, model.system.primary);
  to->Absolute("strehl", strehl ? *strehl : std::nullopt, extra["strehl_on_axis_nominal_focus"],
               kModulation);
  std::vector<double> angles;
  for (const nlohmann::json& w : want["fields"]) angles.push_back(w["angle_deg"]);
  const auto light = ComputeRelativeIllumination(model, angles);
  for (size_t i = 0; i < angles.size(); ++i) {
    to->Relative("illumination " + std::to_string(angles[i]),
                 light ? (*light)[i].relative : std::nullopt,
                 extra["relative_illumination_unclipped"][i], kClipped);
  }
  if (extra.contains("bokeh")) {
    for (const nlohmann::json& w : extra["bokeh"]) CompareBokeh(model, w, to);
  }
  ComparePerturbations(model, extra, to);
}

inline void CompareVignetted(const LensModel& model, const nlohmann::json& want, Comparison* to) {
  if (!want.contains("vignetted")) return;
  const nlohmann::json& wanted = want["vignetted"]["fields"];
  std::vector<double> fields;
  for (const nlohmann::json& w : wanted) fields.push_back(w["angle_deg"]);
  ClippedPupilOptions options;
  options.cycles_per_mm = {10, 50};
  const auto pupils = ComputeVignetting(model, fields, options);
  for (size_t i = 0; i < fields.size(); ++i) {
    if (!pupils) {
      to->Count("vignetting", 0, 1);
      return;
    }
    const nlohmann::json& w = wanted[i];
    const ClippedPupil& p = (*pupils)[i];
    const std::string at = "vignetted " + std::to_string(fields[i]) + " ";
    to->Relative(at + "area", p.area, w["pupil_area_rel_paraxial_EP"], kClipped);
    to->Relative(at + "area over axis", p.area_over_axis, w["area_rel_axis"], kClipped);
    to->Relative(at + "illumination", p.relative_illumination, w["relative_illumination"],
                 kClipped);
    to->Relative(at + "x_min", p.x_min, w["pupil_x_extent"][0], kClipped);
    to->Relative(at + "x_max", p.x_max, w["pupil_x_extent"][1], kClipped);
    to->Relative(at + "y_min", p.y_min, w["pupil_y_extent"][0], kClipped);
    to->Relative(at + "y_max", p.y_max, w["pupil_y_extent"][1], kClipped);
    to->Absolute(at + "centroid", p.centroid_y, w["pupil_centroid_y"], kClipped);
    to->Relative(at + "sigma_x", p.sigma_x_um, w["sigma_x_um"], kClipped);
    to->Relative(at + "sigma_y", p.sigma_y_um, w["sigma_y_um"], kClipped);
    to->Relative(at + "rms", p.rms_centroid_um, w["rms_spot_centroid_um"], kClipped);
    to->Absolute(at + "mtf10 T", p.mtf_tangential[0], w["geo_mtf10_T"], kModulation);
    to->Absolute(at + "mtf10 S", p.mtf_sagittal[0], w["geo_mtf10_S"], kModulation);
    to->Absolute(at + "mtf50 T", p.mtf_tangential[1], w["geo_mtf50_T"], kModulation);
    to->Absolute(at + "mtf50 S", p.mtf_sagittal[1], w["geo_mtf50_S"], kModulation);
  }
}

}  // namespace petzval::optics::golden
