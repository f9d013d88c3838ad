// Shape tests of one site in one frame.
#ifndef PETZVAL_BURST_HOT_SINGLE_H_
#define PETZVAL_BURST_HOT_SINGLE_H_

#include "petzval/capture/raw_frame.h"

namespace petzval::burst {

// True when the eight sites beside (x, y) receive too little light for its excess to have come
// through a lens. Needs an excess of some 15 sigma to be sure; false where it is not.
bool IsSharperThanLens(const RawFrame& frame, int x, int y);

// Median of the up to eight neighbours of the same phase, DN.
float MedianOfNeighbours(const RawFrame& frame, int x, int y);

}  // namespace petzval::burst

#endif  // PETZVAL_BURST_HOT_SINGLE_H_
