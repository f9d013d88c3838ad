// A sum of squares to be made small, and the damped method that does it.
#ifndef PETZVAL_OPTICS_DESIGN_LEAST_SQUARES_H_
#define PETZVAL_OPTICS_DESIGN_LEAST_SQUARES_H_

#include <functional>
#include <vector>

namespace petzval::optics {

// Symmetric n x n matrix J^T J (row-major, whole) and J^T r of residuals r at some x.
struct NormalEquations {
  std::vector<double> matrix, gradient;
  double cost = 0;  // sum of r^2
};

class LeastSquares {
 public:
  virtual ~LeastSquares() = default;
  virtual int size() const = 0;
  // Sum of squares; infinity where there is no value.
  virtual double Cost(const std::vector<double>& x) = 0;
  virtual double Normal(const std::vector<double>& x, NormalEquations* out) = 0;
  // Equations c(x) = 0 that are held exactly, in units in which 1e-8 is nothing; `jacobian`
  // (count x n, row-major) may be null. False where there is no value.
  virtual int constraints() const { return 0; }
  virtual bool Constraints(const std::vector<double>&, std::vector<double>* /*values*/,
                           std::vector<double>* /*jacobian*/) {
    return true;
  }
  // Called with each accepted x. True: the function itself has changed (used apertures, say), and
  // Cost at x is another one now.
  virtual bool Accepted(const std::vector<double>&) { return false; }
};

struct DampedOptions {
  int max_iterations = 200;
  double first_damping = 1e-3;  // relative to the diagonal of J^T J
  double min_damping = 1e-15;
  double tolerance = 1e-9;  // stop when `patience` steps gain less than this share of cost
  int patience = 8;
  double target = 0;  // stop when the cost is at most this
  // Called after each accepted step; false stops.
  std::function<bool(int iteration, double cost, double damping, const std::vector<double>& x)>
      progress;
};

enum class StopReason { kConverged, kTarget, kIterations, kStuck, kInterrupted };

struct DampedResult {
  std::vector<double> x;  // best
  double cost = 0;
  double violation = 0;  // largest |c|
  double damping = 0;
  int iterations = 0, evaluations = 0;
  StopReason reason = StopReason::kConverged;
};

// Levenberg-Marquardt with scaling by the diagonal, Nielsen's damping rule, bounds by an active set
// (a variable at its bound whose gradient points outwards stays there; steps are cut at bounds),
// and equations by Lagrange multipliers (Spencer 1963): each step satisfies them to first order and
// is then brought back onto them, so that a curved constraint does not shorten the steps. A start
// off the equations is moved onto them first. Nielsen, "Damping parameter in Marquardt's method",
// 1999.
DampedResult SolveDamped(LeastSquares& problem, std::vector<double> x,
                         const std::vector<double>& min, const std::vector<double>& max,
                         const DampedOptions& options);

// A = L L^T for a symmetric positive definite n x n matrix (row-major; the lower triangle becomes
// L); false if it is not positive definite. Then SolveCholesky turns b into the solution of A x =
// b.
bool FactorCholesky(int n, std::vector<double>* matrix);
void SolveCholesky(int n, const std::vector<double>& factor, double* b);

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_DESIGN_LEAST_SQUARES_H_
