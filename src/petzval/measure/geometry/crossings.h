// The crossings of a checkerboard.
#ifndef PETZVAL_MEASURE_GEOMETRY_CROSSINGS_H_
#define PETZVAL_MEASURE_GEOMETRY_CROSSINGS_H_

#include <vector>

#include "petzval/measure/geometry/blobs.h"
#include "petzval/measure/subject/subject.h"

namespace petzval::measure {

// Where two dark and two light fields meet, in pixels of the search plane (within about one).
std::vector<Blob> FindCrossings(const Image<float>& values, const LocalRange& range);

// Moves a crossing (pixels of the plane) to the saddle point of a quadratic surface through the
// samples within `radius_px`. False if there is none near.
bool RefineCrossing(const MeasuredPlane& plane, double radius_px, double* x_px, double* y_px);

}  // namespace petzval::measure

#endif  // PETZVAL_MEASURE_GEOMETRY_CROSSINGS_H_
