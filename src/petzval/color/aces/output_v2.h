// The Academy's output transforms of version 2: scene to any display in one appearance space.
#ifndef PETZVAL_COLOR_ACES_OUTPUT_V2_H_
#define PETZVAL_COLOR_ACES_OUTPUT_V2_H_

#include "petzval/base/matrix.h"
#include "petzval/color/aces/gamut_map_v2.h"
#include "petzval/color/aces/jmh.h"
#include "petzval/color/aces/tone_scale_v2.h"
#include "petzval/color/spaces.h"

namespace petzval::aces {

// A display as version 2 sees it (Academy, ACES 2 output transforms, 2025).
struct OutputV2 {
  double peak_nits = 100;  // >= 100
  // What may be shown. Its white is the creative white: greys come out in it, also when the display
  // that shows them has another one.
  RgbSpace limit = kRec709;
  // Applied last. Below 1 for a creative white that is not the display's (see WhiteGain), or for a
  // cinema, whose white of 48 cd/m^2 stands for 100.
  double gain = 1;
};

// The gain by which the white of `creative` just fits into a display.
double WhiteGain(const RgbSpace& creative, const Mat3& display_from_xyz);

// ACES2065-1 (AP0, 0.18 = mid-grey) to the display.
class OutputTransformV2 {
 public:
  explicit OutputTransformV2(const OutputV2& display);
  // Any finite value -> XYZ, 1 = 100 cd/m^2, relative to the white of `limit`, not adapted. Scene
  // colours are clipped to AP1 first, what the gamut mapping leaves outside of `limit` last.
  Vec3 Apply(const Vec3& ap0) const;
  // The rendering alone, without these clips: linear RGB of `limit`, 1 = 100 cd/m^2, no gain.
  Vec3 Render(const Vec3& ap0) const;

 private:
  OutputV2 display_;
  JmhSpace scene_, shown_;
  ToneScaleV2 tone_;
  ChromaCompressionV2 chroma_;
  GamutMapV2 gamut_;
};

}  // namespace petzval::aces

#endif  // PETZVAL_COLOR_ACES_OUTPUT_V2_H_
