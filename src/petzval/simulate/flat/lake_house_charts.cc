// The board of charts and the sign: parts of the scene with exact definitions.
#include <cmath>

#include "petzval/simulate/flat/lake_house.h"
#include "petzval/simulate/texture/glyphs.h"

namespace petzval {
namespace {

bool Holds(const Rect& r, float x_px, float y_px) {
  return x_px >= static_cast<float>(r.x) - 0.5f && y_px >= static_cast<float>(r.y) - 0.5f &&
         x_px < static_cast<float>(r.x + r.width) - 0.5f &&
         y_px < static_cast<float>(r.y + r.height) - 0.5f;
}

}  // namespace

// 0.12 + 0.10 cos(pi r^2 / w): the local frequency reaches half a cycle per pixel at r = w / 2.
Rgb LakeHouse::ZonePlate(float x_px, float y_px) const {
  const float w = static_cast<float>(zone_.width);
  const float dx = x_px + 0.5f - static_cast<float>(zone_.x) - w / 2;
  const float dy = y_px + 0.5f - static_cast<float>(zone_.y) - w / 2;
  const float v = 0.12f + 0.10f * std::cos(static_cast<float>(M_PI) * (dx * dx + dy * dy) / w);
  return {v, v, v};
}

// 0.03 | 0.30 along x + 0.087 y = w / 2 in pixels of the panel, about 5 degrees from the vertical.
Rgb LakeHouse::SlantedEdge(float x_px, float y_px) const {
  const float w = static_cast<float>(slanted_.width);
  const float x = x_px + 0.5f - static_cast<float>(slanted_.x);
  const float y = y_px + 0.5f - static_cast<float>(slanted_.y);
  const float v = Mix(0.03f, 0.30f, Clamp01((x + 0.087f * (y - w / 2) - w / 2) * 2 + 0.5f));
  return {v, v, v};
}

Rgb LakeHouse::PatchChart(float x_px, float y_px) const {
  for (const Patch& patch : patches_) {
    if (Holds(patch.box, x_px, y_px)) return patch.color;
  }
  return {};
}

LakeHouse::Layer LakeHouse::Board(float x, float y) const {
  if (x < board_x_ - 0.08f) return {};
  const float x_px = x * unit_ - 0.5f;
  const float y_px = (y - 3) * unit_ + static_cast<float>(height_) - 0.5f;
  if (Holds(zone_, x_px, y_px)) return {ZonePlate(x_px, y_px), 1};
  if (Holds(slanted_, x_px, y_px)) return {SlantedEdge(x_px, y_px), 1};
  if (Holds(chart_, x_px, y_px)) return {PatchChart(x_px, y_px), 1};

  // A dark wooden board behind the panels, on two posts.
  const float left = board_x_ - 0.04f, right = board_x_ + 0.795f;
  const float board = Inside(x, left, right) * Inside(y, 0.04f, 2.72f);
  const float posts =
      (Inside(x, left + 0.06f, left + 0.11f) + Inside(x, right - 0.11f, right - 0.06f)) *
      Inside(y, 2.6f, 2.93f);
  const float cover = std::max(board, posts);
  if (cover <= 0) return {};
  const float grain =
      Texture(x, y, 14, 90, seed_ + 40) * 0.6f + 0.4f * ValueNoise(x * 3, y * 160, seed_ + 44);
  const float bevel = 1 - 0.5f * SmoothStep(0.015f, 0.0f, std::min(x - left, right - x));
  return {(0.35f + grain) * bevel * Rgb{0.055f, 0.036f, 0.026f}, cover};
}

LakeHouse::Layer LakeHouse::Sign(float x, float y) const {
  const float x_px = x * unit_ - 0.5f;
  const float y_px = (y - 3) * unit_ + static_cast<float>(height_) - 0.5f;
  if (!Holds(sign_, x_px, y_px)) return {};
  const Rgb ground = {0.020f, 0.022f, 0.026f}, ink = {0.35f, 0.33f, 0.30f};
  for (size_t i = 0; i < sign_lines_.size(); ++i) {
    const auto& [stroke, text] = sign_lines_[i];
    const float row = (y_px + 0.5f - sign_line_y_px_[i]) / stroke;
    if (row < 0 || row >= kGlyphHeight) continue;
    const float margin = 2.2f * sign_lines_[0].first;
    const float column = (x_px + 0.5f - static_cast<float>(sign_.x) - margin) / stroke;
    if (column < 0) break;
    const int letter = static_cast<int>(column) / kGlyphAdvance;
    if (letter >= static_cast<int>(text.size())) break;
    const bool inked =
        GlyphInk(text[letter], static_cast<int>(column) % kGlyphAdvance, static_cast<int>(row));
    return {inked ? ink : ground, 1};
  }
  return {ground, 1};
}

}  // namespace petzval
