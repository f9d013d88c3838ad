// A camera of a device made ready for a scene: lens at its focus, film, channels, colour.
#ifndef PETZVAL_SIMULATE_SHOOT_CAMERA_SETUP_H_
#define PETZVAL_SIMULATE_SHOOT_CAMERA_SETUP_H_

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "petzval/device/check.h"
#include "petzval/simulate/exposure/auto_exposure.h"
#include "petzval/simulate/shoot/scene_source.h"
#include "petzval/simulate/shoot/shoot.h"

namespace petzval::simulate {

struct CameraSetup {
  DeviceCamera camera;
  Sensor sensor;
  ReadoutMode mode = ReadoutMode::kNative;
  Cfa cfa;

  std::string lens_name, lens_title;  // "thin" and "pinhole" without a prescription
  std::unique_ptr<CameraOptics> optics;
  double focus_mm = 0, equivalent_mm = 0;
  std::optional<ChiefAngles> chief;  // of traced lenses

  // The picture: pixels of the film, of which `whole_height` rows are read in the readout time.
  int width = 0, height = 0, whole_width = 0, whole_height = 0;
  Rect window;  // within the whole
  double pitch_mm = 0, center_x_px = 0, center_y_px = 0;

  std::vector<SpectralDistribution> channels;                      // 1 or 3, photoelectrons
  std::array<uint8_t, 16> film_cfa{};                              // channel of each site of 4 x 4
  std::vector<std::vector<uint8_t>> wavelengths, xyz_wavelengths;  // of the optics, by channel

  std::optional<SensorColorMatrices> color;  // none: mono
  Vec3 neutral{{1, 1, 1}};                   // camera values of the key light, green = 1
  // Green signal over Y of the key light, both as integrals: makes linear pictures of XYZ.
  double green_per_y = 1;
  Vec3 key_white{{1, 1, 1}};  // XYZ of the key light, Y = 1
  Vec3 offset_mm;             // from the first camera of the shot, in camera axes

  std::vector<std::string> warnings;

  double readout_s() const { return sensor.readout_ms * 1e-3; }
  // A row of the picture is exposed from this many seconds after the first row of the sensor.
  double RowStart(double y) const { return (window.y + y) / whole_height * readout_s(); }
  // A film job of this camera without path, tracer and channels.
  FilmJob Film() const;
  // Upper left corner of the picture is (0, 0). False where no chief ray goes.
  bool ToPixel(const CameraPose& pose, const Vec3& world_mm, double* x, double* y) const;
};

// Errors: kInvalidInput for lens, sensor, readout, scale or window that do not fit; those of
// FindSensor, FindLens, MakeOptics and FitSensorColor.
Result<CameraSetup> SetUpCamera(const DeviceCamera& camera, const SceneSource& scene,
                                const ShootParams& params);

// Moves a view with `dolly` along its axis until the first camera of the shot, with the lens it
// will have, frames what the view is meant to show. Errors: those of FindLens and Device::Camera.
Status FrameView(const Device& device, const ShootParams& params, SceneSource* scene);

}  // namespace petzval::simulate

#endif  // PETZVAL_SIMULATE_SHOOT_CAMERA_SETUP_H_
