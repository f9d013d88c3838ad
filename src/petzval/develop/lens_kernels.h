// The dense loop of the restoration: a small tile through a filter of its own.
#ifndef PETZVAL_DEVELOP_LENS_KERNELS_H_
#define PETZVAL_DEVELOP_LENS_KERNELS_H_

#include <cstddef>

namespace petzval {

inline constexpr int kLensTile = 16;      // columns of a tile, and its most rows
inline constexpr int kMaxLensRadius = 6;  // of a filter
// Floats of a filter's taps; the rest is padding of zeros.
inline constexpr int LensTaps(int radius) {
  return ((2 * radius + 1) * (2 * radius + 1) + 15) / 16 * 16;
}

// out(x, y) = sum taps[(dx + radius) * n + dy + radius] * in(x + dx, y + dy), n = 2 radius + 1, for
// kLensTile columns and `rows` rows. `in` and `out` point to the tile's first pixel. `radius` 3..6.
void FilterTile(const float* in, ptrdiff_t in_stride, const float* taps, int radius, int rows,
                float* out, ptrdiff_t out_stride);

// to = sum weight[k] * from[k], `count` floats, a multiple of 16.
void MixTaps(const float* const from[4], const float weight[4], int count, float* to);

}  // namespace petzval

#endif  // PETZVAL_DEVELOP_LENS_KERNELS_H_
