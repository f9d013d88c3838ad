// Finds where a sensor really saturates, from the pile of equal values at the top.
#include "petzval/develop/clip_levels.h"

#include <algorithm>
#include <cmath>

namespace petzval {
namespace {

// The top of one colour's histogram.
struct Top {
  int level = 0;       // DN; 0: no pixels
  bool piled = false;  // far more pixels end here than lie just below
};

Top FindTop(const std::vector<uint32_t>& histogram, double black, double white) {
  uint64_t total = 0;
  for (const uint32_t n : histogram) total += n;
  if (total < 64) return {};
  // A few hot pixels are not the top.
  const uint64_t few = std::max<uint64_t>(8, total / 100000);
  int top = static_cast<int>(histogram.size()) - 1;
  for (uint64_t above = 0; top > 0; --top) {
    above += histogram[top];
    if (above >= few) break;
  }
  // Saturation is a narrow pile: compare it with the mean density in a band below it.
  const double range = std::max(1.0, top - black);
  const int pile_width = std::max(1, static_cast<int>(0.004 * range));
  const int band = std::max(8, static_cast<int>(0.08 * range));
  const auto count = [&](int from, int to) {
    uint64_t n = 0;
    for (int i = std::max(0, from); i <= std::min<int>(to, histogram.size() - 1); ++i) {
      n += histogram[i];
    }
    return static_cast<double>(n);
  };
  const double pile = count(top - pile_width, static_cast<int>(histogram.size()) - 1);
  const double below = count(top - pile_width - band, top - pile_width - 1);
  const double expected = below * (pile_width + 1) / band;
  return {top, range > 0.25 * (white - black) && pile > 4 * expected && pile > 0.0005 * total};
}

}  // namespace

std::array<float, 3> FindClipLevels(const MosaicSource& source,
                                    std::vector<std::string>* warnings) {
  std::array<std::vector<uint32_t>, 3> histograms;
  for (auto& h : histograms) h.assign(65536, 0);
  // Pairs of rows, every fourth pair of larger pictures: a pile is seen in any sample.
  const int step = source.height > 512 ? 8 : 2;
  const int planes = source.bayer || source.mono ? 1 : 3;
  for (int p = 0; p < planes; ++p) {
    for (int y0 = 0; y0 + 1 < std::max(2, source.height); y0 += step) {
      for (int y = y0; y < std::min(y0 + 2, source.height); ++y) {
        const uint16_t* row = source.planes[p].row(y);
        uint32_t* h[2] = {
            histograms[source.Color(p, source.shift_x, y + source.shift_y)].data(),
            histograms[source.Color(p, source.shift_x + 1, y + source.shift_y)].data()};
        for (int x = 0; x < source.width; ++x) ++h[x & 1][row[x]];
      }
    }
  }
  if (source.mono) histograms[1] = histograms[2] = histograms[0];

  const double black = source.black_dn[0];
  std::array<Top, 3> top;
  for (int c = 0; c < 3; ++c) top[c] = FindTop(histograms[c], black, source.white_dn[c]);
  std::array<float, 3> clip{1, 1, 1};
  // All colours of a sensor saturate at one level: piles of two colours at the same level are
  // proof, a single one is believed near the stated level only (it may be a flat coloured surface).
  int level = 0;
  for (int c = 0; c < 3; ++c) {
    if (!top[c].piled) continue;
    for (int d = 0; d < c; ++d) {
      if (top[d].piled && std::abs(top[c].level - top[d].level) <= 0.01 * top[c].level) {
        level = std::max(level, std::max(top[c].level, top[d].level));
      }
    }
    const double stated = (top[c].level - black) / (source.white_dn[c] - black);
    if (stated > 0.88 && stated < 1.12) level = std::max(level, top[c].level);
  }
  // Nothing may lie above a saturation level.
  for (const Top& t : top) {
    if (level > 0 && t.level > 1.01 * level) level = 0;
  }
  for (int c = 0; c < 3; ++c) {
    const double range = source.white_dn[c] - black;
    if (level > 0) {
      clip[c] = static_cast<float>((level - black) / range);
    } else {
      clip[c] = static_cast<float>(std::max(1.0, (top[c].level - black) / range));
    }
  }
  if (level > 0 && (clip[1] < 0.98f || clip[1] > 1.02f)) {
    warnings->push_back("the pixels saturate at " + std::to_string(level) +
                        ", not at the stated white level " +
                        std::to_string(std::lround(source.white_dn[1])));
  }
  return clip;
}

}  // namespace petzval
