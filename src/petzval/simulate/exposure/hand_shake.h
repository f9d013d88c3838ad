// How a hand moves a camera: slow drift and the physiological tremor near 10 Hz.
#ifndef PETZVAL_SIMULATE_EXPOSURE_HAND_SHAKE_H_
#define PETZVAL_SIMULATE_EXPOSURE_HAND_SHAKE_H_

#include <array>
#include <cstdint>
#include <vector>

#include "petzval/simulate/world/world.h"

namespace petzval::simulate {

// Root mean squares for each axis. The defaults are those of a phone held in two hands; 0 stands on
// a tripod.
struct ShakeParams {
  double drift_deg = 0.12;    // 0.3 to 3 Hz: breathing and posture
  double tremor_deg = 0.012;  // 8 to 12 Hz
  double roll_share = 0.5;    // about the line of sight, of the others
  double drift_mm = 0.8, tremor_mm = 0.03;
  ShakeParams Times(double factor) const;  // all amplitudes
};

class HandShake {
 public:
  HandShake(const ShakeParams& params, uint64_t seed);

  // Rotation about x, y, z of the camera (degrees) and shift (mm) at a time; smooth, any time.
  struct Motion {
    std::array<double, 3> deg{}, mm{};
  };
  Motion At(double s) const;
  // The pose of a camera that rests at `rest`, at `offset_mm` from the point the hand turns; zero
  // at s = 0 so that the first frame is where it was asked for.
  CameraPose Pose(const CameraPose& rest, double s) const;

 private:
  struct Wave {
    double hz, phase, amplitude;
  };
  std::array<std::vector<Wave>, 6> waves_;
  Motion start_;
};

}  // namespace petzval::simulate

#endif  // PETZVAL_SIMULATE_EXPOSURE_HAND_SHAKE_H_
