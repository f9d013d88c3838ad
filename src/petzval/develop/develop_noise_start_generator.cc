// The half-size picture as luma, chroma and variance, at a quarter of the size of the mosaic.
#include "Halide.h"
#include "petzval/develop/half_stage.h"

namespace {

class DevelopNoiseStart : public Halide::Generator<DevelopNoiseStart> {
 public:
  Input<Buffer<uint16_t>> half{"half", 3};
  Input<Buffer<uint16_t>> variance{"variance", 2};
  Input<float> offset{"offset"};
  Input<float> red{"red"};  // white balance / scale of the half-size picture
  Input<float> green{"green"};
  Input<float> blue{"blue"};
  Output<Buffer<float>> out{"out", 3};

  void generate() {
    Halide::Var x("x"), y("y"), c("c");
    Halide::Func level = petzval::HalfLevel(half, variance, offset, red, green, blue);
    out = petzval::NoiseStage::Down(level);
    Halide::Func f = out;
    const auto args = f.args();
    f.bound(args[2], 0, 4)
        .reorder(args[2], args[0], args[1])
        .unroll(args[2])
        .vectorize(args[0], natural_vector_size<float>(), Halide::TailStrategy::GuardWithIf)
        .parallel(args[1], 32, Halide::TailStrategy::GuardWithIf);
  }
};

}  // namespace

HALIDE_REGISTER_GENERATOR(DevelopNoiseStart, develop_noise_start)
