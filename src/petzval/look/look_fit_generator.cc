// The gain map as a local straight line over log luminance, so that it can follow edges at any
// size.
#include "Halide.h"

namespace {

using namespace Halide;

// Guided filter (He, Sun, Tang 2010) with the log luminance as guide and the gain as target; slope
// and offset are averaged over the same window and evaluated at full resolution by the renderer
// (He and Sun 2015, "Fast guided filter"). A pixel of the small picture that an edge passes through
// is neither side: the curve between them is not straight, so it counts little.
class LookFit : public Generator<LookFit> {
 public:
  Input<Buffer<float>> level{"level", 2};
  Input<Buffer<float>> gain{"gain", 2};
  Input<float> epsilon{"epsilon"};      // variance of the guide below which the slope fades, EV^2
  Output<Buffer<float>> out{"out", 3};  // x, y, {slope, offset}

  void generate() {
    const Func l = BoundaryConditions::repeat_edge(level);
    const Func g = BoundaryConditions::repeat_edge(gain);
    const Expr here = l(x, y);
    const Expr mixed =
        Between(l(x - 1, y), here, l(x + 1, y)) + Between(l(x, y - 1), here, l(x, y + 1));
    weight(x, y) = 1.0f / (1.0f + mixed * mixed * 10.0f);
    moment(k, x, y) = weight(x, y) * mux(k, {1.0f, here, g(x, y), here * here, here * g(x, y)});
    mean_y(k, x, y) = Blur(moment(k, x, y - 2), moment(k, x, y - 1), moment(k, x, y),
                           moment(k, x, y + 1), moment(k, x, y + 2));
    sum(k, x, y) = Blur(mean_y(k, x - 2, y), mean_y(k, x - 1, y), mean_y(k, x, y),
                        mean_y(k, x + 1, y), mean_y(k, x + 2, y));
    mean(k, x, y) = sum(k + 1, x, y) / sum(0, x, y);
    const Expr variance = mean(2, x, y) - mean(0, x, y) * mean(0, x, y);
    const Expr covariance = mean(3, x, y) - mean(0, x, y) * mean(1, x, y);
    // Lines from windows that saw both sides of an edge count more than those that had to guess.
    const Expr trust = max(variance, 0.0f) + epsilon;
    const Expr slope = covariance / trust;
    line(k, x, y) = trust * mux(k, {1.0f, slope, mean(1, x, y) - slope * mean(0, x, y)});
    line_y(k, x, y) = Blur(line(k, x, y - 2), line(k, x, y - 1), line(k, x, y), line(k, x, y + 1),
                           line(k, x, y + 2));
    blend(k, x, y) = Blur(line_y(k, x - 2, y), line_y(k, x - 1, y), line_y(k, x, y),
                          line_y(k, x + 1, y), line_y(k, x + 2, y));
    out(x, y, k) = blend(k + 1, x, y) / blend(0, x, y);
  }
  void schedule() {
    const int vec = natural_vector_size<float>();
    Var yo{"yo"};
    out.bound(k, 0, 2).reorder(x, k, y).unroll(k);
    out.split(y, yo, y, 32, TailStrategy::GuardWithIf)
        .vectorize(x, vec, TailStrategy::GuardWithIf)
        .parallel(yo);
    line_y.compute_at(out, y).reorder_storage(x, k, y).reorder(x, k, y).bound(k, 0, 3).unroll(k);
    line_y.vectorize(x, vec);
    line.compute_at(out, yo).store_at(out, yo).reorder_storage(x, k, y).reorder(x, k, y);
    line.bound(k, 0, 3).unroll(k).vectorize(x, vec);
    mean_y.compute_at(line, y).reorder_storage(x, k, y).reorder(x, k, y).bound(k, 0, 5).unroll(k);
    mean_y.vectorize(x, vec);
    moment.compute_at(out, yo).reorder_storage(x, k, y).reorder(x, k, y).bound(k, 0, 5).unroll(k);
    moment.vectorize(x, vec);
  }

 private:
  // Binomial weights 1 4 6 4 1: no box corners in a smooth sky.
  static Expr Blur(const Expr& a, const Expr& b, const Expr& c, const Expr& d, const Expr& e) {
    return (a + e) * 0.0625f + (b + d) * 0.25f + c * 0.375f;
  }
  // How far a value lies from the nearer of two neighbours that it lies between; 0 for a peak.
  static Expr Between(const Expr& a, const Expr& here, const Expr& b) {
    const Expr up = here - a, on = b - here;
    return select(up * on > 0, min(abs(up), abs(on)), 0.0f);
  }
  Var x{"x"}, y{"y"}, k{"k"};
  Func weight{"weight"}, sum{"sum"}, blend{"blend"};
  Func moment{"moment"}, mean_y{"mean_y"}, mean{"mean"}, line{"line"}, line_y{"line_y"};
};

}  // namespace

HALIDE_REGISTER_GENERATOR(LookFit, look_fit)
