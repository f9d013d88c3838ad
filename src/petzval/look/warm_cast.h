// How much of a warm light stays in the picture.
#ifndef PETZVAL_LOOK_WARM_CAST_H_
#define PETZVAL_LOOK_WARM_CAST_H_

#include <limits>

#include "petzval/base/matrix.h"

namespace petzval {

// The eye adapts to lamplight only in part. Gains of linear Rec.2020 R, G, B that give a picture,
// balanced to white for a light of `light_k` kelvin, the cast that adaptation of the given degree
// (0..1, 1 = full) leaves: incomplete adaptation as in CIECAM02, on Bradford's responses. Luminance
// of white stays 1. No cast above 4000 K, the whole below 3000 K; (1, 1, 1) if `light_k` is not a
// positive number.
Vec3 WarmCastGain(double light_k, double adaptation);

// What white balance knows of the light beside its temperature.
struct WarmLight {
  double light_k = std::numeric_limits<double>::quiet_NaN();  // that the picture is balanced for
  double confidence = 1;  // 0..1 of an estimate; 1 where the light is stated
  // A second light over a part of the picture; a share of 0 or no temperature: there is none.
  double second_k = std::numeric_limits<double>::quiet_NaN();
  double second_share = 0;  // 0..0.5
  // EV at ISO 100 of the scene, NaN if unknown. No lamp lights a scene of more than about EV 9:
  // what is warm there is the low sun, and its colour is what the picture is about.
  double light_lv = std::numeric_limits<double>::quiet_NaN();
};

// The same where the light is estimated or mixed. The eye adapts to all that it sees: beside
// daylight, or another light that leaves no cast, lamplight leaves so much less of its own as the
// other covers of the picture. Where the estimate is in doubt, the cast fades: what looks like
// lamplight may be a wooden wall, whose colour white balance has taken off in part already. All of
// it from a confidence of 0.5 on. In evening sun (EV 9 to 12 and brighter) adaptation falls short
// of full by three times as much, and lights up to 5000 K leave a cast.
Vec3 WarmCastGain(const WarmLight& light, double adaptation);

}  // namespace petzval

#endif  // PETZVAL_LOOK_WARM_CAST_H_
