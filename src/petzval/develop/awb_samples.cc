// Box means, masks, Gaussian derivatives and the grey index of a small picture.
#include "petzval/develop/awb_samples.h"

#include <algorithm>
#include <cmath>

namespace petzval {
namespace {

constexpr int kMaxSide = 256;
// Pixels that count: not clipped (a share of what saturates), and above what noise and flare leave
// in black.
constexpr float kBrightest = 0.95f, kDarkest = 0.001f;
constexpr int kReach = 2;  // of the derivatives, in pixels, as far as they matter

// Gaussian of 1 pixel and its derivatives, at -3..3. The second derivative has no mean.
struct Kernels {
  static constexpr int kRadius = 3;
  std::array<float, 2 * kRadius + 1> smooth, first, second;
  Kernels() {
    double sum = 0, moment = 0, mean = 0;
    for (int i = -kRadius; i <= kRadius; ++i) sum += std::exp(-0.5 * i * i);
    for (int i = -kRadius; i <= kRadius; ++i) {
      const double g = std::exp(-0.5 * i * i) / sum;
      smooth[i + kRadius] = static_cast<float>(g);
      moment += i * i * g;
      mean += (i * i - 1) * g;
    }
    for (int i = -kRadius; i <= kRadius; ++i) {
      const double g = smooth[i + kRadius];
      first[i + kRadius] = static_cast<float>(i * g / moment);
      second[i + kRadius] = static_cast<float>((i * i - 1) * g - mean * g);
    }
  }
};

using Kernel = std::array<float, 2 * Kernels::kRadius + 1>;

// Separable filter of one plane, end values extended.
void Filter(const Image<float>& in, int plane, const Kernel& kx, const Kernel& ky,
            Image<float>* between, Image<float>* out, int out_plane) {
  constexpr int kR = Kernels::kRadius;
  const int w = in.width(), h = in.height();
  std::vector<float> padded(w + 2 * kR);
  for (int y = 0; y < h; ++y) {
    const float* row = in.row(y, plane);
    std::fill_n(padded.begin(), kR, row[0]);
    std::copy_n(row, w, padded.begin() + kR);
    std::fill_n(padded.begin() + kR + w, kR, row[w - 1]);
    float* to = between->row(y);
    for (int x = 0; x < w; ++x) {
      float sum = 0;
      for (int i = 0; i <= 2 * kR; ++i) sum += kx[i] * padded[x + i];
      to[x] = sum;
    }
  }
  for (int y = 0; y < h; ++y) {
    std::array<const float*, 2 * kR + 1> from;
    for (int i = -kR; i <= kR; ++i) from[i + kR] = between->row(std::clamp(y + i, 0, h - 1));
    float* to = out->row(y, out_plane);
    for (int x = 0; x < w; ++x) {
      float sum = 0;
      for (int i = 0; i <= 2 * kR; ++i) sum += ky[i] * from[i][x];
      to[x] = sum;
    }
  }
}

// Means of blocks; a block with one clipped pixel or one without a number is no evidence.
void Shrink(const Image<float>& in, const std::array<float, 3>& clip, AwbSamples* s) {
  const int factor = (std::max(in.width(), in.height()) + kMaxSide - 1) / kMaxSide;
  const int w = s->width = std::max(1, in.width() / factor);
  const int h = s->height = std::max(1, in.height() / factor);
  s->picture = Image<float>(w, h, 3);
  std::vector<uint8_t> good(static_cast<size_t>(w) * h, 1);
  for (int y = 0; y < h; ++y) {
    for (int x = 0; x < w; ++x) {
      float most = 0;
      uint8_t& ok = good[static_cast<size_t>(y) * w + x];
      for (int c = 0; c < 3; ++c) {
        float sum = 0, top = 0;
        for (int j = y * factor; j < std::min(in.height(), (y + 1) * factor); ++j) {
          const float* row = in.row(j, c);
          for (int i = x * factor; i < std::min(in.width(), (x + 1) * factor); ++i) {
            const float v = row[i];
            sum += v;
            top = std::max(top, v);
          }
        }
        const float mean = sum / static_cast<float>(factor * factor);
        ok &= mean > 0 && top < kBrightest * clip[c];  // false for what is no number
        s->picture.At(x, y, c) = mean;
        most = std::max(most, mean);
      }
      ok &= most > kDarkest && std::isfinite(most);
      if (!ok) {
        for (int c = 0; c < 3; ++c) {
          float& v = s->picture.At(x, y, c);
          v = std::isfinite(v) ? std::clamp(v, 0.0f, clip[c]) : 0.0f;
        }
      }
    }
  }
  s->usable.assign(good.size(), 0);
  for (int y = kReach; y + kReach < h; ++y) {
    for (int x = kReach; x + kReach < w; ++x) {
      uint8_t all = 1;
      for (int j = -kReach; j <= kReach; ++j) {
        for (int i = -kReach; i <= kReach; ++i) all &= good[static_cast<size_t>(y + j) * w + x + i];
      }
      s->usable[static_cast<size_t>(y) * w + x] = all;
      s->count += all;
    }
  }
}

void Differentiate(AwbSamples* s) {
  const Kernels k;
  const int w = s->width, h = s->height;
  Image<float> between(w, h, 1), part(w, h, 2), cross(w, h, 1);
  s->edge = Image<float>(w, h, 3);
  s->bend = Image<float>(w, h, 3);
  for (int c = 0; c < 3; ++c) {
    Filter(s->picture, c, k.first, k.smooth, &between, &part, 0);
    Filter(s->picture, c, k.smooth, k.first, &between, &part, 1);
    for (int y = 0; y < h; ++y) {
      for (int x = 0; x < w; ++x) {
        const float a = part.At(x, y, 0), b = part.At(x, y, 1);
        s->edge.At(x, y, c) = std::sqrt(a * a + b * b);
      }
    }
    Filter(s->picture, c, k.second, k.smooth, &between, &part, 0);
    Filter(s->picture, c, k.smooth, k.second, &between, &part, 1);
    Filter(s->picture, c, k.first, k.first, &between, &cross, 0);
    for (int y = 0; y < h; ++y) {
      for (int x = 0; x < w; ++x) {
        const float a = part.At(x, y, 0), b = part.At(x, y, 1), m = cross.At(x, y, 0);
        s->bend.At(x, y, c) = std::sqrt(a * a + b * b + 4 * m * m);
      }
    }
  }
}

// Where a surface is grey, the logarithms of all channels vary alike (Yang et al. 2015); what is
// left of red and blue after the mean of the channels is taken off is the grey index of Qian et
// al. (On finding gray pixels, CVPR 2019), here the mean of 7 x 7.
void FindGrey(AwbSamples* s) {
  constexpr float kLeast = 1e-4f, kContrast = 1e-3f;
  constexpr int kBox = 3;
  const Kernels k;
  const int w = s->width, h = s->height;
  Image<float> logs(w, h, 4), between(w, h, 1), a(w, h, 4), b(w, h, 4);
  for (int y = 0; y < h; ++y) {
    for (int x = 0; x < w; ++x) {
      float mean = 0;
      for (int c = 0; c < 3; ++c) {
        const float v = std::max(s->picture.At(x, y, c), kLeast);
        mean += v / 3;
        logs.At(x, y, c) = std::log(v);
      }
      logs.At(x, y, 3) = std::log(mean);
    }
  }
  for (int c = 0; c < 4; ++c) {
    Filter(logs, c, k.second, k.smooth, &between, &a, c);
    Filter(logs, c, k.smooth, k.second, &between, &b, c);
  }
  Image<float> index(w, h, 1);
  s->grey = Image<float>(w, h, 1);
  for (int y = 0; y < h; ++y) {
    for (int x = 0; x < w; ++x) {
      std::array<float, 4> l;
      for (int c = 0; c < 4; ++c) l[c] = a.At(x, y, c) + b.At(x, y, c);
      index.At(x, y, 0) = std::sqrt((l[0] - l[3]) * (l[0] - l[3]) + (l[2] - l[3]) * (l[2] - l[3]));
      const float least = std::min({std::abs(l[0]), std::abs(l[1]), std::abs(l[2])});
      s->grey.At(x, y, 0) = least > kContrast ? 0.0f : -1.0f;
    }
  }
  // Sums over rows, then columns.
  for (int y = 0; y < h; ++y) {
    for (int x = 0; x < w; ++x) {
      float sum = 0;
      for (int i = -kBox; i <= kBox; ++i) sum += index.At(std::clamp(x + i, 0, w - 1), y, 0);
      between.At(x, y, 0) = sum;
    }
  }
  for (int y = 0; y < h; ++y) {
    for (int x = 0; x < w; ++x) {
      float& g = s->grey.At(x, y, 0);
      if (g < 0) continue;
      for (int j = -kBox; j <= kBox; ++j) g += between.At(x, std::clamp(y + j, 0, h - 1), 0);
      g /= (2 * kBox + 1) * (2 * kBox + 1);
    }
  }
}

}  // namespace

LogChroma LogChromaOf(const Vec3& rgb) {
  return {std::log(rgb[0] / rgb[1]), std::log(rgb[2] / rgb[1])};
}

Vec3 RgbOf(const LogChroma& chroma) { return {{std::exp(chroma.r), 1, std::exp(chroma.b)}}; }

double Distance(const LogChroma& a, const LogChroma& b) { return std::hypot(a.r - b.r, a.b - b.b); }

AwbSamples CollectAwbSamples(const Image<float>& picture, const std::array<float, 3>& clip) {
  AwbSamples s;
  if (picture.empty() || picture.planes() < 3) return s;
  Shrink(picture, clip, &s);
  if (s.count == 0) return s;
  Differentiate(&s);
  FindGrey(&s);
  return s;
}

}  // namespace petzval
