// From demosaiced camera RGB to the working space: noise reduction, sharpening, colour matrix.
#include "Halide.h"
#include "petzval/develop/finish_stage.h"
#include "petzval/develop/half_stage.h"

namespace {

class DevelopFinish : public Halide::Generator<DevelopFinish> {
 public:
  Input<Buffer<float>> rgb{"rgb", 3};
  Input<Buffer<int16_t>> coarse{"coarse", 3};       // half the size
  Input<Buffer<uint16_t>> variance{"variance", 2};  // half the size
  Input<Buffer<float>> noise{"noise", 2};           // (plane, slope or offset)
  Input<Buffer<float>> rim{"rim", 2};               // nearness to clipped highlights
  Input<Buffer<float>> matrix{"matrix", 2};         // (column, row)
  Input<float> luma_amount{"luma_amount"};
  Input<float> luma_threshold{"luma_threshold"};
  Input<float> chroma_threshold{"chroma_threshold"};
  Input<float> sharpen{"sharpen"};
  Output<Buffer<float>> out{"out", 3};  // even origin, width a multiple of 32

  void generate() {
    Halide::Var x("x"), y("y"), c("c"), xo("xo"), yo("yo"), yi("yi");
    Halide::Func unpacked("unpacked"), scale("scale");
    unpacked(x, y, c) = Halide::cast<float>(coarse(x, y, c)) * petzval::CoarseUnit(c);
    scale(x, y) = Halide::cast<float>(variance(x, y)) * (1.0f / petzval::kVarianceUnit);
    petzval::FinishStage stage(rgb, unpacked, scale, noise, rim,
                               {luma_amount, luma_threshold, chroma_threshold, sharpen});
    Halide::Func camera = stage.rgb;
    out(x, y, c) = matrix(0, c) * camera(x, y, 0) + matrix(1, c) * camera(x, y, 1) +
                   matrix(2, c) * camera(x, y, 2);

    const int vec = natural_vector_size<float>();
    Halide::Func f = out;
    camera.compute_at(f, yi)
        .reorder(stage.c, stage.x, stage.y)
        .bound(stage.c, 0, 3)
        .unroll(stage.c)
        .vectorize(stage.x, vec);
    f.bound(c, 0, 3)
        .split(y, yo, yi, 1024, Halide::TailStrategy::GuardWithIf)
        .reorder(c, x, yi, yo)
        .unroll(c)
        .vectorize(x, vec, Halide::TailStrategy::RoundUp);
    stage.Schedule(Halide::LoopLevel(f, yo), Halide::LoopLevel(f, yi), vec);
  }
};

}  // namespace

HALIDE_REGISTER_GENERATOR(DevelopFinish, develop_finish)
