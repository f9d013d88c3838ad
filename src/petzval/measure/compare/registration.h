// Finds the affine motion between two pictures of one scene and undoes it.
#ifndef PETZVAL_MEASURE_COMPARE_REGISTRATION_H_
#define PETZVAL_MEASURE_COMPARE_REGISTRATION_H_

#include "petzval/base/result.h"
#include "petzval/image/image.h"
#include "petzval/measure/compare/compare.h"

namespace petzval::measure {

// Estimates the motion between two lumas (1 plane, perceptual scale about 0..1; sizes may differ).
// The start is the best correlation of gradients of tiny pictures over shifts, sizes and turns;
// then Gauss-Newton from coarse to fine on the six parameters, a gain and an offset, with outliers
// weighted down (Lucas, Kanade 1981; Evangelidis, Psarakis 2008 for gain and offset). Up to half
// the side of shift, about 10 degrees, a factor of 2 in size. Errors: kInvalidInput when the
// pictures cannot be brought to agree or overlap by less than a quarter.
Result<Registration> Register(const Image<float>& reference, const Image<float>& test);

// The test picture as seen from the reference's pixels: Lanczos of three lobes, wider where the
// test picture is larger, all planes, linear light; 0 outside. `covered` (made here) gets 255 where
// the three central taps on each side lie inside.
Image<float> WarpToReference(const Image<float>& test, const Registration& registration, int width,
                             int height, Image<uint8_t>* covered);

}  // namespace petzval::measure

#endif  // PETZVAL_MEASURE_COMPARE_REGISTRATION_H_
