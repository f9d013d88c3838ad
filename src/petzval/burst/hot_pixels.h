// Defective sites of the sensor: found over time in a burst, by shape in a single frame.
#ifndef PETZVAL_BURST_HOT_PIXELS_H_
#define PETZVAL_BURST_HOT_PIXELS_H_

#include "petzval/capture/raw_frame.h"

namespace petzval {

// The careful rule for a single frame: a site far (8 sigma) above all its surroundings in every
// colour, sharper than any lens could draw it, becomes the median of its same-colour neighbours.
// Stars and glints, which a lens spreads, stay. Returns the number of sites replaced.
int FixHotPixels(RawFrame* frame);

}  // namespace petzval

#endif  // PETZVAL_BURST_HOT_PIXELS_H_
