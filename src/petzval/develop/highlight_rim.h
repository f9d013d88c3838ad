// The rims of clipped regions: calm colour, no sharpening.
#ifndef PETZVAL_DEVELOP_HIGHLIGHT_RIM_H_
#define PETZVAL_DEVELOP_HIGHLIGHT_RIM_H_

#include "petzval/image/image.h"

namespace petzval {

// Pixels that CalmRims needs around its output.
inline constexpr int kRimMargin = 8;

// Beside a clipped site a demosaic mixes measured and reconstructed values, and a square of the
// mosaic may lie half on each side of the rim: colours of single pixels mean nothing there. Within
// a few pixels of clipped squares colour is taken from a blurred picture (luminance stays), and
// `near` tells how far, 0..1, so that nothing sharpens it again.
//
// `in`: 3 planes of rectangle `b`; `marks`: 1 for clipped squares of `b`, else 0; `rgb`, `near`:
// rectangle `r`, kRimMargin within `b`. Rectangles have even origins and sizes. Away from clipped
// squares `in` is copied to the last bit; results do not depend on the rectangles.
void CalmRims(const Image<float>& in, const Rect& b, ImageView<const uint8_t> marks, const Rect& r,
              Image<float>* rgb, Image<float>* near);

}  // namespace petzval

#endif  // PETZVAL_DEVELOP_HIGHLIGHT_RIM_H_
