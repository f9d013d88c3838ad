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
    Halide::Var x("x"), y("y"), c("c");
    // Sliding windows start some rows early, with rows that nobody reads.
    in(x, y) = mosaic(x, clamp(y, mosaic.dim(1).min(), mosaic.dim(1).max()));
    petzval::DemosaicStage stage(in);
    rgb(x, y, c) = stage.rgb(x, y, c);

    const int vec = natural_vector_size<float>();
    Halide::Func out = rgb;
    rgb.dim(0).set_extent(rgb.dim(0).extent() / 32 * 32);
    // Without further splits of the block: they make the compiler slow.
    out.bound(c, 0, 3).reorder(x, c, y).unroll(c).vectorize(x, vec, Halide::TailStrategy::RoundUp);
    stage.Schedule(Halide::LoopLevel::root(), Halide::LoopLevel(out, y), vec);
  }
};

}  // namespace

HALIDE_REGISTER_GENERATOR(DevelopDemosaic, develop_demosaic)
