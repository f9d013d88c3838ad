// petzval calibrate: charts, spectra, flats and darks to what a device file knows of a camera.
#include <fmt/format.h>

#include <filesystem>

#include "calibrate_verbs.h"
#include "petzval/base/nearest_name.h"
#include "petzval/camera/measure_subject.h"
#include "petzval/camera/output_names.h"
#include "petzval/device/device.h"
#include "petzval/device/sensor_color.h"

namespace petzval::cli {

using nlohmann::ordered_json;

std::vector<Option> TargetOptions(Target* target) {
  return {{"--into", "device file that takes the calibration; made if it does not exist",
           &target->device_path, "DEVICE.toml"},
          {"--camera", "camera of the device; not needed when it has one", &target->camera, "NAME"},
          {"--force", "overwrite a report that exists", &target->overwrite, ""}};
}

Status CheckTarget(Target* target) {
  const std::string& path = target->device_path;
  if (path.empty()) {
    if (target->camera.empty()) target->camera = "camera";
    return {};
  }
  if (!path.ends_with(".toml")) {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("{} is not the name of a device file (*.toml)", path));
  }
  if (!std::filesystem::exists(path)) {
    if (target->camera.empty()) {
      return Fail(ErrorCode::kInvalidInput,
                  fmt::format("{} does not exist yet: name the camera with --camera NAME", path));
    }
    return {};
  }
  PETZVAL_ASSIGN(const Device device, FindDevice(path));
  std::vector<std::string> names;
  for (const DeviceCamera& camera : device.cameras) names.push_back(camera.name);
  if (names.empty()) {
    for (const auto& [name, calibration] : device.calibration) names.push_back(name);
    if (target->camera.empty() && names.size() == 1) target->camera = names.front();
  } else if (target->camera.empty() && names.size() == 1) {
    target->camera = names.front();
  } else if (!target->camera.empty()) {
    PETZVAL_RETURN_IF_ERROR(device.Camera(target->camera));
  }
  if (target->camera.empty()) {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("{} has several cameras ({}): name one with --camera", path,
                            fmt::join(names, ", ")));
  }
  return {};
}

Status CheckCalibrationFiles(const std::vector<std::string>& inputs, const Target& target,
                             const CommonOptions& common) {
  PETZVAL_RETURN_IF_ERROR(CheckOutputNames(inputs, {target.device_path}, true));
  std::vector<std::string> all = inputs;
  if (!target.device_path.empty()) all.push_back(target.device_path);
  return CheckOutputNames(all, {common.json == "-" ? "" : common.json}, target.overwrite);
}

Result<CameraCalibration> CalibrationIn(const Target& target) {
  if (target.device_path.empty() || !std::filesystem::exists(target.device_path)) {
    return CameraCalibration{};
  }
  PETZVAL_ASSIGN(const Device device, FindDevice(target.device_path));
  const auto found = device.calibration.find(target.camera);
  return found == device.calibration.end() ? CameraCalibration{} : found->second;
}

Result<calibrate::Sensitivities> FindSensitivities(const std::string& file_or_sensor,
                                                   std::vector<std::string>* warnings) {
  if (file_or_sensor.ends_with(".csv") || file_or_sensor.find('/') != std::string::npos ||
      std::filesystem::exists(file_or_sensor)) {
    return calibrate::ReadSensitivities(file_or_sensor, warnings);
  }
  PETZVAL_ASSIGN(const Sensor sensor, FindSensor(file_or_sensor));
  if (sensor.cfa == CfaKind::kMono) {
    return Fail(ErrorCode::kInvalidInput, fmt::format("{} sees no colour", file_or_sensor));
  }
  return ChannelResponses(sensor, ResponseKind::kSpectral);
}

Result<std::vector<measure::Subject>> ReadSubjects(const std::vector<std::string>& paths) {
  std::vector<measure::Subject> subjects;
  for (const std::string& path : paths) {
    PETZVAL_ASSIGN(measure::Subject subject, ReadSubject(path));
    subjects.push_back(std::move(subject));
  }
  return subjects;
}

ordered_json ErrorJson(const FitError& e) {
  return {{"train_mean", Number(e.train_mean)}, {"train_p95", Number(e.train_p95)},
          {"train_max", Number(e.train_max)},   {"loo_mean", Number(e.loo_mean)},
          {"loo_p95", Number(e.loo_p95)},       {"loo_max", Number(e.loo_max)}};
}

ordered_json LightJson(const LightCalibration& light) {
  ordered_json json = {
      {"light", light.light},
      {"class", LightClassName(light.light_class)},
      {"fit", ColorFitKindName(light.chosen ? light.chosen->kind : ColorFitKind::kMatrix)},
      {"neutral", Triple(light.neutral)},
      {"patches", light.patches},
      {"glare", Number(light.glare)}};
  const FitError& used = light.chosen ? light.chosen_error : light.matrix_error;
  json["de2000_mean"] = Number(used.train_mean);
  json["de2000_max"] = Number(used.train_max);
  json["loo_mean"] = Number(used.loo_mean);
  json["loo_max"] = Number(used.loo_max);
  json["matrix_loo_mean"] = Number(light.matrix_error.loo_mean);
  return json;
}

Verb CalibrateVerb(const CommonOptions& common) {
  Verb verb;
  verb.name = "calibrate";
  verb.summary = "charts, spectra, flats and darks to what a device file knows of a camera";
  verb.verbs = {CalibrateColorVerb(common), CalibrateNoiseVerb(common),
                CalibrateShadingVerb(common), CalibrateBlackVerb(common), CalibrateDcpVerb(common)};
  return verb;
}

}  // namespace petzval::cli
