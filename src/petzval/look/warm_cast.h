// How much of a warm light stays in the picture.
#ifndef PETZVAL_LOOK_WARM_CAST_H_
#define PETZVAL_LOOK_WARM_CAST_H_

#include "petzval/base/matrix.h"

namespace petzval {

// The eye adapts to lamplight only in part. Gains of linear Rec.2020 R, G, B that give a picture,
// balanced to white for a light of `light_k` kelvin, the cast that adaptation of the given degree
// (0..1, 1 = full) leaves: incomplete adaptation as in CIECAM02, on Bradford's responses. Luminance
// of white stays 1. No cast above 4000 K, the whole below 3000 K; (1, 1, 1) if `light_k` is not a
// positive number.
Vec3 WarmCastGain(double light_k, double adaptation);

}  // namespace petzval

#endif  // PETZVAL_LOOK_WARM_CAST_H_
