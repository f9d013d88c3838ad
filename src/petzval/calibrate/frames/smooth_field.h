// A smooth field through noisy cells, some of which are wrong.
#ifndef PETZVAL_CALIBRATE_FRAMES_SMOOTH_FIELD_H_
#define PETZVAL_CALIBRATE_FRAMES_SMOOTH_FIELD_H_

#include <vector>

namespace petzval::calibrate {

// Values on a regular grid of cells over the unit square: cell (i, j) lies at ((i + 0.5) / columns,
// (j + 0.5) / rows).
struct CellField {
  int columns = 0, rows = 0;
  std::vector<double> value, variance;  // of the value; variance < 0: nothing there
};

struct FieldPoint {
  double value = 0, standard_error = 0;
};

// Local quadratic regression (Cleveland, Devlin 1988; tricube weights, bisquare against outliers)
// about (x, y) with half widths `reach_x`, `reach_y`. Cells whose `outlier` is set do not count.
FieldPoint FitAt(const CellField& field, const std::vector<char>& outlier, double x, double y,
                 double reach_x, double reach_y);

// Cells further than 5 robust standard deviations of their neighbourhood, and at least by a
// `least` share of the value, from the field through the others.
std::vector<char> FindOutliers(const CellField& field, double reach_x, double reach_y,
                               double least);

}  // namespace petzval::calibrate

#endif  // PETZVAL_CALIBRATE_FRAMES_SMOOTH_FIELD_H_
