// Replaces the colour of pixels beside clipped sites by that of a blurred picture.
#include "petzval/develop/highlight_rim.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

namespace petzval {
namespace {

// Squares around a clipped one that are calmed fully; beyond, it fades over one more.
constexpr int kReach = 1;
constexpr float kBinomial[5] = {0.0625f, 0.25f, 0.375f, 0.25f, 0.0625f};

// Marks grown by kReach and smoothed by 3 x 3; squares within kReach + 1 of the border are not
// meant to be read.
std::vector<float> Spread(ImageView<const uint8_t> marks, int width, int height) {
  const size_t size = static_cast<size_t>(width) * height;
  std::vector<float> grown(size, 0.0f), smooth(size, 0.0f);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      if (!marks.At(x, y)) continue;
      const int x0 = std::max(0, x - kReach), x1 = std::min(width - 1, x + kReach);
      for (int j = std::max(0, y - kReach); j <= std::min(height - 1, y + kReach); ++j) {
        std::fill(&grown[j * width + x0], &grown[j * width + x1] + 1, 1.0f);
      }
    }
  }
  for (int y = 1; y + 1 < height; ++y) {
    for (int x = 1; x + 1 < width; ++x) {
      float sum = 0;
      for (int j = -1; j <= 1; ++j) {
        const float* row = &grown[(y + j) * width + x];
        sum += row[-1] + row[0] + row[1];
      }
      smooth[y * width + x] = std::min(1.0f, sum * (1.0f / 6));
    }
  }
  return smooth;
}

}  // namespace

void CalmRims(const Image<float>& in, const Rect& b, ImageView<const uint8_t> marks, const Rect& r,
              Image<float>* rgb, Image<float>* near) {
  const int dx = r.x - b.x, dy = r.y - b.y;
  for (int y = 0; y < r.height; ++y) {
    for (int c = 0; c < 3; ++c) {
      std::memcpy(rgb->row(y, c), in.row(y + dy, c) + dx, sizeof(float) * r.width);
    }
  }
  const int width = b.width / 2, height = b.height / 2;
  const std::vector<float> share = Spread(marks, width, height);

  // Means of squares. Beside a sun the sky would turn as white as the sun if light were averaged:
  // squares count by the root of their light.
  const size_t plane = static_cast<size_t>(width) * height;
  std::vector<float> square(plane * 3);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      float v[3];
      for (int c = 0; c < 3; ++c) {
        const float *top = in.row(2 * y, c), *bottom = in.row(2 * y + 1, c);
        v[c] = (top[2 * x] + top[2 * x + 1]) + (bottom[2 * x] + bottom[2 * x + 1]);
      }
      const float luma = 0.25f * (v[0] + 2 * v[1] + v[2]);
      const float weight = 1 / std::sqrt(std::max(luma, 0.01f));
      for (int c = 0; c < 3; ++c) square[c * plane + y * width + x] = weight * v[c];
    }
  }
  for (int y = 0; y < r.height; y += 2) {
    const int sy = (y + dy) / 2;
    for (int x = 0; x < r.width; x += 2) {
      const int sx = (x + dx) / 2;
      const float w = share[static_cast<size_t>(sy) * width + sx];
      for (int k = 0; k < 4; ++k) near->At(x + k % 2, y + k / 2) = w;
      if (w <= 0) continue;
      float low[3];
      for (int c = 0; c < 3; ++c) {
        const float* at = &square[c * plane + sy * width + sx];
        float sum = 0;
        for (int j = -2; j <= 2; ++j) {
          const float* row = at + static_cast<ptrdiff_t>(j) * width;
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
