// The glow of what is bright: halation, as film has it, and bloom, as lenses have it.
#include "petzval/look/halation.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "petzval/base/parallel.h"
#include "petzval/look/grain.h"

namespace petzval {
namespace {

// The most that one point of a picture may have above white: a lamp, not a broken pixel.
constexpr float kBrightest = 32;

// What halation gives to red, green and blue.
constexpr float kHalationColor[3] = {1.0f, 0.25f, 0.03f};

// Moving average of 2 radius + 1 values, ends repeated.
void BoxLine(const float* in, ptrdiff_t step, int count, int radius, float* out) {
  const auto at = [&](int i) { return in[std::clamp(i, 0, count - 1) * step]; };
  double sum = 0;
  for (int i = -radius; i <= radius; ++i) sum += at(i);
  const double scale = 1.0 / (2 * radius + 1);
  for (int i = 0; i < count; ++i) {
    out[i] = static_cast<float>(sum * scale);
    sum += at(i + radius + 1) - at(i - radius);
  }
}

// Means of kCoarse x kCoarse points: what spreads widely needs no more.
constexpr int kCoarse = 4;
Image<float> Coarser(ImageView<const float> in) {
  Image<float> out((in.width() + kCoarse - 1) / kCoarse, (in.height() + kCoarse - 1) / kCoarse);
  for (int y = 0; y < out.height(); ++y) {
    const int rows = std::min(kCoarse, in.height() - y * kCoarse);
    for (int x = 0; x < out.width(); ++x) {
      const int columns = std::min(kCoarse, in.width() - x * kCoarse);
      float sum = 0;
      for (int j = 0; j < rows; ++j) {
        for (int i = 0; i < columns; ++i) sum += in.At(x * kCoarse + i, y * kCoarse + j);
      }
      out.At(x, y) = sum / static_cast<float>(rows * columns);
    }
  }
  return out;
}

// Adds `amount` times the coarse picture, linear between its points.
void AddCoarse(const Image<float>& coarse, float amount, ImageView<float> out) {
  const auto locate = [](int i, int count, int* at, float* part) {
    const float p = std::clamp((static_cast<float>(i) + 0.5f) / kCoarse - 0.5f, 0.0f,
                               static_cast<float>(count - 1));
    *at = std::min(static_cast<int>(p), std::max(0, count - 2));
    *part = p - static_cast<float>(*at);
  };
  ParallelFor(out.height(), [&](int y) {
    int y0, x0;
    float v, u;
    locate(y, coarse.height(), &y0, &v);
    const float* above = coarse.row(y0);
    const float* below = coarse.row(std::min(y0 + 1, coarse.height() - 1));
    for (int x = 0; x < out.width(); ++x) {
      locate(x, coarse.width(), &x0, &u);
      const int x1 = std::min(x0 + 1, coarse.width() - 1);
      const float top = above[x0] + u * (above[x1] - above[x0]);
      const float bottom = below[x0] + u * (below[x1] - below[x0]);
      out.At(x, y) += amount * (top + v * (bottom - top));
    }
  });
}

// Three moving averages each way are close to a Gaussian of this standard deviation in points, and
// take the same time for any (Wells 1986).
void Blur(ImageView<float> plane, double sigma) {
  const int radius = static_cast<int>(std::lround((std::sqrt(4 * sigma * sigma + 1) - 1) / 2));
  if (radius < 1) return;
  const int width = plane.width(), height = plane.height();
  ParallelFor(height, [&](int y) {
    std::vector<float> line(width);
    for (int pass = 0; pass < 3; ++pass) {
      BoxLine(plane.row(y), 1, width, radius, line.data());
      std::copy(line.begin(), line.end(), plane.row(y));
    }
  });
  constexpr int kColumns = 16;
  ParallelFor((width + kColumns - 1) / kColumns, [&](int i) {
    std::vector<float> line(height);
    for (int x = i * kColumns; x < std::min(width, (i + 1) * kColumns); ++x) {
      for (int pass = 0; pass < 3; ++pass) {
        BoxLine(plane.data() + x, plane.stride(), height, radius, line.data());
        for (int y = 0; y < height; ++y) plane.At(x, y) = line[y];
      }
    }
  });
}

}  // namespace

Image<float> Glow(const Image<float>& proxy, int width, int height, const GlowParams& params) {
  // Step 1: the light above white of each point, by its luminance and in its colour.
  Image<float> bright(width, height, 4);  // red, green, blue; luminance
  ParallelFor(height, [&](int y) {
    const int y0 = static_cast<int>(int64_t{y} * proxy.height() / height);
    const int y1 = std::max(y0 + 1, static_cast<int>(int64_t{y + 1} * proxy.height() / height));
    for (int x = 0; x < width; ++x) {
      const int x0 = static_cast<int>(int64_t{x} * proxy.width() / width);
      const int x1 = std::max(x0 + 1, static_cast<int>(int64_t{x + 1} * proxy.width() / width));
      float sum[4] = {};
      for (int j = y0; j < y1; ++j) {
        for (int i = x0; i < x1; ++i) {
          float rgb[3];
          for (int c = 0; c < 3; ++c) {
            const float v = proxy.At(i, j, c) * static_cast<float>(params.exposure[c]);
            rgb[c] = v > 0 ? std::min(v, kBrightest) : 0;  // false for NaN
          }
          const float luminance = 0.2627f * rgb[0] + 0.6780f * rgb[1] + 0.0593f * rgb[2];
          if (!(luminance > 1)) continue;
          const float above = luminance - 1, share = above / luminance;
          for (int c = 0; c < 3; ++c) sum[c] += share * rgb[c];
          sum[3] += above;
        }
      }
      const float scale = 1.0f / static_cast<float>((y1 - y0) * (x1 - x0));
      for (int c = 0; c < 4; ++c) bright.At(x, y, c) = scale * sum[c];
    }
  });

  // Step 2: how it spreads.
  const int side = std::max(width, height);
  Image<float> glow(width, height, 3);
  glow.Fill(0);
  if (params.halation > 0) {
    std::vector<float> source(static_cast<size_t>(width) * height);
    for (int y = 0; y < height; ++y)
      std::copy_n(bright.row(y, 3), width, &source[static_cast<size_t>(y) * width]);
    Blur(bright.plane(3), std::max(0.8, params.halation_radius_mm / kFilmFrameMm * side));
    // Where the film is exposed fully already, the glow shows no more: white stays white.
    ParallelFor(height, [&](int y) {
      for (int x = 0; x < width; ++x) {
        float& light = bright.At(x, y, 3);
        light = std::max(light - source[static_cast<size_t>(y) * width + x], 0.0f);
      }
    });
    for (int c = 0; c < 3; ++c) {
      const float amount = static_cast<float>(params.halation) * kHalationColor[c];
      ParallelFor(height, [&](int y) {
        for (int x = 0; x < width; ++x) glow.At(x, y, c) = amount * bright.At(x, y, 3);
      });
    }
  }
  if (params.bloom > 0) {
    // A narrow and a wide part of equal weight, one blurred on from the other.
    for (int c = 0; c < 3; ++c) {
      Image<float> coarse = Coarser(bright.plane(c));
      for (const double wide : {0.008, 0.05}) {
        Blur(coarse.view(), wide * side / kCoarse);
        AddCoarse(coarse, 0.5f * static_cast<float>(params.bloom), glow.plane(c));
      }
    }
  }
  return glow;
}

}  // namespace petzval
