// Highlight reconstruction: the colour of the light around a clipped region leads its channels.
#include "petzval/develop/highlights.h"

#include <algorithm>
#include <cmath>

#include "petzval/base/parallel.h"

namespace petzval {
namespace {

float SmoothStep(float from, float to, float x) {
  const float t = std::clamp((x - from) / (to - from), 0.0f, 1.0f);
  return t * t * (3 - 2 * t);
}

// Where clipping is taken to begin and to be complete: sensors bend and jitter just below it.
constexpr float kClipBegin = 0.92f, kClipEnd = 0.99f;
// Where two channels have clipped, the colour begins to fade when the third is half way: a lamp
// gets a soft transition to its white core.
constexpr float kFadeBegin = 0.5f;
// Where a mean of greens is taken for clipped, and from where on a square tells the light's colour.
constexpr float kCellBegin = 0.9f, kVoteBegin = 0.4f;

// What the half-size picture has for `value`.
uint16_t Code(const HalfPicture& half, float value) {
  return static_cast<uint16_t>(std::clamp(value * half.scale + half.offset, 0.0f, 65535.0f));
}

}  // namespace

float ClipShare(float value, float clip) { return SmoothStep(kClipBegin, kClipEnd, value / clip); }

std::array<float, 3> ReconstructHighlight(const std::array<float, 3>& value,
                                          const std::array<float, 3>& clip,
                                          const std::array<float, 3>& ratio) {
  float share[3], largest = 0, least = 1e30f;
  for (int c = 0; c < 3; ++c) {
    share[c] = ClipShare(value[c], clip[c]);
    largest = std::max(largest, share[c]);
    least = std::min(least, value[c] / clip[c]);
  }
  if (largest <= 0) return value;

  // Strength of the light: what the unclipped channels say, at least what the clipped ones show.
  float sum = 0, ratio_sum = 0, strength = 0;
  for (int c = 0; c < 3; ++c) {
    const float w = 1 - share[c] + 1e-3f;
    sum += w * std::max(value[c], 0.0f);
    ratio_sum += w * ratio[c];
    strength = std::max(strength, share[c] * value[c] / ratio[c]);
  }
  strength = std::max(strength, sum / ratio_sum);

  std::array<float, 3> full;
  for (int c = 0; c < 3; ++c) {
    full[c] = value[c] + share[c] * std::max(0.0f, strength * ratio[c] - value[c]);
  }
  // A ring that is brighter than its clipped core would look like a hole: luminance ends at that of
  // the brightest clip level, and the colour ends where nothing is left that tells it.
  const float limit = std::max({clip[0], clip[1], clip[2]});
  const float luma = 0.25f * (full[0] + 2 * full[1] + full[2]);
  if (!(luma > 1e-6f * limit)) return value;  // noise below black outweighs the light
  const float second =
      std::max(std::min(share[0], share[1]), std::min(std::max(share[0], share[1]), share[2]));
  const float white = std::max(SmoothStep(kClipBegin, kClipEnd, least),
                               second * SmoothStep(kFadeBegin, kClipEnd, least));
  const float kept = std::min(luma, limit);
  const float level = kept + white * (limit - kept);
  for (int c = 0; c < 3; ++c) full[c] = level * (1 + (1 - white) * (full[c] / luma - 1));
  return full;
}

bool IsClipping(const std::array<float, 3>& value, const std::array<float, 3>& clip) {
  return value[0] > kClipBegin * clip[0] || value[1] > kClipBegin * clip[1] ||
         value[2] > kClipBegin * clip[2];
}

Highlights::Highlights(const HalfPicture& half, const Shading& shading, const Vec3& gain,
                       const std::array<float, 3>& clip) {
  width_ = (half.width + kCell - 1) / kCell;
  height_ = (half.height + kCell - 1) / kCell;
  clipped_.assign(static_cast<size_t>(width_) * height_, 0);
  float scale[3];
  uint16_t floor_code[3];  // nothing below is clipped, whatever the shading
  for (int c = 0; c < 3; ++c) {
    clip_[c] = static_cast<float>(clip[c] * gain[c]);
    scale[c] = static_cast<float>(gain[c] / half.scale);
    floor_code[c] = Code(half, kCellBegin * clip[c] * static_cast<float>(shading.min_gain()));
  }
  ParallelFor(height_, [&](int cy) {
    thread_local Image<float> gains;
    for (int y = cy * kCell; y < std::min(half.height, (cy + 1) * kCell); ++y) {
      const uint16_t* v[3] = {half.rgb.row(y, 0), half.rgb.row(y, 1), half.rgb.row(y, 2)};
      bool have_gains = false;
      for (int cx = 0; cx < width_; ++cx) {
        const int x0 = cx * kCell, x1 = std::min(half.width, (cx + 1) * kCell);
        uint8_t clipped = 0;
        for (int x = x0; x < x1; ++x) {
          clipped |=
              (v[0][x] >= floor_code[0]) | (v[1][x] >= floor_code[1]) | (v[2][x] >= floor_code[2]);
        }
        if (clipped && !shading.empty()) {
          if (!have_gains) shading.SquareGains(y, half.width, &gains);
          have_gains = true;
          clipped = 0;
          for (int x = x0; x < x1; ++x) {
            for (int c = 0; c < 3; ++c) {
              clipped |= v[c][x] >= Code(half, kCellBegin * clip[c] * gains.At(x, 0, c));
            }
          }
        }
        clipped_[cy * width_ + cx] |= clipped;
      }
    }
  });
  any_ = std::any_of(clipped_.begin(), clipped_.end(), [](uint8_t c) { return c != 0; });
  if (!any_) return;

  // Bright but unclipped squares vote for the colour of the light of their cell, the brightest
  // most.
  ratio_ = Image<float>(width_, height_, 4);
  ratio_.Fill(0);
  uint16_t low_code[3];
  for (int c = 0; c < 3; ++c) {
    low_code[c] = Code(half, kVoteBegin * clip[c] * static_cast<float>(shading.min_gain()));
  }
  ParallelFor(height_, [&](int cy) {
    thread_local Image<float> gains;
    for (int y = cy * kCell; y < std::min(half.height, (cy + 1) * kCell); ++y) {
      const uint16_t* v[3] = {half.rgb.row(y, 0), half.rgb.row(y, 1), half.rgb.row(y, 2)};
      bool have_gains = false;
      for (int x = 0; x < half.width; ++x) {
        if (v[0][x] < low_code[0] && v[1][x] < low_code[1] && v[2][x] < low_code[2]) continue;
        if (!have_gains && !shading.empty()) shading.SquareGains(y, half.width, &gains);
        have_gains = true;
        float rgb[3], sum = 0, most = 0;
        for (int c = 0; c < 3; ++c) {
          rgb[c] = std::max(0.0f, (v[c][x] - half.offset) * scale[c]);
          sum += rgb[c];
          const float shade = shading.empty() ? 1.0f : gains.At(x, 0, c);
          most = std::max(most, rgb[c] / (clip_[c] * shade));
        }
        if (sum <= 0 || most < kVoteBegin || most >= kCellBegin) continue;
        const float t = most - kVoteBegin, weight = t * t;
        for (int c = 0; c < 3; ++c) ratio_.At(x / kCell, cy, c) += weight * rgb[c] / sum;
        ratio_.At(x / kCell, cy, 3) += weight;
      }
    }
  });
  Diffuse();
}

// Fills cells without votes from coarser and coarser means (push-pull), finally from neutral.
void Highlights::Diffuse() {
  std::vector<Image<float>> levels;
  levels.push_back(std::move(ratio_));
  while (levels.back().width() > 1 || levels.back().height() > 1) {
    const Image<float>& fine = levels.back();
    Image<float> coarse((fine.width() + 1) / 2, (fine.height() + 1) / 2, 4);
    coarse.Fill(0);
    for (int c = 0; c < 4; ++c) {
      for (int y = 0; y < fine.height(); ++y) {
        for (int x = 0; x < fine.width(); ++x) coarse.At(x / 2, y / 2, c) += fine.At(x, y, c);
      }
    }
    levels.push_back(std::move(coarse));
  }
  // A vote of this weight (a few bright squares) outweighs what the coarser level says.
  constexpr float kTrust = 0.5f;
  for (int l = static_cast<int>(levels.size()) - 1; l >= 0; --l) {
    Image<float>& fine = levels[l];
    for (int y = 0; y < fine.height(); ++y) {
      for (int x = 0; x < fine.width(); ++x) {
        const float weight = fine.At(x, y, 3);
        for (int c = 0; c < 3; ++c) {
          float prior = 1.0f / 3;
          if (l + 1 < static_cast<int>(levels.size())) {
            // Bilinear, so that no cell borders show.
            const Image<float>& coarse = levels[l + 1];
            const int x0 = x / 2, y0 = y / 2;
            const int x1 = std::clamp(x0 + (x % 2 ? 1 : -1), 0, coarse.width() - 1);
            const int y1 = std::clamp(y0 + (y % 2 ? 1 : -1), 0, coarse.height() - 1);
            prior = (9 * coarse.At(x0, y0, c) + 3 * coarse.At(x1, y0, c) +
                     3 * coarse.At(x0, y1, c) + coarse.At(x1, y1, c)) /
                    16;
          }
          fine.At(x, y, c) = (fine.At(x, y, c) + kTrust * prior) / (weight + kTrust);
        }
      }
    }
  }
  ratio_ = std::move(levels[0]);
}

bool Highlights::Touches(int x0, int y0, int x1, int y1) const {
  if (!any_) return false;
  const auto cell = [](int i, int n) { return std::clamp(i, 0, n * kCell - 1) / kCell; };
  for (int y = cell(y0, height_); y <= cell(y1 - 1, height_); ++y) {
    for (int x = cell(x0, width_); x <= cell(x1 - 1, width_); ++x) {
      if (clipped_[y * width_ + x]) return true;
    }
  }
  return false;
}

std::array<float, 3> Highlights::RatioAt(int square_x, int square_y) const {
  const float fx = std::clamp((square_x + 0.5f) / kCell - 0.5f, 0.0f, width_ - 1.0f);
  const float fy = std::clamp((square_y + 0.5f) / kCell - 0.5f, 0.0f, height_ - 1.0f);
  const int x0 = static_cast<int>(fx), y0 = static_cast<int>(fy);
  const int x1 = std::min(x0 + 1, width_ - 1), y1 = std::min(y0 + 1, height_ - 1);
  const float tx = fx - x0, ty = fy - y0;
  std::array<float, 3> ratio;
  for (int c = 0; c < 3; ++c) {
    const float top = ratio_.At(x0, y0, c) * (1 - tx) + ratio_.At(x1, y0, c) * tx;
    const float bottom = ratio_.At(x0, y1, c) * (1 - tx) + ratio_.At(x1, y1, c) * tx;
    // No light is so pure that a channel sees nothing of it.
    ratio[c] = std::max(0.03f, top * (1 - ty) + bottom * ty);
  }
  return ratio;
}

void ReconstructMosaic(const Highlights& highlights, const Rect& r, ImageView<const float> shade,
                       ImageView<float> mosaic, Image<uint8_t>* marks) {
  const std::array<float, 3>& clip = highlights.clip();
  const float begin[3] = {kClipBegin * clip[0], kClipBegin * clip[1], kClipBegin * clip[2]};
  for (int y = 0; y < r.height; y += 2) {
    float *top = mosaic.row(y), *bottom = mosaic.row(y + 1);
    const float *shade_top = shade.row(y), *shade_bottom = shade.row(y + 1);
    uint8_t* mark = marks->row(y / 2);
    for (int x = 0; x < r.width; x += 2) {
      const float shade1 = shade_top[x + 1], shade2 = shade_bottom[x];
      float &red = top[x], &green1 = top[x + 1], &green2 = bottom[x], &blue = bottom[x + 1];
      const int square_x = (r.x + x) >> 1, square_y = (r.y + y) >> 1;
      mark[x / 2] = 0;
      if ((red < begin[0] * shade_top[x] && green1 < begin[1] * shade1 &&
           green2 < begin[1] * shade2 && blue < begin[2] * shade_bottom[x + 1]) ||
          !highlights.Clips(square_x, square_y)) {
        continue;
      }
      mark[x / 2] = 1;
      const std::array<float, 3> level = {clip[0] * shade_top[x],
                                          clip[1] * 0.5f * (shade1 + shade2),
                                          clip[2] * shade_bottom[x + 1]};
      // The green that is nearer to clipping.
      const float green = std::max(green1 / shade1, green2 / shade2) * 0.5f * (shade1 + shade2);
      const auto full =
          ReconstructHighlight({red, green, blue}, level, highlights.RatioAt(square_x, square_y));
      const float share = ClipShare(green, level[1]);
      red = full[0];
      blue = full[2];
      // Below clipping the two greens keep their difference: it is detail.
      const float change = green > 1e-6f ? full[1] / green : 1;
      green1 = share * full[1] + (1 - share) * green1 * change;
      green2 = share * full[1] + (1 - share) * green2 * change;
    }
  }
}

void ReconstructPlanes(const Highlights& highlights, const Rect& r,
                       const std::array<ImageView<const float>, 3>& shade, Image<float>* rgb) {
  const std::array<float, 3>& clip = highlights.clip();
  for (int y = 0; y < r.height; ++y) {
    for (int x = 0; x < r.width; ++x) {
      std::array<float, 3> level, value;
      for (int c = 0; c < 3; ++c) {
        level[c] = clip[c] * shade[c].At(x, y);
        value[c] = rgb->At(x, y, c);
      }
      const int square_x = (r.x + x) >> 1, square_y = (r.y + y) >> 1;
      if (!IsClipping(value, level) || !highlights.Clips(square_x, square_y)) continue;
      const auto full = ReconstructHighlight(value, level, highlights.RatioAt(square_x, square_y));
      for (int c = 0; c < 3; ++c) rgb->At(x, y, c) = full[c];
    }
  }
}

void ReconstructHalf(const Highlights& highlights, const Shading& shading, const Vec3& gain,
                     HalfPicture* half) {
  if (!highlights.any()) return;
  const float most_code = 65535 - half->offset;
  ParallelFor(half->height, [&](int y) {
    thread_local Image<float> gains;
    if (!highlights.Touches(0, y, half->width, y + 1)) return;
    if (!shading.empty()) shading.SquareGains(y, half->width, &gains);
    for (int x = 0; x < half->width; ++x) {
      if (x % Highlights::kCell == 0 && !highlights.Clips(x, y)) {
        x += Highlights::kCell - 1;
        continue;
      }
      std::array<float, 3> level, value;
      for (int c = 0; c < 3; ++c) {
        level[c] = highlights.clip()[c] * (shading.empty() ? 1.0f : gains.At(x, 0, c));
        value[c] = half->Value(half->rgb.At(x, y, c)) * static_cast<float>(gain[c]);
      }
      if (!IsClipping(value, level)) continue;
      value = ReconstructHighlight(value, level, highlights.RatioAt(x, y));
      float most = most_code;
      for (int c = 0; c < 3; ++c) {
        value[c] *= half->scale / static_cast<float>(gain[c]);
        most = std::max(most, value[c]);
      }
      for (int c = 0; c < 3; ++c) {
        half->rgb.At(x, y, c) = static_cast<uint16_t>(
            std::clamp(value[c] * (most_code / most) + half->offset, 0.0f, 65535.0f));
      }
    }
  });
}

}  // namespace petzval
