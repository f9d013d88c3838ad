// The files of data/sensors and data/devices, compiled in.
#ifndef PETZVAL_DEVICE_EMBEDDED_FILES_H_
#define PETZVAL_DEVICE_EMBEDDED_FILES_H_

#include <span>
#include <string_view>

namespace petzval {

struct EmbeddedDeviceFile {
  std::string_view name;  // of the file, without .toml
  std::string_view toml;
};

// Defined in sources that CMake writes from the folders.
std::span<const EmbeddedDeviceFile> EmbeddedSensors();
std::span<const EmbeddedDeviceFile> EmbeddedDevices();

}  // namespace petzval

#endif  // PETZVAL_DEVICE_EMBEDDED_FILES_H_
