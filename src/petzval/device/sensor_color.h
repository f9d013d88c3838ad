// How a sensor sees colour: channel responses and the matrices that DNG files state.
#ifndef PETZVAL_DEVICE_SENSOR_COLOR_H_
#define PETZVAL_DEVICE_SENSOR_COLOR_H_

#include <array>
#include <optional>

#include "petzval/color/spectral.h"
#include "petzval/device/sensor.h"

namespace petzval {

// kSpectral: quantum efficiencies of the file. kRgb: exactly linear in XYZ (Luther condition), so
// that a matrix is the whole truth about colour: camera_from_xyz of the file or, without, the
// matrix fitted for D65, scaled to the same green sensitivity to equal energy.
enum class ResponseKind { kSpectral, kRgb };

// Photoelectrons / (s m^2) for an irradiance of 1 W / (m^2 nm): QE * wavelength / (h c). Red,
// green, blue; a mono sensor: all the same. kRgb may be negative in places.
std::array<SpectralDistribution, 3> ChannelResponses(const Sensor& sensor, ResponseKind kind);

// DNG matrices for two lights. `camera_from_xyz` (ColorMatrix): of XYZ with Y = 1 for white under
// the light, scaled so that white under it gives at most 1 in the largest channel.
// `xyz_d50_from_camera` (ForwardMatrix): from white-balanced camera values; (1, 1, 1) gives D50.
// None for kRgb: there the ColorMatrix and adaptation by white are exact, a fit would not be.
struct SensorColorMatrix {
  int illuminant = 17;  // EXIF LightSource: 17 = A, 21 = D65
  Mat3 camera_from_xyz;
  std::optional<Mat3> xyz_d50_from_camera;
  Vec3 neutral;  // camera values of white under the light, green = 1
};
struct SensorColorMatrices {
  SensorColorMatrix a, d65;
};
// Least squares of camera values over colorchecker24 and smooth natural spectra under A and D65,
// white kept exactly. Errors: those of FindReflectances; kInvalidInput for a mono sensor.
Result<SensorColorMatrices> FitSensorColor(const Sensor& sensor,
                                           ResponseKind kind = ResponseKind::kSpectral);

}  // namespace petzval

#endif  // PETZVAL_DEVICE_SENSOR_COLOR_H_
