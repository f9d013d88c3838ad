// Learns a rendering from pixels before and after it: a tone curve, and a table for what is left.
#ifndef PETZVAL_CALIBRATE_FIT_PAIR_FIT_H_
#define PETZVAL_CALIBRATE_FIT_PAIR_FIT_H_

#include <span>
#include <string>
#include <vector>

#include "petzval/base/matrix.h"
#include "petzval/base/result.h"
#include "petzval/calibrate/fit/color_fit.h"
#include "petzval/color/lut.h"
#include "petzval/image/image.h"

namespace petzval::calibrate {

// The same small area of two registered pictures.
struct PixelPair {
  Vec3 before{};  // linear light, any RGB space; 1 = diffuse white
  Vec3 after{};   // encoded with the curve of sRGB, 0..1; best in the RGB space of `before`
  double weight = 1;
};

// Samples of one scene.
struct PairScene {
  std::string name;
  std::vector<PixelPair> pairs;
  // Of the areas that were looked at: clipped in `after` (left out of `pairs`), and left out
  // because their contents vary so much that a shift of the pictures would show.
  double clipped_share = 0, busy_share = 0;
};

struct PairSampling {
  int block_px = 8;           // areas are squares of this side
  int max_pairs = 8000;       // thinned evenly above
  double max_contrast = 0.3;  // standard deviation over mean inside an area
};

// Means over the areas of two registered pictures of one size: `before` 3 planes of linear light,
// `after` 3 planes encoded like sRGB, 0..1.
// Errors: kInvalidInput for pictures of two sizes or of fewer than 3 planes, or with too few usable
// areas (fewer than 64).
Result<PairScene> SamplePairs(const std::string& name, const Image<float>& before,
                              const Image<float>& after, const PairSampling& sampling = {});

// A curve from linear light to an encoded value over log2 of the light: value[i] at 2^(first_ev + i
// step_ev), linear between, the end values outside (down to 0 below: the first piece is linear in
// light). Rising.
struct PairCurve {
  double first_ev = -12, step_ev = 0.25;
  std::vector<double> value;
  double Apply(double linear) const;
};

// What was learned: encoded after = cube(curve(before) per channel).
struct PairFit {
  PairCurve curve;
  Lut3d cube;
  double smoothness = 0;  // that leave-one-scene-out preferred
  // CIEDE2000 (sRGB under D65) over the pairs: curve alone, both, and of each scene under the fit
  // that was made without it.
  DeStatistics curve_error, train, left_out;
  std::vector<std::string> scene;
  std::vector<double> exposure_ev;    // by scene, that `before` was brightened by (free_exposure)
  std::vector<double> left_out_mean;  // by scene; empty with one scene
  std::vector<std::string> warnings;

  Vec3 Apply(const Vec3& before) const;
};

struct PairFitParams {
  int cube_size = 17;              // 2..33
  double max_clipped_share = 0.2;  // over all scenes: above, the fit is refused
  // The pictures after were metered on their own: each scene gets an exposure (mean 0 EV) so that
  // one curve serves all. Errors of scenes left out then are those at the right exposure.
  bool free_exposure = false;
};

// The curve comes from areas that are grey before and nearly so after (from all when there are too
// few), then the cube takes the residual with smoothness; how much is decided by leaving scenes
// out, or with one scene quarters of its area. Nothing is learned beyond the colours that were
// seen: the cube fades to the nearest that were. Errors: kInvalidInput for no pairs, numbers that
// are not finite, a curve that falls (a negative, or pictures that do not belong together), or more
// clipped areas than max_clipped_share: a tone curve that clips cannot be matched.
Result<PairFit> FitPairs(std::span<const PairScene> scenes, const PairFitParams& params = {});

}  // namespace petzval::calibrate

#endif  // PETZVAL_CALIBRATE_FIT_PAIR_FIT_H_
