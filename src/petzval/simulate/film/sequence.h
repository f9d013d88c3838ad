// Low-discrepancy points, one sequence for each pixel, channel and half.
#ifndef PETZVAL_SIMULATE_FILM_SEQUENCE_H_
#define PETZVAL_SIMULATE_FILM_SEQUENCE_H_

#include <array>
#include <bit>
#include <cstdint>

namespace petzval::simulate {

inline uint64_t HashBits(uint64_t z) {  // the mixer of SplitMix64 (Steele, Lea, Flood 2014)
  z += 0x9e3779b97f4a7c15u;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
  z = (z ^ z >> 27) * 0x94d049bb133111ebu;
  return z ^ z >> 31;
}

inline constexpr int kSequenceDimensions = 5;
using SequencePoint = std::array<float, kSequenceDimensions>;

// Direction numbers of Sobol's sequence: for each dimension a primitive polynomial over GF(2)
// (degree s, inner coefficients a) and s odd starting values (Joe and Kuo 2008); the first one is
// van der Corput's. Columns of 32 bits, most significant first.
struct SobolColumns {
  std::array<std::array<uint32_t, 32>, kSequenceDimensions> v{};

  constexpr SobolColumns() {
    constexpr struct {
      int degree;
      uint32_t inner;
      std::array<uint32_t, 3> start;
    } kPolynomial[kSequenceDimensions] = {
        {0, 0, {}}, {1, 0, {1}}, {2, 1, {1, 3}}, {3, 1, {1, 3, 1}}, {3, 2, {1, 1, 1}}};
    for (int d = 0; d < kSequenceDimensions; ++d) {
      const int s = kPolynomial[d].degree;
      for (int i = 0; i < 32; ++i) {
        if (s == 0) {
          v[d][i] = 1u << (31 - i);
        } else if (i < s) {
          v[d][i] = kPolynomial[d].start[i] << (31 - i);
        } else {
          v[d][i] = v[d][i - s] ^ v[d][i - s] >> s;
          for (int k = 1; k < s; ++k) {
            if (kPolynomial[d].inner >> (s - 1 - k) & 1) v[d][i] ^= v[d][i - k];
          }
        }
      }
    }
  }
};
inline constexpr SobolColumns kSobolColumns;

inline uint32_t ReverseBits(uint32_t x) {
  x = (x & 0x55555555u) << 1 | (x >> 1 & 0x55555555u);
  x = (x & 0x33333333u) << 2 | (x >> 2 & 0x33333333u);
  x = (x & 0x0f0f0f0fu) << 4 | (x >> 4 & 0x0f0f0f0fu);
  return __builtin_bswap32(x);
}

// Owen's nested scrambling by a hash in which each bit depends on the higher ones only (Laine and
// Karras 2011, constants of Vegdahl 2021).
inline uint32_t OwenScramble(uint32_t x, uint32_t seed) {
  x = ReverseBits(x);
  x ^= x * 0x3d20adeau;
  x += seed;
  x *= (seed >> 16) | 1;
  x ^= x * 0x05526c56u;
  x ^= x * 0x53a22864u;
  return ReverseBits(x);
}

// Sobol's points in Gray-code order, scrambled for each stream: any first 2^m of them are
// stratified in every dimension and pair of the leading ones.
class Sequence {
 public:
  Sequence(uint64_t seed, uint64_t stream) {
    uint64_t state = HashBits(seed ^ HashBits(stream));
    for (uint32_t& x : scramble_) {
      state = HashBits(state);
      x = static_cast<uint32_t>(state >> 32);
    }
  }
  // Each in [0, 1).
  SequencePoint At(uint32_t k) const {
    std::array<uint32_t, kSequenceDimensions> x{};
    for (uint32_t gray = k ^ k >> 1; gray != 0; gray &= gray - 1) {
      const int bit = std::countr_zero(gray);
      for (int d = 0; d < kSequenceDimensions; ++d) x[d] ^= kSobolColumns.v[d][bit];
    }
    SequencePoint point;
    for (int d = 0; d < kSequenceDimensions; ++d) {
      point[d] = static_cast<float>(OwenScramble(x[d], scramble_[d]) >> 8) * 0x1p-24f;
    }
    return point;
  }

 private:
  std::array<uint32_t, kSequenceDimensions> scramble_{};
};

}  // namespace petzval::simulate

#endif  // PETZVAL_SIMULATE_FILM_SEQUENCE_H_
