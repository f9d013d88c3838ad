// LDR-FLIP by rows: filters of contrast sensitivity and of features, the final difference.
#ifndef PETZVAL_MEASURE_COMPARE_FLIP_H_
#define PETZVAL_MEASURE_COMPARE_FLIP_H_

#include <vector>

#include "petzval/base/matrix.h"
#include "petzval/measure/compare/rows.h"

namespace petzval::measure {

// Half of a filter: w[k] of the taps at +k and -k (odd filters: minus it at -k).
using HalfFilter = std::vector<float>;

// The filters of Andersson, Nilsson, Akenine-Moller, Oskarsson, Astrom, Fairchild 2020 ("FLIP: A
// Difference Evaluator for Alternating Images"), separated into rows and columns.
struct FlipFilters {
  // Contrast sensitivity (its table 1): achromatic, red-green; blue-yellow is a sum of two.
  HalfFilter achromatic, red_green, blue_yellow[2];
  float blue_yellow_share[2] = {1, 0};
  // Gaussian and its first and second derivative, positive and negative taps each of sum 1.
  HalfFilter feature, feature_edge, feature_point;
  // The largest difference that a display can show: green to blue.
  float largest_color_difference = 1;

  int radius() const;  // of the widest filter
};

// `pixels_per_degree` as large as its filters stay within kHalo, see kMaxPixelsPerDegree.
FlipFilters MakeFlipFilters(double pixels_per_degree);
inline constexpr double kMaxPixelsPerDegree = 110;

// Opponents as FLIP filters them: Y, X - Y, Y - Z, each relative to white.
Mat3 FlipOpponentsFromLinear709();

// Columns of both pictures: `rows[c][k + radius]` is the row at y + k of plane c.
struct FlipRows {
  const float* const* planes[3];
  int radius = 0;
};

// Working memory of FlipRow.
struct FlipScratch {
  RowBlock block{32};
};

// FLIP of one row of a tile: `out` has kTile values from the tile's first column.
void FlipRow(const FlipFilters& filters, const FlipRows& reference, const FlipRows& test,
             FlipScratch* scratch, float* out);

}  // namespace petzval::measure

#endif  // PETZVAL_MEASURE_COMPARE_FLIP_H_
