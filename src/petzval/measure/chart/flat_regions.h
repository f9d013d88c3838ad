// Flat, four-sided regions of a picture: what a patch of a chart looks like.
#ifndef PETZVAL_MEASURE_CHART_FLAT_REGIONS_H_
#define PETZVAL_MEASURE_CHART_FLAT_REGIONS_H_

#include <array>
#include <vector>

#include "petzval/image/image.h"
#include "petzval/measure/chart/homography.h"

namespace petzval::measure {

// A convex region without edges inside, bounded by edges, in pixels of the picture it was found in.
struct FlatQuad {
  Point centre;                 // centroid
  std::array<Point, 4> corner;  // in turn around the region
  double area = 0;              // of the convex hull
  double solidity = 0;          // pixels of the region / area of the hull
};

// All such regions of `rgb` (3 planes of linear light, of any exposure or tint), between 5 x 5
// pixels and a twentieth of the picture, each once. Looked for at full, half and quarter size, so
// that noise and print texture average out, and at a ladder of edge strengths.
std::vector<FlatQuad> FindFlatQuads(const Image<float>& rgb);

}  // namespace petzval::measure

#endif  // PETZVAL_MEASURE_CHART_FLAT_REGIONS_H_
