// Photon transfer series: a sensor before an integrating sphere.
#ifndef PETZVAL_SIMULATE_SHOOT_FLATS_H_
#define PETZVAL_SIMULATE_SHOOT_FLATS_H_

#include <functional>
#include <string>
#include <vector>

#include "petzval/simulate/shoot/shoot.h"

namespace petzval::simulate {

struct FlatsJob {
  std::string sensor;                  // name or file
  std::string folder;                  // made when missing
  std::optional<ReadoutMode> readout;  // none: quad-Bayer sensors are binned
  double iso = 100, exposure_s = 0.01;
  int width = 512, height = 384;  // of the sensor's middle
  // Mean signals (green, 1 = white level), 0: dark frames. One above 1 finds the full well.
  std::vector<double> levels = {0, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 0.95, 1.5};
  int frames = 2;  // of each level
  std::string light = "D50";
  bool equal_colours = true;  // all colours get the level; false: as the light gives them
  uint64_t seed = 1, sensor_seed = 1;
  bool force = false;
};

struct FlatsResult {
  std::vector<std::string> files;  // flat_LL_FF.dng: level, frame
  Readout readout;
  NoiseLine noise;
};

// Writes flat_LL_FF.dng for each level and frame, and truth.json: electrons a DN, read noise, full
// well, pattern, noise line and levels. Errors: those of FindSensor, FindLight and MakeReadout;
// kInvalidInput for sizes, levels and counts out of range; kIo.
Result<FlatsResult> ShootFlats(const FlatsJob& job, const std::function<void(double)>& progress);

}  // namespace petzval::simulate

#endif  // PETZVAL_SIMULATE_SHOOT_FLATS_H_
