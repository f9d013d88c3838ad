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

// The curve of render_tables.h at a value in 0..2^(kCurveOctaves - 10) - kCurveStart; 0..1.
inline Halide::Expr LookUpCurve(Halide::Func curve, Halide::Expr value) {
  using namespace Halide;
  const Expr offset = reinterpret<int32_t>(Expr(kCurveStart));
  const Expr bits = reinterpret<int32_t>(value + kCurveStart) - offset;
  const Expr entry = curve(unsafe_promise_clamped(bits >> kCurveShift, 0, kCurveSize - 1));
  const Expr part = cast<float>(bits & ((1 << kCurveShift) - 1)) * (1.0f / (1 << kCurveShift));
  const Expr start = cast<float>(cast<int32_t>(entry >> 16));
  const Expr rise = cast<float>(cast<int32_t>(entry & Expr(0xffffu)));
  return (start + rise * part) * (1.0f / 65535);
}

// Where a colour lies in the table: tetrahedral interpolation (Kasson et al. 1995) takes four
// corners of a cell, from its darkest to its brightest along the two steps that the order of the
// fractions tells. Neutral colours use only the diagonal. `offset` counts floats of the table.
struct Tetrahedron {
  Halide::Expr offset[4], weight[4];
};
inline Tetrahedron FindTetrahedron(Halide::Expr r, Halide::Expr g, Halide::Expr b) {
  using namespace Halide;
  constexpr int n = kColorTableSize, all = 1 + n + n * n;
  Expr part[3], cell[3];
  const Expr rgb[3] = {r, g, b};
  for (int c = 0; c < 3; ++c) {
    const Expr position = rgb[c] * (n - 1);
    cell[c] = clamp(cast<int32_t>(position), 0, n - 2);
    part[c] = position - cast<float>(cell[c]);
  }
  const Expr most = max(part[0], max(part[1], part[2]));
  const Expr least = min(part[0], min(part[1], part[2]));
  const Expr middle = max(min(part[0], part[1]), min(max(part[0], part[1]), part[2]));
  const Expr first = select(part[0] == most, 1, part[1] == most, n, n * n);
  const Expr last = select(part[2] == least, n * n, part[1] == least, n, 1);
  const Expr base = cell[0] + n * cell[1] + n * n * cell[2];
  return {{4 * base, 4 * (base + first), 4 * (base + all - last), 4 * (base + all)},
          {1.0f - most, most - middle, middle - least, least}};
}

// A fixed pattern of 0..1 with little energy at low frequencies: the additive recurrence R2
// (Roberts 2018) in whole numbers, so that it repeats nowhere and is the same everywhere.
inline Halide::Expr DitherPattern(Halide::Expr x, Halide::Expr y) {
  using namespace Halide;
  const Expr phase = cast<uint32_t>(x) * Expr(3242174889u) + cast<uint32_t>(y) * Expr(2447445414u);
  return cast<float>(phase >> 8) * (1.0f / (1 << 24));
}

}  // namespace petzval

#endif  // PETZVAL_LOOK_RENDER_STAGE_H_
