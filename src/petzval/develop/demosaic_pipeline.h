// The Bayer demosaic alone as a pipeline: one tile on the calling thread; the caller cuts the
// picture into tiles, which keeps the intermediate rows of a tile in cache.
#ifndef PETZVAL_DEVELOP_DEMOSAIC_PIPELINE_H_
#define PETZVAL_DEVELOP_DEMOSAIC_PIPELINE_H_

#include "Halide.h"
#include "petzval/develop/demosaic_stage.h"

namespace petzval {

template <DemosaicStage::Coding kCoding>
class DemosaicPipeline : public Halide::Generator<DemosaicPipeline<kCoding>> {
 public:
  template <class T>
  using Input = Halide::GeneratorInput<T>;
  template <class T>
  using Output = Halide::GeneratorOutput<T>;
  using Buffer = Halide::Buffer<float>;

  // Covers `rgb` and the margins of DemosaicStage beyond it on every side; red at even coordinates.
  Input<Buffer> mosaic{"mosaic", 2};
  // Even origin, width a multiple of 32.
  Output<Buffer> rgb{"rgb", 3};

  void generate() {
    Halide::Func in("in");
    Halide::Var x("x"), y("y"), c("c");
    // Sliding windows start some rows early, with rows that nobody reads.
    in(x, y) = mosaic(x, clamp(y, mosaic.dim(1).min(), mosaic.dim(1).max()));
    DemosaicStage stage(in, kCoding);
    rgb(x, y, c) = stage.rgb(x, y, c);
    stage.Schedule(rgb, rgb, x, y, c, this->template natural_vector_size<float>());
  }
};

}  // namespace petzval

#endif  // PETZVAL_DEVELOP_DEMOSAIC_PIPELINE_H_
