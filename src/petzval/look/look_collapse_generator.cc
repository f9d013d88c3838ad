// Local Laplacian filter, step 2: one level of the result from the next coarser one.
#include "Halide.h"

namespace {

using namespace Halide;

// The detail of each place is taken from the remapped pyramids whose reference levels enclose the
// place's own level, linearly between the two (Aubry et al. 2014).
class LookCollapse : public Generator<LookCollapse> {
 public:
  Input<Buffer<float>> level{"level", 3};        // Gaussian pyramid of the input; 1 plane
  Input<Buffer<float>> remapped{"remapped", 3};  // Gaussian pyramids of the remapped pictures
  Input<Buffer<float>> coarse{"coarse", 3};      // the same, next coarser level
  Input<Buffer<float>> result{"result", 3};      // result at the next coarser level; 1 plane
  Input<float> first{"first"}, step{"step"};
  Output<Buffer<float>> out{"out", 3};  // 1 plane

  void generate() {
    const Expr last = remapped.dim(2).extent() - 1;
    const Expr position = clamp((level(x, y, z) - first) / step, 0.0f, cast<float>(last));
    const Expr j = clamp(cast<int>(position), 0, max(last - 1, 0));
    const Expr part = position - cast<float>(j);
    const Expr next = min(j + 1, last);
    const Expr here = lerp(remapped(x, y, j), remapped(x, y, next), part);
    const Expr below = lerp(Up(coarse, j), Up(coarse, next), part);
    out(x, y, z) = here - below + Up(result, z);
  }
  void schedule() {
    Var yo{"yo"};
    out.split(y, yo, y, 16, TailStrategy::GuardWithIf)
        .vectorize(x, natural_vector_size<float>(), TailStrategy::GuardWithIf)
        .parallel(yo);
  }

 private:
  // The coarser level at a pixel of the finer one: weights 3/4 and 1/4, the transpose of the
  // reduction.
  Expr Up(const Func& f, const Expr& plane, const Expr& width, const Expr& height) const {
    const Expr x0 = clamp(x / 2, 0, width - 1), y0 = clamp(y / 2, 0, height - 1);
    const Expr x1 = clamp(x / 2 - 1 + 2 * (x % 2), 0, width - 1);
    const Expr y1 = clamp(y / 2 - 1 + 2 * (y % 2), 0, height - 1);
    return 0.75f * (0.75f * f(x0, y0, plane) + 0.25f * f(x1, y0, plane)) +
           0.25f * (0.75f * f(x0, y1, plane) + 0.25f * f(x1, y1, plane));
  }
  Expr Up(const Input<Buffer<float>>& in, const Expr& plane) const {
    return Up(Func(in), plane, in.width(), in.height());
  }

  Var x{"x"}, y{"y"}, z{"z"};
};

}  // namespace

HALIDE_REGISTER_GENERATOR(LookCollapse, look_collapse)
