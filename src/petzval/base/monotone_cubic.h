// Interpolation that keeps monotone data monotone.
#ifndef PETZVAL_BASE_MONOTONE_CUBIC_H_
#define PETZVAL_BASE_MONOTONE_CUBIC_H_

#include <span>

namespace petzval {

// The value at `at` of the piecewise cubic through (x, y) whose slopes are those of Fritsch and
// Butland 1984: exact at the nodes, no overshoot between them. `x` ascends strictly, at least one
// node; `at` lies within the nodes.
double MonotoneCubic(std::span<const double> x, std::span<const double> y, double at);

}  // namespace petzval

#endif  // PETZVAL_BASE_MONOTONE_CUBIC_H_
