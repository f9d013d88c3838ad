// Planes of floats through a cube and curves: four corners of a cell for each colour.
#include "petzval/color/lut_floats.h"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "petzval/color/lut_floats.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace petzval {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using DF = hn::ScalableTag<float>;
using DI = hn::RebindToSigned<DF>;

// Cell and fraction of a value on a grid; NaN lies at its start.
template <class V>
HWY_INLINE void LocateOnGrid(V value, float low, float scale, int size, hn::Vec<DI>* cell,
                             V* part) {
  const DF d;
  const DI di;
  const V at = hn::Mul(hn::Sub(value, hn::Set(d, low)), hn::Set(d, scale));
  const V positive = hn::IfThenElseZero(hn::Gt(at, hn::Zero(d)), at);
  const V inside = hn::Min(positive, hn::Set(d, static_cast<float>(size - 1)));
  *cell = hn::Min(hn::ConvertTo(di, inside), hn::Set(di, size - 2));
  *part = hn::Sub(inside, hn::ConvertTo(d, *cell));
}

// As many pixels as a vector has lanes.
HWY_INLINE void LookUpVector(const FloatCube& cube, const float* const in[3], float* const out[3]) {
  const DF d;
  const DI di;
  const int lanes = static_cast<int>(hn::Lanes(d));
  const int n = cube.size;
  hn::Vec<DI> cell[3];
  hn::Vec<DF> part[3];
  for (int c = 0; c < 3; ++c) {
    LocateOnGrid(hn::LoadU(d, in[c]), cube.low[c], cube.scale[c], n, &cell[c], &part[c]);
  }
  const auto most = hn::Max(part[0], hn::Max(part[1], part[2]));
  const auto least = hn::Min(part[0], hn::Min(part[1], part[2]));
  const auto middle =
      hn::Max(hn::Min(part[0], part[1]), hn::Min(hn::Max(part[0], part[1]), part[2]));
  const auto red = hn::Set(di, 4), green = hn::Set(di, 4 * n), blue = hn::Set(di, 4 * n * n);
  const auto first =
      hn::IfThenElse(hn::RebindMask(di, hn::Eq(part[0], most)), red,
                     hn::IfThenElse(hn::RebindMask(di, hn::Eq(part[1], most)), green, blue));
  const auto last =
      hn::IfThenElse(hn::RebindMask(di, hn::Eq(part[2], least)), blue,
                     hn::IfThenElse(hn::RebindMask(di, hn::Eq(part[1], least)), green, red));
  const auto base =
      hn::Add(hn::Mul(cell[0], red), hn::Add(hn::Mul(cell[1], green), hn::Mul(cell[2], blue)));
  const auto bright = hn::Add(base, hn::Set(di, 4 * (1 + n + n * n)));
  HWY_ALIGN_MAX int32_t at[4][hn::MaxLanes(DF())];
  HWY_ALIGN_MAX float weight[4][hn::MaxLanes(DF())];
  hn::Store(base, di, at[0]);
  hn::Store(hn::Add(base, first), di, at[1]);
  hn::Store(hn::Sub(bright, last), di, at[2]);
  hn::Store(bright, di, at[3]);
  hn::Store(hn::Sub(hn::Set(d, 1.0f), most), d, weight[0]);
  hn::Store(hn::Sub(most, middle), d, weight[1]);
  hn::Store(hn::Sub(middle, least), d, weight[2]);
  hn::Store(least, d, weight[3]);
#if HWY_TARGET == HWY_SCALAR
  for (int c = 0; c < 3; ++c) {
    out[c][0] = 0;
    for (int k = 0; k < 4; ++k) out[c][0] += weight[k][0] * cube.entry[at[k][0] + c];
  }
  (void)lanes;
#else
  const hn::FixedTag<float, 4> d4;
  HWY_ALIGN_MAX float color[4 * hn::MaxLanes(DF())];
  for (int i = 0; i < lanes; ++i) {
    auto sum = hn::Mul(hn::Set(d4, weight[0][i]), hn::Load(d4, cube.entry + at[0][i]));
    for (int k = 1; k < 4; ++k) {
      sum = hn::MulAdd(hn::Set(d4, weight[k][i]), hn::Load(d4, cube.entry + at[k][i]), sum);
    }
    hn::Store(sum, d4, color + 4 * i);
  }
  hn::Vec<DF> r, g, b, unused;
  hn::LoadInterleaved4(d, color, r, g, b, unused);
  hn::StoreU(r, d, out[0]);
  hn::StoreU(g, d, out[1]);
  hn::StoreU(b, d, out[2]);
#endif
}

void LookUpFloats(const FloatCube& cube, const float* const in[3], ptrdiff_t count,
                  float* const out[3]) {
  const ptrdiff_t lanes = static_cast<ptrdiff_t>(hn::Lanes(DF()));
  ptrdiff_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    const float* from[3] = {in[0] + i, in[1] + i, in[2] + i};
    float* to[3] = {out[0] + i, out[1] + i, out[2] + i};
    LookUpVector(cube, from, to);
  }
  if (i == count) return;
  HWY_ALIGN_MAX float last[3][hn::MaxLanes(DF())] = {};
  for (int c = 0; c < 3; ++c) std::copy_n(in[c] + i, count - i, last[c]);
  float* at[3] = {last[0], last[1], last[2]};
  LookUpVector(cube, at, at);
  for (int c = 0; c < 3; ++c) std::copy_n(last[c], count - i, out[c] + i);
}

HWY_INLINE void CurveVector(const float* curve, int size, float low, float scale, const float* in,
                            float* out) {
  const DF d;
  hn::Vec<DI> cell;
  hn::Vec<DF> part;
  LocateOnGrid(hn::LoadU(d, in), low, scale, size, &cell, &part);
  const auto here = hn::GatherIndex(d, curve, cell), next = hn::GatherIndex(d, curve + 1, cell);
  hn::StoreU(hn::MulAdd(part, hn::Sub(next, here), here), d, out);
}

void LookUpCurve(const float* curve, int size, float low, float scale, const float* in,
                 ptrdiff_t count, float* out) {
  const ptrdiff_t lanes = static_cast<ptrdiff_t>(hn::Lanes(DF()));
  ptrdiff_t i = 0;
  for (; i + lanes <= count; i += lanes) CurveVector(curve, size, low, scale, in + i, out + i);
  if (i == count) return;
  HWY_ALIGN_MAX float last[hn::MaxLanes(DF())] = {};
  std::copy_n(in + i, count - i, last);
  CurveVector(curve, size, low, scale, last, last);
  std::copy_n(last, count - i, out + i);
}

void CodesToFloats(const uint16_t* rgb, ptrdiff_t count, float* const out[3]) {
  constexpr float kScale = 1.0f / 65535;
  ptrdiff_t i = 0;
#if HWY_TARGET != HWY_SCALAR
  const DF d;
  const DI di;
  const hn::Rebind<uint16_t, DF> d16;
  const auto scale = hn::Set(d, kScale);
  const ptrdiff_t lanes = static_cast<ptrdiff_t>(hn::Lanes(d));
  for (; i + lanes <= count; i += lanes) {
    hn::Vec<decltype(d16)> v[3];
    hn::LoadInterleaved3(d16, rgb + 3 * i, v[0], v[1], v[2]);
    for (int c = 0; c < 3; ++c) {
      hn::StoreU(hn::Mul(hn::ConvertTo(d, hn::PromoteTo(di, v[c])), scale), d, out[c] + i);
    }
  }
#endif
  for (; i < count; ++i) {
    for (int c = 0; c < 3; ++c) out[c][i] = static_cast<float>(rgb[3 * i + c]) * kScale;
  }
}

void FloatsToCodes(const float* const in[3], ptrdiff_t count, uint16_t* rgb) {
  ptrdiff_t i = 0;
#if HWY_TARGET != HWY_SCALAR
  const DF d;
  const hn::Rebind<uint16_t, DF> d16;
  const auto top = hn::Set(d, 65535.0f), half = hn::Set(d, 0.5f);
  const ptrdiff_t lanes = static_cast<ptrdiff_t>(hn::Lanes(d));
  for (; i + lanes <= count; i += lanes) {
    hn::Vec<decltype(d16)> v[3];
    for (int c = 0; c < 3; ++c) {
      const auto code = hn::Add(hn::Mul(hn::LoadU(d, in[c] + i), top), half);
      const auto inside = hn::Min(hn::Max(code, hn::Zero(d)), top);
      v[c] = hn::DemoteTo(d16, hn::ConvertTo(DI(), inside));
    }
    hn::StoreInterleaved3(v[0], v[1], v[2], d16, rgb + 3 * i);
  }
#endif
  for (; i < count; ++i) {
    for (int c = 0; c < 3; ++c) {
      const float code = in[c][i] * 65535 + 0.5f;
      rgb[3 * i + c] = static_cast<uint16_t>(static_cast<int>(std::clamp(code, 0.0f, 65535.0f)));
    }
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace petzval
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace petzval {

HWY_EXPORT(LookUpFloats);
HWY_EXPORT(LookUpCurve);
HWY_EXPORT(CodesToFloats);
HWY_EXPORT(FloatsToCodes);

void LookUpFloats(const FloatCube& cube, const float* const in[3], ptrdiff_t count,
                  float* const out[3]) {
  HWY_DYNAMIC_DISPATCH(LookUpFloats)(cube, in, count, out);
}
void LookUpCurve(const float* curve, int size, float low, float scale, const float* in,
                 ptrdiff_t count, float* out) {
  HWY_DYNAMIC_DISPATCH(LookUpCurve)(curve, size, low, scale, in, count, out);
}
void CodesToFloats(const uint16_t* rgb, ptrdiff_t count, float* const out[3]) {
  HWY_DYNAMIC_DISPATCH(CodesToFloats)(rgb, count, out);
}
void FloatsToCodes(const float* const in[3], ptrdiff_t count, uint16_t* rgb) {
  HWY_DYNAMIC_DISPATCH(FloatsToCodes)(in, count, rgb);
}

}  // namespace petzval
#endif  // HWY_ONCE
