// The half-size picture: one R, G, B per 2 x 2 pixels, for everything that is decided globally.
#include "Halide.h"

namespace {

// `weight(k, c)`: share of pixel k of the square (k = dx + 2 dy) in colour c. A Bayer mosaic passes
// itself three times and picks, full planes are averaged.
class DevelopBin : public Halide::Generator<DevelopBin> {
 public:
  Input<Buffer<float>> in{"in", 3};
  Input<Buffer<float>> weight{"weight", 2};
  Input<float> scale{"scale"};
  Input<float> offset{"offset"};
  Output<Buffer<uint16_t>> out{"out", 3};  // width a multiple of the vector

  void generate() {
    Halide::Var x("x"), y("y"), c("c");
    Halide::Expr sum = 0.0f;
    for (int k = 0; k < 4; ++k) sum += weight(k, c) * in(2 * x + k % 2, 2 * y + k / 2, c);
    out(x, y, c) = Halide::cast<uint16_t>(Halide::clamp(sum * scale + offset, 0.0f, 65535.0f));
    out.bound(c, 0, 3).reorder(x, c, y).vectorize(x, natural_vector_size<float>(),
                                                  Halide::TailStrategy::RoundUp);
  }
};

}  // namespace

HALIDE_REGISTER_GENERATOR(DevelopBin, develop_bin)
