// The render pipeline for one output type: stages and schedule.
#ifndef PETZVAL_LOOK_RENDER_PIPELINE_H_
#define PETZVAL_LOOK_RENDER_PIPELINE_H_

#include "Halide.h"
#include "petzval/look/render_stage.h"

namespace petzval {

// T is the type of a code value: uint8_t (dithered) or uint16_t (rounded).
template <class T>
class RenderPipeline : public Halide::Generator<RenderPipeline<T>> {
  using Base = Halide::Generator<RenderPipeline<T>>;
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
  // Local gain on the proxy's grid: log2 gain = slope log2(Y) + offset; x, y, {slope, offset}.
  Input<Buffer<float>> gain{"gain", 3};
  Input<Buffer<uint32_t>> curve{"curve", 1};
  Input<Buffer<float>> table{"table", 1};
  Input<float> exposure_r{"exposure_r"}, exposure_g{"exposure_g"}, exposure_b{"exposure_b"};
  Input<float> white{"white"};
  // Rec.2020 to the space of the tone curve, off-diagonal: row, column.
  Input<float> m01{"m01"}, m02{"m02"}, m10{"m10"}, m12{"m12"}, m20{"m20"}, m21{"m21"};
  // Gamut compression: d' = threshold + (d - threshold) / (1 + (d - threshold) bend_inverse).
  Input<float> threshold{"threshold"}, bend_inverse{"bend_inverse"};
  Input<float> grid_x{"grid_x"}, grid_y{"grid_y"};  // proxy pixels per pixel
  Input<float> center_x{"center_x"}, center_y{"center_y"};
  Input<float> field{"field"};        // squared tangent of the field angle per squared pixel
  Input<float> vignette{"vignette"};  // share of the fall-off
  Output<Buffer<T>> out{"out", 3};    // x, y, colour: interleaved

  void generate() {
    using namespace Halide;
    // Step 1: exposure, luminance, and the local gain that it asks for. Slope and offset of the
    // gain are read at every kGainStep-th pixel of the whole picture and interpolated.
    // Whole vectors are computed at the end of a row, too: with its last pixel repeated.
    const Func wide = BoundaryConditions::repeat_edge(scene, {{scene.dim(0).min(), scene.width()}});
    light(x, y, c) = Finite(wide(x, y, c)) * mux(c, {exposure_r, exposure_g, exposure_b});
    const Expr gy =
        clamp((cast<float>(y) + 0.5f) * grid_y - 0.5f, 0.0f, cast<float>(gain.dim(1).extent() - 1));
    const Expr iy = clamp(cast<int>(gy), 0, gain.dim(1).extent() - 1);
    const Expr iy1 = min(iy + 1, gain.dim(1).extent() - 1);
    const Expr column = clamp(x, 0, gain.dim(0).extent() - 1);
    row(x, k, y) = lerp(gain(column, iy, k), gain(column, iy1, k), gy - cast<float>(iy));
    const Expr gx = clamp((cast<float>(x * kGainStep) + 0.5f) * grid_x - 0.5f, 0.0f,
                          cast<float>(gain.dim(0).extent() - 1));
    const Expr ix = clamp(cast<int>(gx), 0, gain.dim(0).extent() - 1);
    const Expr ix1 = min(ix + 1, gain.dim(0).extent() - 1);
    knot(x, k, y) = lerp(row(ix, k, y), row(ix1, k, y), gx - cast<float>(ix));
    const Expr between = cast<float>(x % kGainStep) * (1.0f / kGainStep);
    line(x, k, y) = lerp(knot(x / kGainStep, k, y), knot(x / kGainStep + 1, k, y), between);

    const Expr in[3] = {light(x, y, 0), light(x, y, 1), light(x, y, 2)};
    const Expr luminance = 0.2627f * in[0] + 0.6780f * in[1] + 0.0593f * in[2];
    const Expr ev = fast_log(max(luminance, kDarkestGuide)) * 1.44269504f;
    const Expr local = clamp(line(x, 0, y) * ev + line(x, 1, y), -kMaxLocalGainEv, kMaxLocalGainEv);

    // Step 2: the lens' fall-off, cos^4 = 1 / (1 + tan^2)^2. One division serves it and step 3.
    const Expr dx = cast<float>(x) + 0.5f - center_x, dy = cast<float>(y) + 0.5f - center_y;
    const Expr secant2 = 1.0f + (dx * dx + dy * dy) * field;
    const Expr secant4 = secant2 * secant2;
    // Rows of the matrix sum to 1; as differences, greys stay exactly grey.
    const Expr rg = in[1] - in[0], gb = in[2] - in[1], br = in[0] - in[2];
    const Expr rgb[3] = {in[0] + m01 * rg - m02 * br, in[1] - m10 * rg + m12 * gb,
                         in[2] + m20 * br - m21 * gb};
    const Expr largest = max(rgb[0], max(rgb[1], rgb[2]));
    const Expr positive = max(largest, 1e-20f);
    const Expr inverse = 1.0f / (secant4 * positive);
    const Expr fall_off = 1.0f - vignette + vignette * (inverse * positive);
    const Expr factor = fast_exp(local * 0.69314718f) * fall_off;

    // Step 3: gamut compression and tone curve, each channel on its own. The three quotients
    // (d - threshold) / (1 + (d - threshold) / bend) share a division, too.
    const Expr limited = clamp(largest * factor, 0.0f, white);
    Expr distance[3], over[3], bend[3];
    for (int i = 0; i < 3; ++i) {
      distance[i] = 1.0f - rgb[i] * (inverse * secant4);
      over[i] = clamp(distance[i] - threshold, 0.0f, 1000.0f);
      bend[i] = 1.0f + over[i] * bend_inverse;
    }
    const Expr shared = 1.0f / (bend[0] * bend[1] * bend[2]);
    Expr value[3];
    for (int i = 0; i < 3; ++i) {
      const Expr part = over[i] * (shared * bend[(i + 1) % 3] * bend[(i + 2) % 3]);
      value[i] = limited * max(1.0f - min(distance[i], threshold) - part, 0.0f);
    }
    in_gamut(c, x, y) = mux(c, {value[0], value[1], value[2]});
    toned(c, x, y) = LookUpCurve(curve, in_gamut(c, x, y));

    // Step 4: the colour table.
    const Tetrahedron t = FindTetrahedron(toned(0, x, y), toned(1, x, y), toned(2, x, y));
    // Offsets travel as the bits of floats: of integers Halide knows a range, and would clamp each
    // one again where it is used.
    std::vector<Expr> parts;
    for (const Expr& offset : t.offset) parts.push_back(reinterpret<float>(offset));
    for (const Expr& weight : t.weight) parts.push_back(weight);
    corner(x, y) = Tuple(parts);
    const Tuple at = corner(x, y);
    Expr sum = 0.0f;
    for (int i = 0; i < 4; ++i) {
      const Expr offset = unsafe_promise_clamped(reinterpret<int32_t>(at[i]), 0, kTableFloats - 4);
      sum += Expr(at[4 + i]) * table(offset + k);
    }
    color(k, x, y) = sum;

    // Step 5: code values.
    const Expr final_value = clamp(color(c, x, y), 0.0f, 1.0f);
    if (std::is_same_v<T, uint8_t>) {
      const Expr code = final_value * 255.0f + DitherPattern(x, y);
      out(x, y, c) = cast<uint8_t>(clamp(cast<int32_t>(code), 0, 255));
    } else {
      out(x, y, c) = cast<uint16_t>(clamp(cast<int32_t>(final_value * 65535.0f + 0.5f), 0, 65535));
    }
  }

  void schedule() {
    const int vec = this->template natural_vector_size<float>();
    Var xo{"xo"}, yo{"yo"};
    out.dim(0).set_stride(3);
    out.dim(2).set_stride(1).set_bounds(0, 3);
    scene.dim(2).set_bounds(0, 3);
    gain.dim(0).set_min(0);
    gain.dim(1).set_min(0);
    gain.dim(2).set_bounds(0, 2);
    curve.dim(0).set_bounds(0, kCurveSize);
    table.dim(0).set_bounds(0, kTableFloats);

    // Pieces of a row stay in the first-level cache between the steps.
    out.bound(c, 0, 3)
        .split(x, xo, x, 256, Halide::TailStrategy::GuardWithIf)
        .split(y, yo, y, 16, Halide::TailStrategy::GuardWithIf)
        .reorder(c, x, xo, y, yo)
        .unroll(c)
        .vectorize(x, 16, Halide::TailStrategy::GuardWithIf)
        .parallel(yo);
    row.compute_at(out, y).vectorize(x, vec).bound(k, 0, 2).reorder(x, k, y);
    knot.compute_at(out, y).vectorize(x, 8).bound(k, 0, 2).reorder(x, k, y);
    line.compute_at(out, xo).align_bounds(x, kGainStep).vectorize(x, kGainStep);
    line.bound(k, 0, 2).reorder(x, k, y);
    in_gamut.compute_at(out, xo).vectorize(x, vec).bound(c, 0, 3).unroll(c);
    in_gamut.reorder(c, x, y).reorder_storage(x, c, y);
    toned.compute_at(out, xo).vectorize(x, vec).bound(c, 0, 3).reorder_storage(x, c, y);
    toned.reorder(x, c, y);
    corner.compute_at(out, xo).vectorize(x, vec);
    color.bound(k, 0, 4).compute_at(out, xo).vectorize(k, 4).unroll(x, 4);
  }

 private:
  static constexpr int kTableFloats = 4 * kColorTableSize * kColorTableSize * kColorTableSize;
  Var x{"x"}, y{"y"}, c{"c"}, k{"k"};
  Func light{"light"}, row{"row"}, knot{"knot"}, line{"line"};
  Func in_gamut{"in_gamut"}, toned{"toned"}, corner{"corner"}, color{"color"};
};

}  // namespace petzval

#endif  // PETZVAL_LOOK_RENDER_PIPELINE_H_
