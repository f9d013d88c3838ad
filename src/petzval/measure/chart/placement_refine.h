// Moves a chart that lies almost right until its patches are flat.
#ifndef PETZVAL_MEASURE_CHART_PLACEMENT_REFINE_H_
#define PETZVAL_MEASURE_CHART_PLACEMENT_REFINE_H_

#include "petzval/image/image.h"
#include "petzval/measure/chart/chart.h"
#include "petzval/measure/chart/homography.h"

namespace petzval::measure {

// For charts of which few patches were seen, so that the map is extrapolated: minimises the mean
// deviation from the mean inside all patches over the four corners of the chart (coordinate
// descent, steps from 0.3 to 0.02 of the patches' distance). Returns the map that came in if the
// chart does not lie in the picture.
Homography RefinePlacement(const Image<float>& rgb, const Chart& chart,
                           const Homography& picture_from_chart);

}  // namespace petzval::measure

#endif  // PETZVAL_MEASURE_CHART_PLACEMENT_REFINE_H_
