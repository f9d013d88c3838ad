// Layout of the scene and the order of its layers.
#include "petzval/simulate/flat/lake_house.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "petzval/base/random.h"
#include "petzval/simulate/texture/glyphs.h"

namespace petzval {
namespace {

// Boxes in layout units; the horizon lies at 1.55, the ground ends at 3.
constexpr float kBoardMargin = 0.85f, kPanel = 0.755f;
constexpr std::array<float, 3> kPanelTop = {0.08f, 0.99f, 1.927f};
constexpr int kPatchRows = 4, kPatchColumns = 6;
constexpr int kStars = 30;

}  // namespace

LakeHouse::LakeHouse(int width, int height, uint64_t seed)
    : width_(width), height_(height), seed_(static_cast<uint32_t>(seed * 0x9e3779b9u)) {
  unit_ = std::min(static_cast<float>(width) / 4, static_cast<float>(height) / 3);
  edge_ = 0.5f / unit_;
  board_x_ = static_cast<float>(width) / unit_ - kBoardMargin;
  zone_ = PixelBox(board_x_, kPanelTop[0], kPanel, kPanel);
  slanted_ = PixelBox(board_x_, kPanelTop[1], kPanel, kPanel);
  chart_ = PixelBox(board_x_, kPanelTop[2], kPanel, kPanel);
  sign_ = PixelBox(2.035f, 1.355f, 0.95f, 0.34f);

  // 4 x 6 patches: any colour, the last row neutral.
  Random random(seed, 1);
  const int w = chart_.width / kPatchColumns, h = chart_.height / kPatchRows;
  for (int row = 0; row < kPatchRows; ++row) {
    for (int column = 0; column < kPatchColumns; ++column) {
      Patch patch{{chart_.x + column * w, chart_.y + row * h, w, h}, {}};
      if (row + 1 == kPatchRows) {
        const float v = 0.01f * std::pow(60.0f, static_cast<float>(column) / (kPatchColumns - 1));
        patch.color = {v, v, v};
      } else {
        const auto channel = [&] { return static_cast<float>(random.Uniform(0.01, 0.5)); };
        patch.color.r = channel();
        patch.color.g = channel();
        patch.color.b = channel();
      }
      patches_.push_back(patch);
    }
  }
  chart_.width = w * kPatchColumns;
  chart_.height = h * kPatchRows;

  // Stars in the dark part of the sky; peaks over a decade, positions between the pixels.
  const Rect sky = StarBox();
  // No star in the 5x5 sites of another one, where there is room for that.
  for (int tries = 0; static_cast<int>(stars_.size()) < kStars && tries < 1000; ++tries) {
    Star star;
    star.x_px = random.Uniform(sky.x + 4, sky.x + sky.width - 4);
    star.y_px = random.Uniform(sky.y + 4, sky.y + sky.height - 4);
    star.peak = static_cast<float>(0.06 * std::pow(12, random.Uniform()));
    const bool close = std::any_of(stars_.begin(), stars_.end(), [&](const Star& other) {
      return std::hypot(star.x_px - other.x_px, star.y_px - other.y_px) < 10;
    });
    if (!close) stars_.push_back(star);
  }

  // The sign: lines of strokes from as large as fit down to one pixel.
  static constexpr std::array<const char*, 8> kText = {
      "PETZVAL 1840",
      "OPTICS LIGHT + CODE",
      "PORTRAIT LENS F/3.6 VIENNA",
      "OPEN MOBILE IMAGING FROM THE GLASS TO THE PHOTOGRAPH",
      "ALIGN MERGE DEMOSAIC DEVELOP TONE ENCODE 0123456789 0123456789",
      "THE QUICK BROWN FOX JUMPS OVER THE LAZY DOG WHILE THE SHUTTER IS OPEN 1/50 S F/1.8 ISO 400",
      "SMALL PRINT: ONE PIXEL STROKES TELL WHETHER A MERGE KEEPS WHAT A SINGLE FRAME SAW "
      "3.1415926535",
      "FOCUS"};
  std::vector<float> strokes;
  float total = 0;
  for (const float s : {1.0f, 1.5f, 2.0f, 3.0f, 4.0f, 5.0f, 6.0f, 8.0f}) {
    total += s * (kGlyphHeight + 3.2f);
    if (!strokes.empty() && total > 0.97f * static_cast<float>(sign_.height)) break;
    strokes.insert(strokes.begin(), s);
  }
  float y = static_cast<float>(sign_.y) + 2.2f * strokes[0];
  for (size_t i = 0; i < strokes.size(); ++i) {
    // As many whole words as the line holds.
    std::string text = kText[std::min(i, kText.size() - 1)];
    const float room = static_cast<float>(sign_.width) - 4.4f * strokes[0];
    const auto letters = static_cast<size_t>((room / strokes[i] + 1) / kGlyphAdvance);
    if (letters < text.size()) {
      const size_t blank = text.rfind(' ', letters);
      text.resize(blank == std::string::npos ? letters : blank);
    }
    sign_lines_.emplace_back(strokes[i], text);
    sign_line_y_px_.push_back(y);
    y += strokes[i] * (kGlyphHeight + 3.2f);
  }
}

Rect LakeHouse::PixelBox(float x, float y, float w, float h) const {
  const float top = static_cast<float>(height_) - 3 * unit_;
  const Rect box = {
      static_cast<int>(std::lround(x * unit_)), static_cast<int>(std::lround(top + y * unit_)),
      static_cast<int>(std::lround(w * unit_)), static_cast<int>(std::lround(h * unit_))};
  return box;
}

Rect LakeHouse::StarBox() const {
  // Pictures taller or wider than 4:3 have more sky.
  const float above = static_cast<float>(height_) / unit_ - 3;
  return PixelBox(0.1f, 0.08f - above, std::max(1.6f, board_x_ - 1.5f), 0.5f + above);
}

std::vector<std::pair<std::string, Rect>> LakeHouse::Regions() const {
  return {{"stars", StarBox()},
          {"clouds", PixelBox(0.95f, 0.72f, 0.9f, 0.32f)},
          {"leaves", PixelBox(0.28f, 0.98f, 0.6f, 0.5f)},
          {"lights", PixelBox(0.97f, 1.08f, 0.9f, 0.24f)},
          {"mountains", PixelBox(0.95f, 1.34f, 0.9f, 0.2f)},
          {"water", PixelBox(0.95f, 1.6f, 0.75f, 0.2f)},
          {"roof", PixelBox(2.15f, 1.0f, 0.8f, 0.26f)},
          {"text", sign_},
          {"bricks", PixelBox(2.0f, 1.72f, 1.0f, 0.5f)},
          {"lamp", PixelBox(2.315f, 1.715f, 0.23f, 0.23f)},
          {"fence", PixelBox(0.06f, 2.36f, 1.1f, 0.42f)},
          {"meadow", PixelBox(1.3f, 2.35f, 1.2f, 0.6f)},
          {"zone", zone_},
          {"edge", slanted_},
          {"patches", chart_}};
}

float LakeHouse::Inside(float v, float low, float high) const {
  return Clamp01((v - low) / (2 * edge_) + 0.5f) * Clamp01((high - v) / (2 * edge_) + 0.5f);
}

float LakeHouse::Texture(float x, float y, float fx, float fy, uint32_t seed, float gain) const {
  constexpr float kFinestPx = 1.5f;
  constexpr int kMaxOctaves = 9;
  float u = x * fx, v = y * fy, frequency = std::max(fx, fy);
  float sum = 0, weight = 1 - gain;  // the weights of all octaves add up to 1
  float rest = 1;
  for (int i = 0; i < kMaxOctaves && frequency * kFinestPx < unit_; ++i) {
    sum += weight * ValueNoise(u, v, seed + static_cast<uint32_t>(i));
    rest -= weight;
    weight *= gain;
    const float turned = 1.62f * u - 1.22f * v + 7.1f;
    v = 1.22f * u + 1.62f * v + 3.7f;
    u = turned;
    frequency *= 2.03f;
  }
  return sum + 0.5f * rest;
}

Rgb LakeHouse::At(float x_px, float y_px) const {
  // A pixel centre at an integer lies half a pixel inside; boxes count from pixel borders.
  const float x = (x_px + 0.5f) / unit_;
  const float y = (y_px + 0.5f - static_cast<float>(height_)) / unit_ + 3;

  Rgb sum;
  float open = 1;  // share of light that comes from behind what was composed so far
  const auto add = [&](const Layer& layer) {
    sum = sum + open * layer.cover * layer.color;
    open *= 1 - layer.cover;
    return open < 1e-3f;
  };
  if (add(Board(x, y))) return sum;
  const bool done = add(Fence(x, y)) || add(Wire(x, y)) || add(Tree(x, y)) || add(House(x, y)) ||
                    add(Meadow(x, y)) || add(Lake(x, y)) || add(Forest(x, y)) ||
                    add(Mountains(x, y));
  if (!done) sum = sum + open * Sky(x, y);
  return sum + Lights(x, y);
}

}  // namespace petzval
