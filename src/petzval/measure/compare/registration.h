// Finds the affine motion between two pictures of one scene and undoes it.
#ifndef PETZVAL_MEASURE_COMPARE_REGISTRATION_H_
#define PETZVAL_MEASURE_COMPARE_REGISTRATION_H_

#include "petzval/base/result.h"
#include "petzval/image/image.h"
#include "petzval/measure/compare/compare.h"

namespace petzval::measure {

// Estimates the motion between two lumas (1 plane, perceptual scale about 0..1; sizes may differ):
// start by correlation of coarse pictures over shifts (and sizes), then enhanced correlation
// coefficient on luma gradients by Gauss-Newton, coarse to fine (Evangelidis, Psarakis 2008). Up to
// about a quarter of the side of shift, 10 degrees, a factor of 2 in size. Errors: kInvalidInput
// when the pictures cannot be brought to agree or overlap by less than a quarter.
Result<Registration> Register(const Image<float>& reference, const Image<float>& test);

// The test picture as seen from the reference's pixels (Catmull-Rom, or wider by area where the
// test picture is larger), linear light, all planes; `covered` gets 255 where all taps lie inside.
Image<float> WarpToReference(const Image<float>& test, const Registration& registration, int width,
                             int height, Image<uint8_t>* covered);

}  // namespace petzval::measure

#endif  // PETZVAL_MEASURE_COMPARE_REGISTRATION_H_
