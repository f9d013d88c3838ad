// One step down the noise pyramid: luma, chroma and variance at half the size.
#include "Halide.h"
#include "petzval/develop/noise_stage.h"

namespace {

class DevelopNoiseDown : public Halide::Generator<DevelopNoiseDown> {
 public:
  Input<Buffer<float>> in{"in", 3};  // 4 planes: Y, Cr, Cb, variance
  Output<Buffer<float>> out{"out", 3};

  void generate() {
    Halide::Var x("x"), y("y"), c("c");
    out = petzval::NoiseStage::Down(Halide::BoundaryConditions::repeat_edge(
        in, {{in.dim(0).min(), in.dim(0).extent()}, {in.dim(1).min(), in.dim(1).extent()}}));
    Halide::Func f = out;
    const auto args = f.args();
    f.reorder(args[0], args[2], args[1])
        .vectorize(args[0], natural_vector_size<float>(), Halide::TailStrategy::GuardWithIf)
        .parallel(args[1], 32, Halide::TailStrategy::GuardWithIf);
  }
};

}  // namespace

HALIDE_REGISTER_GENERATOR(DevelopNoiseDown, develop_noise_down)
