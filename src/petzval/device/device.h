// A phone or camera: what a file of data/devices says about its cameras and display.
#ifndef PETZVAL_DEVICE_DEVICE_H_
#define PETZVAL_DEVICE_DEVICE_H_

#include <array>
#include <cmath>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "petzval/device/calibration.h"
#include "petzval/device/sensor.h"

namespace petzval {

enum class CameraRole { kWide, kUltraWide, kTele, kPeriscope, kPortrait, kMono, kFront, kStandard };
// The word of the file: "wide", "ultra_wide", ...
const char* CameraRoleName(CameraRole role);

struct DeviceCamera {
  std::string name;
  CameraRole role = CameraRole::kWide;
  std::string sensor;  // name of data/sensors
  std::string lens;    // name of data/lenses, or "" when none is given; see CameraLensExists
  double focal_mm = 0, equivalent_mm = 0, f_number = 0;
  double nearest_mm = 0;                       // shortest object distance; 0: not given
  std::array<double, 2> position_mm = {0, 0};  // on the back, x right, y up, from the first camera
  std::vector<std::string> assumed;
  std::map<std::string, std::string> sources;  // by key, where not the file's `source`
  std::vector<std::string> unsourced;          // keys with neither
  double lens_scale = 1;  // the prescription's lengths times this are the camera's lens
};

struct DeviceDisplay {
  double diagonal_in = 0;
  int width_px = 0, height_px = 0;
  int bits = 8;
  double refresh_hz = 60;
  std::vector<std::string> assumed;
  std::map<std::string, std::string> sources;
  std::vector<std::string> unsourced;

  double ppi() const { return std::hypot(width_px, height_px) / diagonal_in; }
};

struct Device {
  std::string name, title, source, note;
  // May be empty in a file that only holds what was measured on the cameras of a device.
  std::vector<DeviceCamera> cameras;
  std::optional<DeviceDisplay> display;
  std::map<std::string, CameraCalibration> calibration;  // by camera
  // Lenses can be exchanged: cameras name the one that is on by default.
  bool exchangeable_lens = false;

  // With an empty name the first one. Errors: kInvalidInput naming the nearest camera, or saying
  // that there is none.
  Result<DeviceCamera> Camera(const std::string& camera) const;
  // What was measured on a camera; with an empty name on the only one that has a calibration.
  // Errors: kInvalidInput naming the nearest that has one.
  Result<CameraCalibration> Calibration(const std::string& camera) const;
  // Distance of two cameras' axes in mm. Errors: as Camera.
  Result<double> BaselineMm(const std::string& one, const std::string& other) const;
};

// Errors: kInvalidInput "FILE: line N: ..." for an unknown key, a value out of range, or a sensor
// that is neither built in nor a file. Lenses are not looked up.
Result<Device> ParseDevice(const std::string& toml, const std::string& file_name);
// `name_or_path`: a device of data/devices (compiled in) or a .toml file. Errors: also
// kInvalidInput naming the nearest device.
Result<Device> FindDevice(const std::string& name_or_path);
// The built-in devices in alphabetical order.
std::vector<std::string> DeviceNames();

// Whether the camera's lens is there to be traced. Errors: kInvalidInput saying that it names none,
// or that no such lens exists.
Status CameraLensExists(const DeviceCamera& camera);

}  // namespace petzval

#endif  // PETZVAL_DEVICE_DEVICE_H_
