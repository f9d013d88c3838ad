// A match from registered photographs.
#include "petzval/calibrate/match/camera_match.h"
#include "petzval/color/spaces.h"

namespace petzval::calibrate {

Result<PairFit> MatchPictures(std::span<const PicturePair> pairs, const PairSampling& sampling,
                              const PairFitParams& params) {
  // The finished pictures are sRGB: with the same primaries on both sides the table has only to
  // learn the rendering.
  const Mat3 to_rec709 = RgbFromRgb(kRec709, kRec2020);
  std::vector<PairScene> scenes;
  for (const PicturePair& pair : pairs) {
    if (pair.camera == nullptr || pair.reference == nullptr) {
      return Fail(ErrorCode::kInvalidInput, pair.name + ": a picture of the pair is missing");
    }
    auto scene = SamplePairs(pair.name, *pair.camera, *pair.reference, sampling);
    if (!scene) return Fail(scene.error().In(pair.name));
    for (PixelPair& p : scene->pairs) p.before = to_rec709 * p.before;
    scenes.push_back(std::move(*scene));
  }
  return FitPairs(scenes, params);
}

}  // namespace petzval::calibrate
