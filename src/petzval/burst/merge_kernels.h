// The dense loops of the merge, vectorised; on float planes in quad raster. Cells are squares of
// 8 or 4 quads.
#ifndef PETZVAL_BURST_MERGE_KERNELS_H_
#define PETZVAL_BURST_MERGE_KERNELS_H_

#include <cstddef>
#include <cstdint>

#include "petzval/burst/merge_plan.h"

namespace petzval::burst {

// even[i] = (row[2i] - black_even) * scale_even, odd likewise.
void SplitRow(const uint16_t* row, int quads, const float black[2], const float scale[2],
              float* even, float* odd);

// A tap inside a cell: where its sample for the first site lies, and its weights.
struct CellTap {
  const float* sample;
  float narrow, wide;
};

// narrow_sum += r * sum(narrow * sample), wide_sum likewise, over the sites of one cell.
void AccumulateCell(int cell, const CellTap* taps, int count, ptrdiff_t sample_stride,
                    const float* r, ptrdiff_t r_stride, float* narrow_sum, float* wide_sum,
                    ptrdiff_t sum_stride);

// sums[k] = sum over frames of r * constant[k] (from kVarNarrow on: r^2) over one cell. Constants
// and weights of the next frame lie `constant_step` and `r_step` elements further.
void SumClass(int cell, const float* constant, ptrdiff_t constant_step, const float* r,
              ptrdiff_t r_step, int frames, ptrdiff_t r_stride, float* const* sums,
              ptrdiff_t sum_stride);

// square = x^2; inverse_variance = 1 / (noise of the difference of two 3 x 3 means + texture): the
// mean and the mean of squares are of 3 x 3, s and o the noise of one value, `level` the signal
// that sets it (smoother than the mean: otherwise noise would choose its own weight, a bias).
void Squares(const float* x, ptrdiff_t count, float* square);
void InverseVariance(const float* mean, const float* square_mean, const float* level, float s,
                     float o, ptrdiff_t count, float* inverse_variance);

// diff = bilinear(plane) - reference over `rows` rows of one cell column.
void WarpDifference(int cell, const float* plane, ptrdiff_t plane_stride, float fx, float fy,
                    const float* reference, float* diff, ptrdiff_t stride, int rows);

// out = mean of 3 x 3 for the inside of cols x rows (one pixel of border is left alone).
void BoxMean(const float* in, int cols, int rows, ptrdiff_t stride, float* out);

// weight of how well the means agree: q = max over colours of diff^2 * inverse_variance,
// weight = scale * exp(-max(q - 5, 0) / 4), nearly. The colours lie `plane_stride` apart.
void Robustness(const float* diff, const float* inverse_variance, int colors,
                ptrdiff_t plane_stride, ptrdiff_t count, float q_scale, float weight_scale,
                float* weight);

// out = minimum of 3 x 3 for the inside.
void Erode(const float* in, int cols, int rows, ptrdiff_t stride, float* out);

}  // namespace petzval::burst

#endif  // PETZVAL_BURST_MERGE_KERNELS_H_
