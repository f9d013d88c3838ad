// Vector loops of the warp. A pixel's result does not depend on which lane computes it.
#include "petzval/develop/warp_kernels.h"

#include <algorithm>
#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "petzval/develop/warp_kernels.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace petzval {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using D = hn::CappedTag<float, kWarpLanes>;
using DI = hn::RebindToSigned<D>;

void FindPlaces(const WarpPlaces& p, const WarpRow& row) {
  const D d;
  const DI di;
  const int lanes = static_cast<int>(hn::Lanes(d));
  static_assert(kWarpStep == kWarpLanes);
  // No vector lies across a node: rows start early, and what is too much is overwritten or unused.
  const auto unit = hn::Set(d, 1.0f / kWarpStep);
  const auto low_y = hn::Set(d, p.low_y), high_y = hn::Set(d, p.high_y);
  for (int i = -p.phase; i < p.count; i += lanes) {
    const int at = p.phase + i, node = at / kWarpStep;
    const auto t = hn::Mul(hn::Iota(d, static_cast<float>(at % kWarpStep)), unit);
    const auto moved = [&](const float* nodes) {
      const float *n = nodes + node, bend = 0.25f * (n[-1] - n[0] - n[1] + n[2]);
      const auto slope = hn::MulAdd(t, hn::Set(d, bend), hn::Set(d, n[1] - n[0] - bend));
      return hn::MulAdd(t, slope, hn::Set(d, n[0]));
    };
    const auto column = hn::Iota(d, static_cast<float>(i));
    const auto dx = hn::Min(hn::Max(moved(p.nodes_x), hn::Sub(hn::Set(d, p.low_x), column)),
                            hn::Sub(hn::Set(d, p.high_x), column));
    const auto dy = hn::Min(hn::Max(moved(p.nodes_y), low_y), high_y);
    const auto whole_x = hn::Floor(dx), whole_y = hn::Floor(dy);
    hn::StoreU(hn::Add(hn::ConvertTo(di, whole_x), hn::Iota(di, p.origin_x + i)), di, row.x + i);
    hn::StoreU(hn::Add(hn::ConvertTo(di, whole_y), hn::Set(di, p.origin_y)), di, row.y + i);
    hn::StoreU(hn::Sub(dx, whole_x), d, row.fx + i);
    hn::StoreU(hn::Sub(dy, whole_y), d, row.fy + i);
  }
}

template <class V>
struct Weights {
  V w[4];
};

// Of the pixels at -1, 0, 1, 2 for a point t in 0..1 beyond pixel 0.
template <class V>
HWY_INLINE Weights<V> CatmullRom(V t) {
  const D d;
  const auto half = hn::Set(d, 0.5f), one = hn::Set(d, 1.0f);
  const auto t2 = hn::Mul(t, t), half_t = hn::Mul(half, t);
  const auto s = hn::Sub(one, t);
  // -t (1-t)^2 / 2 and its mirror image; the middle ones by the same symmetry.
  Weights<V> r;
  r.w[0] = hn::Neg(hn::Mul(half_t, hn::Mul(s, s)));
  r.w[3] = hn::Neg(hn::Mul(hn::Mul(half, s), t2));
  r.w[1] = hn::MulAdd(t2, hn::MulAdd(hn::Set(d, 1.5f), t, hn::Set(d, -2.5f)), one);
  r.w[2] = hn::Sub(hn::Sub(one, r.w[1]), hn::Add(r.w[0], r.w[3]));
  return r;
}

void ResampleRow(const float* HWY_RESTRICT source, ptrdiff_t stride, const WarpRow& row, int count,
                 float* HWY_RESTRICT out) {
  const D d;
  const DI di;
  const int lanes = static_cast<int>(hn::Lanes(d));
  for (int i = 0; i < count; i += lanes) {
    const auto ix = hn::LoadU(di, row.x + i), iy = hn::LoadU(di, row.y + i);
    const auto wx = CatmullRom(hn::LoadU(d, row.fx + i));
    const auto wy = CatmullRom(hn::LoadU(d, row.fy + i));
    const int low = hn::GetLane(hn::MinOfLanes(di, ix)), high = hn::GetLane(hn::MaxOfLanes(di, ix));
    const int top = hn::GetLane(hn::MinOfLanes(di, iy));
    const int bottom = hn::GetLane(hn::MaxOfLanes(di, iy));
    const auto offset = hn::Sub(ix, hn::Set(di, low));
    [[maybe_unused]] const bool near = high - low < lanes;
    [[maybe_unused]] const bool within = high - low + 3 < 2 * lanes;
    // The sum along one source row; taps come from registers where the places lie close together.
    const auto across = [&](const float* r) {
      const float* at = r + low - 1;
      auto sum = hn::Zero(d);
#if HWY_TARGET != HWY_SCALAR
      if (near) {
        const auto index = hn::IndicesFromVec(d, offset);
        for (int k = 0; k < 4; ++k) {
          sum = hn::MulAdd(wx.w[k], hn::TableLookupLanes(hn::LoadU(d, at + k), index), sum);
        }
        return sum;
      }
      if (within) {
        const auto a = hn::LoadU(d, at), b = hn::LoadU(d, at + lanes);
        const auto mask = hn::Set(di, lanes - 1);
        for (int k = 0; k < 4; ++k) {
          const auto o = hn::Add(offset, hn::Set(di, k));
          const auto index = hn::IndicesFromVec(d, hn::And(o, mask));
          const auto beyond = hn::RebindMask(d, hn::Gt(o, mask));
          sum = hn::MulAdd(wx.w[k],
                           hn::IfThenElse(beyond, hn::TableLookupLanes(b, index),
                                          hn::TableLookupLanes(a, index)),
                           sum);
        }
        return sum;
      }
#endif
      for (int k = 0; k < 4; ++k) {
        sum = hn::MulAdd(wx.w[k], hn::GatherIndex(d, at + k, offset), sum);
      }
      return sum;
    };
    auto sum = hn::Zero(d);
    if (top == bottom) {
      const float* r = source + (top - 1) * stride;
      for (int k = 0; k < 4; ++k) sum = hn::MulAdd(wy.w[k], across(r + k * stride), sum);
    } else {
      for (int y = top - 1; y <= bottom + 2; ++y) {
        const auto tap = hn::Sub(hn::Set(di, y + 1), iy);
        auto w = hn::Zero(d);
        for (int k = 0; k < 4; ++k) {
          w = hn::IfThenElse(hn::RebindMask(d, hn::Eq(tap, hn::Set(di, k))), wy.w[k], w);
        }
        sum = hn::MulAdd(w, across(source + y * stride), sum);
      }
    }
    hn::StoreU(sum, d, out + i);
  }
}

void MatrixRow(const float* const in[3], const float m[9], int count, float* const out[3]) {
  const D d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  for (int i = 0; i < count; i += lanes) {
    const auto r = hn::LoadU(d, in[0] + i), g = hn::LoadU(d, in[1] + i),
               b = hn::LoadU(d, in[2] + i);
    for (int c = 0; c < 3; ++c) {
      const auto v =
          hn::MulAdd(hn::Set(d, m[3 * c]), r,
                     hn::MulAdd(hn::Set(d, m[3 * c + 1]), g, hn::Mul(hn::Set(d, m[3 * c + 2]), b)));
      if (i + lanes <= count) {
        hn::StoreU(v, d, out[c] + i);
      } else {
        HWY_ALIGN float rest[kWarpLanes];
        hn::Store(v, d, rest);
        std::memcpy(out[c] + i, rest, sizeof(float) * (count - i));
      }
    }
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace petzval
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace petzval {

HWY_EXPORT(FindPlaces);
HWY_EXPORT(ResampleRow);
HWY_EXPORT(MatrixRow);

void FindPlaces(const WarpPlaces& places, const WarpRow& row) {
  HWY_DYNAMIC_DISPATCH(FindPlaces)(places, row);
}
void ResampleRow(const float* source, ptrdiff_t stride, const WarpRow& row, int count, float* out) {
  HWY_DYNAMIC_DISPATCH(ResampleRow)(source, stride, row, count, out);
}
void MatrixRow(const float* const in[3], const float m[9], int count, float* const out[3]) {
  HWY_DYNAMIC_DISPATCH(MatrixRow)(in, m, count, out);
}

}  // namespace petzval
#endif  // HWY_ONCE
