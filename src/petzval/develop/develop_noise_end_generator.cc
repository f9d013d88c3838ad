// The last step up: the change of luma and the noise-free chroma of the half-size picture.
#include "Halide.h"
#include "petzval/develop/half_stage.h"
#include "petzval/develop/pyramid_stage.h"

namespace {

class DevelopNoiseEnd : public Halide::Generator<DevelopNoiseEnd> {
 public:
  Input<Buffer<uint16_t>> half{"half", 3};
  Input<Buffer<uint16_t>> variance{"variance", 2};
  Input<float> offset{"offset"};
  Input<float> red{"red"};
  Input<float> green{"green"};
  Input<float> blue{"blue"};
  Input<Buffer<float>> coarse{"coarse", 3};
  Input<Buffer<float>> coarse_estimate{"coarse_estimate", 3};
  Input<Buffer<float>> noise{"noise", 2};
  Input<float> luma_threshold{"luma_threshold"};
  Input<float> chroma_threshold{"chroma_threshold"};
  Input<float> luma_amount{"luma_amount"};
  Output<Buffer<int16_t>> out{"out", 3};  // 3 planes, in CoarseUnit

  void generate() {
    const auto edges = [](auto& buffer) {
      return Halide::BoundaryConditions::repeat_edge(
          buffer, {{buffer.dim(0).min(), buffer.dim(0).extent()},
                   {buffer.dim(1).min(), buffer.dim(1).extent()}});
    };
    Halide::Func level = petzval::HalfLevel(half, variance, offset, red, green, blue);
    petzval::PyramidStage stage(level, edges(coarse), edges(coarse_estimate), noise, luma_threshold,
                                chroma_threshold, luma_amount);
    Halide::Var x("x"), y("y"), c("c");
    const Halide::Expr value = Halide::select(c == 0, stage.estimate(x, y, 0) - stage.fine(x, y, 0),
                                              stage.estimate(x, y, c));
    out(x, y, c) = Halide::cast<int16_t>(
        Halide::clamp(Halide::round(value / petzval::CoarseUnit(c)), -32767.0f, 32767.0f));
    stage.Schedule(out, natural_vector_size<float>());
  }
};

}  // namespace

HALIDE_REGISTER_GENERATOR(DevelopNoiseEnd, develop_noise_end)
