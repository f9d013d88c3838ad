// Five classical estimators, averaged by agreement, and a prior on the lights of the world.
#include "petzval/develop/auto_white_balance.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "petzval/color/temperature.h"

namespace petzval {
namespace {

constexpr int kMaxSide = 256;
// Pixels that count: not clipped (a share of what saturates), and above what noise and flare leave
// in black.
constexpr float kBrightest = 0.95f, kDarkest = 0.001f;

using Pixel = std::array<float, 3>;

// Box means: estimators need no detail, and noise would vote in the dark.
Image<float> Shrink(const Image<float>& in) {
  const int factor = (std::max(in.width(), in.height()) + kMaxSide - 1) / kMaxSide;
  const int width = std::max(1, in.width() / factor), height = std::max(1, in.height() / factor);
  Image<float> out(width, height, 3);
  for (int c = 0; c < 3; ++c) {
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) {
        float sum = 0;
        int n = 0;
        for (int j = y * factor; j < std::min(in.height(), (y + 1) * factor); ++j) {
          for (int i = x * factor; i < std::min(in.width(), (x + 1) * factor); ++i, ++n) {
            sum += in.At(i, j, c);
          }
        }
        out.At(x, y, c) = sum / n;
      }
    }
  }
  return out;
}

struct Samples {
  std::vector<Pixel> value, edge, contrast;  // of the same pixels
};

Samples Collect(const Image<float>& p, const std::array<float, 3>& clip) {
  Samples s;
  const auto counts = [&](int x, int y) {
    const float most = std::max({p.At(x, y, 0), p.At(x, y, 1), p.At(x, y, 2)});
    for (int c = 0; c < 3; ++c) {
      if (!(p.At(x, y, c) < kBrightest * clip[c])) return false;
    }
    return most > kDarkest && std::isfinite(most);
  };
  for (int y = 1; y + 1 < p.height(); ++y) {
    for (int x = 1; x + 1 < p.width(); ++x) {
      bool good = true;
      for (int j = -1; j <= 1; ++j) {
        for (int i = -1; i <= 1; ++i) good = good && counts(x + i, y + j);
      }
      if (!good) continue;
      Pixel value, edge, contrast;
      for (int c = 0; c < 3; ++c) {
        const float v = p.At(x, y, c);
        const float dx = p.At(x + 1, y, c) - p.At(x - 1, y, c);
        const float dy = p.At(x, y + 1, c) - p.At(x, y - 1, c);
        value[c] = std::max(v, 0.0f);
        edge[c] = std::hypot(dx, dy);
        contrast[c] = std::abs(4 * v - p.At(x + 1, y, c) - p.At(x - 1, y, c) - p.At(x, y + 1, c) -
                               p.At(x, y - 1, c));
      }
      s.value.push_back(value);
      s.edge.push_back(edge);
      s.contrast.push_back(contrast);
    }
  }
  return s;
}

Vec3 Minkowski(const std::vector<Pixel>& pixels, int power) {
  Vec3 sum{};
  for (const Pixel& p : pixels) {
    for (int c = 0; c < 3; ++c) sum[c] += power == 1 ? p[c] : static_cast<double>(p[c]) * p[c];
  }
  for (int c = 0; c < 3; ++c) {
    sum[c] /= pixels.size();
    if (power == 2) sum[c] = std::sqrt(sum[c]);
  }
  return sum;
}

// The 99th percentile per channel: max-RGB without its trust in single pixels.
Vec3 NearMaximum(const std::vector<Pixel>& pixels) {
  Vec3 result{};
  std::vector<float> channel(pixels.size());
  for (int c = 0; c < 3; ++c) {
    for (size_t i = 0; i < pixels.size(); ++i) channel[i] = pixels[i][c];
    const auto nth = channel.begin() + static_cast<ptrdiff_t>(channel.size() * 99 / 100);
    std::nth_element(channel.begin(), nth, channel.end());
    result[c] = *nth;
  }
  return result;
}

// Mean of the brightest twentieth: light sources and what reflects them without colouring.
Vec3 Brightest(const std::vector<Pixel>& pixels) {
  std::vector<float> sums(pixels.size());
  for (size_t i = 0; i < pixels.size(); ++i) sums[i] = pixels[i][0] + pixels[i][1] + pixels[i][2];
  std::vector<float> order = sums;
  const auto nth = order.begin() + static_cast<ptrdiff_t>(order.size() * 95 / 100);
  std::nth_element(order.begin(), nth, order.end());
  Vec3 sum{};
  for (size_t i = 0; i < pixels.size(); ++i) {
    if (sums[i] < *nth) continue;
    for (int c = 0; c < 3; ++c) sum[c] += pixels[i][c];
  }
  return sum;
}

// Logarithms of red and blue relative to green: differences here are differences of gain.
struct LogChroma {
  double r = 0, b = 0;
};

}  // namespace

NeutralEstimate EstimateNeutral(const Image<float>& picture, const DngColorModel& model,
                                bool generic, const std::array<float, 3>& clip) {
  // Nothing to see: plain daylight.
  NeutralEstimate unknown;
  unknown.neutral = unknown.second_neutral = model.NeutralFromWhite(kWhiteD50);
  const Samples samples = Collect(Shrink(picture), clip);
  if (samples.value.size() < 16) return unknown;

  std::vector<LogChroma> estimates;
  for (const Vec3& v :
       {Minkowski(samples.value, 1), NearMaximum(samples.value), Brightest(samples.value),
        Minkowski(samples.edge, 1), Minkowski(samples.contrast, 2)}) {
    if (!(v[0] > 0 && v[1] > 0 && v[2] > 0)) continue;
    const LogChroma e{std::log(v[0] / v[1]), std::log(v[2] / v[1])};
    if (std::abs(e.r) < 2.1 && std::abs(e.b) < 2.1) estimates.push_back(e);
  }
  if (estimates.empty()) return unknown;

  // A mean that listens less to those that stand apart, iterated from the plain one.
  LogChroma mean;
  double spread = 0;
  for (int pass = 0; pass < 4; ++pass) {
    double weights = 0, r = 0, b = 0, square = 0;
    for (const LogChroma& e : estimates) {
      const double d2 = (e.r - mean.r) * (e.r - mean.r) + (e.b - mean.b) * (e.b - mean.b);
      const double w = pass == 0 ? 1 : 1 / (0.01 + d2);
      weights += w;
      r += w * e.r;
      b += w * e.b;
      square += w * d2;
    }
    mean = {r / weights, b / weights};
    spread = pass == 0 ? 0.1 : std::sqrt(square / weights);
  }

  // Lights lie near the black-body and daylight locus. How far a single estimate may be off in tint
  // grows with the disagreement; an assumed camera model places the locus only roughly.
  const Vec3 seen{{std::exp(mean.r), 1, std::exp(mean.b)}};
  Temperature t = TemperatureFromChromaticity(model.WhiteFromNeutral(seen));
  constexpr double kLocusTint = 6;
  const double prior_sigma = generic ? 60 : 18;
  const double seen_sigma = 8 + 200 * spread;
  const double trust =
      prior_sigma * prior_sigma / (prior_sigma * prior_sigma + seen_sigma * seen_sigma);
  t.tint = kLocusTint + trust * (t.tint - kLocusTint);
  t.kelvin_k = std::clamp(t.kelvin_k, 2000.0, 15000.0);
  Vec3 neutral = model.NeutralFromWhite(ChromaticityFromTemperature(t));
  for (int c = 0; c < 3; ++c) {
    if (!std::isfinite(neutral[c]) || neutral[c] < 0.1 || neutral[c] > 10) neutral = seen;
  }
  NeutralEstimate result;
  result.neutral = result.second_neutral = neutral;
  result.confidence = 1 / (1 + spread / 0.1);
  return result;
}

NeutralEstimate EstimateNeutral(const Image<float>& picture, const DngColorModel& model,
                                bool generic, const LightScene& scene) {
  return EstimateNeutral(picture, model, generic, scene.clip);
}

}  // namespace petzval
