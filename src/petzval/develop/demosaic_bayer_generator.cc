// The Bayer demosaic alone as a pipeline: mosaic with its border in, three planes out.
#include "Halide.h"
#include "petzval/develop/demosaic_stage.h"

namespace {

using petzval::DemosaicStage;

// `mosaic` covers the output rectangle and DemosaicStage::kSupport pixels beyond it on every side;
// red at even coordinates.
class DemosaicBayer : public Halide::Generator<DemosaicBayer> {
 public:
  Input<Buffer<float>> mosaic{"mosaic", 2};
  Output<Buffer<float>> rgb{"rgb", 3};

  void generate() {
    Halide::Func in("in");
    Halide::Var x("x"), y("y"), c("c"), yo("yo"), yi("yi"), xo("xo"), xi("xi");
    in(x, y) = mosaic(x, y);
    DemosaicStage stage(in);
    rgb(x, y, c) = stage.rgb(x, y, c);

    const int vec = natural_vector_size<float>();
    Halide::Func out = rgb;
    out.bound(c, 0, 3)
        .split(y, yo, yi, 128, Halide::TailStrategy::GuardWithIf)
        .split(x, xo, xi, 512, Halide::TailStrategy::GuardWithIf)
        .reorder(xi, c, yi, xo, yo)
        .unroll(c)
        .vectorize(xi, vec, Halide::TailStrategy::GuardWithIf)
        .parallel(yo);
    stage.Schedule(Halide::LoopLevel(out, xo), Halide::LoopLevel(out, yi), vec);
  }
};

}  // namespace

HALIDE_REGISTER_GENERATOR(DemosaicBayer, demosaic_bayer)
