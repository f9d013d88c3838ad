// For tests and benches: slanted edges, lines and noise of a developed chart.
#ifndef PETZVAL_DEVELOP_LENS_CHART_MEASURE_H_
#define PETZVAL_DEVELOP_LENS_CHART_MEASURE_H_

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <vector>

#include "petzval/image/image.h"

namespace petzval {

struct EdgeFigures {
  double mtf50_cpp = 0;  // cycles a pixel, green
  double overshoot = 0;  // of the step, on the worse side
  std::array<double, 3>
      position_px{};  // of the edge along its normal, from the middle of the patch
};

namespace chart_internal {

// Mean over the edge of the values at each quarter of a pixel across it.
inline std::vector<double> Profile(const Image<float>& patch, int c, double nx, double ny,
                                   double offset, double reach) {
  constexpr int kBins = 4;
  const int n = static_cast<int>(2 * reach * kBins);
  std::vector<double> sum(n, 0.0), count(n, 0.0);
  const double cx = 0.5 * patch.width(), cy = 0.5 * patch.height();
  for (int y = 0; y < patch.height(); ++y) {
    for (int x = 0; x < patch.width(); ++x) {
      const double d = (x + 0.5 - cx) * nx + (y + 0.5 - cy) * ny - offset;
      const int bin = static_cast<int>(std::floor((d + reach) * kBins));
      if (bin < 0 || bin >= n) continue;
      sum[bin] += patch.At(x, y, c);
      count[bin] += 1;
    }
  }
  for (int i = 0; i < n; ++i) sum[i] = count[i] > 0 ? sum[i] / count[i] : (i ? sum[i - 1] : 0);
  return sum;
}

// Where the profile crosses half of the way, in bins.
inline double Crossing(const std::vector<double>& v, double low, double high) {
  const double half = 0.5 * (low + high);
  const int n = static_cast<int>(v.size());
  for (int i = n / 4; i + 1 < 3 * n / 4; ++i) {
    if ((v[i] - half) * (v[i + 1] - half) <= 0 && v[i] != v[i + 1]) {
      return i + 0.5 + (half - v[i]) / (v[i + 1] - v[i]);
    }
  }
  return 0.5 * n;
}

inline double Mean(const std::vector<double>& v, int first, int last) {
  double sum = 0;
  for (int i = first; i < last; ++i) sum += v[i];
  return sum / (last - first);
}

}  // namespace chart_internal

// An edge whose normal is about (nx, ny) through about the middle of `patch`; light lies along the
// normal. The angle is refined on the picture, as lens and correction may leave a trace of
// rotation.
inline EdgeFigures MeasureEdge(const Image<float>& patch, double nx, double ny) {
  using namespace chart_internal;
  constexpr int kBins = 4;
  constexpr double kReach = 24;
  const int n = static_cast<int>(2 * kReach * kBins), end = 6 * kBins;
  // The direction in which the profile is steepest.
  double best = -1, angle = 0, position = 0;
  const double nominal = std::atan2(ny, nx);
  for (int pass = 0; pass < 2; ++pass) {
    const double from = pass == 0 ? 0.0 : angle, step = pass == 0 ? 0.002 : 0.0002;
    const double at = position;
    for (int k = -10; k <= 10; ++k) {
      const double a = from + k * step;
      const double cx = std::cos(nominal + a), cy = std::sin(nominal + a);
      const auto v = Profile(patch, 1, cx, cy, at, kReach);
      double power = 0;
      for (int i = n / 4; i < 3 * n / 4; ++i)
        power += (v[i + 1] - v[i - 1]) * (v[i + 1] - v[i - 1]);
      if (power <= best) continue;
      best = power;
      angle = a;
      position = at + Crossing(v, Mean(v, 0, end), Mean(v, n - end, n)) / kBins - kReach;
    }
  }
  EdgeFigures figures;
  nx = std::cos(nominal + angle);
  ny = std::sin(nominal + angle);
  for (int c = 0; c < 3; ++c) {
    const auto v = Profile(patch, c, nx, ny, position, kReach);
    const double low = Mean(v, 0, end), high = Mean(v, n - end, n);
    figures.position_px[c] = position + Crossing(v, low, high) / kBins - kReach;
    if (c != 1) continue;
    // Smoothed over half a pixel, so that a bin of few pixels does not count as ringing.
    for (int i = 1; i + 1 < n; ++i) {
      const double w = 0.25 * (v[i - 1] + 2 * v[i] + v[i + 1]);
      figures.overshoot = std::max(figures.overshoot, std::max(w - high, low - w) / (high - low));
    }
    // MTF: the derivative's spectrum within a Hamming window, without the blur of bins and
    // differences (ISO 12233).
    const auto mtf = [&](double f) {
      double re = 0, im = 0, dc = 0;
      for (int i = 1; i + 1 < n; ++i) {
        const double x = static_cast<double>(i - n / 2) / kBins;
        const double window =
            std::abs(x) > 16 ? 0 : 0.54 + 0.46 * std::cos(std::numbers::pi * x / 16);
        const double d = window * (v[i + 1] - v[i - 1]);
        re += d * std::cos(2 * std::numbers::pi * f * x);
        im += d * std::sin(2 * std::numbers::pi * f * x);
        dc += d;
      }
      const auto sinc = [](double t) { return t < 1e-9 ? 1.0 : std::sin(t) / t; };
      const double blur =
          sinc(2 * std::numbers::pi * f / kBins) * sinc(std::numbers::pi * f / kBins);
      return std::hypot(re, im) / std::abs(dc) / blur;
    };
    double f = 0.01;
    while (f < 0.7 && mtf(f) > 0.5) f += 0.01;
    const double above = mtf(f - 0.01), below = mtf(f);
    figures.mtf50_cpp = f - 0.01 + 0.01 * (above - 0.5) / std::max(1e-9, above - below);
  }
  return figures;
}

// Where a dark line lies in the patch along `vertical` (else horizontal) from its middle: the
// centroid of what is missing of the light, in the middle third.
inline double MeasureLine(const Image<float>& patch, bool vertical) {
  const int along = vertical ? patch.width() : patch.height();
  const int length = vertical ? patch.height() : patch.width();
  std::vector<double> depth(length, 0.0);
  for (int i = 0; i < length; ++i) {
    for (int k = along / 3; k < 2 * along / 3; ++k) {
      depth[i] += vertical ? patch.At(k, i, 1) : patch.At(i, k, 1);
    }
  }
  const double ground = 0.5 * (depth[length / 8] + depth[length - 1 - length / 8]);
  const int least = static_cast<int>(std::min_element(depth.begin(), depth.end()) - depth.begin());
  double sum = 0, moment = 0;
  for (int i = std::max(0, least - 6); i < std::min(length, least + 7); ++i) {
    sum += ground - depth[i];
    moment += (ground - depth[i]) * (i + 0.5);
  }
  return moment / sum - 0.5 * length;
}

// Standard deviation of green about a plane, so that shading does not count as noise.
inline double MeasureNoise(const Image<float>& patch) {
  const int w = patch.width(), h = patch.height();
  double mean = 0, gx = 0, gy = 0, nx = 0, ny = 0;
  for (int y = 0; y < h; ++y) {
    for (int x = 0; x < w; ++x) {
      const double u = x - 0.5 * (w - 1), v = y - 0.5 * (h - 1);
      mean += patch.At(x, y, 1);
      gx += u * patch.At(x, y, 1);
      gy += v * patch.At(x, y, 1);
      nx += u * u;
      ny += v * v;
    }
  }
  mean /= w * h;
  double power = 0;
  for (int y = 0; y < h; ++y) {
    for (int x = 0; x < w; ++x) {
      const double u = x - 0.5 * (w - 1), v = y - 0.5 * (h - 1);
      const double d = patch.At(x, y, 1) - mean - gx / nx * u - gy / ny * v;
      power += d * d;
    }
  }
  return std::sqrt(power / (w * h));
}

}  // namespace petzval

#endif  // PETZVAL_DEVELOP_LENS_CHART_MEASURE_H_
