// Finds the straight slanted edges of a chart: squares, trapezoids, lens grids, stars.
#ifndef PETZVAL_MEASURE_SFR_EDGE_FINDER_H_
#define PETZVAL_MEASURE_SFR_EDGE_FINDER_H_

#include <vector>

#include "petzval/measure/sfr/sfr.h"

namespace petzval::measure {

struct EdgeFinderParams {
  double min_length_px = 24;      // of the part that is clear of corners
  double min_contrast = 0.1;      // (bright - dark) / (bright + dark)
  double min_angle_deg = 1;       // between edge and rows or columns
  double max_half_width_px = 24;  // of the regions; wider ones hold more of the flat sides
};

// A region around every straight edge with flat sides, clear of corners and of its neighbours;
// from the top, then from the left. Empty when there are none. Any picture may be given. Errors:
// kInvalidInput when the picture is smaller than 32 x 32 pixels.
Result<std::vector<EdgeRegion>> FindEdges(ImageView<const float> plane, SiteMask sites,
                                          const EdgeFinderParams& params = {});

}  // namespace petzval::measure

#endif  // PETZVAL_MEASURE_SFR_EDGE_FINDER_H_
