// The dense loops of the warp: Catmull-Rom at given places, and a colour matrix.
#ifndef PETZVAL_DEVELOP_WARP_KERNELS_H_
#define PETZVAL_DEVELOP_WARP_KERNELS_H_

#include <cstddef>
#include <cstdint>

namespace petzval {

// Rows of numbers for kernels are padded to a multiple of this.
inline constexpr int kWarpLanes = 16;
// Source rows must be readable this far beyond the last pixel that a place needs.
inline constexpr int kWarpOverread = 2 * kWarpLanes;

// Where the pixels of a row come from: whole pixel and fraction, of the top left of the source.
struct WarpRow {
  int32_t *x, *y;
  float *fx, *fy;
};

// Turns displacements to places. `nodes_x`, `nodes_y`: displacement at columns kWarpStep * i of the
// row, i >= -1, parabolas in between; pixel i of the row lies `phase` + i beyond node 0, 0 <= phase
// < kWarpStep. Displacements are kept within low .. high, which are those of pixel 0 and move back
// by 1 for each pixel. The place of pixel i is (origin_x + i, origin_y) plus its displacement.
// `count` pixels, a multiple of kWarpLanes; rows must have kWarpLanes to spare on either side.
inline constexpr int kWarpStep = 16;
struct WarpPlaces {
  const float *nodes_x, *nodes_y;
  int phase, count;
  float low_x, high_x, low_y, high_y;
  int origin_x, origin_y;
};
void FindPlaces(const WarpPlaces& places, const WarpRow& row);

// out[i] = Catmull-Rom (Keys 1981, a = -1/2) of `source` at place i, which has one pixel before and
// two after it in both directions. `count` is a multiple of kWarpLanes.
void ResampleRow(const float* source, ptrdiff_t stride, const WarpRow& row, int count, float* out);

// out[c] = sum m[3 c + k] in[k], `count` pixels.
void MatrixRow(const float* const in[3], const float m[9], int count, float* const out[3]);

}  // namespace petzval

#endif  // PETZVAL_DEVELOP_WARP_KERNELS_H_
