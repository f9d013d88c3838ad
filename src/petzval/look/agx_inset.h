// Primaries drawn towards white and turned: what makes bright colours of one channel lose
// saturation under a curve per channel.
#ifndef PETZVAL_LOOK_AGX_INSET_H_
#define PETZVAL_LOOK_AGX_INSET_H_

#include "petzval/base/matrix.h"
#include "petzval/color/spaces.h"

namespace petzval {

// Per primary (red, green, blue): the share of its distance from white in CIE xy that is taken
// away, 0..1, and the angle by which it is turned around white, counter-clockwise.
struct PrimaryInset {
  Vec3 inset;
  Vec3 rotate_deg;
};

// The space with the moved primaries (Sobotka's AgX, 2022, in the form that states primaries).
RgbSpace InsetSpace(const RgbSpace& space, const PrimaryInset& inset);

// Linear RGB of `space` -> the same numbers meant in the inset space, in coordinates of `space`:
// rows sum to 1, so that greys stay grey.
Mat3 InsetMatrix(const RgbSpace& space, const PrimaryInset& inset);

// Ours for linear Display P3. Found by a search for the smallest drift of Oklab hue of 24 hues from
// -2 to +6 EV under the log-logistic curve, with the way out at least half the way in; rounded.
inline constexpr PrimaryInset kAgxIn{{{0.36, 0.36, 0.36}}, {{1.0, 2.2, -1.4}}};
inline constexpr PrimaryInset kAgxOut{{{0.26, 0.18, 0.19}}, {{0, 0, 0}}};

}  // namespace petzval

#endif  // PETZVAL_LOOK_AGX_INSET_H_
