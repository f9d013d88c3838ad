// A handheld burst from a procedural picture, with exact truth.
#ifndef PETZVAL_SIMULATE_FLAT_BURST_H_
#define PETZVAL_SIMULATE_FLAT_BURST_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "petzval/base/parameter.h"
#include "petzval/base/result.h"

namespace petzval {

struct SimulateParams {
  int width = 1536, height = 1152;
  int frames = 8;
  double iso = 400;
  uint64_t seed = 1;
  std::string cfa = "RGGB";
  double shift_sigma_px = 7, rotation_sigma_deg = 0.12;
  double lens_sigma_px = 0.65;
  int hot_pixels = 60;
  double cct_k = 4600;
  bool moving_objects = true;
  double exposure_ev = 0;  // brightness of the scene relative to the default
};

inline constexpr int kMaxSimulatedFrames = 30;

// The numeric parameters, each with its one description, bound to where it lives.
std::vector<BoundParameter> BindParameters(SimulateParams* params);

// The files of a simulated burst that `folder` holds already (names without the folder).
std::vector<std::string> SimulatedFilesIn(const std::string& folder);

// Writes frame_00.dng ..., clean.dng (noise-free reference mosaic, 16 bits) and truth.json into
// `folder`, which must exist or is made. Same parameters, same bytes. Files of an earlier burst
// there are removed first. `progress(done, total)` is called after each file.
Status SimulateBurst(const std::string& folder, const SimulateParams& params,
                     const std::function<void(int, int)>& progress);

}  // namespace petzval

#endif  // PETZVAL_SIMULATE_FLAT_BURST_H_
