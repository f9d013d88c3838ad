// The symmetric rank update for every SIMD target.
#include "petzval/optics/design/normal_matrix.h"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "petzval/optics/design/normal_matrix.cc"
// Arrays of vectors, which vectors without a fixed size cannot form.
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_RVV)
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace petzval::optics {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;
// A fixed order of summation for each target: eight numbers or fewer at a time.
using D = hn::CappedTag<double, 8>;

// Dot products of columns [i, i + kI) with [j, j + kJ).
template <int kI, int kJ>
HWY_INLINE void Block(const double* HWY_RESTRICT a, const double* HWY_RESTRICT b, ptrdiff_t stride,
                      int rows, double* HWY_RESTRICT out, ptrdiff_t out_stride) {
  const D d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  hn::Vec<D> sum[kI][kJ];
  for (int i = 0; i < kI; ++i) {
    for (int j = 0; j < kJ; ++j) sum[i][j] = hn::Zero(d);
  }
  for (int r = 0; r < rows; r += lanes) {
    hn::Vec<D> vb[kJ];
    for (int j = 0; j < kJ; ++j) vb[j] = hn::LoadU(d, b + j * stride + r);
    for (int i = 0; i < kI; ++i) {
      const auto va = hn::LoadU(d, a + i * stride + r);
      for (int j = 0; j < kJ; ++j) sum[i][j] = hn::MulAdd(va, vb[j], sum[i][j]);
    }
  }
  for (int i = 0; i < kI; ++i) {
    for (int j = 0; j < kJ; ++j) {
      out[i * out_stride + j] += hn::GetLane(hn::SumOfLanes(d, sum[i][j]));
    }
  }
}

void Update(const double* columns, ptrdiff_t stride, int n, int rows, const double* residual,
            double* matrix, double* gradient) {
  int i = 0;
  for (; i + 4 <= n; i += 4) {
    const double* a = columns + i * stride;
    Block<4, 1>(a, residual, stride, rows, gradient + i, 1);
    for (int j = 0; j <= i; j += 4) {
      Block<4, 4>(a, columns + j * stride, stride, rows, matrix + static_cast<ptrdiff_t>(i) * n + j,
                  n);
    }
  }
  for (; i < n; ++i) {
    const double* a = columns + i * stride;
    Block<1, 1>(a, residual, stride, rows, gradient + i, 1);
    for (int j = 0; j <= i; ++j) {
      Block<1, 1>(a, columns + j * stride, stride, rows, matrix + static_cast<ptrdiff_t>(i) * n + j,
                  n);
    }
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace petzval::optics
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace petzval::optics {

HWY_EXPORT(Update);

void AddNormal(const double* columns, ptrdiff_t stride, int n, int rows, const double* residual,
               double* matrix, double* gradient) {
  HWY_DYNAMIC_DISPATCH(Update)(columns, stride, n, rows, residual, matrix, gradient);
}

}  // namespace petzval::optics
#endif  // HWY_ONCE
