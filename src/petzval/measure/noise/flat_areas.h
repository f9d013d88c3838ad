// Areas of a picture where nothing but noise is to be seen.
#ifndef PETZVAL_MEASURE_NOISE_FLAT_AREAS_H_
#define PETZVAL_MEASURE_NOISE_FLAT_AREAS_H_

#include <vector>

#include "petzval/base/result.h"
#include "petzval/measure/subject/subject.h"

namespace petzval::measure {

struct FlatAreaOptions {
  int side_px = 0;     // of an area; 0: 1/24 of the shorter side of the picture, 32..128
  int max_count = 12;  // of areas
};

// Up to `max_count` squares, darkest first, spread over the levels that the picture has. A square
// is chosen by the means of its cells alone (8 x 8 pixels), which must agree within what their own
// noise explains after a plane was taken out; the noise between neighbours, which is measured
// later, is looked at only to leave out fine texture (more than three times the median of its
// level). Squares with clipped samples are left out. Sides and corners are multiples of 8 pixels.
// Errors: kInvalidInput when there is none.
Result<std::vector<Rect>> FindFlatAreas(const Subject& subject, const FlatAreaOptions& options);

}  // namespace petzval::measure

#endif  // PETZVAL_MEASURE_NOISE_FLAT_AREAS_H_
