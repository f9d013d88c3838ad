// What is known exactly about a simulated burst, and its file truth.json.
#ifndef PETZVAL_SIMULATE_FLAT_TRUTH_H_
#define PETZVAL_SIMULATE_FLAT_TRUTH_H_

#include <string>
#include <vector>

#include "petzval/device/noise_model.h"
#include "petzval/simulate/flat/burst.h"
#include "petzval/simulate/flat/lake_house.h"
#include "petzval/simulate/flat/light_field.h"
#include "petzval/simulate/flat/movers.h"
#include "petzval/simulate/flat/signal.h"

namespace petzval {

// A site of the sensor that never reads less than `value` (signal).
struct HotPixel {
  int x = 0, y = 0;
  double value = 0;
};

struct BurstTruth {
  SimulateParams params;
  double exposure_s = 0;
  NoiseLine noise;
  SensorColor color;
  std::vector<std::string> files;
  std::vector<Pose> poses;
  std::vector<Mover> movers;
  std::vector<HotPixel> hot_pixels;
};

// The text of truth.json. Pixel centres at integer coordinates; boxes are x, y, width, height.
std::string TruthJson(const BurstTruth& truth, const LakeHouse& scene);

}  // namespace petzval

#endif  // PETZVAL_SIMULATE_FLAT_TRUTH_H_
