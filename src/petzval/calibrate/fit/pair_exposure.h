// Exposures of scenes that were metered on their own, when a rendering is learned from pairs.
#ifndef PETZVAL_CALIBRATE_FIT_PAIR_EXPOSURE_H_
#define PETZVAL_CALIBRATE_FIT_PAIR_EXPOSURE_H_

#include <span>
#include <vector>

#include "petzval/calibrate/fit/pair_fit.h"

namespace petzval::calibrate {

// For every scene by how many EV its `before` must be brightened so that one tone curve serves all;
// their mean is 0, within +-4 EV. By turns: the curve of all, then each scene's shift along it.
Result<std::vector<double>> SceneExposures(std::span<const PairScene> scenes);

}  // namespace petzval::calibrate

#endif  // PETZVAL_CALIBRATE_FIT_PAIR_EXPOSURE_H_
