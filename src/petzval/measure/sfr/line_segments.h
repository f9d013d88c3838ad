// Straight runs of equal gradient direction: where edges may be.
#ifndef PETZVAL_MEASURE_SFR_LINE_SEGMENTS_H_
#define PETZVAL_MEASURE_SFR_LINE_SEGMENTS_H_

#include <vector>

#include "petzval/image/image.h"
#include "petzval/measure/subject/subject.h"

namespace petzval::measure {

// Means of the sites of each scale x scale cell, so that every cell has a value and the picture is
// quickly looked through.
struct ReducedPlane {
  Image<float> values;
  int scale = 1;
  double noise = 0;  // standard deviation of a cell in flat areas, roughly
};
ReducedPlane Reduce(ImageView<const float> plane, SiteMask sites);

// In pixels of the reduced plane, pixel centres at +0.5: the middle of a segment and the direction
// of the gradient across it, towards bright.
struct LineSegment {
  double x = 0, y = 0;
  double normal = 0;       // rad
  double half_length = 0;  // px
};

// Line support regions (von Gioi, Jakubowicz, Morel, Randall 2010): connected pixels whose
// gradients point the same way within 22.5 degrees, grown from the strongest. Kept: longer than
// `min_length` and nearly straight. Strongest seeds first.
std::vector<LineSegment> FindLineSegments(const ReducedPlane& plane, double min_length);

}  // namespace petzval::measure

#endif  // PETZVAL_MEASURE_SFR_LINE_SEGMENTS_H_
