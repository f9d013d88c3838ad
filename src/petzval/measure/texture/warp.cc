// Windowed sinc interpolation with weights from a fine table.
#include "petzval/measure/texture/warp.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <vector>

#include "petzval/base/parallel.h"

namespace petzval::measure {
namespace {

constexpr int kRadius = 12;
constexpr int kTaps = 2 * kRadius;
constexpr int kPhases = 1024;
constexpr double kBeta = 6;

double Bessel0(double x) {
  double term = 1, sum = 1;
  for (int k = 1; k < 40; ++k) {
    term *= x / (2 * k) * (x / (2 * k));
    sum += term;
  }
  return sum;
}

// Weights of the taps for each fraction of a pixel, each set summing to 1.
const std::vector<std::array<float, kTaps>>& Table() {
  static const std::vector<std::array<float, kTaps>> table = [] {
    std::vector<std::array<float, kTaps>> rows(kPhases + 1);
    for (int p = 0; p <= kPhases; ++p) {
      double weights[kTaps], sum = 0;
      for (int i = 0; i < kTaps; ++i) {
        const double d = i - (kRadius - 1) - static_cast<double>(p) / kPhases;
        const double r = d / kRadius;
        const double window = std::abs(r) < 1 ? Bessel0(kBeta * std::sqrt(1 - r * r)) : 1;
        const double x = std::numbers::pi * d;
        weights[i] = window * (std::abs(x) < 1e-9 ? 1 : std::sin(x) / x);
        sum += weights[i];
      }
      for (int i = 0; i < kTaps; ++i) rows[p][i] = static_cast<float>(weights[i] / sum);
    }
    return rows;
  }();
  return table;
}

// The taps' weights at a fraction, linear between the table's rows.
void Weights(double fraction, float* out) {
  const double place = fraction * kPhases;
  const int p = std::min(kPhases - 1, static_cast<int>(place));
  const float t = static_cast<float>(place - p);
  const auto &a = Table()[p], &b = Table()[p + 1];
  for (int i = 0; i < kTaps; ++i) out[i] = a[i] + t * (b[i] - a[i]);
}

}  // namespace

Image<float> WarpSharp(ImageView<const float> in, const TextureMotion& m, double centre_x,
                       double centre_y, int width, int height) {
  Image<float> out(width, height);
  Table();
  ParallelFor(height, [&](int y) {
    float wx[kTaps], wy[kTaps];
    for (int x = 0; x < width; ++x) {
      const double u = x + 0.5 - width / 2.0, v = y + 0.5 - height / 2.0;
      const double sx = centre_x + u + m.dx + m.a * u + m.b * v - 0.5;
      const double sy = centre_y + v + m.dy + m.c * u + m.d * v - 0.5;
      const int ix = static_cast<int>(std::floor(std::clamp(sx, -1e6, 1e6)));
      const int iy = static_cast<int>(std::floor(std::clamp(sy, -1e6, 1e6)));
      Weights(std::clamp(sx - ix, 0.0, 1.0), wx);
      Weights(std::clamp(sy - iy, 0.0, 1.0), wy);
      float value = 0;
      for (int j = 0; j < kTaps; ++j) {
        const float* row = in.row(std::clamp(iy - (kRadius - 1) + j, 0, in.height() - 1));
        float sum = 0;
        for (int i = 0; i < kTaps; ++i) {
          sum += wx[i] * row[std::clamp(ix - (kRadius - 1) + i, 0, in.width() - 1)];
        }
        value += wy[j] * sum;
      }
      out.At(x, y) = value;
    }
  });
  return out;
}

}  // namespace petzval::measure
