// What is known about a camera beside its RAW files.
#include "petzval/camera/camera_knowledge.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "petzval/capture/dcp_reader.h"
#include "petzval/develop/calibrated_frame.h"

namespace petzval {

Result<std::string> CalibratedCamera(const Device& device, const std::string& camera) {
  std::vector<std::string> names;
  for (const auto& [name, calibration] : device.calibration) names.push_back(name);
  if (names.empty()) {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("no camera of {} is calibrated (petzval calibrate)", device.name));
  }
  if (camera.empty() && names.size() == 1) return names.front();
  if (device.calibration.contains(camera)) return camera;
  return Fail(ErrorCode::kInvalidInput,
              camera.empty()
                  ? fmt::format("{} has several calibrated cameras: name one with --camera ({})",
                                device.name, fmt::join(names, ", "))
                  : fmt::format("camera '{}' of {} is not calibrated (known: {})", camera,
                                device.name, fmt::join(names, ", ")));
}

Status LoadKnowledge(const CameraKnowledge& knowledge, DevelopParams* params,
                     std::vector<std::string>* warnings) {
  if (!knowledge.dcp.empty()) {
    if (!knowledge.match.empty()) {
      return Fail(ErrorCode::kInvalidInput,
                  "a camera profile and a match to another camera exclude each other");
    }
    PETZVAL_ASSIGN(std::vector<DcpFile> profiles, ReadProfiles(knowledge.dcp, warnings));
    DcpFile& first = profiles.front();
    warnings->insert(warnings->end(), first.warnings.begin(), first.warnings.end());
    params->dcp = std::make_shared<DcpProfile>(std::move(first.profile));
  }
  if (!knowledge.light_class.empty()) {
    PETZVAL_ASSIGN(params->light_class, FindLightClass(knowledge.light_class));
  }
  if (knowledge.device.empty()) {
    if (knowledge.camera.empty() && knowledge.match.empty()) return {};
    return Fail(ErrorCode::kInvalidInput, "a camera or a match needs its device (--device)");
  }
  PETZVAL_ASSIGN(const Device device, FindDevice(knowledge.device));
  PETZVAL_ASSIGN(const std::string camera, CalibratedCamera(device, knowledge.camera));
  const CameraCalibration& calibration = device.calibration.at(camera);
  if (!knowledge.match.empty() && !calibration.match.contains(knowledge.match)) {
    std::vector<std::string> names;
    for (const auto& [name, match] : calibration.match) names.push_back(name);
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("camera {} of {} is not matched to '{}' (known: {})", camera,
                            device.name, knowledge.match,
                            names.empty() ? "none" : fmt::format("{}", fmt::join(names, ", "))));
  }
  if (params->dcp && calibration.color) {
    warnings->push_back(
        "the camera profile decides about colour, not the calibration of the device");
  }
  const ColorCalibration* color = !knowledge.match.empty() ? &calibration.match.at(knowledge.match)
                                  : calibration.color      ? &*calibration.color
                                                           : nullptr;
  if (params->light_class && color &&
      std::none_of(color->lights.begin(), color->lights.end(), [&](const LightCalibration& light) {
        return light.light_class == *params->light_class;
      })) {
    warnings->push_back(
        fmt::format("camera {} was not calibrated in light of the class {}; its "
                    "other lights stand in",
                    camera, knowledge.light_class));
  }
  params->calibration = std::make_shared<CameraCalibration>(calibration);
  params->match = knowledge.match;
  return {};
}

void PrepareFrames(const DevelopParams& params, std::vector<RawFrame>* frames) {
  if (!params.calibration || !params.calibration->black) return;
  for (RawFrame& frame : *frames) {
    UseBlackCalibration(*params.calibration->black, params.prefer_calibration, &frame);
  }
}

}  // namespace petzval
