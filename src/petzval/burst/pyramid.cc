// Builds guides: 2x2 binning of the mosaic and of each level, vectorised.
#include "petzval/burst/pyramid.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "petzval/base/parallel.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "petzval/burst/pyramid.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace petzval::burst {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// out[i] = (a[2i] + a[2i+1] + b[2i] + b[2i+1] - black) * scale, saturated to 16 bits.
void BinRows(const uint16_t* HWY_RESTRICT a, const uint16_t* HWY_RESTRICT b, int n, float black,
             float scale, int16_t* HWY_RESTRICT out) {
  int i = 0;
#if HWY_TARGET != HWY_SCALAR
  const hn::ScalableTag<uint32_t> d32;
  const hn::RebindToFloat<decltype(d32)> df;
  const hn::RebindToSigned<decltype(d32)> di;
  const hn::Repartition<uint16_t, decltype(d32)> d16;
  const hn::Rebind<int16_t, decltype(di)> dout;
  const auto mask = hn::Set(d32, 0xFFFFu);
  const auto vblack = hn::Set(df, black);
  const auto vscale = hn::Set(df, scale);
  const int lanes = static_cast<int>(hn::Lanes(d32));
  for (; i + lanes <= n; i += lanes) {
    const auto va = hn::BitCast(d32, hn::LoadU(d16, a + 2 * i));
    const auto vb = hn::BitCast(d32, hn::LoadU(d16, b + 2 * i));
    const auto sum = hn::Add(hn::Add(hn::And(va, mask), hn::ShiftRight<16>(va)),
                             hn::Add(hn::And(vb, mask), hn::ShiftRight<16>(vb)));
    const auto x = hn::Mul(hn::Sub(hn::ConvertTo(df, hn::BitCast(di, sum)), vblack), vscale);
    hn::StoreU(hn::DemoteTo(dout, hn::NearestInt(x)), dout, out + i);
  }
#endif
  for (; i < n; ++i) {
    const float sum = static_cast<float>(a[2 * i] + a[2 * i + 1] + b[2 * i] + b[2 * i + 1]);
    out[i] = static_cast<int16_t>(
        std::clamp(std::nearbyint((sum - black) * scale), -32768.0f, 32767.0f));
  }
}

// out[i] = rounded mean of the 2 x 2 pixels.
void HalveRows(const int16_t* HWY_RESTRICT a, const int16_t* HWY_RESTRICT b, int n,
               int16_t* HWY_RESTRICT out) {
  int i = 0;
#if HWY_TARGET != HWY_SCALAR
  const hn::ScalableTag<int32_t> di;
  const hn::Repartition<int16_t, decltype(di)> d16;
  const hn::Rebind<int16_t, decltype(di)> dout;
  const auto two = hn::Set(di, 2);
  const int lanes = static_cast<int>(hn::Lanes(di));
  for (; i + lanes <= n; i += lanes) {
    const auto va = hn::BitCast(di, hn::LoadU(d16, a + 2 * i));
    const auto vb = hn::BitCast(di, hn::LoadU(d16, b + 2 * i));
    const auto even = hn::Add(hn::ShiftRight<16>(hn::ShiftLeft<16>(va)),
                              hn::ShiftRight<16>(hn::ShiftLeft<16>(vb)));
    const auto odd = hn::Add(hn::ShiftRight<16>(va), hn::ShiftRight<16>(vb));
    const auto mean = hn::ShiftRight<2>(hn::Add(hn::Add(even, odd), two));
    hn::StoreU(hn::DemoteTo(dout, mean), dout, out + i);
  }
#endif
  for (; i < n; ++i) {
    out[i] = static_cast<int16_t>((a[2 * i] + a[2 * i + 1] + b[2 * i] + b[2 * i + 1] + 2) >> 2);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace petzval::burst
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace petzval::burst {
namespace {

HWY_EXPORT(BinRows);
HWY_EXPORT(HalveRows);

// One row of a quad-Bayer guide: mean of 4 x 4 pixels.
void Bin4Row(const RawFrame& frame, int row, float black, float scale, int n, int16_t* out) {
  for (int i = 0; i < n; ++i) {
    int sum = 0;
    for (int y = 0; y < 4; ++y) {
      const uint16_t* p = frame.mosaic.row(4 * row + y) + 4 * i;
      sum += p[0] + p[1] + p[2] + p[3];
    }
    out[i] = static_cast<int16_t>(
        std::clamp(std::nearbyint((static_cast<float>(sum) - black) * scale), -32768.0f, 32767.0f));
  }
}

}  // namespace

Pyramid BuildPyramid(const RawFrame& frame, int max_levels) {
  Pyramid pyramid;
  const int bin = pyramid.bin = BinOf(frame.cfa);
  const int width = std::max(1, frame.width() / bin), height = std::max(1, frame.height() / bin);
  Image<int16_t>& base = pyramid.level.emplace_back(width, height);
  if (frame.width() < bin || frame.height() < bin) {
    base.Fill(0);
    return pyramid;
  }
  // Black may differ between the 2x2 squares of a 4x4 black pattern; their mean is used.
  float black = 0;
  for (float b : frame.black_dn) black += b / 16;
  const float white = (frame.white_dn[0] + 2 * frame.white_dn[1] + frame.white_dn[2]) / 4;
  const float scale = kGuideOne / (std::max(1.0f, white - black) * bin * bin);
  const int rows_per_task = 64;
  const float black_sum = black * bin * bin;
  ParallelFor((height + rows_per_task - 1) / rows_per_task, [&](int task) {
    const int end = std::min(height, (task + 1) * rows_per_task);
    for (int y = task * rows_per_task; y < end; ++y) {
      if (bin == 4) {
        Bin4Row(frame, y, black_sum, scale, width, base.row(y));
      } else {
        HWY_DYNAMIC_DISPATCH(BinRows)
        (frame.mosaic.row(2 * y), frame.mosaic.row(2 * y + 1), width, black_sum, scale,
         base.row(y));
      }
    }
  });
  while (static_cast<int>(pyramid.level.size()) < max_levels) {
    const Image<int16_t>& above = pyramid.level.back();
    const int w = above.width() / 2, h = above.height() / 2;
    if (std::min(w, h) < 16) break;
    Image<int16_t> next(w, h);
    ParallelFor((h + rows_per_task - 1) / rows_per_task, [&](int task) {
      const int end = std::min(h, (task + 1) * rows_per_task);
      for (int y = task * rows_per_task; y < end; ++y) {
        HWY_DYNAMIC_DISPATCH(HalveRows)(above.row(2 * y), above.row(2 * y + 1), w, next.row(y));
      }
    });
    pyramid.level.push_back(std::move(next));
  }
  return pyramid;
}

}  // namespace petzval::burst
#endif  // HWY_ONCE
