// petzval calibrate dcp: the calibration of a camera as a DCP profile for other programs.
#include <fmt/format.h>

#include <memory>

#include "calibrate_verbs.h"
#include "petzval/calibrate/dcp/make_dcp.h"
#include "petzval/camera/camera_knowledge.h"
#include "petzval/camera/output_names.h"
#include "petzval/device/device.h"
#include "petzval/encode/dcp_writer.h"

namespace petzval::cli {

using nlohmann::ordered_json;

namespace {

struct Arguments {
  std::string device, camera, match, output;
  bool overwrite = false;
  calibrate::DcpOptions dcp;
};

Result<ColorCalibration> ColorOf(const Arguments& a) {
  PETZVAL_ASSIGN(const Device device, FindDevice(a.device));
  PETZVAL_ASSIGN(const std::string camera, CalibratedCamera(device, a.camera));
  const CameraCalibration& calibration = device.calibration.at(camera);
  if (!a.match.empty()) {
    const auto found = calibration.match.find(a.match);
    if (found == calibration.match.end()) {
      return Fail(ErrorCode::kInvalidInput,
                  fmt::format("camera {} is not matched to '{}'", camera, a.match));
    }
    return found->second;
  }
  if (!calibration.color) {
    return Fail(ErrorCode::kInvalidInput, fmt::format("the colour of camera {} is not calibrated "
                                                      "(petzval calibrate color)",
                                                      camera));
  }
  return *calibration.color;
}

Status Run(const Arguments& a, const CommonOptions& common) {
  const std::string report = common.json == "-" ? "" : common.json;
  PETZVAL_RETURN_IF_ERROR(CheckOutputNames({a.device}, {a.output, report}, a.overwrite));
  if (LowerSuffix(a.output) != ".dcp") {
    return Fail(ErrorCode::kUnsupported,
                fmt::format("a camera profile is a .dcp file, not {}", a.output));
  }
  PETZVAL_ASSIGN(const ColorCalibration color, ColorOf(a));
  PETZVAL_ASSIGN(const calibrate::MadeDcp made, calibrate::MakeDcp(color, a.dcp));
  PETZVAL_RETURN_IF_ERROR(WriteDcp(a.output, made.profile));
  ordered_json lights = ordered_json::array();
  for (const calibrate::DcpLightReport& l : made.lights) {
    lights.push_back({{"light", l.light},
                      {"illuminant", l.illuminant},
                      {"map", l.has_map},
                      {"hull_de2000_mean", Number(l.hull_mean)},
                      {"hull_de2000_max", Number(l.hull_max)}});
  }
  return Deliver({{"profile", a.output},
                  {"name", made.profile.name},
                  {"camera_model", made.profile.camera_model},
                  {"lights", std::move(lights)},
                  {"warnings", made.warnings}},
                 common);
}

}  // namespace

Verb CalibrateDcpVerb(const CommonOptions& common) {
  auto a = std::make_shared<Arguments>();
  Verb verb;
  verb.name = "dcp";
  verb.summary = "the calibration of a camera as a DCP profile for other RAW converters";
  verb.options = {
      {"DEVICE", "a device file with a calibration", &a->device, "DEVICE", 0, 0, {}, true},
      {"-o,--output", "the profile", &a->output, "FILE.dcp", 0, 0, {}, true},
      {"--camera", "camera of the device; not needed when one is calibrated", &a->camera, "NAME"},
      {"--match", "its match to this reference camera instead of its own colour", &a->match,
       "NAME"},
      {"--model",
       "camera as its DNGs state it (UniqueCameraModel); programs offer the profile for "
       "no other",
       &a->dcp.camera_model,
       "TEXT",
       0,
       0,
       {},
       true},
      {"--name", "of the profile in the menus of other programs", &a->dcp.name, "TEXT"},
      {"--copyright", "of the profile", &a->dcp.copyright, "TEXT"},
      {"--warm", "calibrated light of the first matrix; else A or the warmest", &a->dcp.warm_light,
       "LIGHT"},
      {"--cool", "calibrated light of the second matrix; else D65 or the coolest",
       &a->dcp.cool_light, "LIGHT"},
      {"--third", "a third light, for readers of DNG 1.6", &a->dcp.third_light, "LIGHT"},
      {"--force", "overwrite a profile that exists", &a->overwrite, ""},
  };
  verb.run = [a, &common] { return Run(*a, common); };
  return verb;
}

}  // namespace petzval::cli
