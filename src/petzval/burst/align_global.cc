// Coarse search and robust fit of the global motion.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <vector>

#include "petzval/burst/align.h"
#include "petzval/burst/global_fit.h"
#include "petzval/burst/tile_match.h"

namespace petzval::burst {
namespace {

// Mean absolute difference of two pictures, the second shifted by whole pixels and multiplied by
// gain / 1024; over their overlap.
double MeanDifference(ImageView<const int16_t> a, ImageView<const int16_t> b, int dx, int dy,
                      int gain_1024) {
  const int x0 = std::max(0, -dx), x1 = std::min(a.width(), b.width() - dx);
  const int y0 = std::max(0, -dy), y1 = std::min(a.height(), b.height() - dy);
  if (x1 <= x0 || y1 <= y0) return std::numeric_limits<double>::max();
  int64_t sum = 0;
  for (int y = y0; y < y1; ++y) {
    const int16_t* p = a.row(y);
    const int16_t* q = b.row(y + dy) + dx;
    // About the mean of the row: bands of flickering light are no structure.
    int64_t offset = 0;
    for (int x = x0; x < x1; ++x) offset += p[x] - ((q[x] * gain_1024) >> 10);
    const int mean = static_cast<int>(offset / (x1 - x0));
    uint32_t line = 0;  // at most 2^16 values of 2^18, scaled down by 2^4
    for (int x = x0; x < x1; ++x) {
      line += static_cast<uint32_t>(std::abs(p[x] - ((q[x] * gain_1024) >> 10) - mean)) >> 4;
    }
    sum += line;
  }
  return static_cast<double>(sum) / (static_cast<double>(x1 - x0) * (y1 - y0));
}

struct Candidate {
  double cost;
  int dx, dy;
};

// The best whole-pixel shifts at a small level, up to a quarter of the side, best first: local
// minima, since repetitive texture and fractions of a pixel may hide the right one.
std::vector<Candidate> SearchShifts(ImageView<const int16_t> reference,
                                    ImageView<const int16_t> frame, float gain) {
  const int reach = std::clamp(std::min(reference.width(), reference.height()) / 4, 1, 12);
  const int side = 2 * reach + 1;
  const int gain_1024 = static_cast<int>(std::clamp(gain, 0.01f, 60.0f) * 1024 + 0.5f);
  std::vector<double> cost(static_cast<size_t>(side) * side);
  for (int y = 0; y < side; ++y) {
    for (int x = 0; x < side; ++x) {
      const int dx = x - reach, dy = y - reach;
      // A featureless picture must not run to the rim of the search: tiny preference for rest.
      cost[y * side + x] = MeanDifference(reference, frame, dx, dy, gain_1024) *
                           (1 + 1e-4 * (std::abs(dx) + std::abs(dy)));
    }
  }
  std::vector<Candidate> minima;
  for (int y = 0; y < side; ++y) {
    for (int x = 0; x < side; ++x) {
      const double c = cost[y * side + x];
      bool lowest = true;
      for (int j = std::max(0, y - 1); j <= std::min(side - 1, y + 1); ++j) {
        for (int i = std::max(0, x - 1); i <= std::min(side - 1, x + 1); ++i) {
          lowest &= cost[j * side + i] >= c;
        }
      }
      if (lowest) minima.push_back({c, x - reach, y - reach});
    }
  }
  std::stable_sort(minima.begin(), minima.end(),
                   [](const Candidate& a, const Candidate& b) { return a.cost < b.cost; });
  constexpr size_t kMost = 5;
  if (minima.size() > kMost) minima.resize(kMost);
  return minima;
}

}  // namespace

GlobalMotion AlignGlobal(const AlignInput& input) {
  const auto& ref = input.reference->level;
  const auto& frm = input.frame->level;
  const int levels = static_cast<int>(std::min(ref.size(), frm.size()));
  GlobalMotion motion;  // in pixels of the level being worked on
  int start = levels - 1;
  while (start > 0 && std::min(ref[start].width(), ref[start].height()) < 48) --start;
  // Each candidate is fitted; the one whose tiles fit best is right.
  double best_cost = std::numeric_limits<double>::max();
  for (const Candidate& c : SearchShifts(ref[start].view(), frm[start].view(), input.gain)) {
    GlobalMotion fitted;
    fitted.tx = c.dx;
    fitted.ty = c.dy;
    fitted.cx = (ref[start].width() - 1) / 2.0;
    fitted.cy = (ref[start].height() - 1) / 2.0;
    const double cost = FitGlobal(ref[start].view(), frm[start].view(), input.gain, input.noise,
                                  start, 8, false, &fitted);
    if (cost < best_cost) {
      best_cost = cost;
      motion = fitted;
    }
  }
  for (int level = start; level >= 0; --level) {
    const int w = ref[level].width(), h = ref[level].height();
    motion.cx = (w - 1) / 2.0;
    motion.cy = (h - 1) / 2.0;
    // The finest level costs most and adds least; small pictures need it all the same.
    if (level > 0 || w * h < 100'000 || level == start) {
      FitGlobal(ref[level].view(), frm[level].view(), input.gain, input.noise, level, 4, true,
                &motion);
    }
    if (level > 0) {
      motion.tx *= 2;
      motion.ty *= 2;
    }
  }
  return motion;
}

}  // namespace petzval::burst
