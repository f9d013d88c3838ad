// Noise reduction at full size and capture sharpening: the algorithm.
#ifndef PETZVAL_DEVELOP_FINISH_STAGE_H_
#define PETZVAL_DEVELOP_FINISH_STAGE_H_

#include "petzval/develop/noise_stage.h"

namespace petzval {

// Strengths and limits of FinishStage; energies are in noise variances.
struct FinishParams {
  Halide::Expr luma_amount, luma_threshold, chroma_threshold;
  Halide::Expr sharpen;  // share of the deconvolution that is added, 0 = off
};

// In: demosaiced white-balanced camera RGB, the correction of the coarser scales (3 planes Y, Cr,
// Cb at half the size), variance scale at half the size, noise(k, 0..2): slope, offset and share in
// the finest band of plane k, nearness to clipped highlights (0..1, see CalmRims). Out: camera RGB.
struct FinishStage {
  using Expr = Halide::Expr;
  using Func = Halide::Func;

  // out(x, y) depends on rgb(x +- kSupport, y +- kSupport).
  static constexpr int kSupport = 5;

  Halide::Var x{"x"}, y{"y"}, c{"c"};
  Func ycc{"ycc"}, blur_x{"blur_x"}, blur{"blur"}, energy{"energy"}, energy_x{"energy_x"};
  Func mean{"mean"}, frames{"frames"};
  Func luma{"luma"}, soft_x{"soft_x"}, soft{"soft"}, softer_x{"softer_x"}, softer{"softer"};
  Func low_x{"low_x"}, high_x{"high_x"};
  Func rgb{"finished"};
  NoiseStage::Up up;

  FinishStage(Func in, Func coarse, Func variance, Func noise, Func rim, const FinishParams& p)
      : up(coarse) {
    using Halide::max;
    using Halide::min;
    const Expr r = in(x, y, 0), g = in(x, y, 1), b = in(x, y, 2);
    ycc(x, y, c) = mux(c, {NoiseStage::Luma(r, g, b), r - g, b - g});

    // The finest band: what a binomial of 5 x 5 takes away.
    const auto binomial5 = [](Expr a, Expr b1, Expr m, Expr b2, Expr e) {
      return (a + e) * 0.0625f + (b1 + b2) * 0.25f + m * 0.375f;
    };
    blur_x(x, y) = binomial5(ycc(x - 2, y, 0), ycc(x - 1, y, 0), ycc(x, y, 0), ycc(x + 1, y, 0),
                             ycc(x + 2, y, 0));
    blur(x, y) = binomial5(blur_x(x, y - 2), blur_x(x, y - 1), blur_x(x, y), blur_x(x, y + 1),
                           blur_x(x, y + 2));
    // Chroma has no finest band of its own: what differs from the noise-free coarse one is detail.
    const auto detail = [&](int k) {
      return k == 0 ? ycc(x, y, 0) - blur(x, y) : ycc(x, y, k) - up.full(x, y, k);
    };
    const Expr signal = max(blur(x, y), 0.0f);
    frames(x, y) = variance(x / 2, y / 2);
    const auto v = [&](int k) {
      return frames(x, y) * (noise(k, 0) * signal + noise(k, 1)) + 1e-11f;
    };
    // One division for the three variances.
    const Expr v0 = v(0), v1 = v(1), v2 = v(2), v12 = v1 * v2, one = 1.0f / (v0 * v12);
    const Expr dy = detail(0), dr = detail(1), db = detail(2);
    energy(x, y, c) =
        mux(c, {dy * dy * (v12 * one),
                NoiseStage::ChromaEnergy(dr * dr * (v0 * v2 * one), db * db * (v0 * v1 * one))});
    // Luma over 3 x 3; chroma over 5 x 5, because a demosaic spreads a single sample over 3 x 3.
    const Expr three = energy(x - 1, y, c) + energy(x, y, c) + energy(x + 1, y, c);
    energy_x(x, y, c) = select(c == 0, three, three + energy(x - 2, y, c) + energy(x + 2, y, c));
    const Expr rows3 = energy_x(x, y - 1, c) + energy_x(x, y, c) + energy_x(x, y + 1, c);
    mean(x, y, c) =
        select(c == 0, rows3 * (1.0f / 9.0f),
               (rows3 + energy_x(x, y - 2, c) + energy_x(x, y + 2, c)) * (1.0f / 25.0f));

    const Expr luma_keep = NoiseStage::Keep(mean(x, y, 0), p.luma_threshold);
    luma(x, y) = ycc(x, y, 0) + up.full(x, y, 0) - p.luma_amount * (1.0f - luma_keep) * detail(0);
    // At the rim of a highlight colour is calm already, and there is nothing to be sharpened.
    const Expr chroma_keep =
        max(NoiseStage::KeepChroma(mean(x, y, 1), mean(x, y, 0), p.chroma_threshold), rim(x, y));
    const auto chroma = [&](int k) { return up.full(x, y, k) + chroma_keep * detail(k); };

    // Capture sharpening: two steps of Van Cittert's deconvolution (1931) of the blur that lens and
    // pixel aperture leave, a binomial of sigma 0.71 px; only where there is more than noise; and
    // no further than a little beyond the lightest and darkest neighbours, so that edges get no
    // halo.
    soft_x(x, y) = 0.25f * (luma(x - 1, y) + luma(x + 1, y)) + 0.5f * luma(x, y);
    soft(x, y) = 0.25f * (soft_x(x, y - 1) + soft_x(x, y + 1)) + 0.5f * soft_x(x, y);
    softer_x(x, y) = 0.25f * (soft(x - 1, y) + soft(x + 1, y)) + 0.5f * soft(x, y);
    softer(x, y) = 0.25f * (softer_x(x, y - 1) + softer_x(x, y + 1)) + 0.5f * softer_x(x, y);
    low_x(x, y) = min(luma(x - 1, y), min(luma(x, y), luma(x + 1, y)));
    high_x(x, y) = max(luma(x - 1, y), max(luma(x, y), luma(x + 1, y)));
    const Expr low = min(low_x(x, y - 1), min(low_x(x, y), low_x(x, y + 1)));
    const Expr high = max(high_x(x, y - 1), max(high_x(x, y), high_x(x, y + 1)));
    const Expr mask = Halide::clamp((mean(x, y, 0) - 2.0f) * 0.2f, 0.0f, 1.0f);
    const Expr gained = 2.0f * luma(x, y) - 3.0f * soft(x, y) + softer(x, y);
    const Expr beyond = 0.08f * (high - low);
    const Expr sharp =
        max(low - beyond,
            min(high + beyond, luma(x, y) + p.sharpen * (1.0f - rim(x, y)) * mask * gained));

    const Expr cr = chroma(1), cb = chroma(2), green = sharp - 0.25f * (cr + cb);
    rgb(x, y, c) = mux(c, {green + cr, green, green + cb});
  }

  // Rows of every intermediate are computed once per strip. Vectors are shifted inwards at the ends
  // of rows, so that nothing beyond kSupport is read.
  void Schedule(Halide::LoopLevel strip, Halide::LoopLevel row, int vec) {
    const auto inwards = Halide::TailStrategy::ShiftInwards;
    const auto columns = up.columns.args();
    up.columns.store_at(strip).compute_at(row).align_bounds(columns[0], 2);
    up.columns.reorder(columns[0], columns[2], columns[1]).unroll(columns[0], 2);
    up.columns.vectorize(columns[0], vec);
    frames.store_at(strip).compute_at(row).align_bounds(x, 2).unroll(x, 2).vectorize(x, vec);
    ycc.bound(c, 0, 3);
    energy.bound(c, 0, 2);
    energy_x.bound(c, 0, 2);
    mean.bound(c, 0, 2);
    for (Func* f : {&ycc, &energy, &energy_x, &mean}) {
      f->store_at(strip).compute_at(row).reorder(c, x, y).unroll(c).vectorize(x, vec, inwards);
    }
    for (Func* f : {&blur_x, &blur, &luma, &soft_x, &soft, &softer_x, &low_x, &high_x}) {
      f->store_at(strip).compute_at(row).vectorize(x, vec, inwards);
    }
  }
};

}  // namespace petzval

#endif  // PETZVAL_DEVELOP_FINISH_STAGE_H_
