// When each frame of each camera is exposed, and with what.
#ifndef PETZVAL_SIMULATE_SHOOT_TIMELINE_H_
#define PETZVAL_SIMULATE_SHOOT_TIMELINE_H_

#include <vector>

#include "petzval/simulate/shoot/camera_setup.h"

namespace petzval::simulate {

inline constexpr double kShortest_s = 1.0 / 32000;  // an electronic shutter's

struct Moment {
  double start_s = 0;  // the first row of the sensor begins
  double exposure_s = 0, iso = 0;
  double ev = 0;  // over the first frame

  // The middle of the exposure of the sensor's middle row.
  double Middle(double readout_s) const { return start_s + readout_s / 2 + exposure_s / 2; }
  double Span(double readout_s) const { return readout_s + exposure_s; }
};

// What a camera measured: exposure for its first frame and the light on its film.
struct Metered {
  ExposureSetting setting;
  double film_lux = 0;  // mean over the film, without noise
};
// By a small clean picture at the moment 0. Errors: those of ExposeFilm and Meter.
Result<Metered> MeterScene(const CameraSetup& setup, const SceneSource& scene,
                           const CameraPose& pose, const ShootParams& params);

// [camera][frame]. Frames follow each other at `interval_s`, or as fast as the slowest camera reads
// and exposes; frame k has the same middle in every camera. Brackets change the time,
// within kShortest_s and a minute.
std::vector<std::vector<Moment>> MakeTimeline(const std::vector<CameraSetup>& setups,
                                              const std::vector<Metered>& metered,
                                              const ShootParams& params);

}  // namespace petzval::simulate

#endif  // PETZVAL_SIMULATE_SHOOT_TIMELINE_H_
