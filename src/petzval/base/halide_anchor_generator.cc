// A pipeline that does nothing: it carries the one Halide runtime that every other pipeline shares.
#include "Halide.h"

class HalideAnchor : public Halide::Generator<HalideAnchor> {
 public:
  Output<Buffer<uint8_t>> nothing{"nothing", 1};
  void generate() { nothing(Halide::Var("x")) = Halide::cast<uint8_t>(0); }
};

HALIDE_REGISTER_GENERATOR(HalideAnchor, halide_anchor)
