// truth.json: every parameter of a shot and what is known exactly about its frames.
#ifndef PETZVAL_SIMULATE_SHOOT_TRUTH_JSON_H_
#define PETZVAL_SIMULATE_SHOOT_TRUTH_JSON_H_

#include <string>
#include <vector>

#include "petzval/simulate/shoot/shot_files.h"
#include "petzval/simulate/shoot/timeline.h"

namespace petzval::simulate {

struct TruthEmitter {
  size_t index = 0;  // in the scene
  double x_px = 0, y_px = 0, depth_mm = 0, radius_px = 0;
};

// A camera with all that was decided for it.
struct CameraRecord {
  const CameraSetup* setup = nullptr;
  Readout readout;  // of frame 0
  NoiseLine noise;  // of frame 0
  Metered metered;
  ShotNames names;
  ShotCamera shot;
  std::vector<TruthEmitter> emitters;
  std::vector<HotPixel> hot;
  double linear_half_psnr_db = 0;
};

std::string TruthJson(const ShootJob& job, const Device& device, const SceneSource& scene,
                      const std::vector<CameraRecord>& cameras);

}  // namespace petzval::simulate

#endif  // PETZVAL_SIMULATE_SHOOT_TRUTH_JSON_H_
