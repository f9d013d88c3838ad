// Whether a picture is that of an evenly lit field.
#ifndef PETZVAL_MEASURE_GEOMETRY_FLAT_CHECK_H_
#define PETZVAL_MEASURE_GEOMETRY_FLAT_CHECK_H_

#include "petzval/base/result.h"
#include "petzval/measure/subject/subject.h"

namespace petzval::measure {

// Refuses when more than `max_share` of the samples are at the subject's clip. `channel` 0..2.
Status CheckClipping(const Subject& subject, const MeasuredPlane& plane, int channel,
                     double max_share);

// Refuses when means of 40 x 30 cells deviate from a polynomial of degree 6 by more than
// `max_structure` (rms over the mean), or blocks within most cells differ by as much.
Status CheckFlat(const MeasuredPlane& plane, double max_structure);

}  // namespace petzval::measure

#endif  // PETZVAL_MEASURE_GEOMETRY_FLAT_CHECK_H_
