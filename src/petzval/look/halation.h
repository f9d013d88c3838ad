// The glow of what is bright: halation, as film has it, and bloom, as lenses have it.
#ifndef PETZVAL_LOOK_HALATION_H_
#define PETZVAL_LOOK_HALATION_H_

#include "petzval/base/matrix.h"
#include "petzval/image/image.h"

namespace petzval {

struct GlowParams {
  // Shares of the light above diffuse white that spread.
  double halation = 0, bloom = 0;
  double halation_radius_mm = 0.15;  // on a frame kFilmFrameMm (grain.h) long
  Vec3 exposure{{1, 1, 1}};          // gain of linear Rec.2020
};

// Light that is to be added to the exposed picture: 3 planes of linear Rec.2020 (1.0 = diffuse
// white) on a grid of width x height points. `proxy`: the picture, 3 planes, at least of that size.
//
// Halation: light that went through the layers of the film is thrown back by its base and reaches
// the red-sensitive layer first, the green one less: an orange rim that turns red, of the stated
// reach, around what is bright but not on it. Bloom: veiling light of lens and haze that falls off
// over a twentieth of the frame, and keeps the colour of its source.
Image<float> Glow(const Image<float>& proxy, int width, int height, const GlowParams& params);

}  // namespace petzval

#endif  // PETZVAL_LOOK_HALATION_H_
