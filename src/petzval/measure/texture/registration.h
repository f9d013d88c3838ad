// Where the pixels of one picture lie in another, to a small part of a pixel.
#ifndef PETZVAL_MEASURE_TEXTURE_REGISTRATION_H_
#define PETZVAL_MEASURE_TEXTURE_REGISTRATION_H_

#include "petzval/base/result.h"
#include "petzval/image/image.h"

namespace petzval::measure {

// Maps a pixel (x, y) of the moving picture (centres at +0.5) into the fixed one, both relative to
// the middle of the picture: x' = x + dx + a x + b y, y' = y + dy + c x + d y.
struct TextureMotion {
  double dx = 0, dy = 0;
  double a = 0, b = 0, c = 0, d = 0;
  double gain = 1, offset = 0;  // moving = gain * fixed(x', y') + offset
  double correlation = 0;       // of the two after all that, -1..1
  double scale() const { return 1 + (a + d) / 2; }
  double rotation_rad() const { return (c - b) / 2; }
};

// Not the registration of measure/compare, which brings whole pictures of other sizes, turned by
// degrees and partly covered, together to a tenth of a pixel by their edges: a texture has few
// edges, and a hundredth of a pixel would already cost it transfer.
//
// Phase correlation for whole pixels, then Gauss-Newton on the squared differences for shift,
// affine part, gain and offset, from coarse to fine. Sizes must be equal, at least 64 x 64; shifts
// up to a quarter of the side, scales within 2 %, rotations within 1 degree.
// Errors: kInvalidInput when the pictures do not show the same.
Result<TextureMotion> RegisterTexture(ImageView<const float> fixed, ImageView<const float> moving);

}  // namespace petzval::measure

#endif  // PETZVAL_MEASURE_TEXTURE_REGISTRATION_H_
