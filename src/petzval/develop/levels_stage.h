// Black level, white level, white balance and lens shading of one plane: the algorithm.
#ifndef PETZVAL_DEVELOP_LEVELS_STAGE_H_
#define PETZVAL_DEVELOP_LEVELS_STAGE_H_

#include "Halide.h"

namespace petzval {

// (dn - black) * scale * shade. The black level repeats every 4 rows, so its table and that of the
// scale have the full width and 4 rows: plain loads instead of a choice per pixel. Values below
// black stay negative: clipping them here would bias the shadows.
inline Halide::Func LevelsStage(Halide::Func dn, Halide::Func black, Halide::Func scale,
                                Halide::Func shade) {
  Halide::Var x("x"), y("y");
  Halide::Func level("level");
  level(x, y) = (Halide::cast<float>(dn(x, y)) - black(x, y & 3)) * (scale(x, y & 3) * shade(x, y));
  return level;
}

}  // namespace petzval

#endif  // PETZVAL_DEVELOP_LEVELS_STAGE_H_
