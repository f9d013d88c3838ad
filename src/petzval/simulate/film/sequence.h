// Low-discrepancy points, one sequence for each pixel, channel and half.
#ifndef PETZVAL_SIMULATE_FILM_SEQUENCE_H_
#define PETZVAL_SIMULATE_FILM_SEQUENCE_H_

#include <array>
#include <cstdint>

namespace petzval::simulate {

inline uint64_t HashBits(uint64_t z) {  // the mixer of SplitMix64 (Steele, Lea, Flood 2014)
  z += 0x9e3779b97f4a7c15u;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
  z = (z ^ z >> 27) * 0x94d049bb133111ebu;
  return z ^ z >> 31;
}

inline constexpr int kSequenceDimensions = 5;
using SequenceSteps = std::array<uint32_t, kSequenceDimensions>;

constexpr SequenceSteps StepsOf(double g, int count) {
  SequenceSteps steps{};
  double x = 1;
  for (int i = 0; i < count; ++i) {
    x /= g;
    steps[i] = static_cast<uint32_t>(x * 0x1p32);
  }
  return steps;
}

// Additive recurrences in 4 or 5 dimensions: steps 1/g^j with g^(d+1) = g + 1 (Roberts 2018), begun
// at a random point of the torus. Exact arithmetic modulo 1 with 32 bits.
class Sequence {
 public:
  // `timed`: the fifth dimension is wanted.
  Sequence(uint64_t seed, uint64_t stream, bool timed) : step_(timed ? kSteps5 : kSteps4) {
    uint64_t state = HashBits(seed ^ HashBits(stream));
    for (uint32_t& x : start_) {
      state = HashBits(state);
      x = static_cast<uint32_t>(state >> 32);
    }
  }
  // In [0, 1).
  float At(uint32_t k, int dimension) const {
    return static_cast<float>((start_[dimension] + k * step_[dimension]) >> 8) * 0x1p-24f;
  }

 private:
  static constexpr SequenceSteps kSteps4 = StepsOf(1.1673039782614187, 4);
  static constexpr SequenceSteps kSteps5 = StepsOf(1.1347241384015194, 5);

  SequenceSteps start_{}, step_{};
};

}  // namespace petzval::simulate

#endif  // PETZVAL_SIMULATE_FILM_SEQUENCE_H_
