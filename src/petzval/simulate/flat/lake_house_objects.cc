// Tree, fence, house and lamps.
#include <array>
#include <cmath>

#include "petzval/simulate/flat/lake_house.h"

namespace petzval {
namespace {

constexpr float kWallLeft = 1.97f, kWallRight = 3.05f, kWallTop = 1.30f, kWallBottom = 2.28f;
constexpr float kLampX = 2.43f, kLampY = 1.83f;

struct Direction {
  float c, s;
};
// 256 directions around the circle.
const std::array<Direction, 256>& Directions() {
  static const std::array<Direction, 256> directions = [] {
    std::array<Direction, 256> d;
    for (size_t i = 0; i < d.size(); ++i) {
      const double angle = 2 * M_PI * static_cast<double>(i) / 256;
      d[i] = {static_cast<float>(std::cos(angle)), static_cast<float>(std::sin(angle))};
    }
    return d;
  }();
  return directions;
}

struct Bulb {
  float x, y;
  Rgb color;
};
// A garland from the tree to the house.
constexpr float kWireX0 = 0.96f, kWireX1 = 1.96f, kWireY = 1.13f, kWireSag = 0.09f;
float WireY(float x) {
  const float t = (x - kWireX0) / (kWireX1 - kWireX0);
  return kWireY + 4 * kWireSag * t * (1 - t) + 0.05f * t;
}
const std::array<Bulb, 7>& Bulbs() {
  static const std::array<Bulb, 7> bulbs = [] {
    const std::array<Rgb, 7> colors = {{{3.0f, 0.30f, 0.12f},
                                        {3.0f, 1.90f, 0.35f},
                                        {0.35f, 2.6f, 0.50f},
                                        {0.30f, 2.2f, 2.8f},
                                        {0.25f, 0.45f, 3.4f},
                                        {2.8f, 0.35f, 2.6f},
                                        {3.2f, 2.6f, 1.8f}}};
    std::array<Bulb, 7> b;
    for (size_t i = 0; i < b.size(); ++i) {
      const float x = kWireX0 + (kWireX1 - kWireX0) * (static_cast<float>(i) + 0.5f) / b.size();
      b[i] = {x, WireY(x) + 0.016f, colors[i]};
    }
    return b;
  }();
  return bulbs;
}

}  // namespace

// Pointed leaves of about `scale` on a jittered grid; the last one in hash order lies on top.
Rgb LakeHouse::Leaves(float x, float y, float scale, uint32_t seed, float* cover) const {
  const float gx = x / scale, gy = y / scale;
  const int cx = FloorInt(gx), cy = FloorInt(gy);
  Rgb color;
  *cover = 0;
  uint32_t top = 0;
  for (int k = 0; k < 9; ++k) {
    const int ix = cx + k % 3 - 1, iy = cy + k / 3 - 1;
    const uint32_t h = Hash(ix, iy, seed);
    const float px = static_cast<float>(ix) + 0.15f + 0.7f * static_cast<float>(h & 255) / 255;
    const float py = static_cast<float>(iy) + 0.15f + 0.7f * static_cast<float>(h >> 8 & 255) / 255;
    const float dx = gx - px, dy = gy - py;
    if (dx * dx + dy * dy > 0.72f) continue;
    const Direction d = Directions()[h >> 16 & 255];
    const float u = (d.c * dx + d.s * dy) / 0.80f, v = (d.c * dy - d.s * dx) / 0.80f;
    const float half = 0.36f * (1 - u * u) * (1 - 0.35f * u);
    const float in = Clamp01((half - std::abs(v)) * 0.8f * scale / (2 * edge_) + 0.5f);
    if (in <= 0 || h < top) continue;
    // Whether a twig is there: the crown is a heap of round clumps.
    const float wx = px * scale, wy = py * scale;
    const float ex = (wx - 0.57f) / 0.50f, ey = (wy - 1.22f) / 0.40f;
    const float inside = 1.0f - ex * ex - ey * ey;
    if (inside < -0.25f) continue;
    const float clumps = Fractal(wx * 4.4f, wy * 5.2f, 3, seed_ + 130);
    const float density = inside + 0.15f + 1.7f * (clumps - 0.5f);
    if (density < 0.22f + 0.25f * static_cast<float>(h >> 24) / 255) continue;
    top = h;
    const uint32_t tone = Hash(ix, iy, seed + 7);
    const float dry = SmoothStep(0.62f, 0.95f, static_cast<float>(tone & 255) / 255);
    const Rgb green = Mix(Rgb{0.022f, 0.055f, 0.010f}, Rgb{0.105f, 0.150f, 0.022f},
                          static_cast<float>(tone >> 8 & 255) / 255);
    const Rgb leaf = Mix(green, Rgb{0.30f, 0.115f, 0.014f}, dry);
    // Light from the lake side, shade between the clumps, a pale rib.
    const float lit = 0.55f + 0.50f * (v / 0.4f) * (d.s > 0 ? 1.0f : -1.0f) + 0.35f * ex;
    const float shade = 0.20f + 1.0f * SmoothStep(0.34f, 0.62f, clumps);
    const float rib = SmoothStep(0.05f, 0.01f, std::abs(v)) * 0.5f;
    const float skin = 0.7f + 0.6f * ValueNoise(gx * 9, gy * 9, seed_ + 135);
    const Rgb lit_leaf = (skin * std::max(0.15f, lit) * shade + rib * shade) * leaf;
    color = *cover > 0 ? Mix(color, lit_leaf, in) : lit_leaf;
    *cover = std::max(*cover, in);
  }
  return color;
}

LakeHouse::Layer LakeHouse::Tree(float x, float y) const {
  if (x > 1.25f || y < 0.70f || y > 2.45f) return {};
  Layer tree;
  const auto behind = [&](Rgb color, float cover) {
    const float open = (1 - tree.cover) * cover;
    if (open <= 0) return;
    const float total = tree.cover + open;
    tree.color = Mix(tree.color, color, open / total);
    tree.cover = total;
  };
  float cover;
  const std::array<float, 5> scales = {0.034f, 0.030f, 0.026f, 0.022f, 0.018f};
  if (y < 1.80f) {
    for (uint32_t i = 0; i < scales.size() && tree.cover < 0.999f; ++i) {
      const Rgb color = Leaves(x, y, scales[i], seed_ + 140 + 20 * i, &cover);
      behind((1.2f - 0.22f * static_cast<float>(i)) * color, cover);
    }
  }
  // Trunk and two boughs.
  const float sway =
      0.025f * std::sin(5 * y) + 0.01f * (Fractal(y * 12, 0.7f, 3, seed_ + 200) - 0.5f);
  const float half = 0.045f + 0.05f * SmoothStep(2.15f, 2.42f, y) - 0.012f * (2.2f - y);
  const float axis = 0.60f + sway;
  float wood = Inside(x, axis - half, axis + half) * Inside(y, 1.15f, 2.42f);
  const float left = 0.60f - 0.45f * (1.62f - y), right = 0.60f + 0.50f * (1.66f - y);
  if (y < 1.64f && y > 1.1f) {
    wood = std::max(wood, Inside(x, left - 0.022f, left + 0.022f));
    wood = std::max(wood, Inside(x, right - 0.018f, right + 0.018f));
  }
  if (wood > 0) {
    const float bark = Texture(x, y, 70, 16, seed_ + 204, 0.65f);
    const float side = 0.45f + 0.9f * Clamp01((x - axis) / (2 * half) + 0.5f);
    behind(side * (0.25f + 1.4f * bark) * Rgb{0.070f, 0.048f, 0.036f}, wood);
  }
  return tree;
}

LakeHouse::Layer LakeHouse::Fence(float x, float y) const {
  if (x > 1.24f || y < 2.32f || y > 2.84f) return {};
  const float pitch = 0.078f, width = 0.050f;
  const float u = (x + 0.3f) / pitch;
  const int picket = FloorInt(u);
  const float in_x = (u - static_cast<float>(picket)) * pitch;
  const float end = picket < 20 && x < 1.235f ? 1.0f : 0.0f;
  const float top =
      2.40f + 0.012f * (Hash01(picket, 1, seed_ + 210) - 0.5f) + 0.9f * std::abs(in_x - width / 2);
  float cover = end * Inside(in_x, 0, width) * Inside(y, top, 2.80f);
  float shade = 0.80f + 0.35f * Hash01(picket, 2, seed_ + 210);
  if (cover <= 0) {
    // Rails behind the pickets, in their shadow.
    cover = end * std::max(Inside(y, 2.475f, 2.515f), Inside(y, 2.665f, 2.705f));
    shade = 0.45f;
  }
  if (cover <= 0) return {};
  const float grain =
      Texture(x, y + 0.27f * static_cast<float>(picket), 130, 11, seed_ + 214, 0.6f);
  const float worn = SmoothStep(0.52f, 0.70f, Texture(x, y, 30, 24, seed_ + 220));
  const Rgb paint = Mix(Rgb{0.26f, 0.25f, 0.245f}, Rgb{0.085f, 0.070f, 0.056f}, worn);
  const float edge = 1 - 0.45f * SmoothStep(0.008f, 0.0f, std::min(in_x, width - in_x));
  return {shade * edge * (0.55f + 0.8f * grain) * paint, cover};
}

Rgb LakeHouse::BrickWall(float x, float y) const {
  const float height = 0.046f, width = 0.118f, mortar = 0.0075f;
  const int row = FloorInt(y / height);
  const float shifted = x / width + (row & 1 ? 0.5f : 0.0f);
  const int brick = FloorInt(shifted);
  const float u = (shifted - static_cast<float>(brick)) * width,
              v = y - static_cast<float>(row) * height;
  const float wobble = 0.0025f * (Fractal(x * 50, y * 50, 2, seed_ + 230) - 0.5f);
  const float in = Inside(u + wobble, mortar / 2, width - mortar / 2) *
                   Inside(v + wobble, mortar / 2, height - mortar / 2);
  const float tone = Hash01(brick, row, seed_ + 234), hue = Hash01(brick, row, seed_ + 235);
  const float grain = Texture(x, y, 110, 110, seed_ + 236, 0.7f);
  Rgb clay = Mix(Rgb{0.210f, 0.070f, 0.045f}, Rgb{0.150f, 0.078f, 0.058f}, hue);
  clay = (0.50f + 0.8f * tone) * (0.5f + grain) * clay;
  const Rgb joint = (0.6f + 0.7f * grain) * Rgb{0.150f, 0.140f, 0.130f};
  // Joints lie deeper: the upper one is in shadow.
  return Mix((v < mortar ? 0.6f : 1.0f) * joint, clay, in);
}

// x, y from -1 to 1 inside the frame.
Rgb LakeHouse::Window(float x, float y, uint32_t seed) const {
  const float soft = edge_ / 0.13f;
  const auto bar = [&](float v, float half) {
    return Clamp01((half - std::abs(v)) / (2 * soft) + 0.5f);
  };
  const float frame = std::max({bar(std::abs(x) - 0.94f, 0.08f), bar(std::abs(y) - 0.94f, 0.08f),
                                bar(x, 0.05f), bar(y + 0.15f, 0.04f)});
  // A lit room: a lamp behind a curtain, a plant on the sill.
  const float d2 = (x - 0.25f) * (x - 0.25f) + (y + 0.35f) * (y + 0.35f);
  Rgb room = (0.30f + 1.15f * std::exp(-d2 / 0.25f)) * Rgb{0.95f, 0.50f, 0.17f};
  const float fold = 0.72f + 0.28f * std::sin(26 * x + 2 * std::sin(3 * y));
  const float curtain = SmoothStep(0.45f, 0.60f, std::abs(x) + 0.10f * std::sin(3 * y));
  room = Mix(room, fold * (room * Rgb{0.75f, 0.42f, 0.34f}), curtain);
  const float plant = Fractal(x * 9 + static_cast<float>(seed % 64), y * 9, 4, seed, 0.6f) -
                      0.75f * (y - 0.2f) * -1.0f;
  const float leaf = SmoothStep(0.98f, 1.04f, plant + 0.2f * (1 - std::abs(x + 0.3f)));
  room = Mix(room, Rgb{0.030f, 0.050f, 0.018f}, leaf);
  return Mix(room, Rgb{0.16f, 0.155f, 0.150f}, frame);
}

LakeHouse::Layer LakeHouse::House(float x, float y) const {
  if (x < 1.85f || x > 3.2f || y < 0.70f || y > 2.34f) return {};
  const Rgb dusk = {0.60f, 0.58f, 0.72f};  // light of the sky on what faces us
  // Chimney.
  const float chimney = Inside(x, 2.72f, 2.86f) * Inside(y, 0.78f, 1.05f);
  // Roof: a trapezoid of tiles.
  const float slope = (y - 0.94f) / 0.38f;
  const float roof =
      Inside(y, 0.94f, 1.325f) * Inside(x, 2.10f - 0.20f * slope, 2.94f + 0.19f * slope);
  if (roof > 0) {
    const float row_height = 0.036f, tile_width = 0.048f;
    const int row = FloorInt(y / row_height);
    const float v = y / row_height - static_cast<float>(row);
    const float shifted = x / tile_width + (row & 1 ? 0.5f : 0.0f);
    const int tile = FloorInt(shifted);
    const float u = shifted - static_cast<float>(tile) - 0.5f;
    const float round = Clamp01(1.15f - v * v * 0.5f - 2.2f * u * u * v);
    const float tone = 0.6f + 0.6f * Hash01(tile, row, seed_ + 250);
    const float grain = 0.55f + 0.9f * Texture(x, y, 90, 90, seed_ + 252, 0.65f);
    const float moss = SmoothStep(0.55f, 0.75f, Fractal(x * 8, y * 10, 4, seed_ + 258));
    Rgb color = Mix(Rgb{0.120f, 0.062f, 0.052f}, Rgb{0.055f, 0.070f, 0.030f}, 0.7f * moss);
    color = (tone * grain * round * (v < 0.16f ? 0.35f : 1.0f)) * color;
    const float west = 1 + 0.9f * SmoothStep(2.7f, 1.9f, x);  // the sun stands on the left
    return {west * (color * dusk) + 0.02f * west * Rgb{0.8f, 0.4f, 0.2f}, roof};
  }
  if (chimney > 0) return {dusk * BrickWall(x + 0.4f, y), chimney};

  const float wall = Inside(x, kWallLeft, kWallRight) * Inside(y, kWallTop, kWallBottom);
  if (wall <= 0) return {};
  if (const Layer sign = Sign(x, y); sign.cover > 0) return sign;

  const auto window = [&](float cx, float cy, uint32_t seed, Rgb* out) {
    const float u = (x - cx) / 0.13f, v = (y - cy) / 0.15f;
    if (std::abs(u) > 1.02f || std::abs(v) > 1.02f) return false;
    *out = Window(u, v, seed);
    return true;
  };
  Rgb glass;
  if (window(2.19f, 1.92f, seed_ + 270, &glass) || window(2.87f, 1.92f, seed_ + 280, &glass)) {
    return {glass, wall};
  }
  const Rgb light = dusk + LampOnWall(x, y);
  // Sills, and the shadow under the eaves.
  const bool sill =
      (std::abs(x - 2.19f) < 0.155f || std::abs(x - 2.87f) < 0.155f) && y > 2.073f && y < 2.10f;
  if (sill)
    return {
        (0.8f + 0.4f * Texture(x, y, 60, 60, seed_ + 262)) * (light * Rgb{0.17f, 0.165f, 0.155f}),
        wall};
  // The door: planks, a small lit pane, a brass knob.
  if (std::abs(x - 2.59f) < 0.095f && y > 1.86f) {
    const float plank = std::fmod(x * 30, 1.0f);
    const float grain = 0.6f + 0.7f * Texture(x, y, 100, 9, seed_ + 264, 0.6f);
    Rgb door = grain * (plank < 0.10f ? 0.35f : 1.0f) * (light * Rgb{0.030f, 0.085f, 0.080f});
    if (std::abs(x - 2.59f) < 0.05f && std::abs(y - 1.97f) < 0.055f) door = {0.75f, 0.42f, 0.15f};
    const float kx = x - 2.66f, ky = y - 2.10f;
    if (kx * kx + ky * ky < 0.011f * 0.011f) door = {0.55f, 0.38f, 0.14f};
    return {door, wall};
  }
  const float eaves = 0.35f + 0.65f * SmoothStep(kWallTop + 0.01f, kWallTop + 0.09f, y);
  return {eaves * (light * BrickWall(x, y)), wall};
}

// The lamp beside the door throws a warm pool on the wall.
Rgb LakeHouse::LampOnWall(float x, float y) const {
  const float dx = x - kLampX, dy = y - kLampY - 0.05f;
  const float d2 = dx * dx + dy * dy;
  return (0.055f / (0.012f + d2)) * std::exp(-d2 / 0.35f) * Rgb{1.0f, 0.60f, 0.26f};
}

// The wire of the garland and the sockets.
LakeHouse::Layer LakeHouse::Wire(float x, float y) const {
  if (x < kWireX0 || x > kWireX1 || y < 1.05f || y > 1.4f) return {};
  float cover = Inside(y, WireY(x) - 0.0022f, WireY(x) + 0.0022f);
  for (const Bulb& bulb : Bulbs()) {
    cover = std::max(cover, Inside(x, bulb.x - 0.007f, bulb.x + 0.007f) *
                                Inside(y, bulb.y - 0.022f, bulb.y - 0.006f));
  }
  return {{0.010f, 0.010f, 0.011f}, cover};
}

Rgb LakeHouse::Lights(float x, float y) const {
  Rgb sum;
  const float dx = x - kLampX, dy = y - kLampY;
  const float d2 = dx * dx + dy * dy;
  if (d2 < 0.6f) {
    const float core = std::exp(-d2 / (2 * 0.024f * 0.024f)),
                glow = std::exp(-d2 / (2 * 0.13f * 0.13f));
    sum = (3.2f * core + 0.10f * glow) * Rgb{1.0f, 0.75f, 0.40f};
  }
  if (y > 0.95f && y < 1.55f && x > 0.7f && x < 2.2f) {
    for (const Bulb& bulb : Bulbs()) {
      const float bx = x - bulb.x, by = y - bulb.y;
      const float r2 = bx * bx + by * by;
      if (r2 > 0.05f) continue;
      sum = sum + (std::exp(-r2 / (2 * 0.0095f * 0.0095f)) +
                   0.022f * std::exp(-r2 / (2 * 0.05f * 0.05f))) *
                      bulb.color;
    }
  }
  return sum;
}

}  // namespace petzval
