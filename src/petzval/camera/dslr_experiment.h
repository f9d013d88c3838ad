// A phone against a full-frame camera: both photograph one scene, the finished pictures are
// compared.
#ifndef PETZVAL_CAMERA_DSLR_EXPERIMENT_H_
#define PETZVAL_CAMERA_DSLR_EXPERIMENT_H_

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "petzval/base/result.h"
#include "petzval/image/picture.h"
#include "petzval/measure/compare/compare.h"
#include "petzval/simulate/shoot/pair.h"

namespace petzval {

struct DslrExperiment {
  // Scene, device, camera, lens of the reference, frames of the device. Everything is written into
  // its folder: device/ and reference/ (RAW files and truth), and the finished pictures.
  simulate::ShootPairJob shoot;
  std::string look = "authentic";
  // Finished pictures that other programs made of device/*.dng, on the device's grid of pixels.
  std::vector<std::string> others;
  measure::CompareParams compare;  // mask is set here: what both cameras see
};

// One finished picture of the device and how far it is from the reference.
struct DslrCandidate {
  std::string name;  // "burst", "single frame", or the file given
  std::string path;
};

struct DslrResult {
  std::string reference_path;  // the full-frame picture on the device's grid of pixels
  std::string reference_lens;
  double device_equivalent_mm = 0, reference_equivalent_mm = 0;
  std::vector<DslrCandidate> candidates;
  std::vector<measure::CompareReport> reports;  // as many
  Image<uint8_t> mask;                          // 255 where both cameras see the scene
  std::vector<std::string> warnings;
};

// Both cameras shoot (ShootPair), both are developed with one look, the reference is brought onto
// the device's pixels by the chief rays of both lenses, and every candidate is compared with it.
// Files that exist are an error unless `shoot.params.force`. Errors: those of the steps.
Result<DslrResult> RunDslrExperiment(const DslrExperiment& experiment,
                                     const std::function<void(std::string_view)>& on_step,
                                     const std::function<void(double)>& on_fraction);

// `picture` (linear light, 3 planes) seen from a grid of width x height pixels: the pixel centre
// (x + 0.5, y + 0.5) is point (x + 0.5) * scale, .. of the map's first camera, and a point of its
// second, times `zoom`, lies in the picture. `seen` gets 255 where the map leads inside.
Image<float> WarpByMap(const Image<float>& picture, const simulate::PixelMap& map, int width,
                       int height, double scale, double zoom, Image<uint8_t>* seen);

}  // namespace petzval

#endif  // PETZVAL_CAMERA_DSLR_EXPERIMENT_H_
