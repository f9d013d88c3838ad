// Sky, mountains, lake and meadow.
#include <array>
#include <cmath>

#include "petzval/simulate/flat/lake_house.h"

namespace petzval {
namespace {

constexpr float kHorizon = 1.56f, kSunX = 1.44f, kSunY = 1.36f;

// Smooth gradient through five colours from the zenith to the horizon.
Rgb SkyGradient(float t) {
  static constexpr std::array<float, 5> at = {0.0f, 0.36f, 0.62f, 0.82f, 1.0f};
  static constexpr std::array<Rgb, 5> color = {{{0.0024f, 0.0040f, 0.0105f},
                                                {0.0070f, 0.0125f, 0.0330f},
                                                {0.0480f, 0.0610f, 0.1150f},
                                                {0.2600f, 0.1850f, 0.1800f},
                                                {0.6200f, 0.3100f, 0.1300f}}};
  for (size_t i = 1; i < at.size(); ++i) {
    if (t <= at[i]) return Mix(color[i - 1], color[i], SmoothStep(at[i - 1], at[i], t));
  }
  return color.back();
}

}  // namespace

Rgb LakeHouse::Sky(float x, float y) const {
  const float dx = x - kSunX, dy = y - kSunY;
  // Away from the sun the glow sinks to the horizon.
  const float t = Clamp01(y / kHorizon - 0.035f * dx * dx);
  Rgb sky = SkyGradient(t);
  const float d2 = dx * dx + 2.2f * dy * dy;
  sky = sky + 0.75f * std::exp(-d2 / 0.10f) * Rgb{1.0f, 0.50f, 0.16f};
  sky = sky + 0.16f * std::exp(-d2 / 0.9f) * Rgb{1.0f, 0.42f, 0.20f};

  // Streaks of cloud, lit from below near the sun and purple away from it; none among the stars.
  const float low = SmoothStep(0.62f, 0.95f, y);
  if (low > 0) {
    const float warp = Fractal(x * 1.1f, y * 2.0f, 2, seed_ + 1);
    const float f = Fractal(x * 1.5f + warp, y * 7.5f + 1.6f * warp, 6, seed_ + 3, 0.55f);
    const float cloud = low * SmoothStep(0.47f, 0.66f, f);
    const float lit = std::exp(-(dx * dx * 0.9f + dy * dy * 3));
    const float rim = SmoothStep(0.66f, 0.50f, f);
    Rgb color =
        Mix(Rgb{0.075f, 0.062f, 0.105f}, Rgb{0.80f, 0.30f, 0.17f}, lit * (0.35f + 0.65f * rim));
    sky = Mix(sky, color, 0.85f * cloud);
  }
  // The sun itself, far above white.
  const float r = std::sqrt(dx * dx + dy * dy);
  const float disc = Clamp01((0.05f - r) / (2 * edge_) + 0.5f);
  return Mix(sky, Rgb{5.0f, 3.6f, 2.0f}, disc);
}

float LakeHouse::Ridge(float x, float level, float height, float grain, uint32_t seed) const {
  float sum = 0, weight = 1, scale = grain;
  for (uint32_t i = 0; i < 6; ++i) {
    sum += weight * (ValueNoise(x * scale, 0.5f, seed_ + seed + i) - 0.5f);
    weight *= 0.48f;
    scale *= 2.1f;
  }
  return level - height * sum;
}

LakeHouse::Layer LakeHouse::Mountains(float x, float y) const {
  if (y < 1.12f) return {};
  // The far range opens where the sun stands; air takes its contrast.
  const float gap = std::exp(-(x - kSunX) * (x - kSunX) / 0.12f);
  const float far_top = Ridge(x, 1.34f + 0.09f * gap, 0.30f, 1.3f, 10);
  const float near_top = Ridge(x, 1.47f + 0.02f * gap, 0.16f, 2.3f, 20);
  const float near_cover = Clamp01((y - near_top) / (2 * edge_) + 0.5f);
  const float far_cover = Clamp01((y - far_top) / (2 * edge_) + 0.5f);
  if (near_cover <= 0 && far_cover <= 0) return {};
  const float glow = std::exp(-(x - kSunX) * (x - kSunX) / 0.5f);
  const float rock = Texture(x, y + 0.26f * x, 26, 34, seed_ + 30, 0.6f);
  const Rgb air = Mix(Rgb{0.085f, 0.075f, 0.110f}, Rgb{0.34f, 0.18f, 0.12f}, glow);
  const float depth = SmoothStep(far_top, far_top + 0.25f, y);
  const Rgb far_color =
      Mix((0.35f + 1.3f * rock) * Rgb{0.050f, 0.046f, 0.062f}, air, 0.35f + 0.4f * depth);
  const float trees = Texture(x, y, 60, 75, seed_ + 36, 0.65f);
  const Rgb near_color = Mix((0.2f + 1.6f * trees) * Rgb{0.026f, 0.036f, 0.030f}, air, 0.18f);
  return {Mix(far_color, near_color, near_cover), std::max(near_cover, far_cover)};
}

// Conifers on the far shore: three rows of cones with ragged edges.
LakeHouse::Layer LakeHouse::Forest(float x, float y) const {
  if (y < 1.40f || y > kHorizon + 0.01f) return {};
  float cover = 0, shade = 0;
  for (int row = 0; row < 3; ++row) {
    const float width = 0.030f + 0.008f * static_cast<float>(row);
    const float base = x / width + 0.37f * static_cast<float>(row);
    for (int k = -1; k <= 1; ++k) {
      const int cell = FloorInt(base) + k;
      const uint32_t s = seed_ + 50 + static_cast<uint32_t>(row);
      const float stand =
          SmoothStep(0.35f, 0.6f, ValueNoise(static_cast<float>(cell) * 0.13f, 7, s));
      const float height = (0.05f + 0.07f * Hash01(cell, 1, s)) * stand;
      const float top = kHorizon - height;
      if (height < 0.01f || y < top) continue;
      const float centre = static_cast<float>(cell) + 0.5f + 0.4f * (Hash01(cell, 2, s) - 0.5f);
      const float twigs = Texture(x, y, 200, 100, s + 9, 0.6f);
      const float half = 0.75f * (y - top) / height * (0.55f + 0.9f * twigs);
      const float in = Clamp01((half - std::abs(base - centre)) * width / (2 * edge_) + 0.5f);
      if (in > cover) {
        cover = in;
        shade = 0.4f + 0.9f * twigs + 0.3f * Hash01(cell, 3, s);
      }
    }
  }
  return {shade * Rgb{0.016f, 0.023f, 0.017f}, cover};
}

LakeHouse::Layer LakeHouse::Lake(float x, float y) const {
  const float cover = Clamp01((y - kHorizon) / (2 * edge_) + 0.5f);
  if (cover <= 0) return {};
  // Waves shorten towards the horizon; each facet mirrors another part of the sky.
  const float depth = std::max(0.004f, y - kHorizon);
  const float wave =
      Fractal(x * 1.6f / (depth + 0.05f), 0.9f / (depth + 0.02f), 4, seed_ + 60, 0.6f) - 0.5f;
  const float tilt = wave * (0.25f + 1.2f * depth);
  const float mirror_y = 2 * kHorizon - y - 0.15f - tilt * 1.4f;
  const float mirror_x = x + 0.10f * tilt;
  Rgb sky = SkyGradient(Clamp01(mirror_y / kHorizon));
  const float dx = mirror_x - kSunX;
  // The path of the sun over the water, broken into glints.
  const float path = std::exp(-dx * dx / (0.004f + 0.05f * depth));
  const float glint = SmoothStep(0.05f, 0.22f, wave);
  sky = sky + path * (0.10f + 2.2f * glint) * Rgb{0.95f, 0.50f, 0.20f};
  return {0.72f * sky + Rgb{0.004f, 0.007f, 0.010f}, cover};
}

LakeHouse::Layer LakeHouse::Meadow(float x, float y) const {
  // The shore falls from the house on the right to the lake on the left.
  const float rise = SmoothStep(1.45f, 2.25f, x);
  if (y < 1.62f) return {};
  float cover = 1;
  if (y < 1.96f) {
    const float shore =
        Mix(1.90f, 1.66f, rise) + 0.045f * (Fractal(x * 4, 0.3f, 5, seed_ + 70) - 0.5f);
    cover = Clamp01((y - shore) / (2 * edge_) + 0.5f);
    if (cover <= 0) return {};
  }

  // Perspective: `near` is 0 at the shore and 1 at the lower border; details grow with it.
  const float near = Clamp01((y - 1.62f) / 1.38f);
  const float size = 0.25f + near;
  const float patchy = Fractal(x * 5 / size, y * 9 / size, 3, seed_ + 76);
  const float tufts = Texture(x, y, 40 / size, 22 / size, seed_ + 82, 0.6f);
  Rgb color =
      Mix(Rgb{0.030f, 0.058f, 0.014f}, Rgb{0.120f, 0.125f, 0.030f}, SmoothStep(0.3f, 0.7f, patchy));
  color = (0.25f + 1.5f * tufts) * color;

  // Single blades in two sizes, leaning with the wind.
  const float lean = (Fractal(x * 6, y * 6, 2, seed_ + 110) - 0.5f) * 1.5f;
  for (int layer = 0; layer < 2; ++layer) {
    const float pitch = (layer == 0 ? 0.010f : 0.017f) * size;
    const float length = pitch * 7;
    const uint32_t s = seed_ + 90 + static_cast<uint32_t>(layer);
    const int row = FloorInt(y / length * 2);
    for (int k = 0; k < 3; ++k) {
      const int r = row - k;
      // Height above the row: about 0 at the root, 1 at the tip. The lean moves the tip aside.
      const float above = (static_cast<float>(r) + 2.5f) / 2 - y / length;
      const float u = x / pitch + lean * above * std::abs(above);
      const int cell = FloorInt(u);
      if (Hash01(cell, r, s) > 0.55f) continue;
      const float h = above - 0.5f * Hash01(cell, r, s + 7);
      if (h < 0 || h > 1) continue;
      const float centre = static_cast<float>(cell) + 0.3f + 0.4f * Hash01(cell, r, s + 3);
      const float half = 0.26f * (1 - h * h);
      const float in = Clamp01((half - std::abs(u - centre)) * pitch / (2 * edge_) + 0.5f);
      if (in <= 0) continue;
      const float tone = Hash01(cell, r, s + 5);
      const Rgb blade =
          Mix(Rgb{0.045f, 0.090f, 0.020f}, Rgb{0.210f, 0.200f, 0.060f}, tone * (0.4f + 0.6f * h));
      color = Mix(color, (0.45f + 0.9f * h) * blade, in * 0.9f);
    }
  }

  // Flowers: poppies, buttercups, daisies, bluebells.
  const float cell_size = 0.060f * size;
  const int cx = FloorInt(x / cell_size), cy = FloorInt(y / cell_size * 1.6f);
  for (int k = 0; k < 9; ++k) {
    const int ix = cx + k % 3 - 1, iy = cy + k / 3 - 1;
    const float chance = Hash01(ix, iy, seed_ + 100);
    if (chance > 0.67f) continue;
    const float stand =
        ValueNoise(static_cast<float>(ix) * 0.21f, static_cast<float>(iy) * 0.3f, seed_ + 101);
    if (chance > 0.75f * stand - 0.08f) continue;
    const float fx = (static_cast<float>(ix) + Hash01(ix, iy, seed_ + 102)) * cell_size;
    const float fy = (static_cast<float>(iy) + Hash01(ix, iy, seed_ + 103)) * cell_size / 1.6f;
    const float dx = x - fx, dy = (y - fy) * 1.35f;
    const float radius = cell_size * (0.14f + 0.12f * Hash01(ix, iy, seed_ + 104));
    const float d = std::sqrt(dx * dx + dy * dy);
    if (d > 1.3f * radius) continue;
    const float petals =
        1 + 0.22f * std::cos(5 * std::atan2(dy, dx) + 6 * Hash01(ix, iy, seed_ + 105));
    const float in = Clamp01((radius * petals - d) / (2 * edge_) + 0.5f);
    if (in <= 0) continue;
    static constexpr std::array<Rgb, 4> kKinds = {{{0.42f, 0.030f, 0.022f},
                                                   {0.50f, 0.330f, 0.020f},
                                                   {0.46f, 0.450f, 0.430f},
                                                   {0.10f, 0.110f, 0.420f}}};
    const Rgb petal = (0.6f + 0.5f * d / radius) * kKinds[Hash(ix, iy, seed_ + 106) % 4];
    const Rgb heart = {0.30f, 0.19f, 0.02f};
    color = Mix(color, d < 0.35f * radius ? heart : petal, in);
  }

  // A sandy path from the door to the lower border.
  const float way = 2.59f - 0.55f * near * near - 0.06f * std::sin(4 * y);
  const float half = 0.06f + 0.17f * near;
  const float aside = std::abs(x - way) - half;
  if (y > 2.2f && aside < 0.1f * size) {
    const float ragged = 0.12f * size * (Fractal(x * 22, y * 22, 3, seed_ + 112) - 0.5f);
    const float on = SmoothStep(0.02f * size, -0.02f * size, aside + ragged);
    const float pebbles = Texture(x, y, 55 / size, 80 / size, seed_ + 114, 0.7f);
    color = Mix(color, (0.35f + 1.2f * pebbles) * Rgb{0.150f, 0.112f, 0.080f}, on);
  }
  // The last light comes from the lake; the ground darkens towards the viewer.
  const float warm = std::exp(-(x - kSunX) * (x - kSunX) / 0.9f) * (1 - near);
  color = (1.15f - 0.40f * near) * (color * Rgb{1 + 0.8f * warm, 1 + 0.25f * warm, 1.0f});
  return {color, cover};
}

}  // namespace petzval
