// Neighbours of the same colour: for Bayer at distance 2 (and 1 diagonally for green).
#include "petzval/capture/bad_pixels.h"

#include <algorithm>

namespace petzval {

void FixBadPixels(std::optional<uint32_t> constant, const std::vector<Rect>& area, const Cfa& cfa,
                  int phase_x, int phase_y, ImageView<uint16_t> mosaic) {
  const int width = mosaic.width(), height = mosaic.height();
  std::vector<uint8_t> bad(size_t(width) * height, 0);
  for (const Rect& r : area) {
    const int x1 = std::min(r.x + r.width, width), y1 = std::min(r.y + r.height, height);
    for (int y = r.y; y < y1; ++y) {
      if (r.x < x1)
        std::fill(bad.data() + size_t(y) * width + r.x, bad.data() + size_t(y) * width + x1, 1);
    }
  }
  if (constant && *constant <= 65535) {
    for (int y = 0; y < height; ++y) {
      const uint16_t* row = mosaic.row(y);
      for (int x = 0; x < width; ++x) bad[size_t(y) * width + x] |= row[x] == *constant;
    }
  }
  const auto color = [&](int x, int y) {
    return cfa.At((x - phase_x + 4 * cfa.size) % cfa.size, (y - phase_y + 4 * cfa.size) % cfa.size);
  };
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      if (!bad[size_t(y) * width + x]) continue;
      const CfaColor own = color(x, y);
      for (int radius = 1; radius <= 3 * cfa.size; ++radius) {
        uint32_t sum = 0, count = 0;
        for (int v = std::max(y - radius, 0); v <= std::min(y + radius, height - 1); ++v) {
          for (int u = std::max(x - radius, 0); u <= std::min(x + radius, width - 1); ++u) {
            if (std::max(std::abs(u - x), std::abs(v - y)) != radius) continue;
            if (bad[size_t(v) * width + u] || color(u, v) != own) continue;
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
  }
}

}  // namespace petzval
