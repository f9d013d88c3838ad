// petzval calibrate color: RAW shots of a chart, or spectral sensitivities, to a camera's colour.
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <set>

#include "calibrate_verbs.h"
#include "measure_chart.h"
#include "petzval/calibrate/light/light_calibration.h"
#include "petzval/camera/measure_subject.h"

namespace petzval::cli {

using calibrate::CalibratedLight;
using calibrate::ChartCalibration;
using calibrate::ChartShot;
using measure::Subject;
using nlohmann::ordered_json;

std::vector<Option> ChartOptions(ChartArguments* a) {
  std::vector<Option> options = {
      {"--chart", "the chart by name or file, or auto", &a->params.chart, "NAME"},
      {"--edition", "edition of the chart's reference values; auto: the one that fits best",
       &a->params.edition, "NAME"},
      {"--illuminant",
       "light of the shots: a name (D50, A, LED-B3, 3200K), a CSV file nm,power, auto or unknown; "
       "one for all or one for each",
       &a->lights, "LIGHT..."},
      {"--class",
       "spectral class of the light: thermal, halophosphate, triphosphor, led, rgb-led, "
       "discharge; else from its spectrum",
       &a->light_class, "CLASS"},
      {"--corners",
       "outer corners of the chart in pixels, from its top left clockwise; else it is "
       "searched for",
       &a->corners, "X,Y,X,Y,X,Y,X,Y"},
      {"--roi", "search only here", &a->roi, "X,Y,W,H"},
      {"--flat", "RAW shot of an even matte field under the same light with the same lens",
       &a->flat, "FILE"},
      {"--accept-bad-shot", "go on with more glare or unevenness than a good shot has",
       &a->params.accept_bad_shot, ""},
  };
  for (const Parameter& p : calibrate::ChartCalibrationParameters()) {
    double* value = p.name == std::string("patch_share")         ? &a->params.patch_share
                    : p.name == std::string("max_glare")         ? &a->params.max_glare
                    : p.name == std::string("max_grey_residual") ? &a->params.max_grey_residual
                                                                 : &a->params.min_snr;
    std::string flag = fmt::format("--{}", p.name);
    std::replace(flag.begin(), flag.end(), '_', '-');
    options.push_back({flag, p.help, value, *p.unit ? p.unit : "X", p.min, p.max});
  }
  return options;
}

Result<ChartCalibration> CalibrateCharts(const ChartArguments& a) {
  if (a.lights.size() > 1 && a.lights.size() != a.files.size()) {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("{} lights are named for {} shot{}: name one, or one for each",
                            a.lights.size(), a.files.size(), a.files.size() == 1 ? "" : "s"));
  }
  std::vector<calibrate::ChartLight> lights;
  for (const std::string& text : a.lights) {
    PETZVAL_ASSIGN(calibrate::ChartLight light, calibrate::FindChartLight(text, a.light_class));
    lights.push_back(std::move(light));
  }
  if (lights.empty()) {
    PETZVAL_ASSIGN(calibrate::ChartLight light, calibrate::FindChartLight("", a.light_class));
    lights.push_back(std::move(light));
  }
  PETZVAL_ASSIGN(const auto corners, ParseCorners(a.corners));
  std::optional<Rect> roi;
  if (!a.roi.empty()) {
    PETZVAL_ASSIGN(roi, ParseRect(a.roi, "--roi"));
  }
  std::vector<Subject> subjects;
  std::vector<std::optional<DngColor>> colors(a.files.size());
  for (size_t i = 0; i < a.files.size(); ++i) {
    PETZVAL_ASSIGN(Subject subject, ReadSubject(a.files[i], &colors[i]));
    subjects.push_back(std::move(subject));
  }
  std::vector<Subject> flats;
  if (!a.flat.empty()) {
    PETZVAL_ASSIGN(flats, ReadSubjects({a.flat}));
  }
  std::vector<ChartShot> shots;
  for (size_t i = 0; i < subjects.size(); ++i) {
    shots.push_back({.subject = &subjects[i],
                     .flat = flats.empty() ? nullptr : &flats.front(),
                     .color = colors[i] ? &*colors[i] : nullptr,
                     .light = lights[lights.size() == 1 ? 0 : i],
                     .corners = corners,
                     .roi = roi});
  }
  return calibrate::CalibrateFromCharts(shots, a.params);
}

namespace {

struct Arguments {
  Target target;
  ChartArguments charts;
  std::string ssf;
  bool replace = false;
};

ordered_json PatchesJson(const CalibratedLight& light) {
  ordered_json patches = ordered_json::array();
  for (const calibrate::CalibratedPatch& p : light.patches) {
    ordered_json json = {{"name", p.name},
                         {"raw", Triple(p.raw)},
                         {"balanced", Triple(p.rgb)},
                         {"reference_lab", Triple(p.reference_lab)},
                         {"snr", Number(p.snr)},
                         {"de2000_matrix", Number(p.de_matrix)},
                         {"de2000", Number(p.de_chosen)},
                         {"de2000_loo", Number(p.de_loo)},
                         {"used", p.used}};
    if (!p.note.empty()) json["note"] = p.note;
    patches.push_back(std::move(json));
  }
  return patches;
}

ordered_json ShotsJson(const CalibratedLight& light) {
  ordered_json shots = ordered_json::array();
  for (const calibrate::ChartShotReport& s : light.shots) {
    ordered_json corners = ordered_json::array();
    for (const measure::Point& p : s.located.Corners()) {
      corners.push_back({Number(p.x), Number(p.y)});
    }
    shots.push_back({{"file", s.path},
                     {"chart", s.chart},
                     {"edition", s.edition},
                     {"glare", Triple(s.glare)},
                     {"grey_residual", Number(s.grey_residual)},
                     {"unevenness", Number(s.unevenness)},
                     {"color_gradient", Number(s.color_gradient)},
                     {"flat_fielded", s.flat_fielded},
                     {"corners_px", std::move(corners)}});
  }
  return shots;
}

// Lights that were calibrated before and not now stay, when both come from charts.
void KeepOtherLights(const CameraCalibration& before, ColorCalibration* color,
                     std::vector<std::string>* kept) {
  if (!before.color || before.color->method != color->method || color->method != "chart") return;
  std::set<std::string> now;
  for (const LightCalibration& light : color->lights) now.insert(light.light);
  for (const LightCalibration& light : before.color->lights) {
    if (!now.insert(light.light).second) continue;
    color->lights.push_back(light);
    kept->push_back(light.light);
  }
  if (!kept->empty() && before.color->source != color->source) {
    color->source += "; " + before.color->source;
  }
}

ordered_json Summary(const ColorCalibration& color) {
  ordered_json lights = ordered_json::array();
  for (const LightCalibration& light : color.lights) lights.push_back(LightJson(light));
  const ordered_json& first = lights.front();
  return {{"method", color.method},
          {"source", color.source},
          {"fit", first["fit"]},
          {"de2000_mean", first["de2000_mean"]},
          {"de2000_max", first["de2000_max"]},
          {"loo_mean", first["loo_mean"]},
          {"lights", std::move(lights)}};
}

Status Run(Arguments a, const CommonOptions& common) {
  PETZVAL_RETURN_IF_ERROR(CheckTarget(&a.target));
  std::vector<std::string> inputs = a.charts.files;
  for (const std::string& path : {a.charts.flat, a.ssf}) {
    if (!path.empty()) inputs.push_back(path);
  }
  PETZVAL_RETURN_IF_ERROR(CheckCalibrationFiles(inputs, a.target, common));
  PETZVAL_ASSIGN(const CameraCalibration before, CalibrationIn(a.target));

  ColorCalibration color;
  ordered_json answer, details = ordered_json::object();
  std::vector<std::string> warnings;
  if (!a.ssf.empty()) {
    PETZVAL_ASSIGN(const calibrate::Sensitivities camera, FindSensitivities(a.ssf, &warnings));
    PETZVAL_ASSIGN(color, calibrate::CalibrateSensitivities(camera, a.ssf, {}, &warnings));
  } else {
    a.charts.params.camera = a.target.camera;
    PETZVAL_ASSIGN(ChartCalibration charts, CalibrateCharts(a.charts));
    color = std::move(charts.color);
    warnings = charts.warnings;
    ordered_json patches = ordered_json::array(), shots = ordered_json::array();
    for (const CalibratedLight& light : charts.lights) {
      for (ordered_json& p : PatchesJson(light)) {
        ordered_json row = {{"light", light.calibration.light}};
        row.update(p);
        patches.push_back(std::move(row));
      }
      for (ordered_json& s : ShotsJson(light)) shots.push_back(std::move(s));
    }
    details = {{"shots", std::move(shots)}, {"patches", std::move(patches)}};
  }
  if (before.color && before.color->method != color.method && !a.replace &&
      !a.target.device_path.empty()) {
    return Fail(
        ErrorCode::kInvalidInput,
        fmt::format("the colour of camera {} in {} is calibrated from {} already, {} light{}: "
                    "--replace forgets that",
                    a.target.camera, a.target.device_path,
                    before.color->method == "ssf" ? "sensitivities" : "charts",
                    before.color->lights.size(), before.color->lights.size() == 1 ? "" : "s"));
  }
  std::vector<std::string> kept;
  answer = Summary(color);
  if (!a.replace) KeepOtherLights(before, &color, &kept);
  answer["kept_lights"] = kept;
  answer["camera"] = a.target.camera;
  answer["into"] = a.target.device_path;
  answer.update(details);
  answer["warnings"] = warnings;
  // The answer first: what fails there leaves the device as it was.
  PETZVAL_RETURN_IF_ERROR(Deliver(answer, common));
  if (a.target.device_path.empty()) return {};
  return WriteCalibration(a.target.device_path, ColorCalibrationToml(a.target.camera, color));
}

}  // namespace

Verb CalibrateColorVerb(const CommonOptions& common) {
  auto a = std::make_shared<Arguments>();
  Verb verb;
  verb.name = "color";
  verb.summary = "colour of a camera from RAW shots of a chart or from spectral sensitivities";
  verb.options = {{"CHART", "RAW shots of a chart", &a->charts.files, "CHART..."},
                  {"--ssf", "spectral sensitivities instead: a CSV file nm,R,G,B, or a sensor",
                   &a->ssf, "FILE|SENSOR"},
                  {"--replace", "forget the lights that were calibrated before", &a->replace, ""}};
  for (Option& option : TargetOptions(&a->target)) verb.options.push_back(std::move(option));
  for (Option& option : ChartOptions(&a->charts)) verb.options.push_back(std::move(option));
  verb.usage_error = [a]() -> std::string {
    if (a->charts.files.empty() == a->ssf.empty()) {
      return "name RAW shots of a chart, or --ssf with spectral sensitivities";
    }
    const ChartArguments& c = a->charts;
    if (!a->ssf.empty() && !(c.lights.empty() && c.light_class.empty() && c.corners.empty() &&
                             c.roi.empty() && c.flat.empty() && c.params.edition.empty())) {
      return "--ssf calibrates all known lights at once and takes no options of chart shots";
    }
    return "";
  };
  verb.run = [a, &common] { return Run(*a, common); };
  return verb;
}

}  // namespace petzval::cli
