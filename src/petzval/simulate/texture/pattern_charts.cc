// Test patterns of charts: exact edges, no blur of their own.
#include <cmath>

#include "petzval/simulate/texture/glyphs.h"
#include "petzval/simulate/texture/pattern_kinds.h"

namespace petzval {
namespace {

constexpr float kPi = 3.14159265f;

float Part(float v) { return v - static_cast<float>(FloorInt(v)); }

}  // namespace

Blend SlantedPattern(const Pattern& pattern, const SurfacePoint& p) {
  const float a = kPi / 180 * pattern.angle_deg, c = std::cos(a), s = std::sin(a);
  const float x = p.u - 0.5f * pattern.size_mm, y = p.v - 0.5f * pattern.size_mm;
  const float half = 0.5f * pattern.ratio * pattern.size_mm;
  const bool inside = std::fabs(c * x + s * y) < half && std::fabs(c * y - s * x) < half;
  return OneInk(inside ? 1 : 0);
}

Blend SiemensPattern(const Pattern& pattern, const SurfacePoint& p) {
  const float x = p.u - 0.5f * pattern.size_mm, y = p.v - 0.5f * pattern.size_mm;
  if (x * x + y * y > 0.25f * pattern.size_mm * pattern.size_mm) return {};
  const float turn = std::atan2(y, x) * static_cast<float>(pattern.count);
  return TwoInks(0, 1, 0.5f + 0.5f * std::sin(turn));  // ISO 12233: sinusoidal
}

// Phase = k r^2 / 2 has the frequency k r / (2 pi): `ratio` cycles / mm at r = size / 2.
Blend ZonePattern(const Pattern& pattern, const SurfacePoint& p) {
  const float x = p.u - 0.5f * pattern.size_mm, y = p.v - 0.5f * pattern.size_mm;
  const float square = x * x + y * y;
  if (square > 0.25f * pattern.size_mm * pattern.size_mm) return {};
  const float phase = 2 * kPi * pattern.ratio / pattern.size_mm * square;
  return TwoInks(0, 1, 0.5f + 0.5f * std::cos(phase));
}

Blend StepsPattern(const Pattern& pattern, const SurfacePoint& p) {
  const int step = FloorInt(p.u / pattern.size_mm * static_cast<float>(pattern.inks));
  return OneInk(std::clamp(step, 0, pattern.inks - 1));
}

// Cells are squares of `size_mm`; the border around all is as wide as a gap.
Blend PatchesPattern(const Pattern& pattern, const SurfacePoint& p) {
  const int patches = pattern.inks - 1, columns = pattern.count;
  const int rows = (patches + columns - 1) / columns;
  const float gap = pattern.ratio * pattern.size_mm;
  const float x = (p.u - 0.5f * gap) / pattern.size_mm, y = (p.v - 0.5f * gap) / pattern.size_mm;
  const int column = FloorInt(x), row = FloorInt(y), index = row * columns + column;
  const float half = 0.5f * (1 - pattern.ratio);
  const bool inside = column >= 0 && column < columns && row >= 0 && row < rows &&
                      index < patches && std::fabs(Part(x) - 0.5f) < half &&
                      std::fabs(Part(y) - 0.5f) < half;
  return OneInk(inside ? index : patches);
}

Blend DotsPattern(const Pattern& pattern, const SurfacePoint& p) {
  const float x = Part(p.u / pattern.size_mm) - 0.5f, y = Part(p.v / pattern.size_mm) - 0.5f;
  return OneInk(x * x + y * y < 0.25f * pattern.ratio * pattern.ratio ? 1 : 0);
}

// Letters of height `size_mm`, `count` to a line; lines from the top. The text repeats where
// `contrast` > 1 says so: pages of small print come from one sentence.
Blend TextPattern(const Pattern& pattern, const SurfacePoint& p) {
  const float cell = pattern.size_mm / kGlyphHeight;
  const int line_cells = kGlyphHeight + 4;
  const int cx = FloorInt(p.u / cell), cy = FloorInt(p.v / cell);
  if (cx < 0 || cy < 0 || pattern.text.empty()) return {};
  const int column = cx / kGlyphAdvance, line = cy / line_cells, row = cy % line_cells;
  if (column >= pattern.count || row >= kGlyphHeight || cx % kGlyphAdvance >= kGlyphWidth)
    return {};
  const int length = static_cast<int>(pattern.text.size());
  int index = line * pattern.count + column;
  if (index >= length) {
    if (pattern.contrast <= 1) return {};
    index %= length;
  }
  return OneInk(GlyphInk(pattern.text[static_cast<size_t>(index)], cx % kGlyphAdvance, row) ? 1
                                                                                            : 0);
}

// Layers of discs from the top down. A layer is a grid, turned and shifted, with one disc in a
// cell; small and large grids take turns, so that sizes hide each other in every order. Radii of
// all layers together fall with about r^-3 (Lee, Mumford, Huang 2001).
Blend DeadLeavesPattern(const Pattern& pattern, const SurfacePoint& p) {
  constexpr int kLayers = 40, kClasses = 7;
  for (int layer = 0; layer < kLayers; ++layer) {
    const uint32_t seed = pattern.seed * 977u + static_cast<uint32_t>(layer);
    const int size_class = static_cast<int>(Hash(layer, 3, pattern.seed) % kClasses);
    const float cell = pattern.size_mm * std::exp2(-0.7f * static_cast<float>(size_class));
    const float a = 6.2831853f * Hash01(layer, 5, pattern.seed);
    const float c = std::cos(a), s = std::sin(a);
    const float x = (c * p.u + s * p.v) / cell + 13.7f * Hash01(layer, 6, pattern.seed);
    const float y = (c * p.v - s * p.u) / cell + 13.7f * Hash01(layer, 7, pattern.seed);
    const int ix = FloorInt(x), iy = FloorInt(y);
    const float radius = 0.5f * std::sqrt(0.25f + 0.75f * Hash01(ix, iy, seed));
    const float play = 0.5f - radius;
    const float dx = Part(x) - 0.5f - play * (2 * Hash01(ix, iy, seed + 7919u) - 1);
    const float dy = Part(y) - 0.5f - play * (2 * Hash01(ix, iy, seed + 104729u) - 1);
    if (dx * dx + dy * dy < radius * radius) {
      if (pattern.inks < 2) return OneInk(0, 0.25f + 0.75f * Hash01(ix, iy, seed + 31u));
      const int pair = pattern.inks - 1;
      const int first = std::min(
          static_cast<int>(Hash01(ix, iy, seed + 57u) * static_cast<float>(pair)), pair - 1);
      return TwoInks(first, first + 1, Hash01(ix, iy, seed + 31u));
    }
  }
  return TwoInks(0, pattern.inks > 1 ? 1 : 0, 0.5f);
}

}  // namespace petzval
