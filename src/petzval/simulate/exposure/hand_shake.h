// How a hand moves a camera: slow drift and the physiological tremor near 10 Hz.
#ifndef PETZVAL_SIMULATE_EXPOSURE_HAND_SHAKE_H_
#define PETZVAL_SIMULATE_EXPOSURE_HAND_SHAKE_H_

#include <array>
#include <cstdint>
#include <vector>

#include "petzval/simulate/world/world.h"

namespace petzval::simulate {

// Root mean squares for each axis. The bands are those of posture and breathing and of the
// physiological tremor of hands, 8 to 12 Hz (Elble and Randall 1976; McAuley and Marsden 2000). The
// magnitudes are assumed such that the hand-held rule holds (one pixel of blur or two of a 12 MP
// phone in 1 / equivalent seconds) and frames of a burst lie some 7 pixels apart. 0: a tripod.
struct ShakeParams {
  double drift_deg = 0.12;    // 0.3 to 5 Hz, falling as 1 / f
  double tremor_deg = 0.010;  // 8 to 12 Hz
  double roll_share = 0.8;    // about the line of sight, of the others
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
  // Where a camera is that sits `offset_mm` (in its own frame) from the origin of a rig at rest in
  // `rig`. At s = 0 nothing has moved.
  CameraPose Pose(const CameraPose& rig, const Vec3& offset_mm, double s) const;

 private:
  struct Wave {
    double hz, phase, amplitude;
  };
  std::array<std::vector<Wave>, 6> waves_;
  Motion start_;
};

}  // namespace petzval::simulate

#endif  // PETZVAL_SIMULATE_EXPOSURE_HAND_SHAKE_H_
