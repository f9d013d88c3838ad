// Gamut: colours no light can have on the way in, colours no display can show on the way out.
#ifndef PETZVAL_LOOK_GAMUT_H_
#define PETZVAL_LOOK_GAMUT_H_

#include "petzval/base/matrix.h"
#include "petzval/color/oklab.h"

namespace petzval {

// Scene side, in the form of the ACES Reference Gamut Compression: the distance of a channel from
// the achromatic axis, d = 1 - c / max(r, g, b), is left alone up to a threshold and bent beyond
// it, so that d = limit becomes 1. Negative channels rise to 0 or above, the core stays untouched.
// Derived for linear Display P3 with a curve that needs one division: surfaces stay below d = 1, a
// 450 nm LED through the 3x3 matrix of a phone reaches d = 1.3, noise in the dark more.
inline constexpr double kGamutThreshold = 0.90;
inline constexpr double kGamutLimit = 1.50;
// d' = t + (d - t) / (1 + (d - t) / bend).
inline constexpr double kGamutBend =
    (kGamutLimit - kGamutThreshold) * (1 - kGamutThreshold) / (kGamutLimit - 1);

// Any finite RGB -> RGB >= 0 with the same largest channel; a colour without a positive channel
// becomes black. Values above `white` are scaled down by the ratio that brings the largest to it.
Vec3 CompressSceneGamut(const Vec3& rgb, double white);

// Display side: the largest chroma at this lightness and hue that `space` can show (linear RGB
// within 0..1, but for what no eye would see when it is clipped). 0 for lightness <= 0 or >= 1.
double MaxChroma(const OklabConverter& space, double lightness, double hue);

// Chroma brought smoothly into the gamut at constant lightness and hue: untouched up to the share
// `knee` (below 1) of the largest, never beyond that. Returns linear RGB within 0..1.
inline constexpr double kGamutKnee = 0.80;
Vec3 MapToDisplayGamut(const OklabConverter& space, const Vec3& oklab, double knee = kGamutKnee);

// The same for a display that shows 0..peak, diffuse white being 1: Oklab scales with the cube root
// of light, so that hue and the ratios of lightness stay.
Vec3 MapToPeak(const OklabConverter& space, const Vec3& oklab, double peak,
               double knee = kGamutKnee);

}  // namespace petzval

#endif  // PETZVAL_LOOK_GAMUT_H_
