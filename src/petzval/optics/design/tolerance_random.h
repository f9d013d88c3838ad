// Counter-based random numbers: each trial's draws depend on its number only, so any thread may
// make any trial.
#ifndef PETZVAL_OPTICS_DESIGN_TOLERANCE_RANDOM_H_
#define PETZVAL_OPTICS_DESIGN_TOLERANCE_RANDOM_H_

#include <array>
#include <cstdint>

namespace petzval::optics {

// Philox 4x32 with 10 rounds (Salmon et al., SC 2011).
inline std::array<uint32_t, 4> Philox(std::array<uint32_t, 4> counter,
                                      std::array<uint32_t, 2> key) {
  for (int round = 0; round < 10; ++round) {
    const uint64_t a = uint64_t{0xD2511F53} * counter[0], b = uint64_t{0xCD9E8D57} * counter[2];
    counter = {static_cast<uint32_t>(b >> 32) ^ counter[1] ^ key[0], static_cast<uint32_t>(b),
               static_cast<uint32_t>(a >> 32) ^ counter[3] ^ key[1], static_cast<uint32_t>(a)};
    key[0] += 0x9E3779B9;
    key[1] += 0xBB67AE85;
  }
  return counter;
}

// Two numbers in (0, 1) for draw `index` of `trial`; two more with `half` 1.
inline std::array<double, 2> UniformPair(uint64_t seed, uint32_t trial, uint32_t index,
                                         uint32_t half = 0) {
  const auto r = Philox({trial, index, half, 0},
                        {static_cast<uint32_t>(seed), static_cast<uint32_t>(seed >> 32)});
  const auto unit = [](uint32_t high, uint32_t low) {
    const uint64_t bits = (uint64_t{high} << 32 | low) >> 11;  // 53 bits
    return (static_cast<double>(bits) + 0.5) * 0x1p-53;
  };
  return {unit(r[0], r[1]), unit(r[2], r[3])};
}

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_DESIGN_TOLERANCE_RANDOM_H_
