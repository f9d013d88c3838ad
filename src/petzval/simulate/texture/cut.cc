// Outlines that are cut from a square: leaves, blades of grass, lattices.
#include <cmath>

#include "petzval/simulate/texture/noise.h"
#include "petzval/simulate/texture/pattern.h"

namespace petzval {
namespace {

float Part(float v) { return v - static_cast<float>(FloorInt(v)); }

// An ovate blade with a serrated margin and a stalk.
bool InLeaf(float u, float v, uint32_t piece) {
  const float t = (u - 0.12f) / 0.88f, side = std::fabs(v - 0.5f);
  if (t <= 0) return side < 0.015f;
  const float fat = 0.8f + 0.4f * Hash01(static_cast<int>(piece), 1, 7);
  const float width = 0.62f * fat * std::sqrt(t) * (1 - t) * (1.55f - 0.5f * t);
  const float teeth = 0.022f * Part(19 * t - 0.8f * side);
  return side < width - teeth || (side < 0.008f && t < 0.99f);
}

// Five pointed lobes.
bool InMaple(float u, float v) {
  const float x = u - 0.42f, y = v - 0.5f, radius = std::hypot(x, y);
  if (u < 0.3f && std::fabs(y) < 0.012f) return true;
  const float turn = std::atan2(y, x);
  if (std::fabs(turn) > 2.6f) return radius < 0.08f;
  const float lobe = std::fabs(Part(turn / 1.02f + 0.5f) - 0.5f);
  const float teeth = 0.03f * std::fabs(Part(turn * 4.3f) - 0.5f);
  return radius < 0.50f - 0.58f * lobe - teeth - 0.04f * std::fabs(turn);
}

}  // namespace

bool Kept(CutKind cut, float u, float v, uint32_t piece) {
  switch (cut) {
    case CutKind::kNone:
      return true;
    case CutKind::kLeaf:
      return InLeaf(u, v, piece);
    case CutKind::kMaple:
      return InMaple(u, v);
    case CutKind::kGrass: {
      const float bend = 0.3f * (Hash01(static_cast<int>(piece), 2, 7) - 0.5f) * u * u;
      return std::fabs(v - 0.5f - bend) < 0.12f * (1 - u) + 0.004f;
    }
    case CutKind::kLattice: {
      const float a = Part(12 * (u + v)), b = Part(12 * (u - v));
      return a < 0.2f || b < 0.2f;
    }
    case CutKind::kDisc:
      return (u - 0.5f) * (u - 0.5f) + (v - 0.5f) * (v - 0.5f) < 0.25f;
    case CutKind::kPuddles:
      return Fractal(14 * u, 22 * v, 5, 21) + 0.05f * ValueNoise(900 * u, 1400 * v, 3) < 0.555f;
  }
  return true;
}

}  // namespace petzval
