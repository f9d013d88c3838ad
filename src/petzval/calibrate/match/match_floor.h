// What no map from one camera's colours to another's can remove.
#ifndef PETZVAL_CALIBRATE_MATCH_MATCH_FLOOR_H_
#define PETZVAL_CALIBRATE_MATCH_MATCH_FLOOR_H_

#include "petzval/calibrate/fit/color_fit.h"

namespace petzval::calibrate {

// CIEDE2000 over `set` after a map that is free around every colour: `fit`, corrected by the mean
// of what it leaves at the nearest chromaticities of `set` and `others`, the patch itself left out.
// Colours alike to the camera that the reference tells apart pull each way and stay: an estimate of
// the metamerism between the two from as many surfaces as there are.
DeStatistics MetamericFloor(const ColorFit& fit, const TrainingSet& set, const TrainingSet& others);

}  // namespace petzval::calibrate

#endif  // PETZVAL_CALIBRATE_MATCH_MATCH_FLOOR_H_
