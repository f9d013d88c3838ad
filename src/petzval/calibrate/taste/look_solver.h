// Least squares over the numbers of a look.
#ifndef PETZVAL_CALIBRATE_TASTE_LOOK_SOLVER_H_
#define PETZVAL_CALIBRATE_TASTE_LOOK_SOLVER_H_

#include <span>
#include <vector>

#include "petzval/calibrate/taste/look_model.h"

namespace petzval::calibrate {

// A scene colour and what it shall become.
struct LookTarget {
  SceneColor scene;
  Vec3 after{};  // linear sRGB
  double weight = 1;
};

struct SolvedLook {
  std::vector<double> at;  // of the turns
  double cost = 0;         // what was made small; compares solutions over the same targets
};

// Levenberg-Marquardt from `start`: differences in Oklab (a hundredth counts as one), softened
// where they are large (areas that local tone treated differently), plus the distance of each turn
// from what is expected of it in units of its sigma. Points that are no look (CheckLook) are not
// entered. Does not depend on threads.
SolvedLook SolveLook(const Look& base, const Look& neutral, std::span<const LookTurn> turns,
                     std::span<const LookTarget> targets, std::vector<double> start, int max_steps);

}  // namespace petzval::calibrate

#endif  // PETZVAL_CALIBRATE_TASTE_LOOK_SOLVER_H_
