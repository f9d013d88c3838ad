// Levels: DN of a mosaic or plane to white-balanced linear light.
#include "Halide.h"
#include "petzval/develop/levels_stage.h"

namespace {

class DevelopLevels : public Halide::Generator<DevelopLevels> {
 public:
  Input<Buffer<uint16_t>> mosaic{"mosaic", 2};
  Input<Buffer<float>> black{"black", 2};  // (x, y & 3): DN
  Input<Buffer<float>> scale{"scale", 2};  // (x, y & 3): white balance / (white - black)
  Input<Buffer<float>> shade{"shade", 2};  // (x, y): lens shading correction
  Output<Buffer<float>> out{"out", 2};     // width a multiple of the vector

  void generate() {
    Halide::Var x("x"), y("y");
    out = petzval::LevelsStage(mosaic, black, scale, shade);
    Halide::Func(out).vectorize(out.args()[0], natural_vector_size<float>(),
                                Halide::TailStrategy::RoundUp);
  }
};

}  // namespace

HALIDE_REGISTER_GENERATOR(DevelopLevels, develop_levels)
