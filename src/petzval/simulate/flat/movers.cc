// Van, ball and spark.
#include "petzval/simulate/flat/movers.h"

#include <algorithm>
#include <cmath>

#include "petzval/simulate/texture/glyphs.h"
#include "petzval/simulate/texture/noise.h"

namespace petzval {
namespace {

constexpr int kTurn = 7;  // steps before the way is gone back

// Coverage of v < limit with a soft edge of one sample.
float Below(float v, float limit) { return Clamp01((limit - v) * 2 + 0.5f); }

bool VanText(float x, float y, float stroke) {
  static constexpr char kText[] = "PETZVAL";
  const int column = FloorInt(x / stroke), row = FloorInt(y / stroke);
  if (column < 0 || column >= kGlyphAdvance * 7) return false;
  return GlyphInk(kText[column / kGlyphAdvance], column % kGlyphAdvance, row);
}

SpriteSample Van(float x, float y, float w, float h, uint32_t seed) {
  const float k = h / 150;  // drawn on 220 x 150
  const float u = (x + 0.5f) / k, v = (y + 0.5f) / k;
  const float edge = k;  // soft edges stay one sample wide
  // Body with a round front, wheels below.
  const float bx = std::max(std::abs(u - 110) - 88, 0.0f),
              by = std::max(std::abs(v - 64) - 42, 0.0f);
  const float body = Below((std::sqrt(bx * bx + by * by) - 20) * edge, 0);
  float wheel = 0, hub = 0;
  for (const float cx : {52.0f, 168.0f}) {
    const float d = std::hypot(u - cx, v - 122);
    wheel = std::max(wheel, Below((d - 25) * edge, 0));
    hub = std::max(hub, Below((d - 12) * edge, 0));
  }
  SpriteSample s;
  s.cover = std::max(body, wheel);
  if (s.cover <= 0 || x < -1 || y < -1 || x > w + 1 || y > h + 1) return {};
  const float grain = 0.75f + 0.5f * Fractal(u * 0.30f, v * 0.30f, 4, seed + 300, 0.7f);
  Rgb color = v < 62 ? Rgb{0.34f, 0.31f, 0.24f} : Rgb{0.26f, 0.030f, 0.024f};
  if (std::abs(v - 62) < 2.5f) color = {0.05f, 0.05f, 0.06f};
  color = grain * color;
  for (const float cx : {38.0f, 86.0f, 134.0f, 182.0f}) {
    if (std::abs(u - cx) < 18 && std::abs(v - 37) < 17) {
      color = Mix(Rgb{0.015f, 0.020f, 0.030f}, Rgb{0.30f, 0.20f, 0.14f},
                  SmoothStep(10, -6, u - cx + 1.3f * (v - 37)) * 0.7f);
    }
  }
  if (VanText((u - 47) * k, (v - 73) * k, 3 * k)) color = {0.42f, 0.37f, 0.22f};
  if (u > 213 && std::abs(v - 92) < 7) color = {1.6f, 1.35f, 0.9f};  // head lamp
  if (wheel > 0)
    color = Mix(color, hub > 0.5f ? Rgb{0.20f, 0.20f, 0.21f} : Rgb{0.012f, 0.012f, 0.013f}, wheel);
  s.color = s.cover * color;
  return s;
}

SpriteSample Ball(float x, float y, float size, float cell) {
  const float r = std::hypot(x + 0.5f - size / 2, y + 0.5f - size / 2);
  SpriteSample s;
  s.cover = Below(r, size / 2 - 0.25f);
  if (s.cover <= 0) return {};
  const bool odd = (FloorInt((x + 0.5f) / cell) + FloorInt((y + 0.5f) / cell)) & 1;
  s.color = s.cover * (odd ? Rgb{0.02f, 0.02f, 0.30f} : Rgb{0.50f, 0.45f, 0.05f});
  return s;
}

SpriteSample Spark(float x, float y, int size) {
  constexpr float kSigma = 2, kPeak = 3;
  const float c = static_cast<float>(size - 1) / 2;
  const float d2 = (x - c) * (x - c) + (y - c) * (y - c);
  if (d2 > c * c) return {};
  return {kPeak * std::exp(-d2 / (2 * kSigma * kSigma)) * Rgb{0.6f, 0.8f, 1.0f}, 0};
}

}  // namespace

Rect Mover::BoxAt(int frame) const {
  const int phase = frame % (2 * kTurn);
  const int k = phase <= kTurn ? phase : 2 * kTurn - phase;
  return {start.x + k * step_x_px, start.y + k * step_y_px, start.width, start.height};
}

std::vector<Mover> MakeMovers(const LakeHouse& scene, int height, uint64_t seed) {
  const float unit = scene.unit_px(), top = static_cast<float>(height) - 3 * unit;
  const auto px = [&](float units) { return static_cast<int>(std::lround(units * unit)); };
  const auto at = [&](float x, float y, int w, int h) {
    return Rect{px(x), static_cast<int>(std::lround(top + y * unit)), w, h};
  };
  // Whole pixels, never 0.
  const auto step = [&](int at_unit_384) {
    const int s = static_cast<int>(std::lround(static_cast<float>(at_unit_384) * unit / 384));
    return s != 0 ? s : (at_unit_384 > 0 ? 1 : -1);
  };
  const auto s = static_cast<uint32_t>(seed);
  const int vw = px(220.0f / 384), vh = px(150.0f / 384), ball = px(0.25f);
  constexpr int kSparkBox = 33;
  std::vector<Mover> movers(3);
  movers[0] = {"moving_photo", step(-9), step(5), at(1.60f, 1.98f, vw, vh), [=](float x, float y) {
                 return Van(x, y, static_cast<float>(vw), static_cast<float>(vh), s);
               }};
  movers[1] = {"moving_disc", step(22), step(-4), at(2.05f, 2.62f, ball, ball),
               [=](float x, float y) {
                 return Ball(x, y, static_cast<float>(ball), static_cast<float>(ball) / 8);
               }};
  movers[2] = {"moving_spark", step(12), step(3), at(1.12f, 1.60f, kSparkBox, kSparkBox),
               [=](float x, float y) { return Spark(x, y, kSparkBox); }};
  return movers;
}

}  // namespace petzval
