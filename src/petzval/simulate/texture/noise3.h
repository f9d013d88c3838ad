// Value noise in space, for solids that have no natural plane.
#ifndef PETZVAL_SIMULATE_TEXTURE_NOISE3_H_
#define PETZVAL_SIMULATE_TEXTURE_NOISE3_H_

#include "petzval/simulate/texture/noise.h"

namespace petzval {

// Smooth noise in 0..1 with a grain of one unit.
inline float ValueNoise3(float x, float y, float z, uint32_t seed) {
  const int iz = FloorInt(z);
  const float fz = z - static_cast<float>(iz);
  const uint32_t layer = seed + static_cast<uint32_t>(iz) * 0x9e3779b9u;
  return Mix(ValueNoise(x, y, layer), ValueNoise(x, y, layer + 0x9e3779b9u),
             fz * fz * (3 - 2 * fz));
}

// As Fractal, in space.
inline float Fractal3(float x, float y, float z, int octaves, uint32_t seed, float gain = 0.5f) {
  float sum = 0, weight = 1, total = 0;
  for (int i = 0; i < octaves; ++i) {
    sum += weight * ValueNoise3(x, y, z, seed + static_cast<uint32_t>(i));
    total += weight;
    weight *= gain;
    const float turned = 1.62f * x - 1.22f * y + 7.1f, up = 1.62f * y + 1.22f * z + 3.7f;
    z = 1.9f * z + 0.6f * x + 1.3f;
    x = turned;
    y = up;
  }
  return sum / total;
}

}  // namespace petzval

#endif  // PETZVAL_SIMULATE_TEXTURE_NOISE3_H_
