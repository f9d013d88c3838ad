// What a look may know about the scene beside its pixels, from the shot and its development.
#include "petzval/camera/scene_info.h"

#include <cmath>

namespace petzval {
double MeanVarianceRatio(const MergedBurst& merged) {
  const Image<uint8_t>& ratio = merged.variance_ratio;
  if (ratio.empty()) return 1;
  constexpr int kStep = 8;
  int64_t sum = 0, samples = 0;
  for (int y = 0; y < ratio.height(); y += kStep) {
    for (int x = 0; x < ratio.width(); x += kStep, ++samples) sum += ratio.At(x, y);
  }
  return static_cast<double>(sum) / static_cast<double>(samples) / 255;
}

SceneInfo SceneOf(const MergedBurst& merged, const Developer& developer,
                  const DevelopParams& params, double user_exposure_ev, bool auto_exposure) {
  const RawFrame& frame = merged.frame;
  SceneInfo scene;
  scene.exposure_ev = user_exposure_ev;
  scene.auto_exposure = auto_exposure;
  scene.light_lv = frame.exif.LightValue();
  // Of a mid-grey green pixel after the merge and the baseline exposure.
  const NoiseLine line = frame.noise.plane[1].AfterGain(std::exp2(frame.baseline_exposure_ev));
  scene.noise_sigma = std::sqrt(MeanVarianceRatio(merged) * line.Variance(0.18));
  scene.light_k = developer.info().kelvin_k;
  scene.light_confidence = developer.info().light_confidence;
  scene.second_k = developer.info().second_kelvin_k;
  scene.second_share = developer.info().second_share;
  scene.profile = params.dcp;
  // Without a gain map the lens' own fall-off is still in the picture; no need to add one.
  scene.shading_corrected =
      params.lens_correction && (!frame.gain_maps.empty() || params.lens_profile != nullptr);
  return scene;
}

}  // namespace petzval
