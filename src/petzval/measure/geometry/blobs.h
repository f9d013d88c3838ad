// Dark or light spots of a picture whose light need not be even.
#ifndef PETZVAL_MEASURE_GEOMETRY_BLOBS_H_
#define PETZVAL_MEASURE_GEOMETRY_BLOBS_H_

#include <vector>

#include "petzval/measure/subject/subject.h"

namespace petzval::measure {

// A plane binned for searching: each pixel the mean of the samples of a square of `scale` pixels.
struct SearchPlane {
  Image<float> values;
  int scale = 1;
};
// At most about 6 megapixels, and every pixel holds samples.
SearchPlane MakeSearchPlane(const MeasuredPlane& plane);

// Local ends of the values: percentiles of overlapping windows, interpolated.
struct LocalRange {
  Image<float> low, high;  // of the search plane's size; equal where there is no contrast
};
LocalRange FindLocalRange(const Image<float>& values);

struct Blob {
  double x = 0, y = 0;  // centroid of its pixels, of the search plane
  double area = 0;      // pixels
};
// Connected sets of pixels beyond the middle of the local range that are about as round as an
// ellipse of at most 1:2 and do not touch the rim.
std::vector<Blob> FindBlobs(const Image<float>& values, const LocalRange& range, bool dark);

}  // namespace petzval::measure

#endif  // PETZVAL_MEASURE_GEOMETRY_BLOBS_H_
