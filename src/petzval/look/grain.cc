// Film grain: noise with the size of a grain on film, strongest in mid-tones.
#include "petzval/look/grain.h"

#include <algorithm>
#include <cmath>

#include "petzval/base/parallel.h"
#include "petzval/color/lut_cells.h"

namespace petzval {
namespace {

constexpr int kN = kGrainPeriod, kStride = kGrainPeriod + kGrainSpare;
// A row of tiles lies so much further to the right than the one above it: the eye finds no columns.
constexpr int kSkew = 197;
// What a square pixel blurs, as standard deviation in pixels.
constexpr double kPixelSigma = 0.2887;
constexpr double kReferencePixelUm = kFilmFrameMm * 1000 / 4000;

// Normally distributed, the same on every machine: a sum of twelve even numbers, four of each hash.
float WhiteNoise(int x, int y) {
  const uint64_t place = static_cast<uint64_t>(y) * kN + static_cast<uint64_t>(x);
  int64_t sum = 0;
  for (uint64_t i = 1; i <= 3; ++i) {
    // SplitMix64 (Steele, Lea, Flood 2014).
    uint64_t z = (place * 3 + i) * 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    z ^= z >> 31;
    for (int part = 0; part < 64; part += 16) sum += static_cast<int64_t>(z >> part & 0xffff);
  }
  return static_cast<float>(sum - 6 * 65536) / 65536;
}

int FloorDiv(int a, int b) { return (a >= 0 ? a : a - b + 1) / b; }

}  // namespace

Grain::Grain(double size_um, int long_side_px, double deviation) {
  const double pixel_um = kFilmFrameMm * 1000 / std::max(1, long_side_px);
  const double grain_um = size_um / 2.3548;  // of the full width of a Gaussian
  // Larger grains than a sixth of the tile would show its period.
  const double sigma = std::min(grain_um / pixel_um, kN / 24.0);
  const double seen_um = std::hypot(grain_um, kPixelSigma * pixel_um);
  const double reference_um = std::hypot(grain_um, kPixelSigma * kReferencePixelUm);
  const double wanted = deviation * reference_um / seen_um;

  const int radius = static_cast<int>(std::ceil(3 * sigma));
  std::vector<float> kernel(2 * radius + 1);
  for (int i = -radius; i <= radius; ++i) {
    kernel[i + radius] =
        static_cast<float>(sigma > 0.01 ? std::exp(-0.5 * i * i / (sigma * sigma)) : i == 0);
  }
  std::vector<float> across(static_cast<size_t>(kN) * kN), both(across.size());
  ParallelFor(kN, [&](int y) {
    float white[kN];
    for (int x = 0; x < kN; ++x) white[x] = WhiteNoise(x, y);
    for (int x = 0; x < kN; ++x) {
      float sum = 0;
      for (int i = -radius; i <= radius; ++i) {
        sum += kernel[i + radius] * white[(x + i) & (kN - 1)];
      }
      across[static_cast<size_t>(y) * kN + x] = sum;
    }
  });
  ParallelFor(kN, [&](int y) {
    float* out = &both[static_cast<size_t>(y) * kN];
    for (int i = -radius; i <= radius; ++i) {
      const int tile = FloorDiv(y + i, kN), row = y + i - tile * kN;
      const float* in = &across[static_cast<size_t>(row) * kN];
      for (int x = 0; x < kN; ++x) {
        out[x] += kernel[i + radius] * in[(x + tile * kSkew) & (kN - 1)];
      }
    }
  });
  double sum = 0, squares = 0;
  for (const float v : both) {
    sum += v;
    squares += static_cast<double>(v) * v;
  }
  const double mean = sum / static_cast<double>(both.size());
  const double scale =
      wanted / std::sqrt(std::max(squares / static_cast<double>(both.size()) - mean * mean, 1e-30));
  tile_.resize(static_cast<size_t>(kN) * kStride);
  for (int y = 0; y < kN; ++y) {
    for (int x = 0; x < kStride; ++x) {
      const double v = scale * (both[static_cast<size_t>(y) * kN + (x & (kN - 1))] - mean);
      tile_[static_cast<size_t>(y) * kStride + x] =
          static_cast<int16_t>(std::lround(std::clamp(v, -32767.0, 32767.0)));
    }
  }
}

const int16_t* Grain::Row(int y) const {
  return tile_.data() + static_cast<size_t>(y & (kN - 1)) * kStride;
}

int Grain::Shift(int y) const { return static_cast<int>(y / kN * int64_t{kSkew} % kN); }

}  // namespace petzval
