// The Bayer demosaic alone as a pipeline: one tile on the calling thread; the caller cuts the
// picture into tiles, which keeps the intermediate rows of a tile in cache.
#include "Halide.h"
#include "petzval/develop/demosaic_stage.h"

namespace {

using petzval::DemosaicStage;

class DemosaicBayer : public Halide::Generator<DemosaicBayer> {
 public:
  // Covers `rgb` and the margins of DemosaicStage beyond it on every side; red at even
  // coordinates.
  Input<Buffer<float>> mosaic{"mosaic", 2};
  Output<Buffer<float>> rgb{"rgb", 3};

  void generate() {
    Halide::Func in("in");
    Halide::Var x("x"), y("y"), c("c");
    // Sliding windows start some rows early, with rows that nobody reads.
    in(x, y) = mosaic(x, clamp(y, mosaic.dim(1).min(), mosaic.dim(1).max()));
    DemosaicStage stage(in);
    rgb(x, y, c) = stage.rgb(x, y, c);

    const int vec = natural_vector_size<float>();
    Halide::Func out = rgb;
    rgb.dim(2).set_bounds(0, 3);
    out.reorder(x, c, y).unroll(c).vectorize(x, vec, Halide::TailStrategy::GuardWithIf);
    stage.Schedule(Halide::LoopLevel::root(), Halide::LoopLevel(out, y), vec);
  }
};

}  // namespace

HALIDE_REGISTER_GENERATOR(DemosaicBayer, demosaic_bayer)
