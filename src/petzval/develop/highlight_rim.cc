// Replaces the colour of pixels beside clipped sites by that of a blurred picture.
#include "petzval/develop/highlight_rim.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace petzval {
namespace {

// Squares around a clipped one that are calmed fully; beyond, it fades over one more.
constexpr int kReach = 1;
constexpr float kBinomial[5] = {0.0625f, 0.25f, 0.375f, 0.25f, 0.0625f};

// What lies within `reach` squares of marks, at most width x height; empty without marks.
Rect Bounds(ImageView<const uint8_t> marks, int width, int height, int reach) {
  int left = width, top = height, right = 0, bottom = 0;
  for (int y = 0; y < height; ++y) {
    const uint8_t *row = marks.row(y), *end = row + width;
    const uint8_t* first = std::find(row, end, 1);
    if (first == end) continue;
    left = std::min(left, static_cast<int>(first - row));
    while (end[-1] == 0) --end;
    right = std::max(right, static_cast<int>(end - row));
    top = std::min(top, y);
    bottom = y + 1;
  }
  if (bottom == 0) return {};
  left = std::max(0, left - reach);
  top = std::max(0, top - reach);
  return {left, top, std::min(width, right + reach) - left, std::min(height, bottom + reach) - top};
}

// Marks grown by kReach and smoothed by 3 x 3, within `area`.
void Spread(ImageView<const uint8_t> marks, const Rect& area, Image<float>* share) {
  Image<float> grown(area.width, area.height);
  grown.Fill(0);
  share->Fill(0);
  for (int y = 0; y < area.height; ++y) {
    const uint8_t* mark = marks.row(area.y + y) + area.x;
    for (int x = 0; x < area.width; ++x) {
      if (!mark[x]) continue;
      const int x0 = std::max(0, x - kReach), x1 = std::min(area.width - 1, x + kReach);
      const int y0 = std::max(0, y - kReach), y1 = std::min(area.height - 1, y + kReach);
      for (int j = y0; j <= y1; ++j) std::fill(grown.row(j) + x0, grown.row(j) + x1 + 1, 1.0f);
    }
  }
  for (int y = 1; y + 1 < area.height; ++y) {
    for (int x = 1; x + 1 < area.width; ++x) {
      float sum = 0;
      for (int j = -1; j <= 1; ++j) {
        const float* row = grown.row(y + j) + x;
        sum += row[-1] + row[0] + row[1];
      }
      share->At(x, y) = std::min(1.0f, sum * (1.0f / 6));
    }
  }
}

// Means of squares within `area`. Beside a sun the sky would turn as white as the sun if light were
// averaged: squares count by the root of their light.
void Squares(const Image<float>& in, const Rect& area, Image<float>* square) {
  for (int y = 0; y < area.height; ++y) {
    const float *top[3], *bottom[3];
    float* to[3];
    for (int c = 0; c < 3; ++c) {
      top[c] = in.row(2 * (area.y + y), c) + 2 * area.x;
      bottom[c] = in.row(2 * (area.y + y) + 1, c) + 2 * area.x;
      to[c] = square->row(y, c);
    }
    for (int x = 0; x < area.width; ++x) {
      float v[3];
      for (int c = 0; c < 3; ++c) {
        v[c] = (top[c][2 * x] + top[c][2 * x + 1]) + (bottom[c][2 * x] + bottom[c][2 * x + 1]);
      }
      const float luma = 0.25f * (v[0] + 2 * v[1] + v[2]);
      const float weight = 1 / std::sqrt(std::max(luma, 0.01f));
      for (int c = 0; c < 3; ++c) to[c][x] = weight * v[c];
    }
  }
}

}  // namespace

void CalmRims(const Image<float>& in, const Rect& b, ImageView<const uint8_t> marks, const Rect& r,
              Image<float>* rgb, Image<float>* near) {
  const int dx = r.x - b.x, dy = r.y - b.y;
  for (int y = 0; y < r.height; ++y) {
    for (int c = 0; c < 3; ++c) {
      std::memcpy(rgb->row(y, c), in.row(y + dy, c) + dx, sizeof(float) * r.width);
    }
    std::fill_n(near->row(y), r.width, 0.0f);
  }
  // In squares of `b`: what may change, and two more around it for the blur.
  const Rect area = Bounds(marks, b.width / 2, b.height / 2, kReach + 1 + 2);
  if (area.width == 0) return;
  Image<float> share(area.width, area.height), square(area.width, area.height, 3);
  Spread(marks, area, &share);
  Squares(in, area, &square);
  const int x0 = std::max(area.x, dx / 2), x1 = std::min(area.x + area.width, (dx + r.width) / 2);
  const int y0 = std::max(area.y, dy / 2), y1 = std::min(area.y + area.height, (dy + r.height) / 2);
  for (int sy = y0; sy < y1; ++sy) {
    for (int sx = x0; sx < x1; ++sx) {
      const float w = share.At(sx - area.x, sy - area.y);
      if (w <= 0) continue;
      const int x = 2 * sx - dx, y = 2 * sy - dy;
      for (int k = 0; k < 4; ++k) near->At(x + k % 2, y + k / 2) = w;
      float low[3];
      for (int c = 0; c < 3; ++c) {
        float sum = 0;
        for (int j = -2; j <= 2; ++j) {
          const float* row = square.row(sy - area.y + j, c) + sx - area.x;
          sum += kBinomial[j + 2] * (kBinomial[0] * (row[-2] + row[2]) +
                                     kBinomial[1] * (row[-1] + row[1]) + kBinomial[2] * row[0]);
        }
        low[c] = sum;
      }
      const float low_luma = 0.25f * (low[0] + 2 * low[1] + low[2]);
      if (!(low_luma > 1e-4f)) continue;
      for (int k = 0; k < 4; ++k) {
        const int px = x + k % 2, py = y + k / 2;
        float &red = rgb->At(px, py, 0), &green = rgb->At(px, py, 1), &blue = rgb->At(px, py, 2);
        const float luma = 0.25f * (red + 2 * green + blue), scale = luma / low_luma;
        red += w * (scale * low[0] - red);
        green += w * (scale * low[1] - green);
        blue += w * (scale * low[2] - blue);
      }
    }
  }
}

}  // namespace petzval
