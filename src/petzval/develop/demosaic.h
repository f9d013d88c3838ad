// Bayer mosaic to RGB, as a plain function.
#ifndef PETZVAL_DEVELOP_DEMOSAIC_H_
#define PETZVAL_DEVELOP_DEMOSAIC_H_

#include "petzval/image/image.h"

namespace petzval {

// How the values of a mosaic stand for light: in proportion, or so that noise and contrast are
// about even (roots, sRGB coding).
enum class MosaicCoding { kLinear, kEven };

// Interpolates a Bayer mosaic (at least 4 x 4, odd sizes too) to `rgb`, allocated here unless it
// has the right size: 3 planes R, G, B of the size of `mosaic`, coded as `mosaic`. Pixel (red_x,
// red_y) of the view is a red one; only the parities count. Values: white at about 1, best
// white-balanced; negative ones and ones beyond white are kept. The picture is mirrored about its
// outermost pixels, which keeps the phase. Method: see DemosaicStage. Uses all threads of
// base/parallel.h; the result does not depend on their number.
void DemosaicBayer(ImageView<const float> mosaic, int red_x, int red_y, MosaicCoding coding,
                   Image<float>* rgb);
inline void DemosaicBayer(ImageView<const float> mosaic, int red_x, int red_y, Image<float>* rgb) {
  DemosaicBayer(mosaic, red_x, red_y, MosaicCoding::kEven, rgb);
}

}  // namespace petzval

#endif  // PETZVAL_DEVELOP_DEMOSAIC_H_
