// libFuzzer target: the TOML of a sensor or of a device, both as read and as checked.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "petzval/device/check.h"
#include "petzval/device/device.h"
#include "petzval/device/sensor.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace petzval;
  const std::string text(data, data + size);
  if (const auto sensor = ParseSensor(text, "input.toml")) {
    (void)CheckSensor(*sensor);
    if (!(sensor->ChiefRayAngleDeg(1) > -90 && sensor->ChiefRayAngleDeg(1) < 90)) std::abort();
  }
  if (const auto device = ParseDevice(text, "input.toml")) {
    if (device->cameras.empty()) std::abort();
    for (const DeviceCamera& camera : device->cameras) {
      if (!device->Camera(camera.name)) std::abort();
    }
  }
  return 0;
}
