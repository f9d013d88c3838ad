// HueSatMap in three loops over blocks of pixels: to hue and saturation (vectors of pixels), the
// four entries around each (a vector is an entry: cheaper than gathering), back to RGB (vectors of
// pixels).
#include "petzval/develop/dcp_map.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

#include "petzval/color/transfer.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "petzval/develop/dcp_map.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#ifndef PETZVAL_DEVELOP_DCP_MAP_CC_
#define PETZVAL_DEVELOP_DCP_MAP_CC_
namespace petzval {
namespace {

constexpr float kToe = 0.0031308f;  // of sRGB: below it code values are linear
constexpr int kBlock = 256;         // pixels; a multiple of every vector's length

// What is known of each pixel of a block between the loops.
struct DcpMapBlock {
  HWY_ALIGN float hue[kBlock], saturation[kBlock], value[kBlock];
  HWY_ALIGN float hue_share[kBlock], saturation_share[kBlock];
  HWY_ALIGN int32_t entry[kBlock];  // of the lower hue and saturation, in floats
  HWY_ALIGN float delta[4 * kBlock];
};

// Linear in a table over 0..1.
inline float LookUp(const std::vector<float>& table, float x) {
  const float at = x * static_cast<float>(table.size() - 1);
  const int i = std::min(static_cast<int>(at), static_cast<int>(table.size()) - 2);
  return table[i] + (at - static_cast<float>(i)) * (table[i + 1] - table[i]);
}

}  // namespace
}  // namespace petzval
#endif  // PETZVAL_DEVELOP_DCP_MAP_CC_

HWY_BEFORE_NAMESPACE();
namespace petzval {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using D = hn::CappedTag<float, 16>;
using V = hn::Vec<D>;

// NaN becomes 0; infinity, which has no hue, the largest value that can be computed with.
HWY_INLINE V Positive(D d, V x) {
  constexpr float kMost = std::numeric_limits<float>::max() / 4;
  return hn::Min(hn::IfThenElseZero(hn::Gt(x, hn::Zero(d)), x), hn::Set(d, kMost));
}

// To hue, saturation and value, and to the place in the table.
HWY_INLINE void FindEntries(const DcpMapTable& table, const float* red, const float* green,
                            const float* blue, int count, DcpMapBlock* block) {
  const D d;
  const hn::RebindToSigned<D> di;
  const auto zero = hn::Zero(d), one = hn::Set(d, 1.0f);
  const auto hues = hn::Set(d, static_cast<float>(table.hues) / 6);
  const auto last_hue = hn::Set(di, table.hues - 1);
  const auto saturations = hn::Set(d, static_cast<float>(table.saturations - 1));
  const auto last_saturation = hn::Set(di, table.saturations - 2);
  const auto row = hn::Set(di, table.saturations);
  for (int i = 0; i < count; i += static_cast<int>(hn::Lanes(d))) {
    const auto r = Positive(d, hn::LoadU(d, red + i)), g = Positive(d, hn::LoadU(d, green + i)),
               b = Positive(d, hn::LoadU(d, blue + i));
    const auto v = hn::Max(hn::Max(r, g), b);
    const auto gap = hn::Sub(v, hn::Min(hn::Min(r, g), b));
    // Neutral pixels divide by one: hue 0 and saturation 0. So do those too dark to divide by.
    const auto colored = hn::Gt(gap, hn::Set(d, 1e-30f));
    const auto per_gap = hn::Div(one, hn::IfThenElse(colored, gap, one));
    const auto from_red = hn::Mul(hn::Sub(g, b), per_gap);
    auto h = hn::IfThenElse(hn::Lt(from_red, zero), hn::Add(from_red, hn::Set(d, 6.0f)), from_red);
    const auto from_green = hn::MulAdd(hn::Sub(b, r), per_gap, hn::Set(d, 2.0f));
    const auto from_blue = hn::MulAdd(hn::Sub(r, g), per_gap, hn::Set(d, 4.0f));
    h = hn::IfThenElse(hn::Eq(r, v), h, hn::IfThenElse(hn::Eq(g, v), from_green, from_blue));
    h = hn::IfThenElseZero(colored, h);
    const auto s = hn::IfThenElseZero(colored, hn::Div(gap, v));

    const auto hue_at = hn::Mul(h, hues), saturation_at = hn::Mul(s, saturations);
    const auto h0 = hn::Min(hn::ConvertTo(di, hue_at), last_hue);
    const auto s0 = hn::Min(hn::ConvertTo(di, saturation_at), last_saturation);
    hn::Store(h, d, block->hue + i);
    hn::Store(s, d, block->saturation + i);
    hn::Store(v, d, block->value + i);
    hn::Store(hn::Sub(hue_at, hn::ConvertTo(d, h0)), d, block->hue_share + i);
    hn::Store(hn::Sub(saturation_at, hn::ConvertTo(d, s0)), d, block->saturation_share + i);
    hn::Store(hn::ShiftLeft<2>(hn::Add(hn::Mul(h0, row), s0)), di, block->entry + i);
  }
}

// An entry, or as much of it as a vector holds.
using D4 = hn::CappedTag<float, 4>;

// Part `k` of what is between the four entries of one layer of values.
HWY_INLINE hn::Vec<D4> Between(const float* HWY_RESTRICT at, int row, int k, float hue_share,
                               float saturation_share) {
  const D4 d;
  const auto s = hn::Set(d, saturation_share), h = hn::Set(d, hue_share);
  const auto a = hn::LoadU(d, at + k), b = hn::LoadU(d, at + row + k);
  const auto low = hn::MulAdd(s, hn::Sub(hn::LoadU(d, at + 4 + k), a), a);
  const auto high = hn::MulAdd(s, hn::Sub(hn::LoadU(d, at + row + 4 + k), b), b);
  return hn::MulAdd(h, hn::Sub(high, low), low);
}

HWY_INLINE void LookUpFlat(const DcpMapTable& table, int count, DcpMapBlock* block) {
  const D4 d;
  const float* delta = table.delta.data();
  const int row = 4 * table.saturations;
  for (int i = 0; i < count; ++i) {
    for (int k = 0; k < 4; k += static_cast<int>(hn::Lanes(d))) {
      hn::StoreU(
          Between(delta + block->entry[i], row, k, block->hue_share[i], block->saturation_share[i]),
          d, block->delta + 4 * i + k);
    }
  }
}

HWY_INLINE void LookUpDeep(const DcpMapTable& table, int count, DcpMapBlock* block) {
  const D4 d;
  const int row = 4 * table.saturations;
  const ptrdiff_t layer = static_cast<ptrdiff_t>(row) * (table.hues + 1);
  const bool encoded = !table.encode.empty();
  for (int i = 0; i < count; ++i) {
    const float bounded = std::min(block->value[i], 1.0f);
    float value = bounded;
    if (encoded) {
      value = bounded < kToe ? 12.92f * bounded : LookUp(table.encode, std::sqrt(bounded));
    }
    const float at = value * static_cast<float>(table.values - 1);
    const int v0 = std::min(static_cast<int>(at), table.values - 2);
    const float* low = table.delta.data() + v0 * layer + block->entry[i];
    const float h = block->hue_share[i], s = block->saturation_share[i];
    const auto share = hn::Set(d, at - static_cast<float>(v0));
    float* out = block->delta + 4 * i;
    for (int k = 0; k < 4; k += static_cast<int>(hn::Lanes(d))) {
      const auto a = Between(low, row, k, h, s), b = Between(low + layer, row, k, h, s);
      hn::StoreU(hn::MulAdd(share, hn::Sub(b, a), a), d, out + k);
    }
    // The scale of an encoded value becomes that of the linear one; in the straight part of the
    // curve they are the same.
    const float scaled = std::min(value * out[2], 1.0f);
    if (encoded && (bounded >= kToe || scaled > 12.92f * kToe)) {
      out[2] = LookUp(table.decode, scaled) / bounded;
    }
  }
}

HWY_INLINE V Channel(D d, V hue, float centre, V saturation, V value) {
  const auto away = hn::Abs(hn::Sub(hue, hn::Set(d, centre)));
  const auto near = hn::Min(away, hn::Sub(hn::Set(d, 6.0f), away));
  const auto one = hn::Set(d, 1.0f);
  const auto below = hn::Min(hn::Max(hn::Sub(near, one), hn::Zero(d)), one);
  return hn::Mul(value, hn::NegMulAdd(saturation, below, one));
}

HWY_INLINE void ApplyDeltas(const DcpMapBlock& block, float* red, float* green, float* blue,
                            int count) {
  const D d;
  const auto zero = hn::Zero(d), one = hn::Set(d, 1.0f), six = hn::Set(d, 6.0f);
  for (int i = 0; i < count; i += static_cast<int>(hn::Lanes(d))) {
    V shift, saturation_scale, value_scale, unused;
    hn::LoadInterleaved4(d, block.delta + 4 * i, shift, saturation_scale, value_scale, unused);
    auto h = hn::Add(hn::Load(d, block.hue + i), shift);
    h = hn::NegMulAdd(six, hn::Floor(hn::Mul(h, hn::Set(d, 1.0f / 6))), h);
    const auto s = hn::Min(hn::Mul(hn::Load(d, block.saturation + i), saturation_scale), one);
    const auto v = hn::Mul(hn::Load(d, block.value + i), value_scale);
    // Negative parts come back as they were.
    const auto finish = [&](float* channel, float centre) {
      const auto in = hn::LoadU(d, channel + i);
      const auto rest = hn::IfThenElseZero(hn::Lt(in, zero), in);
      hn::StoreU(hn::Add(Channel(d, h, centre, s, v), rest), d, channel + i);
    };
    finish(red, 0);
    finish(green, 2);
    finish(blue, 4);
  }
}

void ApplyBlock(const DcpMapTable& table, float* red, float* green, float* blue, int count) {
  DcpMapBlock block;
  FindEntries(table, red, green, blue, count, &block);
  if (table.values < 2) {
    LookUpFlat(table, count, &block);
  } else {
    LookUpDeep(table, count, &block);
  }
  ApplyDeltas(block, red, green, blue, count);
}

int Lanes() { return static_cast<int>(hn::Lanes(D())); }

}  // namespace HWY_NAMESPACE
}  // namespace petzval
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace petzval {

HWY_EXPORT(ApplyBlock);
HWY_EXPORT(Lanes);

DcpMap::DcpMap(const HueSatMap& map) {
  DcpMapTable& t = table_;
  t.hues = map.hues;
  t.saturations = map.saturations;
  t.values = map.empty() ? 0 : map.values;
  for (int v = 0; v < t.values; ++v) {
    for (int h = 0; h <= t.hues; ++h) {
      for (int s = 0; s < t.saturations; ++s) {
        const HueSatMap::Delta& d = map.At(h % t.hues, s, v);
        t.delta.insert(t.delta.end(),
                       {d.hue_shift_deg / 60, d.saturation_scale, d.value_scale, 0.0f});
      }
    }
  }
  if (map.srgb_values && t.values > 1) {
    constexpr int kEntries = 4096;
    for (int i = 0; i < kEntries; ++i) {
      const double x = i / (kEntries - 1.0);
      t.encode.push_back(static_cast<float>(EncodeSrgb(x * x)));
      t.decode.push_back(static_cast<float>(DecodeSrgb(x)));
    }
  }
}

void DcpMap::Apply(float* red, float* green, float* blue, int count) const {
  if (table_.values == 0) return;
  const auto apply = HWY_DYNAMIC_DISPATCH(ApplyBlock);
  const int lanes = HWY_DYNAMIC_DISPATCH(Lanes)();
  const int whole = count / lanes * lanes;
  for (int i = 0; i < whole; i += kBlock) {
    apply(table_, red + i, green + i, blue + i, std::min(kBlock, whole - i));
  }
  if (whole == count) return;
  // The rest of the row in a block of its own.
  float rest[3][16] = {};
  float* const channel[3] = {red + whole, green + whole, blue + whole};
  for (int c = 0; c < 3; ++c) std::copy_n(channel[c], count - whole, rest[c]);
  apply(table_, rest[0], rest[1], rest[2], lanes);
  for (int c = 0; c < 3; ++c) std::copy_n(rest[c], count - whole, channel[c]);
}

}  // namespace petzval
#endif  // HWY_ONCE
