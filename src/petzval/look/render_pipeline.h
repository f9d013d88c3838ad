// The tone pipeline: scene light to positions in the colour table, stages and schedule.
#ifndef PETZVAL_LOOK_RENDER_PIPELINE_H_
#define PETZVAL_LOOK_RENDER_PIPELINE_H_

#include "Halide.h"
#include "petzval/look/render_stage.h"

namespace petzval {

// kGlow: the grid brings light that is added, beside the local gain.
template <bool kGlow>
class TonePipeline : public Halide::Generator<TonePipeline<kGlow>> {
  using Base = Halide::Generator<TonePipeline<kGlow>>;
  template <class U>
  using Input = typename Base::template Input<U>;
  template <class U>
  using Output = typename Base::template Output<U>;
  template <class U>
  using Buffer = Halide::Buffer<U>;
  using Expr = Halide::Expr;
  using Func = Halide::Func;
  using Var = Halide::Var;

 public:
  Input<Buffer<float>> scene{"scene", 3};  // x, y, colour: linear Rec.2020
  // On the proxy's grid: x, y, {slope, offset} of log2 gain = slope log2(Y) + offset, and exposed
  // light to be added to red, green, blue.
  Input<Buffer<float>> grid{"grid", 3};
  Input<Buffer<uint32_t>> curve{"curve", 1};
  Input<float> exposure_r{"exposure_r"}, exposure_g{"exposure_g"}, exposure_b{"exposure_b"};
  Input<float> white{"white"};
  // Rec.2020 to the space of the tone curve, off-diagonal: row, column.
  Input<float> m01{"m01"}, m02{"m02"}, m10{"m10"}, m12{"m12"}, m20{"m20"}, m21{"m21"};
  // Gamut compression: d' = threshold + (d - threshold) / (1 + (d - threshold) bend_inverse).
  Input<float> threshold{"threshold"}, bend_inverse{"bend_inverse"};
  Input<float> grid_x{"grid_x"}, grid_y{"grid_y"};  // grid points per pixel
  Input<float> center_x{"center_x"}, center_y{"center_y"};
  Input<float> field{"field"};        // squared tangent of the field angle per squared pixel
  Input<float> vignette{"vignette"};  // share of that fall-off
  Input<float> added{"added"};        // a further fall-off 1 / (1 + added r^2)^2
  // x, y, colour: toned codes 0..kTonedMax.
  Output<Buffer<uint16_t>> out{"out", 3};

  void generate() {
    using namespace Halide;
    // Step 1: what the grid says. It is read at every kGainStep-th pixel of the whole picture and
    // interpolated. Whole vectors are computed at the end of a row, too: with its last pixel
    // repeated.
    const Func wide = BoundaryConditions::repeat_edge(scene, {{scene.dim(0).min(), scene.width()}});
    const Expr gy =
        clamp((cast<float>(y) + 0.5f) * grid_y - 0.5f, 0.0f, cast<float>(grid.dim(1).extent() - 1));
    const Expr iy = clamp(cast<int>(gy), 0, grid.dim(1).extent() - 1);
    const Expr iy1 = min(iy + 1, grid.dim(1).extent() - 1);
    const Expr column = clamp(x, 0, grid.dim(0).extent() - 1);
    row(x, k, y) = lerp(grid(column, iy, k), grid(column, iy1, k), gy - cast<float>(iy));
    const Expr gx = clamp((cast<float>(x * kGainStep) + 0.5f) * grid_x - 0.5f, 0.0f,
                          cast<float>(grid.dim(0).extent() - 1));
    const Expr ix = clamp(cast<int>(gx), 0, grid.dim(0).extent() - 1);
    const Expr ix1 = min(ix + 1, grid.dim(0).extent() - 1);
    knot(x, k, y) = lerp(row(ix, k, y), row(ix1, k, y), gx - cast<float>(ix));
    const Expr between = cast<float>(x % kGainStep) * (1.0f / kGainStep);
    line(x, k, y) = lerp(knot(x / kGainStep, k, y), knot(x / kGainStep + 1, k, y), between);

    // Step 2: exposure and the local gain that the luminance asks for; the glow of what is bright.
    const Expr exposure[3] = {exposure_r, exposure_g, exposure_b};
    Expr in[3];
    for (int i = 0; i < 3; ++i) in[i] = Finite(wide(x, y, i)) * exposure[i];
    const Expr luminance = 0.2627f * in[0] + 0.6780f * in[1] + 0.0593f * in[2];
    const Expr ev = Log2(max(luminance, kDarkestGuide));
    const Expr local = clamp(line(x, 0, y) * ev + line(x, 1, y), -kMaxLocalGainEv, kMaxLocalGainEv);
    if (kGlow) {
      for (int i = 0; i < 3; ++i) in[i] = in[i] + line(x, 2 + i, y);
    }

    // Step 3: fall-off towards the corners, cos^4 = 1 / (1 + tan^2)^2. One division serves it and
    // the quotients of step 4.
    const Expr dx = cast<float>(x) + 0.5f - center_x, dy = cast<float>(y) + 0.5f - center_y;
    const Expr square = dx * dx + dy * dy;
    const Expr secant2 = 1.0f + square * field, darker2 = 1.0f + square * added;
    const Expr secant4 = secant2 * secant2, darker4 = darker2 * darker2;
    // Rows of the matrix sum to 1; as differences, greys stay exactly grey.
    const Expr rg = in[1] - in[0], gb = in[2] - in[1], br = in[0] - in[2];
    const Expr rgb[3] = {in[0] + m01 * rg - m02 * br, in[1] - m10 * rg + m12 * gb,
                         in[2] + m20 * br - m21 * gb};
    const Expr largest = max(rgb[0], max(rgb[1], rgb[2]));
    const Expr positive = max(largest, 1e-20f);
    const Expr both = secant4 * darker4;
    const Expr inverse = 1.0f / (both * positive);
    const Expr fall_off = (secant4 + vignette * (1.0f - secant4)) * (inverse * positive);
    const Expr factor = Exp2(local) * fall_off;

    // Step 4: gamut compression, then the tone curve, each channel on its own. The three quotients
    // (d - threshold) / (1 + (d - threshold) / bend) share a division, too.
    const Expr limited = clamp(largest * factor, 0.0f, white);
    Expr distance[3], over[3], bend[3];
    for (int i = 0; i < 3; ++i) {
      distance[i] = 1.0f - rgb[i] * (inverse * both);
      over[i] = clamp(distance[i] - threshold, 0.0f, 1000.0f);
      bend[i] = 1.0f + over[i] * bend_inverse;
    }
    const Expr shared = 1.0f / (bend[0] * bend[1] * bend[2]);
    Expr value[3];
    for (int i = 0; i < 3; ++i) {
      const Expr part = over[i] * (shared * bend[(i + 1) % 3] * bend[(i + 2) % 3]);
      value[i] = limited * max(1.0f - min(distance[i], threshold) - part, 0.0f);
    }
    position(c, x, y) = CurvePosition(mux(c, {value[0], value[1], value[2]}));
    entry(x, c, y) =
        curve(unsafe_promise_clamped(position(c, x, y) >> kCurveShift, 0, kCurveSize - 1));
    out(x, y, c) = TonedCode(entry(x, c, y), position(c, x, y));
  }

  void schedule() {
    constexpr int kVector = 16, kPiece = 256;
    const int vec = this->template natural_vector_size<float>();
    Var xo{"xo"};
    scene.dim(2).set_bounds(0, 3);
    grid.dim(0).set_min(0);
    grid.dim(1).set_min(0);
    grid.dim(2).set_bounds(0, kPlanes);
    curve.dim(0).set_bounds(0, kCurveSize);
    // A strip is one task: who calls has many. Pieces of a row stay in the first-level cache.
    out.bound(c, 0, 3)
        .split(x, xo, x, kPiece, Halide::TailStrategy::GuardWithIf)
        .reorder(c, x, xo, y)
        .unroll(c)
        .vectorize(x, kVector, Halide::TailStrategy::GuardWithIf);
    position.compute_at(out, xo).bound(c, 0, 3).unroll(c).vectorize(x, vec);
    position.reorder(c, x, y).reorder_storage(x, c, y);
    // Plain loads: vectors that gather are slower on half of the machines.
    entry.compute_at(out, xo).bound(c, 0, 3).reorder(x, c, y).unroll(x, 8);
    row.compute_at(out, y).vectorize(x, vec).bound(k, 0, kPlanes).reorder(x, k, y);
    knot.compute_at(out, y).vectorize(x, 8).bound(k, 0, kPlanes).reorder(x, k, y);
    line.compute_at(out, xo).align_bounds(x, kGainStep).vectorize(x, kGainStep);
    line.bound(k, 0, kPlanes).unroll(k).reorder(k, x, y);
  }

 private:
  static constexpr int kPlanes = kGlow ? 5 : 2;
  Var x{"x"}, y{"y"}, c{"c"}, k{"k"};
  Func position{"position"}, entry{"entry"}, row{"row"}, knot{"knot"}, line{"line"};
};

}  // namespace petzval

#endif  // PETZVAL_LOOK_RENDER_PIPELINE_H_
