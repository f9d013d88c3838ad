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
  Input<Buffer<float>> curve{"curve", 2};  // {value, rise}, step
  Input<Buffer<float>> table{"table", 2};  // {R, G, B, 0}, colour
  Input<float> exposure_r{"exposure_r"}, exposure_g{"exposure_g"}, exposure_b{"exposure_b"};
  Input<float> white{"white"};
  // Gamut compression: d' = threshold + (d - threshold) / (1 + (d - threshold) bend_inverse).
  Input<float> threshold{"threshold"}, bend_inverse{"bend_inverse"};
  Input<float> grid_x{"grid_x"}, grid_y{"grid_y"};  // proxy pixels per pixel
  Input<float> center_x{"center_x"}, center_y{"center_y"};
  Input<float> field{"field"};        // squared tangent of the field angle per squared pixel
  Input<float> vignette{"vignette"};  // share of the fall-off
  Output<Buffer<T>> out{"out", 3};    // x, y, colour: interleaved

  void generate() {
    using namespace Halide;
    // Step 1: exposure, luminance, and the local gain that it asks for.
    const Expr exposure[3] = {exposure_r, exposure_g, exposure_b};
    light(x, y, c) = Finite(scene(x, y, c)) * mux(c, {exposure[0], exposure[1], exposure[2]});
    const Expr luminance =
        0.2627f * light(x, y, 0) + 0.6780f * light(x, y, 1) + 0.0593f * light(x, y, 2);
    const Expr ev = fast_log(max(luminance, kDarkestGuide)) * 1.44269504f;

    const Expr gy =
        clamp((cast<float>(y) + 0.5f) * grid_y - 0.5f, 0.0f, cast<float>(gain.dim(1).extent() - 1));
    const Expr iy = clamp(cast<int>(gy), 0, gain.dim(1).extent() - 1);
    const Expr iy1 = min(iy + 1, gain.dim(1).extent() - 1);
    row(k, x, y) = lerp(gain(x, iy, k), gain(x, iy1, k), gy - cast<float>(iy));
    const Expr gx =
        clamp((cast<float>(x) + 0.5f) * grid_x - 0.5f, 0.0f, cast<float>(gain.dim(0).extent() - 1));
    const Expr ix = clamp(cast<int>(gx), 0, gain.dim(0).extent() - 1);
    const Expr ix1 = min(ix + 1, gain.dim(0).extent() - 1);
    const Expr fx = gx - cast<float>(ix);
    const Expr slope = lerp(row(0, ix, y), row(0, ix1, y), fx);
    const Expr offset = lerp(row(1, ix, y), row(1, ix1, y), fx);
    const Expr local = clamp(slope * ev + offset, -kMaxLocalGainEv, kMaxLocalGainEv);

    // Step 2: the lens' fall-off, cos^4 = 1 / (1 + tan^2)^2.
    const Expr dx = cast<float>(x) + 0.5f - center_x, dy = cast<float>(y) + 0.5f - center_y;
    const Expr secant = 1.0f + (dx * dx + dy * dy) * field;
    const Expr fall_off = 1.0f - vignette + vignette / (secant * secant);
    factor(x, y) = fast_exp(local * 0.69314718f) * fall_off;

    // Step 3: gamut compression and tone curve, each channel on its own.
    const Expr f = factor(x, y);
    Expr rgb[3], toned[3];
    for (int i = 0; i < 3; ++i) rgb[i] = light(x, y, i) * f;
    const Expr largest = max(rgb[0], max(rgb[1], rgb[2]));
    const Expr inverse = 1.0f / max(largest, 1e-20f);
    const Expr limited = clamp(largest, 0.0f, white);
    for (int i = 0; i < 3; ++i) {
      const Expr d = 1.0f - rgb[i] * inverse;
      const Expr over = max(d - threshold, 0.0f);
      const Expr bent = min(d, threshold) + over / (1.0f + over * bend_inverse);
      const Expr value = limited * clamp(1.0f - bent, 0.0f, 1.0f);
      toned[i] = clamp(LookUpCurve(curve, value), 0.0f, 1.0f);
    }

    // Step 4: the colour table.
    const Tetrahedron t = FindTetrahedron(toned[0], toned[1], toned[2]);
    corner(x, y) = Tuple(std::vector<Expr>{t.index[0], t.index[1], t.index[2], t.index[3],
                                           t.weight[0], t.weight[1], t.weight[2], t.weight[3]});
    const Tuple at = corner(x, y);
    Expr sum = 0.0f;
    for (int i = 0; i < 4; ++i) {
      const Expr index = clamp(at[i], 0, kColorTableSize * kColorTableSize * kColorTableSize - 1);
      sum += Expr(at[4 + i]) * table(k, index);
    }
    color(k, x, y) = sum;

    // Step 5: code values.
    const Expr value = clamp(color(c, x, y), 0.0f, 1.0f);
    if (std::is_same_v<T, uint8_t>) {
      const Expr code = value * 255.0f + DitherPattern(x, y);
      out(x, y, c) = cast<uint8_t>(clamp(cast<int32_t>(code), 0, 255));
    } else {
      out(x, y, c) = cast<uint16_t>(clamp(cast<int32_t>(value * 65535.0f + 0.5f), 0, 65535));
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
    curve.dim(0).set_bounds(0, 2);
    curve.dim(1).set_bounds(0, kCurveSize).set_stride(2);
    table.dim(0).set_bounds(0, 4);
    table.dim(1).set_bounds(0, kColorTableSize * kColorTableSize * kColorTableSize).set_stride(4);

    // Pieces of a row stay in the first-level cache between the steps.
    out.bound(c, 0, 3)
        .split(x, xo, x, 256, Halide::TailStrategy::GuardWithIf)
        .split(y, yo, y, 16, Halide::TailStrategy::GuardWithIf)
        .reorder(c, x, xo, y, yo)
        .unroll(c)
        .vectorize(x, 16, Halide::TailStrategy::GuardWithIf)
        .parallel(yo);
    row.compute_at(out, y).vectorize(x, vec).unroll(k).bound(k, 0, 2);
    corner.compute_at(out, xo).vectorize(x, vec);
    color.bound(k, 0, 4).compute_at(out, xo).vectorize(k, 4).unroll(x, 4);
  }

 private:
  Var x{"x"}, y{"y"}, c{"c"}, k{"k"};
  Func light{"light"}, row{"row"}, factor{"factor"}, corner{"corner"}, color{"color"};
};

}  // namespace petzval

#endif  // PETZVAL_LOOK_RENDER_PIPELINE_H_
