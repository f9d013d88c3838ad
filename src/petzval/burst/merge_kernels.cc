// The dense loops of the merge.
#include "petzval/burst/merge_kernels.h"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "petzval/burst/merge_kernels.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace petzval::burst {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// A cell row is 8 or 4 sites: one vector or several shorter ones.
template <int kCell>
using DC = hn::CappedTag<float, kCell>;
using D8 = DC<8>;

// Squared difference of means, in variances, up to which a frame is believed entirely.
constexpr float kQuiet = 5;
// Aliasing lets honest frames differ by this share of the local variance of the scene.
constexpr float kTextureAllowance = 0.03f;

void SplitRow(const uint16_t* HWY_RESTRICT row, int quads, const float black[2],
              const float scale[2], float* HWY_RESTRICT even, float* HWY_RESTRICT odd) {
  int i = 0;
#if HWY_TARGET != HWY_SCALAR
  const hn::ScalableTag<float> d;
  const hn::RebindToSigned<decltype(d)> di;
  const hn::RebindToUnsigned<decltype(d)> du;
  const hn::Repartition<uint16_t, decltype(d)> d16;
  const auto mask = hn::Set(du, 0xFFFFu);
  const auto scale0 = hn::Set(d, scale[0]), scale1 = hn::Set(d, scale[1]);
  const auto shift0 = hn::Set(d, -black[0] * scale[0]), shift1 = hn::Set(d, -black[1] * scale[1]);
  const int lanes = static_cast<int>(hn::Lanes(d));
  for (; i + lanes <= quads; i += lanes) {
    const auto v = hn::BitCast(du, hn::LoadU(d16, row + 2 * i));
    const auto a = hn::ConvertTo(d, hn::BitCast(di, hn::And(v, mask)));
    const auto b = hn::ConvertTo(d, hn::BitCast(di, hn::ShiftRight<16>(v)));
    hn::StoreU(hn::MulAdd(a, scale0, shift0), d, even + i);
    hn::StoreU(hn::MulAdd(b, scale1, shift1), d, odd + i);
  }
#endif
  for (; i < quads; ++i) {
    even[i] = (row[2 * i] - black[0]) * scale[0];
    odd[i] = (row[2 * i + 1] - black[1]) * scale[1];
  }
}

template <int kCell, int kCount>
HWY_INLINE void AccumulateCellN(const CellTap* HWY_RESTRICT taps, int count,
                                ptrdiff_t sample_stride, const float* HWY_RESTRICT r,
                                ptrdiff_t r_stride, float* HWY_RESTRICT narrow_sum,
                                float* HWY_RESTRICT wide_sum, ptrdiff_t sum_stride) {
  const DC<kCell> d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  const int n = kCount > 0 ? kCount : count;
  for (int y = 0; y < kCell; ++y) {
    for (int x = 0; x < kCell; x += lanes) {
      auto narrow = hn::Zero(d), wide = hn::Zero(d);
      for (int t = 0; t < n; ++t) {
        const auto s = hn::LoadU(d, taps[t].sample + y * sample_stride + x);
        narrow = hn::MulAdd(hn::Set(d, taps[t].narrow), s, narrow);
        wide = hn::MulAdd(hn::Set(d, taps[t].wide), s, wide);
      }
      const auto weight = hn::LoadU(d, r + y * r_stride + x);
      float* ns = narrow_sum + y * sum_stride + x;
      float* ws = wide_sum + y * sum_stride + x;
      hn::StoreU(hn::MulAdd(weight, narrow, hn::LoadU(d, ns)), d, ns);
      hn::StoreU(hn::MulAdd(weight, wide, hn::LoadU(d, ws)), d, ws);
    }
  }
}

template <int kCell>
HWY_INLINE void AccumulateCellOf(const CellTap* taps, int count, ptrdiff_t sample_stride,
                                 const float* r, ptrdiff_t r_stride, float* narrow_sum,
                                 float* wide_sum, ptrdiff_t sum_stride) {
  if (count == 4) {
    AccumulateCellN<kCell, 4>(taps, count, sample_stride, r, r_stride, narrow_sum, wide_sum,
                              sum_stride);
  } else if (count == 8) {
    AccumulateCellN<kCell, 8>(taps, count, sample_stride, r, r_stride, narrow_sum, wide_sum,
                              sum_stride);
  } else {
    AccumulateCellN<kCell, 0>(taps, count, sample_stride, r, r_stride, narrow_sum, wide_sum,
                              sum_stride);
  }
}

void AccumulateCell(int cell, const CellTap* taps, int count, ptrdiff_t sample_stride,
                    const float* r, ptrdiff_t r_stride, float* narrow_sum, float* wide_sum,
                    ptrdiff_t sum_stride) {
  if (cell == 8) {
    AccumulateCellOf<8>(taps, count, sample_stride, r, r_stride, narrow_sum, wide_sum, sum_stride);
  } else {
    AccumulateCellOf<4>(taps, count, sample_stride, r, r_stride, narrow_sum, wide_sum, sum_stride);
  }
}

template <int kCell>
HWY_INLINE void SumClassOf(const float* HWY_RESTRICT constant, ptrdiff_t constant_step,
                           const float* HWY_RESTRICT r, ptrdiff_t r_step, int frames,
                           ptrdiff_t r_stride, float* const* sums, ptrdiff_t sum_stride) {
  const DC<kCell> d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  for (int y = 0; y < kCell; ++y) {
    for (int x = 0; x < kCell; x += lanes) {
      auto den_narrow = hn::Zero(d), den_wide = hn::Zero(d), mx = hn::Zero(d), my = hn::Zero(d);
      auto mxx = hn::Zero(d), mxy = hn::Zero(d), myy = hn::Zero(d);
      auto var_narrow = hn::Zero(d), var_both = hn::Zero(d), var_wide = hn::Zero(d);
      for (int f = 0; f < frames; ++f) {
        const auto w = hn::LoadU(d, r + f * r_step + y * r_stride + x);
        const auto w2 = hn::Mul(w, w);
        const float* c = constant + f * constant_step;
        den_narrow = hn::MulAdd(w, hn::Set(d, c[kDenNarrow]), den_narrow);
        den_wide = hn::MulAdd(w, hn::Set(d, c[kDenWide]), den_wide);
        mx = hn::MulAdd(w, hn::Set(d, c[kMomentX]), mx);
        my = hn::MulAdd(w, hn::Set(d, c[kMomentY]), my);
        mxx = hn::MulAdd(w, hn::Set(d, c[kMomentXX]), mxx);
        mxy = hn::MulAdd(w, hn::Set(d, c[kMomentXY]), mxy);
        myy = hn::MulAdd(w, hn::Set(d, c[kMomentYY]), myy);
        var_narrow = hn::MulAdd(w2, hn::Set(d, c[kVarNarrow]), var_narrow);
        var_both = hn::MulAdd(w2, hn::Set(d, c[kVarBoth]), var_both);
        var_wide = hn::MulAdd(w2, hn::Set(d, c[kVarWide]), var_wide);
      }
      const ptrdiff_t at = y * sum_stride + x;
      hn::StoreU(den_narrow, d, sums[kDenNarrow] + at);
      hn::StoreU(den_wide, d, sums[kDenWide] + at);
      hn::StoreU(mx, d, sums[kMomentX] + at);
      hn::StoreU(my, d, sums[kMomentY] + at);
      hn::StoreU(mxx, d, sums[kMomentXX] + at);
      hn::StoreU(mxy, d, sums[kMomentXY] + at);
      hn::StoreU(myy, d, sums[kMomentYY] + at);
      hn::StoreU(var_narrow, d, sums[kVarNarrow] + at);
      hn::StoreU(var_both, d, sums[kVarBoth] + at);
      hn::StoreU(var_wide, d, sums[kVarWide] + at);
    }
  }
}

void SumClass(int cell, const float* constant, ptrdiff_t constant_step, const float* r,
              ptrdiff_t r_step, int frames, ptrdiff_t r_stride, float* const* sums,
              ptrdiff_t sum_stride) {
  if (cell == 8) {
    SumClassOf<8>(constant, constant_step, r, r_step, frames, r_stride, sums, sum_stride);
  } else {
    SumClassOf<4>(constant, constant_step, r, r_step, frames, r_stride, sums, sum_stride);
  }
}

void Squares(const float* HWY_RESTRICT x, ptrdiff_t count, float* HWY_RESTRICT square) {
  const hn::ScalableTag<float> d;
  for (ptrdiff_t i = 0; i < count; i += static_cast<ptrdiff_t>(hn::Lanes(d))) {
    const auto v = hn::LoadU(d, x + i);
    hn::StoreU(hn::Mul(v, v), d, square + i);
  }
}

void InverseVariance(const float* HWY_RESTRICT mean, const float* HWY_RESTRICT square_mean,
                     const float* HWY_RESTRICT level, float s, float o, ptrdiff_t count,
                     float* HWY_RESTRICT inverse_variance) {
  const hn::ScalableTag<float> d;
  const auto zero = hn::Zero(d), one = hn::Set(d, 1.0f);
  const auto slope = hn::Set(d, s), floor = hn::Set(d, o);
  const auto share = hn::Set(d, 2.0f / 9), allowance = hn::Set(d, kTextureAllowance);
  for (ptrdiff_t i = 0; i < count; i += static_cast<ptrdiff_t>(hn::Lanes(d))) {
    const auto m = hn::LoadU(d, mean + i);
    const auto noise = hn::MulAdd(slope, hn::Max(hn::LoadU(d, level + i), zero), floor);
    const auto all = hn::NegMulAdd(m, m, hn::LoadU(d, square_mean + i));
    const auto texture = hn::Max(hn::Sub(all, noise), zero);
    const auto variance = hn::MulAdd(allowance, texture, hn::Mul(share, noise));
    hn::StoreU(hn::Div(one, variance), d, inverse_variance + i);
  }
}

template <int kCell>
HWY_INLINE void WarpDifferenceOf(const float* HWY_RESTRICT plane, ptrdiff_t plane_stride, float fx,
                                 float fy, const float* HWY_RESTRICT reference,
                                 float* HWY_RESTRICT diff, ptrdiff_t stride, int rows) {
  const DC<kCell> d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  const auto w00 = hn::Set(d, (1 - fx) * (1 - fy)), w10 = hn::Set(d, fx * (1 - fy));
  const auto w01 = hn::Set(d, (1 - fx) * fy), w11 = hn::Set(d, fx * fy);
  for (int y = 0; y < rows; ++y) {
    for (int x = 0; x < kCell; x += lanes) {
      const float* p = plane + y * plane_stride + x;
      auto v = hn::Mul(w00, hn::LoadU(d, p));
      v = hn::MulAdd(w10, hn::LoadU(d, p + 1), v);
      v = hn::MulAdd(w01, hn::LoadU(d, p + plane_stride), v);
      v = hn::MulAdd(w11, hn::LoadU(d, p + plane_stride + 1), v);
      hn::StoreU(hn::Sub(v, hn::LoadU(d, reference + y * stride + x)), d, diff + y * stride + x);
    }
  }
}

void WarpDifference(int cell, const float* plane, ptrdiff_t plane_stride, float fx, float fy,
                    const float* reference, float* diff, ptrdiff_t stride, int rows) {
  if (cell == 8) {
    WarpDifferenceOf<8>(plane, plane_stride, fx, fy, reference, diff, stride, rows);
  } else {
    WarpDifferenceOf<4>(plane, plane_stride, fx, fy, reference, diff, stride, rows);
  }
}

// Applies `op` to the 3 x 3 neighbours of each inner pixel, columns first. Rows are processed in
// whole vectors; what lies beyond the inner pixels is written but means nothing.
template <class Op>
HWY_INLINE void Filter3x3(const float* HWY_RESTRICT in, int cols, int rows, ptrdiff_t stride,
                          float scale, float* HWY_RESTRICT out, const Op& op) {
  const D8 d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  const auto vscale = hn::Set(d, scale);
  for (int y = 1; y + 1 < rows; ++y) {
    const float* p = in + y * stride;
    float* q = out + y * stride;
    const auto column = [&](int x) HWY_ATTR {
      return op(op(hn::LoadU(d, p + x - stride), hn::LoadU(d, p + x)),
                hn::LoadU(d, p + x + stride));
    };
    for (int x = 1; x + 1 < cols; x += lanes) {
      const int at = std::min(x, cols - 1 - lanes);
      const auto v = op(op(column(at - 1), column(at)), column(at + 1));
      hn::StoreU(hn::Mul(v, vscale), d, q + at);
    }
  }
}

void BoxMean(const float* in, int cols, int rows, ptrdiff_t stride, float* out) {
  Filter3x3(in, cols, rows, stride, 1.0f / 9, out,
            [](auto a, auto b) HWY_ATTR { return hn::Add(a, b); });
}

void Erode(const float* in, int cols, int rows, ptrdiff_t stride, float* out) {
  Filter3x3(in, cols, rows, stride, 1.0f, out,
            [](auto a, auto b) HWY_ATTR { return hn::Min(a, b); });
}

void Robustness(const float* HWY_RESTRICT diff, const float* HWY_RESTRICT inverse_variance,
                int colors, ptrdiff_t plane_stride, ptrdiff_t count, float q_scale,
                float weight_scale, float* HWY_RESTRICT weight) {
  const hn::ScalableTag<float> d;
  const ptrdiff_t lanes = static_cast<ptrdiff_t>(hn::Lanes(d));
  const auto scale = hn::Set(d, q_scale), offset = hn::Set(d, -kQuiet / 16);
  const auto one = hn::Set(d, 1.0f), top = hn::Set(d, weight_scale);
  for (ptrdiff_t i = 0; i < count; i += lanes) {
    auto q = hn::Zero(d);
    for (int c = 0; c < colors; ++c) {
      const auto v = hn::LoadU(d, diff + c * plane_stride + i);
      q = hn::Max(q, hn::Mul(hn::Mul(v, v), hn::LoadU(d, inverse_variance + c * plane_stride + i)));
    }
    // (1 - u / 16)^4 stands for exp(-u / 4), u = q - kQuiet.
    const auto u = hn::Min(hn::Max(hn::MulAdd(q, scale, offset), hn::Zero(d)), one);
    const auto v = hn::Sub(one, u);
    const auto v2 = hn::Mul(v, v);
    hn::StoreU(hn::Mul(top, hn::Mul(v2, v2)), d, weight + i);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace petzval::burst
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace petzval::burst {

HWY_EXPORT(SplitRow);
HWY_EXPORT(AccumulateCell);
HWY_EXPORT(SumClass);
HWY_EXPORT(Squares);
HWY_EXPORT(InverseVariance);
HWY_EXPORT(WarpDifference);
HWY_EXPORT(BoxMean);
HWY_EXPORT(Erode);
HWY_EXPORT(Robustness);

void SplitRow(const uint16_t* row, int quads, const float black[2], const float scale[2],
              float* even, float* odd) {
  HWY_DYNAMIC_DISPATCH(SplitRow)(row, quads, black, scale, even, odd);
}
void AccumulateCell(int cell, const CellTap* taps, int count, ptrdiff_t sample_stride,
                    const float* r, ptrdiff_t r_stride, float* narrow_sum, float* wide_sum,
                    ptrdiff_t sum_stride) {
  HWY_DYNAMIC_DISPATCH(AccumulateCell)
  (cell, taps, count, sample_stride, r, r_stride, narrow_sum, wide_sum, sum_stride);
}
void SumClass(int cell, const float* constant, ptrdiff_t constant_step, const float* r,
              ptrdiff_t r_step, int frames, ptrdiff_t r_stride, float* const* sums,
              ptrdiff_t sum_stride) {
  HWY_DYNAMIC_DISPATCH(SumClass)
  (cell, constant, constant_step, r, r_step, frames, r_stride, sums, sum_stride);
}
void Squares(const float* x, ptrdiff_t count, float* square) {
  HWY_DYNAMIC_DISPATCH(Squares)(x, count, square);
}
void InverseVariance(const float* mean, const float* square_mean, const float* level, float s,
                     float o, ptrdiff_t count, float* inverse_variance) {
  HWY_DYNAMIC_DISPATCH(InverseVariance)(mean, square_mean, level, s, o, count, inverse_variance);
}
void WarpDifference(int cell, const float* plane, ptrdiff_t plane_stride, float fx, float fy,
                    const float* reference, float* diff, ptrdiff_t stride, int rows) {
  HWY_DYNAMIC_DISPATCH(WarpDifference)
  (cell, plane, plane_stride, fx, fy, reference, diff, stride, rows);
}
void BoxMean(const float* in, int cols, int rows, ptrdiff_t stride, float* out) {
  HWY_DYNAMIC_DISPATCH(BoxMean)(in, cols, rows, stride, out);
}
void Erode(const float* in, int cols, int rows, ptrdiff_t stride, float* out) {
  HWY_DYNAMIC_DISPATCH(Erode)(in, cols, rows, stride, out);
}
void Robustness(const float* diff, const float* inverse_variance, int colors,
                ptrdiff_t plane_stride, ptrdiff_t count, float q_scale, float weight_scale,
                float* weight) {
  HWY_DYNAMIC_DISPATCH(Robustness)
  (diff, inverse_variance, colors, plane_stride, count, q_scale, weight_scale, weight);
}

}  // namespace petzval::burst
#endif  // HWY_ONCE
