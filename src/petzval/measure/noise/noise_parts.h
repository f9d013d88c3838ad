// A picture of noise, split into what whole rows share, whole columns, and neither.
#ifndef PETZVAL_MEASURE_NOISE_NOISE_PARTS_H_
#define PETZVAL_MEASURE_NOISE_NOISE_PARTS_H_

#include "petzval/measure/noise/patch_noise.h"
#include "petzval/measure/subject/subject.h"

namespace petzval::measure {

// Variances of a noise picture with mean 0 (its shading removed), at the sites in `roi`. `terms`
// coefficients of `order` were fitted to it, which the divisors make up for. Estimates are unbiased
// and may be negative. In a mosaic the rows that have no site do not count.
NoiseParts SplitVariance(ImageView<const float> noise, SiteMask sites, const Rect& roi, int terms,
                         int order);

NoiseParts operator+(const NoiseParts& a, const NoiseParts& b);
NoiseParts operator*(double s, const NoiseParts& a);

}  // namespace petzval::measure

#endif  // PETZVAL_MEASURE_NOISE_NOISE_PARTS_H_
