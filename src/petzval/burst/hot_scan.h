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

// Test level of a row, in DN, by x modulo 4: a rise r above a neighbour n counts when
// r^2 > max(n - black, 0) * slope + floor.
struct PeakLevels {
  float black[4], slope[4], floor[4];

  float Limit(int x, float neighbour) const {
    const float signal = neighbour - black[x & 3];
    return (signal > 0 ? signal : 0) * slope[x & 3] + floor[x & 3];
  }
};

// Sites brighter by `sigmas` standard deviations than at least `needed` (4..8) of the eight
// neighbours of the same phase, in raster order. Sites closer to the border than a period are not
// looked at.
std::vector<Site> FindPeaks(const RawFrame& frame, float sigmas, int needed);

// The same test for one site.
bool IsPeak(const RawFrame& frame, int x, int y, float sigmas, int needed);

}  // namespace petzval::burst

#endif  // PETZVAL_BURST_HOT_SCAN_H_
