// Scene light to code values, pixel by pixel: the algorithm of the render pipelines.
#ifndef PETZVAL_LOOK_RENDER_STAGE_H_
#define PETZVAL_LOOK_RENDER_STAGE_H_

#include "Halide.h"
#include "petzval/look/render_tables.h"

namespace petzval {

// Finite values from any bits: NaN becomes 0, magnitudes end at 1e6. Integer arithmetic, because
// floating-point comparisons may be compiled as if NaN did not exist.
inline Halide::Expr Finite(Halide::Expr value) {
  using namespace Halide;
  const Expr bits = reinterpret<uint32_t>(value);
  const Expr magnitude = bits & Expr(0x7fffffffu);
  const Expr limit = reinterpret<uint32_t>(Expr(1e6f));
  const Expr sign = bits & Expr(0x80000000u);
  const Expr limited = select(magnitude > limit, limit, magnitude);
  return reinterpret<float>(select(magnitude > Expr(0x7f800000u), Expr(0u), limited | sign));
}

// log2 of a positive, normal value to 0.001, exact at powers of two; and 2^x of -126..126 to 1.5e-4
// of itself, exact for whole x. Continuous.
inline Halide::Expr Log2(Halide::Expr value) {
  using namespace Halide;
  const Expr bits = reinterpret<int32_t>(value);
  const Expr exponent = cast<float>((bits >> 23) - 127);
  const Expr m = reinterpret<float>((bits & 0x7fffff) | 0x3f800000) - 1.0f;
  return exponent + m * (1.42286f + m * (-0.58208f + m * 0.15922f));
}
inline Halide::Expr Exp2(Halide::Expr x) {
  using namespace Halide;
  const Expr whole = floor(x);
  const Expr m = x - whole;
  const Expr mantissa = 1.0f + m * (0.69589f + m * (0.22486f + m * 0.07925f));
  return reinterpret<float>(reinterpret<int32_t>(mantissa) + (cast<int32_t>(whole) << 23));
}

// Where a value in 0..2^(kCurveOctaves - 10) - kCurveStart lies in the curve of render_tables.h:
// the number of the entry above kCurveShift bits of its fraction. And the toned code there.
inline Halide::Expr CurvePosition(Halide::Expr value) {
  using namespace Halide;
  return reinterpret<int32_t>(value + kCurveStart) - reinterpret<int32_t>(Expr(kCurveStart));
}
inline Halide::Expr TonedCode(Halide::Expr entry, Halide::Expr position) {
  using namespace Halide;
  const Expr part = reinterpret<uint32_t>(position) & Expr((1u << kCurveShift) - 1);
  const Expr rise = ((entry & Expr(0xffffu)) * part) >> kCurveShift;
  return cast<uint16_t>((entry >> 16) + rise);
}

}  // namespace petzval

#endif  // PETZVAL_LOOK_RENDER_STAGE_H_
