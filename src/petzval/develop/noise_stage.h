// Noise reduction by shrinkage of a Laplacian pyramid of luma and chroma: the algorithms.
#ifndef PETZVAL_DEVELOP_NOISE_STAGE_H_
#define PETZVAL_DEVELOP_NOISE_STAGE_H_

#include "Halide.h"

namespace petzval {

// Everything here happens in white-balanced camera RGB turned to
//   Y = (R + 2 G + B) / 4,  Cr = R - G,  Cb = B - G   (planes 0, 1, 2),
// where noise is known: per plane k it has the variance v * (slope_k * Y + offset_k), v being what
// the merge of a burst and lens shading left of it (plane 3 of a pyramid level).
struct NoiseStage {
  using Expr = Halide::Expr;
  using Func = Halide::Func;

  static Expr Luma(Expr r, Expr g, Expr b) { return 0.25f * (r + 2.0f * g + b); }

  // Mean of 2 x 2: white noise stays white and has a quarter of its variance.
  static Func Down(Func in) {
    Halide::Var x("x"), y("y"), c("c");
    Func down("down");
    down(x, y, c) = 0.25f * ((in(2 * x, 2 * y, c) + in(2 * x + 1, 2 * y, c)) +
                             (in(2 * x, 2 * y + 1, c) + in(2 * x + 1, 2 * y + 1, c)));
    return down;
  }

  // Bilinear, centred: the transpose of Down in 3/4, 1/4. First the columns of a coarse row, then
  // rows; the two steps are Funcs of their own so that a schedule can interleave them.
  struct Up {
    Func columns{"up_columns"}, full{"up"};
    explicit Up(Func coarse) {
      Halide::Var x("x"), y("y"), c("c");
      const Expr q = x / 2, beside = x / 2 + (x % 2) * 2 - 1;
      columns(x, y, c) = 0.75f * coarse(q, y, c) + 0.25f * coarse(beside, y, c);
      full(x, y, c) = 0.75f * columns(x, y / 2, c) + 0.25f * columns(x, y / 2 + (y % 2) * 2 - 1, c);
    }
  };

  // Variance that white noise of variance 1 has in `level - Up(Down(level))`.
  static constexpr float kDetailVariance = 0.8164f;

  // Share of a detail that is kept when its local mean energy is `energy` noise variances:
  // empirical Wiener with a threshold.
  static Expr Keep(Expr energy, Expr threshold) {
    return Halide::max(0.0f, 1.0f - threshold / Halide::max(energy, 1e-6f));
  }

  // Chroma. Colour that only a single sample has is noise, however strong (a single light pixel may
  // be a star): what one sample adds to the mean energy is limited, and below the threshold nothing
  // is kept. Chroma follows luma: where luma has structure beyond noise, it is believed sooner.
  static constexpr float kMostChroma = 20;
  static Expr ChromaEnergy(Expr red, Expr blue) {
    return Halide::min(0.5f * (red + blue), kMostChroma);
  }
  static Expr KeepChroma(Expr energy, Expr luma_energy, Expr threshold) {
    const Expr t = threshold / (1.0f + Halide::clamp(0.25f * (luma_energy - 2.0f), 0.0f, 3.0f));
    return Halide::clamp((energy - t + 1e-3f) / (1.1f * t + 1e-6f), 0.0f, 1.0f);
  }
};

}  // namespace petzval

#endif  // PETZVAL_DEVELOP_NOISE_STAGE_H_
