// Building blocks of procedural pictures: hashes, value noise, soft edges, colours.
#ifndef PETZVAL_SIMULATE_TEXTURE_NOISE_H_
#define PETZVAL_SIMULATE_TEXTURE_NOISE_H_

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace petzval {

// Linear light, Rec.709 primaries, D65 = (1, 1, 1).
struct Rgb {
  float r = 0, g = 0, b = 0;
  friend Rgb operator+(Rgb a, Rgb b) { return {a.r + b.r, a.g + b.g, a.b + b.b}; }
  friend Rgb operator*(float k, Rgb a) { return {k * a.r, k * a.g, k * a.b}; }
  friend Rgb operator*(Rgb a, Rgb b) { return {a.r * b.r, a.g * b.g, a.b * b.b}; }
};
inline Rgb Mix(Rgb a, Rgb b, float t) { return (1 - t) * a + t * b; }
inline float Mix(float a, float b, float t) { return a + t * (b - a); }
inline float Clamp01(float v) { return std::clamp(v, 0.0f, 1.0f); }

// 0 below a, 1 above b, smooth between.
inline float SmoothStep(float a, float b, float v) {
  const float t = Clamp01((v - a) / (b - a));
  return t * t * (3 - 2 * t);
}

inline uint32_t Hash(int x, int y, uint32_t seed) {
  uint32_t h = static_cast<uint32_t>(x) * 0x8da6b343u ^ static_cast<uint32_t>(y) * 0xd8163841u ^
               (seed + 1) * 0xcb1ab31fu;
  h = (h ^ h >> 15) * 0x2c1b3c6du;
  h = (h ^ h >> 12) * 0x297a2d39u;
  return h ^ h >> 15;
}
// Uniform in [0, 1): one number for each cell and seed.
inline float Hash01(int x, int y, uint32_t seed) {
  return static_cast<float>(Hash(x, y, seed) >> 8) * 0x1p-24f;
}

inline int FloorInt(float v) {
  const int i = static_cast<int>(v);
  return i - (static_cast<float>(i) > v);
}

// Smooth noise in 0..1 with a grain of one unit.
inline float ValueNoise(float x, float y, uint32_t seed) {
  const int ix = FloorInt(x), iy = FloorInt(y);
  const float fx = x - static_cast<float>(ix), fy = y - static_cast<float>(iy);
  const float u = fx * fx * (3 - 2 * fx), v = fy * fy * (3 - 2 * fy);
  return Mix(Mix(Hash01(ix, iy, seed), Hash01(ix + 1, iy, seed), u),
             Mix(Hash01(ix, iy + 1, seed), Hash01(ix + 1, iy + 1, seed), u), v);
}

// Fractal sum of `octaves` noises, each half as large and (about) half as strong; mean 0.5. The
// axes turn between octaves, so that the lattices do not add up.
inline float Fractal(float x, float y, int octaves, uint32_t seed, float gain = 0.5f) {
  float sum = 0, weight = 1, total = 0;
  for (int i = 0; i < octaves; ++i) {
    sum += weight * ValueNoise(x, y, seed + static_cast<uint32_t>(i));
    total += weight;
    weight *= gain;
    const float turned = 1.62f * x - 1.22f * y + 7.1f;
    y = 1.22f * x + 1.62f * y + 3.7f;
    x = turned;
  }
  return sum / total;
}

}  // namespace petzval

#endif  // PETZVAL_SIMULATE_TEXTURE_NOISE_H_
