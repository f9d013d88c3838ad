// How a look changes a colour, as a function of the numbers that a fit may turn.
#ifndef PETZVAL_CALIBRATE_TASTE_LOOK_MODEL_H_
#define PETZVAL_CALIBRATE_TASTE_LOOK_MODEL_H_

#include <span>
#include <string>
#include <vector>

#include "petzval/base/matrix.h"
#include "petzval/look/look.h"

namespace petzval::calibrate {

// Scene value that becomes white in the neutral look: of a usual scene, since a finished picture
// does not tell its own.
inline constexpr double kNeutralWhite = 3;

// A scene colour and where it lies.
struct SceneColor {
  Vec3 rec2020{};      // linear, exposed as by the neutral look
  double radius2 = 0;  // see LookSample
};

// The scene colours that `neutral` renders to the linear sRGB colours `display`, found by Newton's
// method on the exact colour path. A colour that it cannot make gives the nearest it can.
std::vector<Vec3> SceneOfDisplay(const Look& neutral, std::span<const Vec3> display);

// What a look makes of scene colours: linear sRGB. `neutral` and kNeutralWhite say how the scene
// was exposed and where its white lies; the look's exposure_bias, shoulder and vignette count from
// there.
std::vector<Vec3> RenderColors(const Look& look, const Look& neutral,
                               std::span<const SceneColor> scene);

// A number of a look that a fit turns, and what it is believed to be before anything is seen.
struct LookTurn {
  std::string name;  // of a value, a list, or one of the tints below
  int index = -1;    // in a list; -1: a value
  double expected = 0, sigma = 1, min = 0, max = 0;
  double step = 1e-3;  // for differences
};

// What can be turned for a colour picture or, with `monochrome`, for a black-and-white one.
// shadow_a, shadow_b, highlight_a, highlight_b stand for hue and chroma of the split toning: as
// components they have a derivative where there is no tint.
std::vector<LookTurn> LookTurns(const Look& neutral, bool monochrome);

// `base` with the turns at `at`.
Look TurnedLook(const Look& base, std::span<const LookTurn> turns, std::span<const double> at);

}  // namespace petzval::calibrate

#endif  // PETZVAL_CALIBRATE_TASTE_LOOK_MODEL_H_
