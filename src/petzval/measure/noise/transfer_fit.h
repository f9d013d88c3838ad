// The line of variance over level, with errors that its points deserve.
#ifndef PETZVAL_MEASURE_NOISE_TRANSFER_FIT_H_
#define PETZVAL_MEASURE_NOISE_TRANSFER_FIT_H_

#include <span>

namespace petzval::measure {

struct VariancePoint {
  double level = 0, variance = 0;
  double degrees = 0;  // of freedom of the variance
};

// variance = intercept + slope level + square level^2
struct VarianceLine {
  bool known = false;
  double intercept = 0, slope = 0, square = 0;
  double intercept_error = 0, slope_error = 0, square_error = 0;
  double At(double level) const { return intercept + level * (slope + level * square); }
};

// Weighted least squares: a variance s of n degrees of freedom has the variance 2 s^2 / n, to
// which 0.2 % of model error is added, both taken from the line of the last round; points far off
// lose weight (Tukey's biweight). `square` stays 0 unless it is 4 errors from it and 6 points
// speak. Errors grow with the scatter where that is larger than the weights say. Not known with
// fewer than 2 levels or a slope that is not positive.
VarianceLine FitVarianceLine(std::span<const VariancePoint> points);

}  // namespace petzval::measure

#endif  // PETZVAL_MEASURE_NOISE_TRANSFER_FIT_H_
