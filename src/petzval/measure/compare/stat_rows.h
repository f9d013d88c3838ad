// The loops that turn rows into sums: squared differences, SSIM, edges, flat blocks.
#ifndef PETZVAL_MEASURE_COMPARE_STAT_ROWS_H_
#define PETZVAL_MEASURE_COMPARE_STAT_ROWS_H_

#include "petzval/measure/compare/rows.h"

namespace petzval::measure {

// `weight` is 1 where a pixel counts, else 0. Sums are those of one row of a tile.

double WeightedSum(const float* v, const float* weight, int n);
double WeightedSquaredDifference(const float* a, const float* b, const float* weight, int n);
float WeightedMaximum(const float* v, const float* weight, int n);  // of v >= 0

// What the windows of SSIM need beside the pictures: r^2 + t^2 and (r - t)^2.
void MomentRows(const float* r, const float* t, int n, float* power, float* difference);

// Rows of window means, filtered in columns: at kHalo - 5 there is still data.
struct MeanRows {
  const float *r, *t, *power, *difference;
};
// SSIM (11 x 11 Gaussian of sigma 1.5, C1 = 1e-4, C2 = 9e-4) and its part without luminance.
struct SsimSums {
  double weight = 0, ssim = 0, structure = 0;
};
void AddSsimRow(const MeanRows& columns, const float* weight, int n, SsimSums* sums);

// Errors of structure, detail that the test picture has too much, and too little of: first and
// fourth powers.
struct OpponentSums {
  double weight = 0, first[3] = {}, fourth[3] = {};
};
void AddOpponentRow(const MeanRows& columns, const float* r, const float* t, const float* weight,
                    int n, OpponentSums* sums);

// Half of the window of SSIM, radius 5, sum 1.
const float* SsimWindow();
inline constexpr int kSsimRadius = 5;

// Strong edges of the reference: Sobel gradients per pixel of luma; `r`, `t`: rows y - 1, y, y + 1.
inline constexpr float kStrongEdge = 0.05f;
struct EdgeSums {
  double count = 0, gradient = 0, error = 0, energy_reference = 0, energy_test = 0;
};
void AddEdgeRow(const ConstRows3& r, const ConstRows3& t, const float* weight, int n,
                EdgeSums* sums);

// Cb and Cr of BT.601 from values and their luma.
void ChromaRows(const ConstRows3& rgb, const float* luma, int n, float* cb, float* cr);
// Per column: sums of v, v y and v^2 with v = row - base.
void AddBlockRow(const float* row, const float* base, float y, int n, const Rows3& sums);

// out[i] = mean of a[2i], a[2i + 1], b[2i], b[2i + 1].
void HalveRows(const float* a, const float* b, int n_out, float* out);

}  // namespace petzval::measure

#endif  // PETZVAL_MEASURE_COMPARE_STAT_ROWS_H_
