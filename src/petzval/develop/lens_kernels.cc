// Vector loops of the restoration. A pixel's sum has one order, whatever tile or lane it is in.
#include "petzval/develop/lens_kernels.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "petzval/develop/lens_kernels.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace petzval {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using D = hn::CappedTag<float, kLensTile>;

// kRows sums at once: a column of taps stays in registers while the rows of the picture pass by.
template <int kRadius, int kRows>
HWY_INLINE void FilterRows(const float* HWY_RESTRICT in, ptrdiff_t in_stride,
                           const float* HWY_RESTRICT taps, float* HWY_RESTRICT out,
                           ptrdiff_t out_stride) {
  const D d;
  constexpr int n = 2 * kRadius + 1;
  const int lanes = static_cast<int>(hn::Lanes(d));
  for (int x = 0; x < kLensTile; x += lanes) {
    hn::Vec<D> sum[kRows];
#pragma GCC unroll 8
    for (int j = 0; j < kRows; ++j) sum[j] = hn::Zero(d);
    const float* HWY_RESTRICT at = in + x - kRadius - kRadius * in_stride;
    const float* HWY_RESTRICT tap = taps;
    for (int dx = 0; dx < n; ++dx, ++at, tap += n) {
      hn::Vec<D> w[n];
#pragma GCC unroll 16
      for (int k = 0; k < n; ++k) w[k] = hn::Set(d, tap[k]);
#pragma GCC unroll 24
      for (int i = 0; i < kRows + n - 1; ++i) {
        const auto v = hn::LoadU(d, at + i * in_stride);
#pragma GCC unroll 8
        for (int j = 0; j < kRows; ++j) {
          if (i - j >= 0 && i - j < n) sum[j] = hn::MulAdd(w[i - j], v, sum[j]);
        }
      }
    }
#pragma GCC unroll 8
    for (int j = 0; j < kRows; ++j) hn::StoreU(sum[j], d, out + j * out_stride + x);
  }
}

template <int kRadius>
void FilterTileOf(const float* in, ptrdiff_t in_stride, const float* taps, int rows, float* out,
                  ptrdiff_t out_stride) {
  const auto next = [&](int n) {
    in += n * in_stride;
    out += n * out_stride;
    rows -= n;
  };
  while (rows >= 8) {
    FilterRows<kRadius, 8>(in, in_stride, taps, out, out_stride);
    next(8);
  }
  if (rows >= 4) {
    FilterRows<kRadius, 4>(in, in_stride, taps, out, out_stride);
    next(4);
  }
  if (rows >= 2) {
    FilterRows<kRadius, 2>(in, in_stride, taps, out, out_stride);
    next(2);
  }
  if (rows >= 1) FilterRows<kRadius, 1>(in, in_stride, taps, out, out_stride);
}

void FilterTile(const float* in, ptrdiff_t in_stride, const float* taps, int radius, int rows,
                float* out, ptrdiff_t out_stride) {
  switch (radius) {
    case 3:
      return FilterTileOf<3>(in, in_stride, taps, rows, out, out_stride);
    case 4:
      return FilterTileOf<4>(in, in_stride, taps, rows, out, out_stride);
    case 5:
      return FilterTileOf<5>(in, in_stride, taps, rows, out, out_stride);
    default:
      return FilterTileOf<6>(in, in_stride, taps, rows, out, out_stride);
  }
}

void MixTaps(const float* const from[4], const float weight[4], int count, float* HWY_RESTRICT to) {
  const D d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  for (int i = 0; i < count; i += lanes) {
    auto sum = hn::Mul(hn::Set(d, weight[0]), hn::LoadU(d, from[0] + i));
    for (int k = 1; k < 4; ++k) {
      sum = hn::MulAdd(hn::Set(d, weight[k]), hn::LoadU(d, from[k] + i), sum);
    }
    hn::StoreU(sum, d, to + i);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace petzval
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace petzval {

HWY_EXPORT(FilterTile);
HWY_EXPORT(MixTaps);

void FilterTile(const float* in, ptrdiff_t in_stride, const float* taps, int radius, int rows,
                float* out, ptrdiff_t out_stride) {
  HWY_DYNAMIC_DISPATCH(FilterTile)(in, in_stride, taps, radius, rows, out, out_stride);
}
void MixTaps(const float* const from[4], const float weight[4], int count, float* to) {
  HWY_DYNAMIC_DISPATCH(MixTaps)(from, weight, count, to);
}

}  // namespace petzval
#endif  // HWY_ONCE
