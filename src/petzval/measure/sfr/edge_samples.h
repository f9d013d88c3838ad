// The samples around an edge, wherever the sites lie, and where the edge is roughly.
#ifndef PETZVAL_MEASURE_SFR_EDGE_SAMPLES_H_
#define PETZVAL_MEASURE_SFR_EDGE_SAMPLES_H_

#include <vector>

#include "petzval/base/result.h"
#include "petzval/measure/sfr/sfr.h"

namespace petzval::measure {

// Pixel centres relative to (x0, y0), the centre of the region, and values.
struct EdgeSamples {
  double x0 = 0, y0 = 0;
  std::vector<float> x, y, value;
  int period = 1;  // each period x period cell holds at least one site
};

// All samples of the region. Errors: kInvalidInput when it is not within the plane, has too few
// samples or values that are not finite.
Result<EdgeSamples> GatherSamples(ImageView<const float> plane, SiteMask sites,
                                  const EdgeRegion& region);

// Where the edge is to about a pixel and a degree. The line is all points with
// x cos(normal) + y sin(normal) = offset, coordinates as in EdgeSamples.
struct RoughEdge {
  double normal = 0, offset = 0;  // rad from dark to bright, px
  double low = 0, high = 0;
  double width = 1;  // standard deviation of the line spread function, px
};
// From the mean direction of the gradient and the mean profile across it. Errors: kInvalidInput
// when the region is flat.
Result<RoughEdge> FindRoughEdge(SiteMask sites, const EdgeRegion& region,
                                const EdgeSamples& samples);

// Smallest of 1, 2, 4 so that each cell of so many pixels holds a site.
int PeriodOf(SiteMask sites);

}  // namespace petzval::measure

#endif  // PETZVAL_MEASURE_SFR_EDGE_SAMPLES_H_
