// One step up the noise pyramid: the denoised level from the denoised coarser one.
#include "Halide.h"
#include "petzval/develop/pyramid_stage.h"

namespace {

class DevelopNoiseUp : public Halide::Generator<DevelopNoiseUp> {
 public:
  Input<Buffer<float>> level{"level", 3};                      // 4 planes
  Input<Buffer<float>> coarse{"coarse", 3};                    // 4 planes, half the size
  Input<Buffer<float>> coarse_estimate{"coarse_estimate", 3};  // 3 planes
  Input<Buffer<float>> noise{"noise", 2};
  Input<float> luma_threshold{"luma_threshold"};
  Input<float> chroma_threshold{"chroma_threshold"};
  Input<float> luma_amount{"luma_amount"};
  Output<Buffer<float>> out{"out", 3};  // 3 planes

  void generate() {
    const auto edges = [](auto& buffer) {
      return Halide::BoundaryConditions::repeat_edge(
          buffer, {{buffer.dim(0).min(), buffer.dim(0).extent()},
                   {buffer.dim(1).min(), buffer.dim(1).extent()}});
    };
    petzval::PyramidStage stage(edges(level), edges(coarse), edges(coarse_estimate), noise,
                                luma_threshold, chroma_threshold, luma_amount);
    Halide::Var x("x"), y("y"), c("c");
    out(x, y, c) = stage.estimate(x, y, c);
    stage.Schedule(out, natural_vector_size<float>());
  }
};

}  // namespace

HALIDE_REGISTER_GENERATOR(DevelopNoiseUp, develop_noise_up)
