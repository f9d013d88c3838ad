// The tone curve part of a rendering learned from pairs.
#ifndef PETZVAL_CALIBRATE_FIT_PAIR_CURVE_H_
#define PETZVAL_CALIBRATE_FIT_PAIR_CURVE_H_

#include <span>

#include "petzval/calibrate/fit/pair_fit.h"

namespace petzval::calibrate {

// Smooth and rising through the greys of the pairs, where there are none through all colours, and
// on to white beyond the brightest; through all when too few are grey. `greys` says how many were.
// Errors: kInvalidInput when it falls or covers less than two stops.
Result<PairCurve> FitPairCurve(std::span<const PixelPair* const> pairs, int* greys);

}  // namespace petzval::calibrate

#endif  // PETZVAL_CALIBRATE_FIT_PAIR_CURVE_H_
