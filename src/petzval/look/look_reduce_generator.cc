// One pyramid level down: half the size, binomial filter 1 3 3 1, edges repeated.
#include "Halide.h"

namespace {

using namespace Halide;

class LookReduce : public Generator<LookReduce> {
 public:
  Input<Buffer<float>> in{"in", 3};
  Output<Buffer<float>> out{"out", 3};  // x, y up to half the size, rounded up

  void generate() {
    const Func edge = BoundaryConditions::repeat_edge(in, {{0, in.width()}, {0, in.height()}});
    down(x, y, j) = (edge(x, 2 * y - 1, j) + edge(x, 2 * y + 2, j)) * 0.125f +
                    (edge(x, 2 * y, j) + edge(x, 2 * y + 1, j)) * 0.375f;
    out(x, y, j) = (down(2 * x - 1, y, j) + down(2 * x + 2, y, j)) * 0.125f +
                   (down(2 * x, y, j) + down(2 * x + 1, y, j)) * 0.375f;
  }
  void schedule() {
    const int vec = natural_vector_size<float>();
    Var yo{"yo"};
    out.split(y, yo, y, 8, TailStrategy::GuardWithIf)
        .vectorize(x, vec, TailStrategy::GuardWithIf)
        .parallel(j);
    down.compute_at(out, y).vectorize(x, vec);
  }

 private:
  Var x{"x"}, y{"y"}, j{"j"};
  Func down{"down"};
};

}  // namespace

HALIDE_REGISTER_GENERATOR(LookReduce, look_reduce)
