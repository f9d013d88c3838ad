// Devices: files of data/devices.
#include "petzval/device/device.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "petzval/base/nearest_name.h"
#include "petzval/device/device_file.h"
#include "petzval/optics/lens/lens_file.h"

namespace petzval {
namespace {

constexpr const char* kRoleNames[] = {"wide",     "ultra_wide", "tele",  "periscope",
                                      "portrait", "mono",       "front", "standard"};

// Cameras name the files of their pictures.
bool IsFileNamePart(const std::string& name) {
  return !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  });
}

Result<DeviceCamera> ReadCamera(const TomlTable& table) {
  const std::vector<std::string> keys = {"name",       "role",     "sensor",        "lens",
                                         "lens_scale", "focal_mm", "f_number",      "nearest_mm",
                                         "assumed",    "sources",  "equivalent_mm", "position_mm"};
  PETZVAL_RETURN_IF_ERROR(table.CheckKeys(keys));
  DeviceCamera camera;
  PETZVAL_ASSIGN(camera.name, table.String("name"));
  if (!IsFileNamePart(camera.name)) {
    return Fail(table.ErrorAt("name", "'name' of a camera is made of letters, digits, - and _"));
  }
  const std::vector<std::string> roles(std::begin(kRoleNames), std::end(kRoleNames));
  PETZVAL_ASSIGN(const int role, TomlChoice(table, "role", roles));
  camera.role = static_cast<CameraRole>(role);
  PETZVAL_ASSIGN(camera.sensor, table.String("sensor"));
  if (const auto sensor = FindSensor(camera.sensor); !sensor) {
    return Fail(table.ErrorAt("sensor", sensor.error().message));
  }
  PETZVAL_ASSIGN(camera.lens, OptionalText(table, "lens"));
  PETZVAL_ASSIGN(camera.focal_mm, table.Number("focal_mm", 0.1, 1e4));
  PETZVAL_ASSIGN(camera.equivalent_mm, table.Number("equivalent_mm", 1, 1e5));
  PETZVAL_ASSIGN(camera.f_number, table.Number("f_number", 0.3, 100));
  if (table.Has("nearest_mm")) {
    PETZVAL_ASSIGN(camera.nearest_mm, table.Number("nearest_mm", 1, 1e6));
  }
  PETZVAL_ASSIGN(const std::vector<double> position, table.Numbers("position_mm"));
  if (position.size() != 2 || !(std::hypot(position[0], position[1]) < 1000)) {
    return Fail(table.ErrorAt("position_mm", "'position_mm' is not [x, y] within a metre"));
  }
  camera.position_mm = {position[0], position[1]};
  PETZVAL_ASSIGN(camera.lens_scale, OptionalNumber(table, "lens_scale", 1, 0.001, 1000));
  PETZVAL_ASSIGN(Provenance provenance, ReadProvenance(table, keys));
  camera.assumed = std::move(provenance.assumed);
  camera.sources = std::move(provenance.sources);
  camera.unsourced = std::move(provenance.unsourced);
  return camera;
}

Result<DeviceDisplay> ReadDisplay(const TomlTable& table) {
  const std::vector<std::string> keys = {"diagonal_in", "width_px", "height_px", "bits",
                                         "refresh_hz",  "assumed",  "sources"};
  PETZVAL_RETURN_IF_ERROR(table.CheckKeys(keys));
  DeviceDisplay display;
  PETZVAL_ASSIGN(display.diagonal_in, table.Number("diagonal_in", 0.1, 1000));
  PETZVAL_ASSIGN(display.width_px, table.Integer("width_px", 16, 65535));
  PETZVAL_ASSIGN(display.height_px, table.Integer("height_px", 16, 65535));
  PETZVAL_ASSIGN(display.bits, table.Integer("bits", 1, 16));
  PETZVAL_ASSIGN(display.refresh_hz, table.Number("refresh_hz", 1, 1000));
  PETZVAL_ASSIGN(Provenance provenance, ReadProvenance(table, keys));
  display.assumed = std::move(provenance.assumed);
  display.sources = std::move(provenance.sources);
  display.unsourced = std::move(provenance.unsourced);
  return display;
}

// Of cameras that the file describes; of any where it describes none.
Status ReadCalibrations(const TomlTable& root, Device* device) {
  if (!root.Has("calibration")) return {};
  PETZVAL_ASSIGN(const TomlTable table, root.Table("calibration"));
  for (const std::string& name : table.Keys()) {
    if (!IsFileNamePart(name)) {
      return Fail(table.ErrorAt(name, "the name of a camera is made of letters, digits, - and _"));
    }
    if (!device->cameras.empty()) {
      if (auto camera = device->Camera(name); !camera) {
        return Fail(table.ErrorAt(name, camera.error().message));
      }
    }
    PETZVAL_ASSIGN(const TomlTable calibration, table.Table(name));
    PETZVAL_ASSIGN(device->calibration[name], ReadCameraCalibration(calibration));
  }
  return {};
}

}  // namespace

const char* CameraRoleName(CameraRole role) { return kRoleNames[static_cast<int>(role)]; }

Result<DeviceCamera> Device::Camera(const std::string& camera) const {
  std::vector<std::string> names;
  for (const DeviceCamera& known : cameras) {
    if (camera.empty() || known.name == camera) return known;
    names.push_back(known.name);
  }
  if (names.empty()) {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("device '{}' holds calibrations only: it describes no camera", name));
  }
  return Fail(ErrorCode::kInvalidInput,
              fmt::format("device '{}' has no camera '{}', did you mean '{}'?", name, camera,
                          NearestName(camera, names)));
}

Result<CameraCalibration> Device::Calibration(const std::string& camera) const {
  if (calibration.empty()) {
    return Fail(ErrorCode::kInvalidInput, fmt::format("device '{}' has no calibration", name));
  }
  if (camera.empty() && calibration.size() == 1) return calibration.begin()->second;
  if (const auto found = calibration.find(camera); found != calibration.end()) {
    return found->second;
  }
  std::vector<std::string> names;
  for (const auto& [known, value] : calibration) names.push_back(known);
  return Fail(ErrorCode::kInvalidInput,
              camera.empty()
                  ? fmt::format("device '{}' has calibrations of {} cameras: name one of them, "
                                "such as '{}'",
                                name, names.size(), names.front())
                  : fmt::format("device '{}' has no calibration of a camera '{}', did you mean "
                                "'{}'?",
                                name, camera, NearestName(camera, names)));
}

Result<double> Device::BaselineMm(const std::string& one, const std::string& other) const {
  PETZVAL_ASSIGN(const DeviceCamera a, Camera(one));
  PETZVAL_ASSIGN(const DeviceCamera b, Camera(other));
  return std::hypot(a.position_mm[0] - b.position_mm[0], a.position_mm[1] - b.position_mm[1]);
}

Result<Device> ParseDevice(const std::string& toml, const std::string& file_name) {
  PETZVAL_ASSIGN(const TomlTable root, TomlTable::Parse(toml, file_name));
  PETZVAL_RETURN_IF_ERROR(root.CheckKeys(std::vector<std::string>{
      "name", "title", "source", "note", "camera", "display", "exchangeable_lens", "calibration"}));
  Device device;
  PETZVAL_ASSIGN(device.name, root.String("name"));
  PETZVAL_ASSIGN(device.title, root.String("title"));
  PETZVAL_ASSIGN(device.source, root.String("source"));
  PETZVAL_ASSIGN(device.note, OptionalText(root, "note"));
  if (root.Has("exchangeable_lens")) {
    PETZVAL_ASSIGN(device.exchangeable_lens, root.Bool("exchangeable_lens"));
  }
  std::vector<TomlTable> cameras;
  if (root.Has("camera") || !root.Has("calibration")) {
    PETZVAL_ASSIGN(cameras, root.Tables("camera"));
  }
  for (const TomlTable& table : cameras) {
    PETZVAL_ASSIGN(DeviceCamera camera, ReadCamera(table));
    for (const DeviceCamera& known : device.cameras) {
      if (known.name == camera.name) {
        return Fail(table.ErrorAt("name", fmt::format("camera '{}' is there twice", camera.name)));
      }
    }
    device.cameras.push_back(std::move(camera));
  }
  PETZVAL_RETURN_IF_ERROR(ReadCalibrations(root, &device));
  if (device.cameras.empty() && device.calibration.empty()) {
    return Fail(root.ErrorAt("camera", "no [[camera]] is given"));
  }
  if (root.Has("display")) {
    PETZVAL_ASSIGN(const TomlTable table, root.Table("display"));
    PETZVAL_ASSIGN(device.display, ReadDisplay(table));
  }
  return device;
}

Result<Device> FindDevice(const std::string& name_or_path) {
  PETZVAL_ASSIGN(const std::string toml, DeviceFileText(name_or_path, "device", EmbeddedDevices()));
  return ParseDevice(toml, name_or_path);
}

std::vector<std::string> DeviceNames() { return EmbeddedNames(EmbeddedDevices()); }

Status CameraLensExists(const DeviceCamera& camera) {
  if (camera.lens.empty()) {
    return Fail(ErrorCode::kInvalidInput, fmt::format("camera '{}' names no lens", camera.name));
  }
  const auto lens = optics::FindLens(camera.lens);
  if (!lens) return Fail(lens.error().In(fmt::format("camera '{}'", camera.name)));
  return {};
}

}  // namespace petzval
