// Finds sites that stand out from their same-colour neighbours; the dense part of hot pixel search.
#ifndef PETZVAL_BURST_HOT_SCAN_H_
#define PETZVAL_BURST_HOT_SCAN_H_

#include <vector>

#include "petzval/capture/raw_frame.h"

namespace petzval::burst {

struct Site {
  int x = 0, y = 0;
  friend bool operator==(const Site&, const Site&) = default;
};

// Test level of the two phases of a row, in DN: a rise r above a neighbour n counts when
// r^2 > n * slope + floor.
struct PeakLevels {
  float slope[2], floor[2];
};

// Sites brighter by `sigmas` standard deviations than at least `needed` (4..8) of the eight
// neighbours of the same phase, in raster order. Sites closer to the border than a period are not
// looked at.
std::vector<Site> FindPeaks(const RawFrame& frame, float sigmas, int needed);

// The same test for one site.
bool IsPeak(const RawFrame& frame, int x, int y, float sigmas, int needed);

}  // namespace petzval::burst

#endif  // PETZVAL_BURST_HOT_SCAN_H_
