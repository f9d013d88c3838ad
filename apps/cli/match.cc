// petzval match: one camera rendered like another.
#include <fmt/format.h>

#include <memory>
#include <optional>

#include "calibrate_verbs.h"
#include "petzval/calibrate/light/light_calibration.h"
#include "petzval/calibrate/match/camera_match.h"
#include "petzval/device/device.h"

namespace petzval::cli {

using calibrate::CameraMatch;
using calibrate::ChartCalibration;
using nlohmann::ordered_json;

namespace {

struct Arguments {
  Target target;
  std::string reference;
  std::string ssf, reference_ssf;
  std::vector<std::string> lights;
  ChartArguments charts, reference_charts;
  std::string rendering = "matrix";
  PhotoMatchArguments photos;
};

// Sensitivities as told, or of the sensor that the device's camera stands on.
Result<calibrate::Sensitivities> SensitivitiesOf(const std::string& told,
                                                 const std::string& device_path,
                                                 const std::string& camera,
                                                 std::vector<std::string>* warnings) {
  if (!told.empty()) return FindSensitivities(told, warnings);
  if (!device_path.empty()) {
    PETZVAL_ASSIGN(const Device device, FindDevice(device_path));
    for (const DeviceCamera& c : device.cameras) {
      if (c.name == camera) return FindSensitivities(c.sensor, warnings);
    }
  }
  return Fail(ErrorCode::kInvalidInput,
              fmt::format("nothing is known of camera {}: give --ssf and --reference-ssf, or "
                          "--charts and --reference-charts",
                          camera));
}

// Those of all classes that a calibration stores when none is told.
Result<std::vector<calibrate::MatchLight>> LightsOf(const std::vector<std::string>& names) {
  std::vector<calibrate::MatchLight> lights;
  if (names.empty()) {
    for (const calibrate::ClassifiedLight& light : calibrate::StoredLights()) {
      PETZVAL_ASSIGN(const SpectralDistribution power, FindLight(light.name));
      lights.push_back({light.name, light.light_class, power});
    }
  }
  for (const std::string& name : names) {
    PETZVAL_ASSIGN(const calibrate::ChartLight light, calibrate::FindChartLight(name));
    if (light.kind != calibrate::ChartLight::Kind::kKnown) {
      return Fail(ErrorCode::kInvalidInput,
                  fmt::format("a match needs lights that are known, not '{}'", name));
    }
    lights.push_back({light.label, light.light_class.value_or(LightClass::kThermal), light.power});
  }
  return lights;
}

Result<CameraMatch> Match(const Arguments& a, const calibrate::MatchOptions& options,
                          std::vector<std::string>* warnings) {
  if (a.charts.files.empty()) {
    PETZVAL_ASSIGN(const calibrate::Sensitivities camera,
                   SensitivitiesOf(a.ssf, a.target.device_path, a.target.camera, warnings));
    PETZVAL_ASSIGN(const calibrate::Sensitivities reference,
                   SensitivitiesOf(a.reference_ssf, a.target.device_path, a.reference, warnings));
    PETZVAL_ASSIGN(const std::vector<calibrate::MatchLight> lights, LightsOf(a.lights));
    return calibrate::MatchSensitivities(a.target.camera, camera, a.reference, reference, lights,
                                         options);
  }
  ChartArguments of_camera = a.charts, of_reference = a.reference_charts;
  for (ChartArguments* arguments : {&of_camera, &of_reference}) {
    arguments->lights = a.lights;
    arguments->params.chart = a.charts.params.chart;
  }
  of_camera.params.camera = a.target.camera;
  of_reference.params.camera = a.reference;
  PETZVAL_ASSIGN(const ChartCalibration camera, CalibrateCharts(of_camera));
  PETZVAL_ASSIGN(const ChartCalibration reference, CalibrateCharts(of_reference));
  warnings->insert(warnings->end(), camera.warnings.begin(), camera.warnings.end());
  warnings->insert(warnings->end(), reference.warnings.begin(), reference.warnings.end());
  std::vector<calibrate::ChartPair> pairs;
  for (const calibrate::CalibratedLight& one : camera.lights) {
    for (const calibrate::CalibratedLight& other : reference.lights) {
      if (one.calibration.light != other.calibration.light) continue;
      pairs.push_back({.light = one.calibration.light,
                       .light_class = one.calibration.light_class,
                       .camera = one.training,
                       .reference = other.training,
                       .rendering = std::nullopt});
    }
  }
  return calibrate::MatchCharts(a.target.camera, a.reference, pairs, options);
}

ordered_json Statistics(const std::string& light, const char* what,
                        const calibrate::DeStatistics& s) {
  return {{"light", light},
          {"rendering", what},
          {"de2000_mean", Number(s.mean)},
          {"de2000_p95", Number(s.p95)},
          {"de2000_max", Number(s.max)}};
}

Status Run(Arguments a, const CommonOptions& common) {
  if (!a.photos.photos.empty()) {
    a.photos.camera = a.target.camera.empty() ? "camera" : a.target.camera;
    a.photos.reference = a.reference;
    return RunPhotoMatch(a.photos, common);
  }
  PETZVAL_RETURN_IF_ERROR(CheckTarget(&a.target));
  std::vector<std::string> inputs = a.charts.files;
  inputs.insert(inputs.end(), a.reference_charts.files.begin(), a.reference_charts.files.end());
  PETZVAL_RETURN_IF_ERROR(CheckCalibrationFiles(inputs, a.target, common));
  if (a.target.camera == a.reference) {
    return Fail(ErrorCode::kInvalidInput, "a camera needs no match to itself");
  }
  calibrate::MatchOptions options;
  options.rendering = a.rendering == "chosen" ? calibrate::ReferenceRendering::kChosen
                                              : calibrate::ReferenceRendering::kMatrix;
  std::vector<std::string> warnings;
  PETZVAL_ASSIGN(const CameraMatch match, Match(a, options, &warnings));
  warnings.insert(warnings.end(), match.warnings.begin(), match.warnings.end());
  ordered_json rows = ordered_json::array();
  for (const calibrate::MatchQuality& q : match.quality) {
    rows.push_back(Statistics(q.light, "own matrices", q.own));
    rows.push_back(Statistics(q.light, "the reference's matrix", q.reused));
    rows.push_back(Statistics(q.light, "matched", q.matched));
    rows.push_back(Statistics(q.light, "floor", q.floor));
  }
  if (!a.target.device_path.empty()) {
    PETZVAL_RETURN_IF_ERROR(
        WriteCalibration(a.target.device_path, ColorCalibrationToml(a.target.camera, match.color)));
  }
  const calibrate::DeStatistics& first = match.quality.front().matched;
  return Deliver({{"camera", a.target.camera},
                  {"reference", a.reference},
                  {"method", match.color.method},
                  {"into", a.target.device_path},
                  {"de2000_mean", Number(first.mean)},
                  {"de2000_p95", Number(first.p95)},
                  {"de2000_max", Number(first.max)},
                  {"differences", std::move(rows)},
                  {"warnings", warnings}},
                 common);
}

}  // namespace

Verb MatchVerb(const CommonOptions& common) {
  auto a = std::make_shared<Arguments>();
  Verb verb;
  verb.name = "match";
  verb.summary = "make the rendering of one camera that of another";
  verb.options = {
      {"--reference",
       "camera whose rendering is wanted: a name, or another camera of the device",
       &a->reference,
       "NAME",
       0,
       0,
       {},
       true},
      {"--ssf",
       "spectral sensitivities of the camera: a CSV file nm,R,G,B or a sensor; else those "
       "of the sensor in the device",
       &a->ssf, "FILE|SENSOR"},
      {"--reference-ssf", "the same of the reference", &a->reference_ssf, "FILE|SENSOR"},
      {"--charts", "RAW shots of a chart with the camera instead", &a->charts.files, "FILE..."},
      {"--reference-charts", "of the same chart in the same light with the reference",
       &a->reference_charts.files, "FILE..."},
      {"--photos",
       "photographs of the same scenes instead, in pairs: of the camera (RAW, or a TIFF of "
       "petzval develop --linear), finished of the reference, ..",
       &a->photos.photos, "PICTURE..."},
      {"--look", "look that the photographs make, with a table .cube beside it", &a->photos.look,
       "LOOK.toml"},
      {"--illuminant",
       "lights of the match (of all classes if none is named), or of the chart shots", &a->lights,
       "LIGHT..."},
      {"--chart", "the chart by name or file, or auto", &a->charts.params.chart, "NAME"},
      {"--rendering",
       "what of the reference is matched: its matrix, as classic profiles are made, "
       "or its best fit",
       &a->rendering,
       "KIND",
       0,
       0,
       {"matrix", "chosen"}},
  };
  for (Option& option : TargetOptions(&a->target)) verb.options.push_back(std::move(option));
  verb.usage_error = [a]() -> std::string {
    const PhotoMatchArguments& photos = a->photos;
    if (photos.photos.empty() != photos.look.empty()) {
      return "--photos and --look belong together";
    }
    if (photos.photos.size() % 2 != 0) {
      return "photographs come in pairs: one of the camera and one of the reference";
    }
    if (!photos.photos.empty() && !(a->ssf.empty() && a->reference_ssf.empty() &&
                                    a->charts.files.empty() && a->target.device_path.empty())) {
      return "a match from photographs becomes a look: it takes no --into, --ssf and --charts";
    }
    if (a->charts.files.empty() != a->reference_charts.files.empty()) {
      return "--charts and --reference-charts belong together";
    }
    if (!a->charts.files.empty() && !(a->ssf.empty() && a->reference_ssf.empty())) {
      return "a match is made from charts or from sensitivities, not from both";
    }
    return "";
  };
  verb.run = [a, &common] {
    a->photos.overwrite = a->target.overwrite;
    return Run(*a, common);
  };
  return verb;
}

}  // namespace petzval::cli
