// Local Laplacian filter, step 1: the log luminance seen from each reference level.
#include "Halide.h"

namespace {

using namespace Halide;

// Paris, Hasinoff, Kautz 2011; Aubry et al. 2014: around a reference level g the picture is
// remapped by r(l; g) = target(l) + boost(g) (l - g) exp(-(l - g)^2 / (2 sigma^2)): large
// differences go where the target curve puts them, small ones keep (or gain) their contrast.
class LookRemap : public Generator<LookRemap> {
 public:
  Input<Buffer<float>> level{"level", 2};     // log2 luminance
  Input<Buffer<float>> goal{"goal", 2};       // target(level)
  Input<Buffer<float>> boost{"boost", 1};     // of each reference level
  Input<float> first{"first"}, step{"step"};  // reference level j: first + j step
  Input<float> sharpness{"sharpness"};        // 1 / (2 sigma^2)
  Output<Buffer<float>> out{"out", 3};        // x, y, reference level

  void generate() {
    const Expr d = level(x, y) - (first + step * cast<float>(j));
    out(x, y, j) = goal(x, y) + boost(j) * d * fast_exp(-sharpness * d * d);
  }
  void schedule() {
    out.vectorize(x, natural_vector_size<float>(), TailStrategy::GuardWithIf).parallel(j);
  }

 private:
  Var x{"x"}, y{"y"}, j{"j"};
};

}  // namespace

HALIDE_REGISTER_GENERATOR(LookRemap, look_remap)
