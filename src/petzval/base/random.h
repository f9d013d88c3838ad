// Random numbers that are the same with every standard library.
#ifndef PETZVAL_BASE_RANDOM_H_
#define PETZVAL_BASE_RANDOM_H_

#include <cmath>
#include <cstdint>

namespace petzval {

// Independent streams of SplitMix64 (Steele, Lea, Flood 2014), one for each (seed, stream).
class Random {
 public:
  Random(uint64_t seed, uint64_t stream) : state_(Mix(seed + kStep) ^ Mix(~stream)) {}

  uint64_t Next() { return Mix(state_ += kStep); }
  // Uniform in (0, 1).
  double Uniform() { return (static_cast<double>(Next() >> 12) + 0.5) * 0x1p-52; }
  double Uniform(double low, double high) { return low + (high - low) * Uniform(); }

  struct Pair {
    double a, b;
  };
  // Two independent standard normal deviates (Box and Muller 1958).
  Pair Normals() {
    const double radius = std::sqrt(-2 * std::log(Uniform()));
    const double angle = 2 * M_PI * Uniform();
    return {radius * std::cos(angle), radius * std::sin(angle)};
  }

 private:
  static constexpr uint64_t kStep = 0x9e3779b97f4a7c15u;
  static uint64_t Mix(uint64_t z) {
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
  }
  uint64_t state_;
};

}  // namespace petzval

#endif  // PETZVAL_BASE_RANDOM_H_
