// Whether a grid of patches carries the colours of a chart, and which way round.
#ifndef PETZVAL_MEASURE_CHART_CHART_MATCH_H_
#define PETZVAL_MEASURE_CHART_CHART_MATCH_H_

#include <span>
#include <vector>

#include "petzval/image/image.h"
#include "petzval/measure/chart/chart.h"
#include "petzval/measure/chart/homography.h"
#include "petzval/measure/chart/patch_lattice.h"

namespace petzval::measure {

// Colours against the chart's after the best linear map (3 x 3) of RGB to XYZ, which takes
// exposure, white balance, tint and the camera's primaries out of the question.
struct ColorMatch {
  double distance = 1e9;        // mean in L*a*b*, each patch at most 40
  int matching = 0;             // patches closer than 20
  double rank = 0;              // Spearman's rank correlation of lightness
  bool greys_in_order = false;  // the grey patches get darker and have one tint
  bool red_blue_exchanged = false;
};

// `rgb[k]` is that of patch `patches[k]` of the chart, linear, any scale.
ColorMatch MatchColors(std::span<const Vec3> rgb, std::span<const int> patches, const Chart& chart);

// One way to lay the chart on a lattice.
struct ChartPlacement {
  Homography picture_from_chart;  // chart coordinates as of LocatedChart
  int visible = 0;                // patches inside the picture
  bool mirrored = false;
  ColorMatch match;  // of the visible patches
};

// The colours of a chart that lies in the picture as a whole; a distance of 1e9 if it does not.
ColorMatch MatchPlacement(const Image<float>& rgb, const Homography& picture_from_chart,
                          const Chart& chart);

// All placements, in every orientation, mirrored too, that cover at least half of the lattice's
// nodes (or half of the chart) and have at least half of the chart in the picture; best first.
std::vector<ChartPlacement> PlaceOnLattice(const Image<float>& rgb, const PatchLattice& lattice,
                                           const Chart& chart);

}  // namespace petzval::measure

#endif  // PETZVAL_MEASURE_CHART_CHART_MATCH_H_
