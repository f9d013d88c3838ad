// Bayer mosaic to RGB, the algorithm: included by every generator that demosaics.
#ifndef PETZVAL_DEVELOP_DEMOSAIC_STAGE_H_
#define PETZVAL_DEVELOP_DEMOSAIC_STAGE_H_

#include <vector>

#include "Halide.h"

namespace petzval {

// Input: `mosaic(x, y)`, float, white-balanced and linear or gamma-coded (any scale, negative noise
// and values beyond white allowed), red where x and y are both even: the caller shifts coordinates
// for other phases, and extends the border so that the phase goes on (mirror about the outermost
// pixel). Output: `rgb(x, y, c)`, c = 0..2; the measured colour of each site is kept as it is.
//
// Use in a larger pipeline: `rgb` may be read by any consumer; call Schedule with two loops of the
// consumer: `strip`, around which storage lives, and `row` inside it, which goes down one row (or
// an even number of rows) at a time, so that every intermediate row is computed once per strip.
class DemosaicStage {
 public:
  // rgb(x, y, c) depends on mosaic(x +- kSupport, y +- kSupport).
  static constexpr int kSupport = 12;

  explicit DemosaicStage(Halide::Func mosaic) : rgb("demosaic_rgb") {
    using Halide::Expr;
    Halide::Func m = mosaic;
    // Gradient-corrected linear interpolation (Malvar, He, Cutler, ICASSP 2004).
    Expr cross1 = m(x, y - 1) + m(x, y + 1) + m(x - 1, y) + m(x + 1, y);
    Expr h2 = m(x - 2, y) + m(x + 2, y), v2 = m(x, y - 2) + m(x, y + 2);
    Expr diag = m(x - 1, y - 1) + m(x + 1, y - 1) + m(x - 1, y + 1) + m(x + 1, y + 1);
    Expr c = m(x, y);
    Expr green = (2.0f * cross1 + 4.0f * c - h2 - v2) * 0.125f;
    Expr in_row = (5.0f * c + 4.0f * (m(x - 1, y) + m(x + 1, y)) - h2 - diag + 0.5f * v2) * 0.125f;
    Expr in_column =
        (5.0f * c + 4.0f * (m(x, y - 1) + m(x, y + 1)) - v2 - diag + 0.5f * h2) * 0.125f;
    Expr opposite = (6.0f * c + 2.0f * diag - 1.5f * (h2 + v2)) * 0.125f;
    Expr even_x = (x & 1) == 0, even_y = (y & 1) == 0;
    Expr red = select(even_y, select(even_x, c, in_row), select(even_x, in_column, opposite));
    Expr blue = select(even_y, select(even_x, opposite, in_column), select(even_x, in_row, c));
    rgb(x, y, ch) = select(ch == 0, red, ch == 1, select(even_x == even_y, green, c), blue);
  }

  // Schedules all intermediates and `rgb`; `vec` = natural vector width in floats.
  void Schedule(Halide::LoopLevel strip, Halide::LoopLevel row, int vec) {
    rgb.store_at(strip).compute_at(row).bound(ch, 0, 3).reorder(x, ch, y).unroll(ch).vectorize(x,
                                                                                               vec);
  }

  Halide::Func rgb;

 private:
  Halide::Var x{"x"}, y{"y"}, ch{"c"};
};

}  // namespace petzval

#endif  // PETZVAL_DEVELOP_DEMOSAIC_STAGE_H_
