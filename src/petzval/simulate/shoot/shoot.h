// The virtual camera: a device photographs a scene; DNG files and their truth.
#ifndef PETZVAL_SIMULATE_SHOOT_SHOOT_H_
#define PETZVAL_SIMULATE_SHOOT_SHOOT_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "petzval/base/parameter.h"
#include "petzval/device/device.h"
#include "petzval/device/sensor_color.h"
#include "petzval/simulate/exposure/exposure.h"
#include "petzval/simulate/exposure/hand_shake.h"
#include "petzval/simulate/film/film.h"

namespace petzval::simulate {

struct ShootParams {
  std::string view;                  // of the scene; empty: its first
  std::vector<std::string> cameras;  // of the device; empty: the first
  std::string lens;                  // instead of the camera's; only with one camera
  double f_number = 0;               // 0: the camera's; of a smaller aperture than the lens has
  double focus_mm = 0;               // 0: the view's subject
  int frames = 1;
  double iso = 0, exposure_s = 0;  // 0: metered
  double ev = 0;                   // bias of the meter
  std::vector<double> ev_steps;    // a bracket: of each frame, by time; repeats over the frames
  double interval_s = 0;           // from frame to frame; 0: as fast as the sensor reads
  uint64_t seed = 1, sensor_seed = 1;
  double samples = 64;         // of the film, per pixel
  double emitter_samples = 0;  // per emitter and channel; 0: chosen by the film
  OpticsKind optics = OpticsKind::kTraced;
  ResponseKind response = ResponseKind::kSpectral;
  std::optional<ReadoutMode> readout;  // none: quad-Bayer sensors are binned
  // k > 1: the film's pixels are k times as wide as the sensor's, with the light of one sensor
  // pixel: the whole field in a smaller picture with the noise of the real one.
  int scale = 1;
  Rect window;  // of the scaled picture; empty: all
  ShakeParams hand;
  double shake = 1;          // times the movements of the hand; 0: a tripod
  bool noise = true;         // false: frames are the rounded mean
  bool flat_field = false;   // the lens's illumination and the micro-lenses' taken off
  bool shading_map = false;  // state the shading in the files, as phones do (DNG GainMap)
  bool truth = true;         // depth, motion, objects and linear picture too
  bool force = false;        // overwrite
};

// The numeric parameters, each with its one description, bound to where it lives.
std::vector<BoundParameter> BindParameters(ShootParams* params);

struct ShootJob {
  std::string scene, device;  // names or files
  std::string folder;         // made when missing
  ShootParams params;
};

struct ShotFrame {
  std::string file;
  double start_s = 0, exposure_s = 0, iso = 0;
  double ev = 0;            // relative to the camera's first exposure
  double lux_s = 0;         // mean illuminance of the film times the time
  CameraPose pose;          // at the middle of the exposure of the middle row
  double half_psnr_db = 0;  // of the clean frame
};

struct ShotChart {
  std::string name, reflectances;
  bool whole = false;  // all corners lie inside the picture
  // Top left, top right, bottom right, bottom left; (0, 0) is the picture's upper left corner, so
  // that pixel centres lie at + 0.5. Corners behind the lens's reach are 0 and `whole` false.
  std::array<std::array<double, 2>, 4> corner_px;
};

struct ShotCamera {
  std::string name, lens;
  int width = 0, height = 0;
  std::vector<ShotFrame> frames;
  std::vector<ShotChart> charts;
  std::vector<std::string> files;  // all that were written, without the folder
  double f_number = 0, focal_mm = 0, equivalent_mm = 0;
  NoiseModel noise;
};

struct ShootResult {
  std::vector<ShotCamera> cameras;
  std::vector<std::string> warnings;
};

// Files of each camera: CAMERA_frame_00.dng ..; CAMERA_clean.dng (16 bits) and CAMERA_clean.pfm
// (not clipped), the mean mosaic of frame 0; CAMERA_linear.tif, linear Rec.2020 of frame 0 (32-bit
// float, 1 = a neutral surface that fills green to its white level); CAMERA_depth.pfm (1 / m);
// CAMERA_motion_KK_x.pfm, _y.pfm (px from frame 0 to frame KK); CAMERA_objects.png (16 bits);
// CAMERA_half.pfm (noise of the clean mosaic); truth.json for all. A file that is there already is
// an error unless `force`; nothing else is touched. Same parameters, same bytes.
// `progress(0..1)`. Errors: those of World::Load, FindDevice, FindLens and ExposeFilm;
// kInvalidInput for parameters out of range; kIo; kTooLarge.
Result<ShootResult> Shoot(const ShootJob& job, const std::function<void(double)>& progress);

}  // namespace petzval::simulate

#endif  // PETZVAL_SIMULATE_SHOOT_SHOOT_H_
