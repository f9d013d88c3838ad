// The loops of FLIP.
#ifndef PETZVAL_MEASURE_COMPARE_FLIP_ROWS_H_
#define PETZVAL_MEASURE_COMPARE_FLIP_ROWS_H_

#include "petzval/measure/compare/rows.h"

namespace petzval::measure {

// Even filter of 2 radius + 1 taps across rows: out[i] = sum of w[|k|] rows[radius + k][i].
void FilterColumns(const float* const* rows, const float* w, int radius, int n, float* out);
// ... and along a row: in[i - radius .. i + radius].
void FilterRow(const float* in, const float* w, int radius, int n, float* out);
// out += share x filtered.
void AddFilteredRow(const float* in, const float* w, int radius, float share, int n, float* out);

// Three filters of one radius at once: smooth and point even, edge odd.
struct FeatureWeights {
  const float *smooth, *edge, *point;
  int radius;
};
void FeatureColumns(const float* const* rows, const FeatureWeights& w, int n, float* smooth,
                    float* edge, float* point);
// Lengths of the gradients of edges and points from the three columns-filtered rows.
void FeatureLengths(const float* smooth, const float* edge, const float* point,
                    const FeatureWeights& w, int n, float* edge_length, float* point_length);

// Filtered opponents -> linear RGB clipped to the display -> L*a*b* with Hunt's adjustment, in
// place. `rgb` from XYZ / white and back.
void HuntLabRows(const Mat3f& rgb_from_xyz, const Mat3f& xyz_from_rgb, int n, const Rows3& rows);

// The final difference of colours (two Hunt-adjusted L*a*b*) and features.
struct FlipFeatures {
  const float *edge1, *point1, *edge2, *point2;
};
void FlipDifference(const ConstRows3& lab1, const ConstRows3& lab2, const FlipFeatures& features,
                    float largest, int n, float* out);

}  // namespace petzval::measure

#endif  // PETZVAL_MEASURE_COMPARE_FLIP_ROWS_H_
