// One step up the noise pyramid.
#ifndef PETZVAL_DEVELOP_PYRAMID_STAGE_H_
#define PETZVAL_DEVELOP_PYRAMID_STAGE_H_

#include "petzval/develop/noise_stage.h"

namespace petzval {

// estimate(level) = up(estimate of the coarser level) + kept share of (level - up(coarser level)).
struct PyramidStage {
  using Expr = Halide::Expr;
  using Func = Halide::Func;

  Halide::Var x{"x"}, y{"y"}, c{"c"};
  NoiseStage::Up up_level, up_estimate;
  Func fine{"fine"}, detail{"detail"}, energy{"energy"}, energy_x{"energy_x"}, mean{"mean"};
  Func keep{"keep"}, estimate{"estimate"};

  // `level`: 4 planes; `coarse`: 4 planes and `coarse_estimate`: 3 planes at half the size, both
  // with their edges extended. noise(k, 0) and noise(k, 1): slope and offset of the variance of
  // plane k at this level. `luma_threshold`, `chroma_threshold` in variances; `luma_amount`: share
  // of the luma noise that goes.
  PyramidStage(Func level, Func coarse, Func coarse_estimate, Func noise, Expr luma_threshold,
               Expr chroma_threshold, Expr luma_amount)
      : up_level(coarse), up_estimate(coarse_estimate) {
    using Halide::max;
    fine(x, y, c) = level(x, y, c);
    detail(x, y, c) = fine(x, y, c) - up_level.full(x, y, c);
    const Expr signal = max(up_level.full(x, y, 0), 0.0f);
    const auto inverse_variance = [&](int k) {
      return 1.0f /
             (NoiseStage::kDetailVariance * fine(x, y, 3) * (noise(k, 0) * signal + noise(k, 1)) +
              1e-12f);
    };
    const Expr dy = detail(x, y, 0), dr = detail(x, y, 1), db = detail(x, y, 2);
    energy(x, y, c) = mux(c, {dy * dy * inverse_variance(0),
                              NoiseStage::ChromaEnergy(dr * dr * inverse_variance(1),
                                                       db * db * inverse_variance(2))});
    energy_x(x, y, c) = energy(x - 1, y, c) + energy(x, y, c) + energy(x + 1, y, c);
    mean(x, y, c) =
        (energy_x(x, y - 1, c) + energy_x(x, y, c) + energy_x(x, y + 1, c)) * (1.0f / 9.0f);
    const Expr luma = mean(x, y, 0), chroma = mean(x, y, 1);
    keep(x, y, c) = mux(c, {1.0f - luma_amount * (1.0f - NoiseStage::Keep(luma, luma_threshold)),
                            NoiseStage::KeepChroma(chroma, luma, chroma_threshold)});
    estimate(x, y, c) =
        up_estimate.full(x, y, c) + keep(x, y, select(c == 0, 0, 1)) * detail(x, y, c);
  }

  // Schedules `out`(x, y, c), 3 planes made from this stage, and the stage within it: strips of
  // rows in parallel; intermediates live per strip and are computed row by row.
  void Schedule(Func out, int vec) {
    const auto args = out.args();
    Halide::Var yo("yo"), yi("yi");
    out.bound(args[2], 0, 3)
        .split(args[1], yo, yi, 32, Halide::TailStrategy::GuardWithIf)
        .reorder(args[2], args[0], yi, yo)
        .unroll(args[2])
        .vectorize(args[0], vec, Halide::TailStrategy::GuardWithIf)
        .parallel(yo);
    const Halide::LoopLevel strip(out, yo), row(out, yi);
    for (NoiseStage::Up* up : {&up_level, &up_estimate}) {
      const auto a = up->columns.args();
      up->columns.store_at(strip)
          .compute_at(row)
          .align_bounds(a[0], 2)
          .reorder(a[0], a[2], a[1])
          .vectorize(a[0], 2 * vec);
    }
    fine.store_at(strip).compute_at(row).vectorize(x, vec).bound(c, 0, 4).reorder(c, x, y).unroll(
        c);
    detail.store_at(strip).compute_at(row).vectorize(x, vec).bound(c, 0, 3).reorder(c, x, y).unroll(
        c);
    energy.store_at(strip).compute_at(row).vectorize(x, vec).bound(c, 0, 2).reorder(c, x, y).unroll(
        c);
    energy_x.store_at(strip)
        .compute_at(row)
        .vectorize(x, vec)
        .bound(c, 0, 2)
        .reorder(c, x, y)
        .unroll(c);
    keep.compute_at(row).vectorize(x, vec).bound(c, 0, 2).reorder(c, x, y).unroll(c);
  }
};

}  // namespace petzval

#endif  // PETZVAL_DEVELOP_PYRAMID_STAGE_H_
