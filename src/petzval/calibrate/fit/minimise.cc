// BFGS with a line search that keeps the curvature positive.
#include "petzval/calibrate/fit/minimise.h"

#include <cmath>

namespace petzval::calibrate {

Eigen::VectorXd Minimise(const Objective& objective, Eigen::VectorXd x,
                         Eigen::MatrixXd inverse_hessian, const MinimiseParams& params) {
  const Eigen::MatrixXd first_guess = inverse_hessian;
  Eigen::VectorXd gradient(x.size()), next_gradient(x.size());
  double value = objective(x, &gradient);
  if (!std::isfinite(value)) return x;
  bool fresh = true;  // the inverse Hessian is still the guess
  for (int step = 0; step < params.max_steps; ++step) {
    Eigen::VectorXd direction = -inverse_hessian * gradient;
    double slope = direction.dot(gradient);
    if (!(slope < 0)) {
      if (fresh) break;
      inverse_hessian = first_guess;
      fresh = true;
      continue;
    }
    if (std::sqrt(-slope) < params.tolerance) break;

    // Weak Wolfe conditions by bisection (Lewis and Overton 2013): also right at kinks.
    double low = 0, high = INFINITY, length = 1, next_value = value;
    Eigen::VectorXd next = x;
    bool found = false;
    for (int trial = 0; trial < 40; ++trial) {
      next = x + length * direction;
      next_value = objective(next, &next_gradient);
      if (!std::isfinite(next_value) || next_value > value + 1e-4 * length * slope) {
        high = length;
      } else if (next_gradient.dot(direction) < 0.9 * slope) {
        low = length;
      } else {
        found = true;
        break;
      }
      length = std::isfinite(high) ? (low + high) / 2 : 2 * low;
    }
    if (!found && !(next_value < value)) {
      if (fresh) break;
      inverse_hessian = first_guess;
      fresh = true;
      continue;
    }

    const Eigen::VectorXd s = next - x, y = next_gradient - gradient;
    const double gain = value - next_value, curvature = s.dot(y);
    x = next;
    gradient = next_gradient;
    value = next_value;
    if (curvature > 1e-14 * s.norm() * y.norm()) {
      const Eigen::VectorXd hy = inverse_hessian * y;
      // Nocedal and Wright, 6.20: the guess gets the scale of the first step.
      const double scale = curvature / y.dot(hy);
      const bool rescale = fresh;
      if (rescale) inverse_hessian *= scale;
      const Eigen::VectorXd v = rescale ? Eigen::VectorXd(scale * hy) : hy;
      inverse_hessian += (1 + y.dot(v) / curvature) / curvature * s * s.transpose() -
                         (v * s.transpose() + s * v.transpose()) / curvature;
      fresh = false;
    }
    if (gain <= 1e-12 * std::fabs(value)) break;
  }
  return x;
}

}  // namespace petzval::calibrate
