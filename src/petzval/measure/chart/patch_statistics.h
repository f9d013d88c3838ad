// What the pixels of a patch say: level, noise, clipping, gradient, for each colour.
#ifndef PETZVAL_MEASURE_CHART_PATCH_STATISTICS_H_
#define PETZVAL_MEASURE_CHART_PATCH_STATISTICS_H_

#include <array>
#include <span>
#include <vector>

#include "petzval/measure/chart/locate_chart.h"
#include "petzval/measure/subject/subject.h"

namespace petzval::measure {

// Of one colour (red, green, blue), over the full-resolution samples inside an outline; of a RAW
// only the sites of that colour, in units of the mosaic.
struct PatchChannel {
  double mean = 0;  // without outliers: samples within 4 robust standard deviations of the median
  double variance = 0;  // of the same samples about a fitted plane: noise without the gradient
  double gradient = 0;  // largest change of the plane across the patch, as a share of the mean
  double clipped = 0;   // share of all samples at or above Subject::clip
  double floored = 0;   // share of all samples at or below zero
  int n = 0;            // samples behind the mean
};
struct PatchStatistics {
  std::array<PatchChannel, 3> channel;

  Vec3 Mean() const { return {{channel[0].mean, channel[1].mean, channel[2].mean}}; }
};

// `outline` is convex, in pixels of the subject; parts outside of the picture do not count.
// A monochrome subject has its values in all three channels.
PatchStatistics MeasurePatch(const Subject& subject, std::span<const Point> outline);

// All patches, each over the inner `share` of its width and height.
std::vector<PatchStatistics> MeasurePatches(const Subject& subject, const LocatedChart& located,
                                            double share = 0.6);

}  // namespace petzval::measure

#endif  // PETZVAL_MEASURE_CHART_PATCH_STATISTICS_H_
