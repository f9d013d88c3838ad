// Finds a regular grid of dots, or the crossings of a checkerboard, and puts it in order.
#ifndef PETZVAL_MEASURE_GEOMETRY_DOT_GRID_H_
#define PETZVAL_MEASURE_GEOMETRY_DOT_GRID_H_

#include <string>
#include <vector>

#include "petzval/base/result.h"
#include "petzval/measure/subject/subject.h"

namespace petzval::measure {

enum class GridKind { kAuto, kDots, kCheckerboard };

struct DotGridParams {
  GridKind kind = GridKind::kAuto;
  int min_points = 25;                    // fewer in one connected lattice: no chart
  Channel channel = Channel::kLuminance;  // RAW: green
};

// A point of the grid. Pixel centres lie at +0.5.
struct GridPoint {
  int column = 0, row = 0;  // of the lattice, any origin; columns run to the right, rows down
  double x_px = 0, y_px = 0;
};

struct DotGrid {
  GridKind kind = GridKind::kDots;
  bool dark = true;               // dots darker than their ground
  std::vector<GridPoint> points;  // each (column, row) at most once; sorted by row, column
  double pitch_px = 0;            // median distance of neighbours
  double diameter_px = 0;         // median of dots, from their area; 0 for a checkerboard
  int unused = 0;                 // blobs or crossings outside the lattice
  int clipped = 0;                // dots with more than a tenth of their samples clipped
};

// Errors: kInvalidInput: no grid is found, or fewer points than asked for.
Result<DotGrid> FindDotGrid(const Subject& subject, const DotGridParams& params = {});

// Centroids of the dots of `grid` in another channel, same order; a dot that is too faint
// there has NaN coordinates. Only for grids of dots.
std::vector<GridPoint> DotsInChannel(const Subject& subject, const DotGrid& grid, Channel channel);

}  // namespace petzval::measure

#endif  // PETZVAL_MEASURE_GEOMETRY_DOT_GRID_H_
