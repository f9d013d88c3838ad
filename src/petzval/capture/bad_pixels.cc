// Neighbours of the same colour: for Bayer at distance 2 (and 1 diagonally for green).
#include "petzval/capture/bad_pixels.h"

#include <algorithm>
#include <cstdlib>

namespace petzval {
namespace {

constexpr int kPeriodsToSearch = 3;

// The part of `r` within the mosaic; empty when there is none.
Rect Cut(const Rect& r, int width, int height) {
  const int x0 = std::max(r.x, 0), y0 = std::max(r.y, 0);
  const int x1 = std::min(r.x + r.width, width), y1 = std::min(r.y + r.height, height);
  if (x0 >= x1 || y0 >= y1) return {};
  return {x0, y0, x1 - x0, y1 - y0};
}

}  // namespace

bool FixBadPixels(std::span<const BadPixels> lists, const Cfa& cfa, int phase_x, int phase_y,
                  ImageView<uint16_t> mosaic) {
  const int width = mosaic.width(), height = mosaic.height();
  const int64_t most = static_cast<int64_t>(kMostBadPixels * width * height) + 1;

  // What is named is counted before anything is marked.
  int64_t named = 0;
  std::vector<uint16_t> constants;
  for (const BadPixels& list : lists) {
    for (const Rect& r : list.area) {
      const Rect part = Cut(r, width, height);
      named += int64_t{part.width} * part.height;
      if (named > most) return false;
    }
    if (list.constant && *list.constant <= 65535) {
      constants.push_back(static_cast<uint16_t>(*list.constant));
    }
  }
  std::vector<size_t> bad;
  bad.reserve(named);
  for (const BadPixels& list : lists) {
    for (const Rect& r : list.area) {
      const Rect part = Cut(r, width, height);
      for (int y = part.y; y < part.y + part.height; ++y) {
        for (int x = part.x; x < part.x + part.width; ++x) bad.push_back(size_t(y) * width + x);
      }
    }
  }
  if (!constants.empty()) {
    std::vector<uint8_t> is_constant(65536, 0);
    for (uint16_t v : constants) is_constant[v] = 1;
    for (int y = 0; y < height; ++y) {
      const uint16_t* row = mosaic.row(y);
      for (int x = 0; x < width; ++x) {
        if (!is_constant[row[x]]) continue;
        bad.push_back(size_t(y) * width + x);
        if (static_cast<int64_t>(bad.size()) > most) return false;
      }
    }
  }
  if (bad.empty()) return true;
  std::sort(bad.begin(), bad.end());
  bad.erase(std::unique(bad.begin(), bad.end()), bad.end());
  std::vector<uint8_t> is_bad(size_t(width) * height, 0);
  for (size_t i : bad) is_bad[i] = 1;

  const auto color = [&](int x, int y) {
    return cfa.At((x - phase_x + 4 * cfa.size) % cfa.size, (y - phase_y + 4 * cfa.size) % cfa.size);
  };
  for (size_t i : bad) {
    const int x = static_cast<int>(i % width), y = static_cast<int>(i / width);
    const CfaColor own = color(x, y);
    for (int radius = 1; radius <= kPeriodsToSearch * cfa.size; ++radius) {
      uint32_t sum = 0, count = 0;
      for (int v = std::max(y - radius, 0); v <= std::min(y + radius, height - 1); ++v) {
        // Whole rows at the top and bottom of the ring, both ends of those between.
        const int step = std::abs(v - y) == radius ? 1 : 2 * radius;
        for (int u = x - radius; u <= x + radius; u += step) {
          if (u < 0 || u >= width || is_bad[size_t(v) * width + u] || color(u, v) != own) continue;
          sum += mosaic.At(u, v);
          ++count;
        }
      }
      if (count > 0) {
        // Good pixels stay untouched, so writing in place does not feed into later ones.
        mosaic.At(x, y) = static_cast<uint16_t>((sum + count / 2) / count);
        break;
      }
    }
  }
  return true;
}

}  // namespace petzval
