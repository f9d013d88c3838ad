// The rule for hot pixels in a single frame.
#include "petzval/burst/hot_pixels.h"

#include <algorithm>
#include <cmath>

#include "petzval/burst/hot_scan.h"
#include "petzval/burst/hot_single.h"
#include "petzval/burst/pyramid.h"

namespace petzval {
namespace burst {
namespace {

int ColorAt(const RawFrame& frame, int x, int y) {
  return frame.cfa.IsMono() ? 1 : std::min(2, static_cast<int>(frame.cfa.At(x, y)));
}

float SignalAt(const RawFrame& frame, int x, int y) {
  const float black = frame.BlackAt(x, y);
  return (frame.mosaic.row(y)[x] - black) /
         std::max(1.0f, frame.white_dn[ColorAt(frame, x, y)] - black);
}

}  // namespace

bool IsSharperThanLens(const RawFrame& frame, int x, int y) {
  const int step = BinOf(frame.cfa);
  const int reach = step + 1;
  if (x < reach || y < reach || x + reach >= frame.width() || y + reach >= frame.height()) {
    return false;
  }
  // Neighbours of the same phase give the background of a site.
  const auto background = [&](int cx, int cy) {
    std::array<float, 8> v;
    int n = 0;
    for (int dy = -step; dy <= step; dy += step) {
      for (int dx = -step; dx <= step; dx += step) {
        const int px = cx + dx, py = cy + dy;
        if ((dx == 0 && dy == 0) || (px == x && py == y)) continue;
        v[n++] = SignalAt(frame, std::clamp(px, 0, frame.width() - 1),
                          std::clamp(py, 0, frame.height() - 1));
      }
    }
    std::nth_element(v.begin(), v.begin() + n / 2, v.begin() + n);
    return v[n / 2];
  };
  const float excess = SignalAt(frame, x, y) - background(x, y);
  // A lens of any quality and the pixel's aperture spread a point of light: the eight sites around
  // its brightest one together receive more than half of what that one has, even when their
  // colours answer weakly.
  float beside = 0, variance = 0;
  for (int dy = -1; dy <= 1; ++dy) {
    for (int dx = -1; dx <= 1; ++dx) {
      if (dx == 0 && dy == 0) continue;
      const float b = background(x + dx, y + dy);
      beside += SignalAt(frame, x + dx, y + dy) - b;
      // The median of eight adds about a fifth of a sample's variance.
      variance +=
          1.2f * static_cast<float>(frame.noise.plane[ColorAt(frame, x + dx, y + dy)].Variance(b));
    }
  }
  return beside < 0.25f * excess - 1.5f * std::sqrt(variance);
}

float MedianOfNeighbours(const RawFrame& frame, int x, int y) {
  const int step = BinOf(frame.cfa);
  std::array<float, 8> v;
  int n = 0;
  for (int dy = -step; dy <= step; dy += step) {
    for (int dx = -step; dx <= step; dx += step) {
      const int px = x + dx, py = y + dy;
      if ((dx == 0 && dy == 0) || px < 0 || py < 0 || px >= frame.width() || py >= frame.height()) {
        continue;
      }
      v[n++] = frame.mosaic.row(py)[px];
    }
  }
  std::nth_element(v.begin(), v.begin() + n / 2, v.begin() + n);
  return v[n / 2];
}

}  // namespace burst

int FixHotPixels(RawFrame* frame) {
  if (frame->mosaic.empty() || frame->IsLinearRaw()) return 0;
  constexpr float kSigmas = 8;
  std::vector<std::pair<burst::Site, uint16_t>> fixes;
  // 8 sigma of one sample are 5.7 of the difference of two.
  for (const burst::Site& s : burst::FindPeaks(*frame, kSigmas / 1.414f, 8)) {
    if (!burst::IsSharperThanLens(*frame, s.x, s.y)) continue;
    fixes.push_back({s, static_cast<uint16_t>(burst::MedianOfNeighbours(*frame, s.x, s.y))});
  }
  for (const auto& [site, value] : fixes) frame->mosaic.row(site.y)[site.x] = value;
  return static_cast<int>(fixes.size());
}

}  // namespace petzval
