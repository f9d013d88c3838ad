// Demosaic of one block, on the calling thread: the caller has the blocks run in parallel.
#include "Halide.h"
#include "petzval/develop/demosaic_stage.h"

namespace {

class DevelopDemosaic : public Halide::Generator<DevelopDemosaic> {
 public:
  Input<Buffer<float>> mosaic{"mosaic", 2};  // red at even coordinates
  Output<Buffer<float>> rgb{"rgb", 3};       // even origin, width a multiple of 32

  void generate() {
    Halide::Func in("in");
    Halide::Var x("x"), y("y"), c("c"), xo("xo"), xi("xi"), yo("yo"), yi("yi");
    in(x, y) = mosaic(x, y);
    petzval::DemosaicStage stage(in);
    rgb(x, y, c) = stage.rgb(x, y, c);

    const int vec = natural_vector_size<float>();
    Halide::Func out = rgb;
    rgb.dim(0).set_extent(rgb.dim(0).extent() / 32 * 32);
    out.bound(c, 0, 3)
        .split(y, yo, yi, 1024, Halide::TailStrategy::GuardWithIf)
        .split(x, xo, xi, 512, Halide::TailStrategy::GuardWithIf)
        .reorder(xi, c, yi, xo, yo)
        .unroll(c)
        .vectorize(xi, vec, Halide::TailStrategy::RoundUp);
    stage.Schedule(Halide::LoopLevel(out, xo), Halide::LoopLevel(out, yi), vec);
  }
};

}  // namespace

HALIDE_REGISTER_GENERATOR(DevelopDemosaic, develop_demosaic)
