// Local tone mapping: a smooth gain for every place and luminance, from the proxy.
#ifndef PETZVAL_LOOK_LOCAL_TONE_H_
#define PETZVAL_LOOK_LOCAL_TONE_H_

#include "petzval/image/image.h"
#include "petzval/look/tone_plan.h"

namespace petzval {

// log2 luminance of linear Rec.2020 `proxy`, reduced until it is at most `max_side` wide and high
// (halved, averaged in linear light). NaN counts as black; values end at kDarkestLevel and 1e6.
inline constexpr float kDarkestLevel = -20;
Image<float> LogLuminance(const Image<float>& proxy, int max_side);

// Fast local Laplacian filter (Aubry et al. 2014) of log2 luminance: regions go where
// plan.Target puts them, contrast smaller than about an EV stays and grows by `local_contrast`
// (0 = as it was). Returns log2 luminance of the same size.
Image<float> MapLocalTone(const Image<float>& level, const TonePlan& plan, double local_contrast);

// Two planes {slope, offset} on the grid of `level`: log2 gain = slope * log2 luminance + offset
// reproduces `mapped` - `level` and follows edges that the small picture cannot show.
Image<float> FitLocalGain(const Image<float>& level, const Image<float>& mapped);

// Contrast of fine detail: moves the lines of `gain` (see FitLocalGain) so that what differs from
// its surroundings by less than about an EV differs by the factor 1 + amount / 2; edges and the
// deepest shadows, where there is more noise than detail, keep what they had. -1 (smooth) .. 1
// (crisp). `level` as for FitLocalGain.
void AddTexture(const Image<float>& level, double amount, Image<float>* gain);

}  // namespace petzval

#endif  // PETZVAL_LOOK_LOCAL_TONE_H_
