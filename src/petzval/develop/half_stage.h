// The half-size picture as level 0 of the noise pyramid.
#ifndef PETZVAL_DEVELOP_HALF_STAGE_H_
#define PETZVAL_DEVELOP_HALF_STAGE_H_

#include "petzval/develop/geometry.h"
#include "petzval/develop/noise_stage.h"

namespace petzval {

// What one code of the coarse picture is worth: of the change of luma, which is as small as noise,
// and of chroma.
inline Halide::Expr CoarseUnit(Halide::Expr plane) {
  return Halide::select(plane == 0, 1.0f / 32767.0f, 1.0f / 8192.0f);
}

// Y, Cr, Cb and variance from codes of the half-size picture; edges are repeated.
template <class Half, class Map, class E>
Halide::Func HalfLevel(Half& half, Map& variance, E& offset, E& red, E& green, E& blue) {
  using Halide::cast;
  Halide::Var x("x"), y("y"), c("c");
  Halide::Func level("half_level");
  const Halide::Expr cx = clamp(x, half.dim(0).min(), half.dim(0).max());
  const Halide::Expr cy = clamp(y, half.dim(1).min(), half.dim(1).max());
  const Halide::Expr r = (cast<float>(half(cx, cy, 0)) - offset) * red;
  const Halide::Expr g = (cast<float>(half(cx, cy, 1)) - offset) * green;
  const Halide::Expr b = (cast<float>(half(cx, cy, 2)) - offset) * blue;
  const Halide::Expr v = cast<float>(variance(cx, cy)) * (1.0f / kVarianceUnit);
  level(x, y, c) = mux(c, {NoiseStage::Luma(r, g, b), r - g, b - g, v});
  return level;
}

}  // namespace petzval

#endif  // PETZVAL_DEVELOP_HALF_STAGE_H_
