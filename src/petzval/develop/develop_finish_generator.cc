// From demosaiced camera RGB to the working space.
#include "Halide.h"

namespace {

class DevelopFinish : public Halide::Generator<DevelopFinish> {
 public:
  Input<Buffer<float>> rgb{"rgb", 3};
  Input<Buffer<float>> matrix{"matrix", 2};  // (column, row)
  Output<Buffer<float>> out{"out", 3};

  void generate() {
    Halide::Var x("x"), y("y"), c("c");
    out(x, y, c) =
        matrix(0, c) * rgb(x, y, 0) + matrix(1, c) * rgb(x, y, 1) + matrix(2, c) * rgb(x, y, 2);
    out.bound(c, 0, 3).reorder(x, c, y).unroll(c).vectorize(x, natural_vector_size<float>(),
                                                            Halide::TailStrategy::RoundUp);
  }
};

}  // namespace

HALIDE_REGISTER_GENERATOR(DevelopFinish, develop_finish)
