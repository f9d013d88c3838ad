// Things that are built, woven or grown: bricks, wood, cloth, foliage, eyes, windows, ground.
#include <cmath>

#include "petzval/simulate/texture/noise3.h"
#include "petzval/simulate/texture/pattern_kinds.h"

namespace petzval {
namespace {

float Part(float v) { return v - static_cast<float>(FloorInt(v)); }

}  // namespace

Blend BricksPattern(const Pattern& pattern, const SurfacePoint& p, bool offset) {
  const float height = pattern.ratio * pattern.size_mm;
  const float wobble = 0.02f * height;
  const float v = p.v + wobble * (ValueNoise(p.u / (0.3f * height), p.v / height, 3) - 0.5f);
  const float u = p.u + wobble * (ValueNoise(p.u / height, p.v / (0.3f * height), 4) - 0.5f);
  const int row = FloorInt(v / height);
  const float x = u / pattern.size_mm + (offset && (row & 1) ? 0.5f : 0.0f);
  const int column = FloorInt(x);
  const float joint = offset ? 0.08f * height : 0.015f * height;
  const float du = (0.5f - std::fabs(Part(x) - 0.5f)) * pattern.size_mm;
  const float dv = (0.5f - std::fabs(Part(v / height) - 0.5f)) * height;
  const float edge = std::min(du, dv);
  const float rough = Fractal(p.u / 9, p.v / 9, 4, pattern.seed + 11);
  if (edge < joint * (0.8f + 0.4f * rough)) return OneInk(0, 0.7f + 0.5f * rough);
  const float tone = Hash01(column, row, pattern.seed);
  const float rim = SmoothStep(joint, 2.2f * joint, edge);
  const float shade = (0.82f + 0.18f * rim) *
                      (0.8f + 0.25f * Hash01(column, row, pattern.seed + 1)) *
                      (1 + pattern.contrast * 0.5f * (rough - 0.5f));
  return AlongInks(std::min(1, pattern.inks - 1), pattern.inks - 1, tone, shade);
}

Blend WoodPattern(const Pattern& pattern, const SurfacePoint& p) {
  const float x = p.u / pattern.size_mm;
  const int plank = FloorInt(x);
  const float start = 900 * Hash01(plank, 1, pattern.seed);
  const float length = 14 * pattern.size_mm;
  const float along = (p.v + start) / length;
  const int board = FloorInt(along);
  const uint32_t seed = pattern.seed + Hash(plank, board, 5) % 1000u;
  const float du = (0.5f - std::fabs(Part(x) - 0.5f)) * pattern.size_mm;
  const float dv = (0.5f - std::fabs(Part(along) - 0.5f)) * length;
  const float gap = 0.012f * pattern.size_mm + 0.3f;
  // Rings of a trunk cut slantwise, bent by slow noise, and pores drawn out along the grain.
  const float bend = Fractal(p.u / pattern.size_mm, p.v / (6 * pattern.size_mm), 3, seed);
  const float rings = 9 * bend + 2.5f * Part(x);
  const float ring = Part(rings) * SmoothStep(0, 0.15f, 1 - Part(rings));
  const float pores = ValueNoise(p.u / 0.7f, p.v / 18, seed + 7);
  const float fine = ValueNoise(p.u / 0.25f, p.v / 7, seed + 8);
  const float t = 0.55f * ring + 0.3f * pores * pores + 0.15f * fine;
  const float tone = 0.8f + 0.3f * Hash01(plank, board, pattern.seed + 2);
  if (std::min(du, dv) < gap) return OneInk(pattern.inks > 2 ? 2 : 0, pattern.inks > 2 ? 1 : 0.15f);
  return TwoInks(0, pattern.inks > 1 ? 1 : 0, Clamp01(0.5f + pattern.contrast * (t - 0.4f)), tone);
}

// Leaves heaped in layers, each a lens-shaped blade with a midrib; lower ones lie in shade.
Blend FoliagePattern(const Pattern& pattern, const SurfacePoint& p) {
  constexpr int kLayers = 9;
  for (int layer = 0; layer < kLayers; ++layer) {
    const uint32_t seed = pattern.seed * 131u + static_cast<uint32_t>(layer);
    const float cell = pattern.size_mm * (0.75f + 0.5f * Hash01(layer, 1, pattern.seed));
    const float x = p.u / cell + 7.3f * Hash01(layer, 2, pattern.seed);
    const float y = p.v / cell + 7.3f * Hash01(layer, 3, pattern.seed);
    const int ix = FloorInt(x), iy = FloorInt(y);
    const float a = 6.2831853f * Hash01(ix, iy, seed);
    const float dx = Part(x) - 0.5f, dy = Part(y) - 0.5f;
    const float s = std::cos(a) * dx + std::sin(a) * dy, t = std::cos(a) * dy - std::sin(a) * dx;
    const float width = 0.24f * (1 - 4.3f * s * s) * (1 + 0.5f * s);
    if (width <= 0 || std::fabs(t) > width) continue;
    const float rib = std::fabs(t) < 0.012f ? 0.82f : 1.0f;
    const float vein = 0.93f + 0.07f * std::cos(70 * (s + 0.6f * std::fabs(t)));
    const float depth = std::exp(-0.22f * static_cast<float>(layer));
    const float tilt = 0.75f + 0.5f * Hash01(ix, iy, seed + 5) + (t > 0 ? 0.09f : -0.09f);
    return AlongInks(0, pattern.inks - 1, Hash01(ix, iy, seed + 9), rib * vein * depth * tilt);
  }
  return OneInk(0, 0.12f);
}

Blend FabricPattern(const Pattern& pattern, const SurfacePoint& p) {
  const float x = p.u / pattern.size_mm, y = p.v / pattern.size_mm;
  const int ix = FloorInt(x), iy = FloorInt(y);
  const bool warp = ((ix + iy) & 1) == 0;
  const float across = (warp ? Part(x) : Part(y)) - 0.5f, along = (warp ? Part(y) : Part(x)) - 0.5f;
  const float bulge = (1 - 2.2f * across * across) * (1 - 1.6f * along * along);
  const float twist = 0.9f + 0.1f * std::sin(18 * (across + 0.5f * along));
  const float yarn =
      0.85f + 0.3f * (warp ? ValueNoise(static_cast<float>(ix), 0.1f * y, pattern.seed)
                           : ValueNoise(0.1f * x, static_cast<float>(iy), pattern.seed + 1));
  return OneInk(warp || pattern.inks < 2 ? 0 : 1, 0.35f + 0.65f * bulge * twist * yarn);
}

// Stockinette: columns of V, each stitch two strands that lean on each other. `count` rows make
// the height of a zigzag motif of ink 1.
Blend KnitPattern(const Pattern& pattern, const SurfacePoint& p) {
  const float x = p.u / pattern.size_mm, height = 0.8f * pattern.size_mm;
  const int column = FloorInt(x);
  const float half = Part(x) - 0.5f;
  const float lean = p.v / height - 1.1f * std::fabs(half);
  const int row = FloorInt(lean);
  const float across = Part(lean) - 0.5f, side = std::fabs(half) - 0.25f;
  const float strand = Clamp01(1 - 3.1f * across * across) * Clamp01(1 - 9 * side * side);
  const float fibre = ValueNoise(p.u / 0.35f + 3 * across, p.v / 0.35f + lean, pattern.seed);
  const float shade = 0.18f + 0.82f * strand * (0.8f + 0.4f * fibre);
  const int period = std::max(2, pattern.count);
  const int wave = std::abs((column % period + period) % period - period / 2);
  const int band = ((row + wave) % (3 * period) + 3 * period) % (3 * period);
  return OneInk(pattern.inks > 1 && band < 3 ? 1 : 0, shade);
}

// The eye looks along +z of its own space; size = diameter of the iris, on a ball about the origin.
Blend IrisPattern(const Pattern& pattern, const SurfacePoint& p) {
  const float radius = std::hypot(p.x, p.y), iris = 0.5f * pattern.size_mm;
  if (p.z <= 0 || radius > 1.04f * iris) {
    const float vein = Fractal3(p.x / 2, p.y / 2, p.z / 2, 3, pattern.seed);
    return OneInk(0, 0.92f + 0.12f * (vein - 0.5f));
  }
  const float hx = p.x + 0.35f * iris, hy = p.y - 0.45f * iris;
  if (hx * hx + hy * hy < 0.03f * iris * iris) return OneInk(0, 1.9f);
  if (radius < 0.4f * iris) return OneInk(std::min(2, pattern.inks - 1));
  const float turn = std::atan2(p.y, p.x);
  const float fibre = ValueNoise(12 * turn, 3 * radius / iris, pattern.seed);
  const float rim = SmoothStep(1.04f, 0.86f, radius / iris);
  return OneInk(std::min(1, pattern.inks - 1), (0.55f + 0.75f * fibre) * (0.25f + 0.75f * rim));
}

// Walls and dark panes give no light of their own.
Blend WindowsPattern(const Pattern& pattern, const SurfacePoint& p) {
  const float x = p.u / pattern.size_mm, y = p.v / (pattern.size_mm * 1.35f);
  const int ix = FloorInt(x), iy = FloorInt(y);
  const float fx = Part(x), fy = Part(y);
  Blend wall = OneInk(0, 0.75f + 0.5f * Fractal(p.u / 300, p.v / 300, 5, pattern.seed));
  wall.glow = 0;
  if (fx < 0.25f || fx > 0.75f || fy < 0.25f || fy > 0.75f) return wall;
  const bool bar = std::fabs(fx - 0.5f) < 0.012f || fx < 0.27f || fx > 0.73f || fy < 0.265f ||
                   fy > 0.735f || std::fabs(fy - 0.42f) < 0.01f;
  if (bar) return wall;
  if (Hash01(ix, iy, pattern.seed) > pattern.ratio) {
    wall.shade = 0.12f;
    return wall;
  }
  const float curtain = fx < 0.36f || fx > 0.64f ? 0.45f : 1.0f;
  const float folds = curtain < 1 ? 0.8f + 0.2f * std::sin(160 * fx) : 1.0f;
  const float lamp = 0.5f + 0.8f * (1 - fy) + 0.3f * ValueNoise(9 * fx, 9 * fy, pattern.seed);
  return AlongInks(std::min(1, pattern.inks - 1), pattern.inks - 1,
                   Hash01(ix, iy, pattern.seed + 1),
                   curtain * folds * lamp * (0.3f + Hash01(ix, iy, pattern.seed + 2)));
}

Blend GroundPattern(const Pattern& pattern, const SurfacePoint& p) {
  const float stain = Fractal(p.u / pattern.size_mm, p.v / pattern.size_mm, 4, pattern.seed);
  const float grain = ValueNoise(p.u / 4, p.v / 4, pattern.seed + 5);
  const float sand = ValueNoise(p.u / 1.3f, p.v / 1.3f, pattern.seed + 6);
  const float t = Clamp01(0.5f + pattern.contrast * (stain - 0.5f) + 0.35f * (grain - 0.5f));
  return AlongInks(0, pattern.inks - 1, t, 0.65f + 0.4f * grain + 0.3f * sand);
}

// From afar, u and v along the ground: meadows in patches, woods whose crowns are lit from above.
Blend HillPattern(const Pattern& pattern, const SurfacePoint& p) {
  const float k = 1 / pattern.size_mm, u = k * p.u, v = k * p.v;
  const float field = Fractal(u, v, 4, pattern.seed);
  const float fine = Fractal(40 * u, 40 * v, 5, pattern.seed + 3);
  if (field < pattern.ratio) {  // woods
    const float crown = Fractal(60 * u, 60 * v, 4, pattern.seed + 9);
    return TwoInks(0, std::min(1, pattern.inks - 1), Clamp01(2.2f * (crown - 0.3f)),
                   0.35f + 0.9f * crown);
  }
  const float mown = Hash01(FloorInt(6 * u), FloorInt(6 * v), pattern.seed);
  const int first = std::min(2, pattern.inks - 1);
  return AlongInks(first, pattern.inks - 1, Clamp01(0.6f * mown + 0.8f * (fine - 0.3f)),
                   0.8f + 0.4f * fine);
}

}  // namespace petzval
