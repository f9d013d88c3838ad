// Levenberg-Marquardt with bounds and equations.
#include "petzval/optics/design/least_squares.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace petzval::optics {
namespace {

constexpr double kHeld = 1e-8;  // an equation this close is held
constexpr double kInfinite = std::numeric_limits<double>::infinity();

double Largest(const std::vector<double>& values) {
  double largest = 0;
  for (const double v : values) largest = std::max(largest, std::isfinite(v) ? std::abs(v) : 1e300);
  return largest;
}

class Solver {
 public:
  Solver(LeastSquares& problem, const std::vector<double>& min, const std::vector<double>& max)
      : problem_(problem),
        n_(problem.size()),
        m_(problem.constraints()),
        min_(min),
        max_(max),
        scale_(n_, 0.0) {}

  // Everything at x that a step needs. False where there is no value.
  bool Linearise(const std::vector<double>& x) {
    if (!std::isfinite(problem_.Normal(x, &normal))) return false;
    if (m_ > 0 && !problem_.Constraints(x, &equations, &jacobian_)) return false;
    double largest = 0;
    for (int i = 0; i < n_; ++i) largest = std::max(largest, normal.matrix[i * n_ + i]);
    for (int i = 0; i < n_; ++i) {
      scale_[i] = std::max({normal.matrix[i * n_ + i], 0.1 * scale_[i], 1e-14 * largest, 1e-300});
    }
    return true;
  }

  enum Kind { kStep, kStepOnly, kRestore };
  // The damped step from x within the bounds, as a new point; empty if there is none. kStepOnly:
  // not brought back onto the equations. kRestore: only the shortest step onto their linearisation.
  std::vector<double> Trial(const std::vector<double>& x, double damping, Kind kind) {
    only_restore_ = kind == kRestore;
    moving_.clear();
    for (int i = 0; i < n_; ++i) {
      const double g = normal.gradient[i];
      const bool held = (x[i] <= min_[i] && g > 0) || (x[i] >= max_[i] && g < 0);
      // With equations the sign of the gradient says little: such a variable may have to give way.
      if (min_[i] < max_[i] && (!held || m_ > 0)) moving_.push_back(i);
    }
    std::vector<double> trial = x;
    // A step that runs into bounds is repeated with those variables held there.
    for (int pass = 0; pass < 12 && !moving_.empty(); ++pass) {
      std::vector<double> fixed(n_);
      for (int i = 0; i < n_; ++i) fixed[i] = trial[i] - x[i];
      for (const int i : moving_) fixed[i] = 0;
      std::vector<double> step;
      if (!Solve(fixed, damping, &step)) return {};
      std::vector<int> rest;
      for (size_t r = 0; r < moving_.size(); ++r) {
        const int i = moving_[r];
        const double to = x[i] + step[r];
        trial[i] = std::clamp(to, min_[i], max_[i]);
        if (trial[i] == to) rest.push_back(i);
      }
      if (rest.size() == moving_.size()) break;
      moving_ = std::move(rest);
    }
    return m_ > 0 && kind == kStep ? Restored(std::move(trial)) : trial;
  }

  // Decrease of the cost that the linear model promises.
  double Promise(const std::vector<double>& x, const std::vector<double>& trial) const {
    double promise = 0;
    for (int i = 0; i < n_; ++i) {
      const double di = trial[i] - x[i];
      if (di == 0) continue;
      double sum = 2 * normal.gradient[i];
      for (int j = 0; j < n_; ++j) sum += normal.matrix[i * n_ + j] * (trial[j] - x[j]);
      promise -= di * sum;
    }
    return promise;
  }

  double Violation(const std::vector<double>& x) {
    if (m_ == 0) return 0;
    std::vector<double> values;
    return problem_.Constraints(x, &values, nullptr) ? Largest(values) : kInfinite;
  }

  NormalEquations normal;
  std::vector<double> equations;

 private:
  // Step of the moving variables with the others moved by `fixed`.
  bool Solve(const std::vector<double>& fixed, double damping, std::vector<double>* step) {
    const int f = static_cast<int>(moving_.size());
    factor_.assign(static_cast<size_t>(f) * f, 0.0);
    step->assign(f, 0.0);
    for (int r = 0; r < f; ++r) {
      const double* row = &normal.matrix[static_cast<size_t>(moving_[r]) * n_];
      double rhs = only_restore_ ? 0 : -normal.gradient[moving_[r]];
      for (int i = 0; i < n_; ++i) rhs -= fixed[i] != 0 ? row[i] * fixed[i] : 0.0;
      (*step)[r] = rhs;
      for (int c = 0; c <= r; ++c) factor_[r * f + c] = row[moving_[c]];
      factor_[r * f + r] += damping * scale_[moving_[r]];
    }
    if (!FactorCholesky(f, &factor_)) return false;
    SolveCholesky(f, factor_, step->data());
    if (m_ == 0) return true;
    // Z = A^-1 C^T, then the multipliers from C Z.
    back_.assign(static_cast<size_t>(m_) * f, 0.0);
    for (int k = 0; k < m_; ++k) {
      for (int r = 0; r < f; ++r) back_[k * f + r] = jacobian_[k * n_ + moving_[r]];
      SolveCholesky(f, factor_, &back_[k * f]);
    }
    small_.assign(static_cast<size_t>(m_) * m_, 0.0);
    double trace = 0;
    for (int k = 0; k < m_; ++k) {
      for (int j = 0; j < m_; ++j) {
        for (int r = 0; r < f; ++r) {
          small_[k * m_ + j] += jacobian_[k * n_ + moving_[r]] * back_[j * f + r];
        }
      }
      trace += small_[k * m_ + k];
    }
    // Equations that contradict each other are met as well as they can be.
    for (int k = 0; k < m_; ++k) small_[k * m_ + k] += 1e-13 * trace;
    if (!FactorCholesky(m_, &small_)) return false;
    std::vector<double> missing(m_);
    for (int k = 0; k < m_; ++k) {
      missing[k] = -equations[k];
      for (int i = 0; i < n_; ++i) missing[k] -= jacobian_[k * n_ + i] * fixed[i];
      for (int r = 0; r < f; ++r) missing[k] -= jacobian_[k * n_ + moving_[r]] * (*step)[r];
    }
    AddBack(missing, step->data());
    return true;
  }

  // step += Z (C Z)^-1 missing.
  void AddBack(std::vector<double> missing, double* step) const {
    const int f = static_cast<int>(moving_.size());
    SolveCholesky(m_, small_, missing.data());
    for (int k = 0; k < m_; ++k) {
      for (int r = 0; r < f; ++r) step[r] += back_[k * f + r] * missing[k];
    }
  }

  // Moves a trial point onto the equations with the linearisation at hand.
  std::vector<double> Restored(std::vector<double> trial) {
    double before = kInfinite;
    for (int pass = 0; pass < 8; ++pass) {
      std::vector<double> values;
      if (!problem_.Constraints(trial, &values, nullptr)) return {};
      const double off = Largest(values);
      if (off < 0.1 * kHeld || moving_.empty()) break;
      if (off > 0.7 * before) return off < kHeld ? trial : std::vector<double>{};
      before = off;
      for (double& v : values) v = -v;
      std::vector<double> step(moving_.size(), 0.0);
      AddBack(values, step.data());
      for (size_t r = 0; r < moving_.size(); ++r) {
        const int i = moving_[r];
        trial[i] = std::clamp(trial[i] + step[r], min_[i], max_[i]);
      }
    }
    return trial;
  }

  LeastSquares& problem_;
  int n_, m_;
  bool only_restore_ = false;
  const std::vector<double>&min_, &max_;
  std::vector<double> scale_, jacobian_;
  std::vector<int> moving_;
  std::vector<double> factor_, back_, small_;
};

}  // namespace

DampedResult SolveDamped(LeastSquares& problem, std::vector<double> x,
                         const std::vector<double>& min, const std::vector<double>& max,
                         const DampedOptions& options) {
  const int n = problem.size();
  for (int i = 0; i < n; ++i) x[i] = std::clamp(x[i], min[i], max[i]);
  Solver solver(problem, min, max);
  DampedResult result;
  result.x = x;
  result.damping = options.first_damping;
  result.reason = StopReason::kIterations;
  result.evaluations = 1;
  if (n == 0 || !solver.Linearise(x)) {
    result.cost = problem.Cost(x);
    result.violation = solver.Violation(x);
    result.reason = StopReason::kStuck;
    return result;
  }
  result.cost = solver.normal.cost;
  result.violation = Largest(solver.equations);
  for (int pass = 0; pass < 40 && result.violation >= kHeld; ++pass) {
    const std::vector<double> whole = solver.Trial(x, 1.0, Solver::kRestore);
    if (whole.empty()) break;
    // As much of the step as brings the equations nearer.
    bool moved = false;
    for (double share = 1; share > 0.01 && !moved; share /= 2) {
      std::vector<double> trial = x;
      for (int i = 0; i < n; ++i) trial[i] += share * (whole[i] - x[i]);
      const double violation = solver.Violation(trial);
      ++result.evaluations;
      if (violation > (1 - 0.3 * share) * result.violation) continue;
      if (!std::isfinite(problem.Cost(trial))) continue;
      if (!solver.Linearise(trial)) continue;
      x = trial;
      result.violation = Largest(solver.equations);
      moved = true;
    }
    if (!moved) break;
  }
  if (!solver.Linearise(x)) return result;
  result.x = x;
  result.cost = solver.normal.cost;
  double growth = 2;
  int slow = 0;
  while (result.iterations < options.max_iterations) {
    if (result.cost <= options.target && result.violation < kHeld) {
      result.reason = StopReason::kTarget;
      break;
    }
    bool accepted = false;
    for (int tries = 0; tries < 60 && !accepted && result.damping < 1e12; ++tries) {
      const std::vector<double> trial = solver.Trial(
          x, result.damping, result.violation < kHeld ? Solver::kStep : Solver::kStepOnly);
      double cost = kInfinite, violation = kInfinite;
      if (!trial.empty()) {
        violation = solver.Violation(trial);
        cost = problem.Cost(trial);
        ++result.evaluations;
      }
      // Off the equations, whatever comes nearer to them is welcome.
      const bool nearer =
          result.violation >= kHeld && violation < 0.9 * result.violation && cost < 4 * result.cost;
      const bool better = cost < result.cost && violation <= std::max(kHeld, result.violation);
      if (std::isfinite(cost) && (nearer || better)) {
        const double promise = solver.Promise(x, trial);
        const double gain = promise > 0 ? (result.cost - cost) / promise : 1;
        if (!nearer) slow = result.cost - cost < options.tolerance * result.cost ? slow + 1 : 0;
        x = trial;
        accepted = true;
        result.damping *= std::clamp(1 - std::pow(2 * gain - 1, 3), 1.0 / 5, 2.0);
        result.damping = std::max(result.damping, options.min_damping);
        growth = 2;
      } else {
        result.damping *= growth;
        growth *= 2;
      }
    }
    ++result.iterations;
    if (!accepted) {
      result.reason = slow > 0 ? StopReason::kConverged : StopReason::kStuck;
      break;
    }
    problem.Accepted(x);
    if (!solver.Linearise(x)) {
      result.reason = StopReason::kStuck;
      break;
    }
    ++result.evaluations;
    result.x = x;
    result.cost = solver.normal.cost;
    result.violation = Largest(solver.equations);
    if (options.progress && !options.progress(result.iterations, result.cost, result.damping, x)) {
      result.reason = StopReason::kInterrupted;
      break;
    }
    if (slow >= options.patience) {
      result.reason = StopReason::kConverged;
      break;
    }
  }
  return result;
}

}  // namespace petzval::optics
