// libFuzzer target: the TOML of a sensor or of a device, both as read and as checked; calibrations
// as used and as written.
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "petzval/base/toml_edit.h"
#include "petzval/device/check.h"
#include "petzval/device/device.h"
#include "petzval/device/sensor.h"

namespace {

using namespace petzval;

// Whatever a file says, colours stay finite and the text that we write of it can be read.
void TryColor(const ColorCalibration& color) {
  for (const double r : {0.2, 0.6, 3.0}) {
    for (const double b : {0.2, 0.6, 3.0}) {
      const Vec3 neutral{{r, 1, b}};
      const ColorTransform t = TransformFor(color, {neutral, EstimateLightClass(color, neutral)});
      for (const Vec3& c : t.fit.coefficient) {
        if (!std::isfinite(c[0]) || !std::isfinite(c[1]) || !std::isfinite(c[2])) std::abort();
      }
    }
  }
}

void TryCalibration(const Device& device) {
  for (const auto& [camera, measured] : device.calibration) {
    if (!measured.color) continue;
    TryColor(*measured.color);
    const std::string text = "schema = 1\nname = \"a\"\ntitle = \"a\"\nsource = \"a\"\n" +
                             ColorCalibrationToml(camera, *measured.color);
    if (measured.color->reference.empty() && !ParseDevice(text, "again.toml")) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(data, data + size);
  if (const auto sensor = ParseSensor(text, "input.toml")) {
    (void)CheckSensor(*sensor);
    if (!(sensor->ChiefRayAngleDeg(1) > -90 && sensor->ChiefRayAngleDeg(1) < 90)) std::abort();
  }
  if (const auto device = ParseDevice(text, "input.toml")) {
    if (device->cameras.empty() && device->calibration.empty()) std::abort();
    for (const DeviceCamera& camera : device->cameras) {
      if (!device->Camera(camera.name)) std::abort();
    }
    TryCalibration(*device);
    // A text that can be read can be edited.
    if (!ReplaceTomlTables(text, {"calibration"}, "")) std::abort();
  }
  return 0;
}
