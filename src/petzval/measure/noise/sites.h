// The sites of a channel inside a rectangle, row by row.
#ifndef PETZVAL_MEASURE_NOISE_SITES_H_
#define PETZVAL_MEASURE_NOISE_SITES_H_

#include "petzval/measure/subject/subject.h"

namespace petzval::measure {

// Calls visit(x, y) for each site of `sites` in row `y` of `roi`.
template <class Visit>
void ForSitesOfRow(SiteMask sites, const Rect& roi, int y, const Visit& visit) {
  const int bits = sites.bits >> ((y & 3) * 4) & 15;
  if (!bits) return;
  for (int x = roi.x; x < roi.x + roi.width; ++x) {
    if (bits >> (x & 3) & 1) visit(x, y);
  }
}

template <class Visit>
void ForSites(SiteMask sites, const Rect& roi, const Visit& visit) {
  for (int y = roi.y; y < roi.y + roi.height; ++y) ForSitesOfRow(sites, roi, y, visit);
}

}  // namespace petzval::measure

#endif  // PETZVAL_MEASURE_NOISE_SITES_H_
