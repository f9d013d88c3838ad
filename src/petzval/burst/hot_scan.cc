// Peak scan over a mosaic, vectorised.
#include "petzval/burst/hot_scan.h"

#include <algorithm>
#include <cmath>

#include "petzval/base/parallel.h"
#include "petzval/burst/pyramid.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "petzval/burst/hot_scan.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace petzval::burst {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Writes the x of peaks in [x0, x1) to `out`, returns their number. `p` is the row, neighbours are
// `step` columns and `step * stride` elements away.
int PeaksInRow(const uint16_t* HWY_RESTRICT p, ptrdiff_t stride, int step, int x0, int x1,
               const PeakLevels& levels, int needed, int* HWY_RESTRICT out) {
  const ptrdiff_t up = -step * stride, down = step * stride;
  // Opposite neighbours first: a ramp or an edge fails at once.
  const ptrdiff_t around[8] = {-step,     step,      up,          down,
                               up - step, up + step, down - step, down + step};
  int count = 0, x = x0;
#if HWY_TARGET != HWY_SCALAR
  const hn::ScalableTag<float> d;
  const hn::RebindToSigned<decltype(d)> di;
  const hn::Rebind<uint16_t, decltype(d)> d16;
  const int lanes = static_cast<int>(hn::Lanes(d));
  const auto load = [&](const uint16_t* q)
                        HWY_ATTR { return hn::ConvertTo(d, hn::PromoteTo(di, hn::LoadU(d16, q))); };
  // The levels repeat every 4 columns: the same for every vector of a row.
  HWY_ALIGN float by_lane[3][HWY_MAX_BYTES / sizeof(float)];
  for (int i = 0; i < lanes; ++i) {
    by_lane[0][i] = levels.black[(x0 + i) & 3];
    by_lane[1][i] = levels.slope[(x0 + i) & 3];
    by_lane[2][i] = levels.floor[(x0 + i) & 3];
  }
  const auto black = hn::Load(d, by_lane[0]);
  const auto slope = hn::Load(d, by_lane[1]);
  const auto floor = hn::Load(d, by_lane[2]);
  const auto one = hn::Set(d, 1.0f);
  HWY_ALIGN float passed[HWY_MAX_BYTES / sizeof(float)];
  for (; lanes % 4 == 0 && x + lanes <= x1; x += lanes) {
    const auto v = load(p + x);
    auto passes = hn::Zero(d);
    const auto test = [&](int n) HWY_ATTR {
      const auto neighbour = load(p + x + around[n]);
      const auto rise = hn::Max(hn::Sub(v, neighbour), hn::Zero(d));
      const auto signal = hn::Max(hn::Sub(neighbour, black), hn::Zero(d));
      const auto limit = hn::MulAdd(signal, slope, floor);
      passes = hn::Add(passes, hn::IfThenElseZero(hn::Gt(hn::Mul(rise, rise), limit), one));
    };
    for (int n = 0; n < 4; ++n) test(n);
    const auto enough = hn::Set(d, static_cast<float>(needed - 4));
    if (hn::AllFalse(d, hn::Ge(passes, enough))) continue;
    for (int n = 4; n < 8; ++n) test(n);
    const auto peak = hn::Ge(passes, hn::Set(d, static_cast<float>(needed)));
    if (hn::AllFalse(d, peak)) continue;
    hn::Store(passes, d, passed);
    for (int i = 0; i < lanes; ++i) {
      if (passed[i] >= static_cast<float>(needed)) out[count++] = x + i;
    }
  }
#endif
  for (; x < x1; ++x) {
    int passes = 0;
    for (const ptrdiff_t n : around) {
      const float neighbour = p[x + n], rise = p[x] - neighbour;
      passes += rise > 0 && rise * rise > levels.Limit(x, neighbour);
    }
    if (passes >= needed) out[count++] = x;
  }
  return count;
}

}  // namespace HWY_NAMESPACE
}  // namespace petzval::burst
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace petzval::burst {
namespace {

HWY_EXPORT(PeaksInRow);

PeakLevels LevelsOf(const RawFrame& frame, int y, float sigmas) {
  PeakLevels levels;
  for (int k = 0; k < 4; ++k) {
    const int color = frame.cfa.IsMono() ? 1 : std::min(2, static_cast<int>(frame.cfa.At(k, y)));
    const float black = frame.BlackAt(k, y);
    const float range = std::max(1.0f, frame.white_dn[color] - black);
    const NoiseLine& noise = frame.noise.plane[color];
    const float s = static_cast<float>(noise.s) * range;
    // Both the site and its neighbour are noisy; rounding adds its share.
    const float o = static_cast<float>(noise.o) * range * range + 0.1f;
    levels.slope[k] = 2 * sigmas * sigmas * s;
    levels.floor[k] = 2 * sigmas * sigmas * o;
    levels.black[k] = black;
  }
  return levels;
}

}  // namespace

std::vector<Site> FindPeaks(const RawFrame& frame, float sigmas, int needed) {
  const int step = BinOf(frame.cfa);
  constexpr int kRows = 64;
  const int first = step, last = frame.height() - step;
  if (last <= first || frame.width() <= 2 * step) return {};
  const int tasks = (last - first + kRows - 1) / kRows;
  std::vector<std::vector<Site>> found(tasks);
  ParallelFor(tasks, [&](int task) {
    std::vector<int> xs(frame.width());
    const int begin = first + task * kRows;
    for (int y = begin; y < std::min(last, begin + kRows); ++y) {
      const int n = HWY_DYNAMIC_DISPATCH(PeaksInRow)(frame.mosaic.row(y), frame.mosaic.stride(),
                                                     step, step, frame.width() - step,
                                                     LevelsOf(frame, y, sigmas), needed, xs.data());
      for (int i = 0; i < n; ++i) found[task].push_back({xs[i], y});
    }
  });
  std::vector<Site> all;
  for (const auto& f : found) all.insert(all.end(), f.begin(), f.end());
  return all;
}

bool IsPeak(const RawFrame& frame, int x, int y, float sigmas, int needed) {
  const int step = BinOf(frame.cfa);
  if (x < step || y < step || x + step >= frame.width() || y + step >= frame.height()) return false;
  const PeakLevels levels = LevelsOf(frame, y, sigmas);
  int passes = 0;
  for (int dy = -step; dy <= step; dy += step) {
    for (int dx = -step; dx <= step; dx += step) {
      if (dx == 0 && dy == 0) continue;
      const float n = frame.mosaic.row(y + dy)[x + dx], rise = frame.mosaic.row(y)[x] - n;
      passes += rise > 0 && rise * rise > levels.Limit(x, n);
    }
  }
  return passes >= needed;
}

}  // namespace petzval::burst
#endif  // HWY_ONCE
