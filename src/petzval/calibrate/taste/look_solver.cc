// Least squares over the numbers of a look.
#include "petzval/calibrate/taste/look_solver.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "petzval/base/parallel.h"
#include "petzval/color/oklab.h"
#include "petzval/look/look_values.h"

namespace petzval::calibrate {
namespace {

// Oklab times this is about a just noticeable difference.
constexpr double kUnit = 100;
// Differences beyond count less (in units).
constexpr double kSoft = 4;
constexpr double kLeastGain = 4e-4;

struct Problem {
  const Look& base;
  const Look& neutral;
  std::span<const LookTurn> turns;
  std::vector<SceneColor> scene;
  std::vector<Vec3> wanted;    // Oklab
  std::vector<double> weight;  // mean 1
  OklabConverter srgb{kRec709};

  // Oklab differences times kUnit, three for each target.
  Eigen::VectorXd Differences(const Look& look) const {
    const std::vector<Vec3> got = RenderColors(look, neutral, scene);
    Eigen::VectorXd out(3 * static_cast<Eigen::Index>(got.size()));
    for (size_t i = 0; i < got.size(); ++i) {
      const Vec3 lab = srgb.FromRgb(got[i]);
      for (int c = 0; c < 3; ++c) {
        out[3 * static_cast<Eigen::Index>(i) + c] = kUnit * (lab[c] - wanted[i][c]);
      }
    }
    return out;
  }

  // Each target's weight under a soft loss.
  Eigen::VectorXd Weights(const Eigen::VectorXd& difference) const {
    Eigen::VectorXd out(difference.size());
    for (Eigen::Index i = 0; i < difference.size() / 3; ++i) {
      const double r = difference.segment(3 * i, 3).norm() / kSoft;
      out.segment(3 * i, 3).setConstant(weight[i] / std::sqrt(1 + r * r));
    }
    return out;
  }

  double Cost(const Eigen::VectorXd& difference, std::span<const double> at) const {
    double sum = 0;
    for (Eigen::Index i = 0; i < difference.size() / 3; ++i) {
      const double r = difference.segment(3 * i, 3).norm() / kSoft;
      sum += 2 * weight[i] * kSoft * kSoft * (std::sqrt(1 + r * r) - 1);
    }
    for (size_t j = 0; j < turns.size(); ++j) {
      const double d = (at[j] - turns[j].expected) / turns[j].sigma;
      sum += d * d;
    }
    return sum;
  }
};

}  // namespace

SolvedLook SolveLook(const Look& base, const Look& neutral, std::span<const LookTurn> turns,
                     std::span<const LookTarget> targets, std::vector<double> start,
                     int max_steps) {
  Problem problem{base, neutral, turns};
  double total = 0;
  for (const LookTarget& t : targets) total += t.weight;
  for (const LookTarget& t : targets) {
    problem.scene.push_back(t.scene);
    problem.wanted.push_back(problem.srgb.FromRgb(t.after));
    problem.weight.push_back(t.weight * static_cast<double>(targets.size()) / total);
  }
  const int n = static_cast<int>(turns.size());
  std::vector<double> at = std::move(start);
  Eigen::VectorXd difference = problem.Differences(TurnedLook(base, turns, at));
  double cost = problem.Cost(difference, at);
  double damping = 1e-2;
  for (int step = 0; step < max_steps; ++step) {
    Eigen::MatrixXd slope(difference.size(), n);
    ParallelFor(n, [&](int j) {
      std::vector<double> moved = at;
      // Towards the inside of the range.
      const double delta = at[j] + turns[j].step > turns[j].max ? -turns[j].step : turns[j].step;
      moved[j] += delta;
      slope.col(j) = (problem.Differences(TurnedLook(base, turns, moved)) - difference) / delta;
    });
    const Eigen::VectorXd weight = problem.Weights(difference);
    Eigen::MatrixXd normal = slope.transpose() * weight.asDiagonal() * slope;
    Eigen::VectorXd right = -slope.transpose() * (weight.asDiagonal() * difference);
    for (int j = 0; j < n; ++j) {
      const double inverse = 1 / (turns[j].sigma * turns[j].sigma);
      normal(j, j) += inverse;
      right[j] -= inverse * (at[j] - turns[j].expected);
    }
    bool better = false;
    double gain = 0;
    for (int attempt = 0; attempt < 8 && !better; ++attempt) {
      Eigen::MatrixXd damped = normal;
      for (int j = 0; j < n; ++j) damped(j, j) *= 1 + damping;
      const Eigen::VectorXd move = damped.ldlt().solve(right);
      std::vector<double> next(n);
      for (int j = 0; j < n; ++j) {
        next[j] = std::clamp(at[j] + move[j], turns[j].min, turns[j].max);
      }
      const Look look = TurnedLook(base, turns, next);
      if (move.allFinite() && CheckLook(look)) {
        const Eigen::VectorXd now = problem.Differences(look);
        const double next_cost = problem.Cost(now, next);
        if (next_cost < cost) {
          better = true;
          gain = (cost - next_cost) / cost;
          at = std::move(next);
          difference = now;
          cost = next_cost;
        }
      }
      damping = better ? std::max(1e-6, damping / 5) : damping * 4;
    }
    if (!better || gain < kLeastGain) break;
  }
  return {std::move(at), cost};
}

}  // namespace petzval::calibrate
