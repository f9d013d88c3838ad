// How much fine texture survives: transfer of dead leaves, judged with phase.
#ifndef PETZVAL_MEASURE_TEXTURE_TEXTURE_MTF_H_
#define PETZVAL_MEASURE_TEXTURE_TEXTURE_MTF_H_

#include <vector>

#include "petzval/base/result.h"
#include "petzval/measure/subject/figure.h"
#include "petzval/measure/subject/subject.h"
#include "petzval/measure/texture/dead_leaves.h"
#include "petzval/measure/texture/registration.h"

namespace petzval::measure {

struct TextureOptions {
  std::vector<Rect> rois;  // textured patches, each judged alone; none: the whole picture
  Channel channel = Channel::kLuminance;
  bool align = true;  // false: the pictures are taken as registered
  // Divide by the curve's own value towards f = 0, so that exposure and contrast do not count.
  bool normalise = true;
  std::vector<double> pixels_per_degree = {30, 41.23, 60, 90};
};

struct TexturePatch {
  Rect roi;
  std::vector<double> frequency;       // cycles per pixel, 0..0.5
  std::vector<double> mtf;             // cross spectrum over power of the reference
  std::vector<double> standard_error;  // of `mtf`
  std::vector<double> power_mtf;       // root of the ratio of powers: counts noise as texture
  double contrast_gain = 1;            // what was divided by
  double contrast = 0;                 // standard deviation over mean, of the reference
  double mtf50 = 0, mtf10 = 0;         // cycles per pixel; NaN: never so low below 0.5
  std::vector<double> acutance;        // for each pixels_per_degree
  TextureMotion motion;                // of the test against the reference
};

struct TextureReport {
  Findings findings;
  std::vector<TexturePatch> patches;
};

// Full reference: MTF(f) = Re<Y X*> / <|X|^2> over rings of frequency (Kirk, Herzer, Artmann, Kunz
// 2014) after registration; the power variant stands beside it, and a warning where it sees more.
// Noise, which has no phase in common with the reference, leaves the curve alone. Both pictures in
// linear light and of one size. Errors: kInvalidInput when sizes differ, one is a RAW mosaic and
// the other is not, a patch is smaller than 128 x 128 (of a mosaic: 64 x 64 samples of the
// channel) or outside, has no texture, is clipped, or the two do not register.
Result<TextureReport> MeasureTexture(const Subject& reference, const Subject& test,
                                     const TextureOptions& options);

// What is known of a printed dead-leaves chart as it lies in the picture.
struct DeadLeavesChart {
  double min_radius_px = 0.5, max_radius_px = 200;
  double low = 0.25, high = 0.75;  // levels; low >= high: unknown, the curve is normalised
  Rect grey;  // a uniform patch beside it, whose noise is taken off; may be empty
};

// No reference picture: root of (power - noise power) over the power that the pattern has by
// its statistics (Cao 2009; McElvain 2010). Phase-blind: sharpening and noise that the grey patch
// does not show count as texture, which a warning says. Errors: as above.
Result<TextureReport> MeasureTextureOfChart(const Subject& picture, const DeadLeavesChart& chart,
                                            const TextureOptions& options);

}  // namespace petzval::measure

#endif  // PETZVAL_MEASURE_TEXTURE_TEXTURE_MTF_H_
