// The half-size picture that global decisions are made on, and the proxy made from it.
#ifndef PETZVAL_DEVELOP_HALF_PICTURE_H_
#define PETZVAL_DEVELOP_HALF_PICTURE_H_

#include "petzval/develop/levels.h"

namespace petzval {

// One camera R, G, B per square of 2 x 2 pixels of shifted coordinates, not white-balanced, lens
// shading corrected: value = (code - offset) / scale. 6 bytes per square.
struct HalfPicture {
  Image<uint16_t> rgb;  // 3 planes; wider than `width` (padding)
  int width = 0, height = 0;
  float scale = 1, offset = 0;

  float Value(uint16_t code) const { return (static_cast<float>(code) - offset) / scale; }
};

// `top`: signal, relative to the stated white level, that there must be room for.
HalfPicture MakeHalfPicture(const MosaicSource& source, const Shading& shading, double top = 1);

// Means over the crop of the picture, at most `max_side` pixels on the longer side: 3 planes of
// camera RGB as in the half-size picture.
Image<float> ShrinkHalfPicture(const HalfPicture& half, const MosaicSource& source, int max_side);

}  // namespace petzval

#endif  // PETZVAL_DEVELOP_HALF_PICTURE_H_
