// A minimum of a smooth function of a few parameters.
#ifndef PETZVAL_CALIBRATE_FIT_MINIMISE_H_
#define PETZVAL_CALIBRATE_FIT_MINIMISE_H_

#include <Eigen/Dense>
#include <functional>

namespace petzval::calibrate {

// The value at `x`; writes the gradient.
using Objective = std::function<double(const Eigen::VectorXd& x, Eigen::VectorXd* gradient)>;

struct MinimiseParams {
  int max_steps = 300;
  double tolerance = 1e-7;  // of the gradient in the metric of `inverse_hessian`
};

// BFGS (Nocedal, Wright, Numerical Optimization, 2nd ed., chapter 6) from `x` with an estimate of
// the inverse Hessian; returns the best point. A value that is not finite counts as too far.
Eigen::VectorXd Minimise(const Objective& objective, Eigen::VectorXd x,
                         Eigen::MatrixXd inverse_hessian, const MinimiseParams& params = {});

}  // namespace petzval::calibrate

#endif  // PETZVAL_CALIBRATE_FIT_MINIMISE_H_
