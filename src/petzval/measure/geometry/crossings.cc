// Saddle points of the brightness (the Hessian's determinant below zero), checked on a ring.
#include "petzval/measure/geometry/crossings.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "petzval/base/parallel.h"
#include "petzval/measure/geometry/least_squares.h"

namespace petzval::measure {
namespace {

constexpr double kSigma = 2;  // of the smoothing, search pixels
constexpr int kRing = 6;      // radius of the ring and of non-maximum suppression
constexpr int kRingPoints = 24;
// A sharp crossing of contrast 1 has 0.101 / sigma^4; three times the blur is still seen.
constexpr double kMinSaddle = 0.005 / (kSigma * kSigma * kSigma * kSigma);
constexpr double kMinSwing = 0.15;  // mean distance from the middle on the ring, of the contrast

Image<float> Smooth(const Image<float>& in) {
  constexpr int kRadius = static_cast<int>(3 * kSigma);
  std::array<float, 2 * kRadius + 1> kernel;
  float sum = 0;
  for (int i = -kRadius; i <= kRadius; ++i) {
    kernel[i + kRadius] = static_cast<float>(std::exp(-0.5 * i * i / (kSigma * kSigma)));
    sum += kernel[i + kRadius];
  }
  for (float& k : kernel) k /= sum;
  const int width = in.width(), height = in.height();
  Image<float> across(width, height), out(width, height);
  ParallelFor(height, [&](int y) {
    const float* from = in.row(y);
    float* to = across.row(y);
    for (int x = 0; x < width; ++x) {
      float v = 0;
      for (int i = -kRadius; i <= kRadius; ++i) {
        v += kernel[i + kRadius] * from[std::clamp(x + i, 0, width - 1)];
      }
      to[x] = v;
    }
  });
  ParallelFor(height, [&](int y) {
    float* to = out.row(y);
    std::fill_n(to, width, 0.0f);
    for (int i = -kRadius; i <= kRadius; ++i) {
      const float* from = across.row(std::clamp(y + i, 0, height - 1));
      for (int x = 0; x < width; ++x) to[x] += kernel[i + kRadius] * from[x];
    }
  });
  return out;
}

// Four changes between light and dark around the point, each well away from the middle.
bool RingAlternates(const Image<float>& smooth, int x, int y, double contrast) {
  const double middle = smooth.At(x, y);
  int changes = 0;
  double swing = 0;
  bool last = false;
  for (int i = 0; i <= kRingPoints; ++i) {
    const double angle = 2 * M_PI * i / kRingPoints;
    const int u = x + static_cast<int>(std::lround(kRing * std::cos(angle)));
    const int v = y + static_cast<int>(std::lround(kRing * std::sin(angle)));
    const double d = smooth.At(u, v) - middle;
    if (i > 0) {
      changes += (d > 0) != last;
      swing += std::fabs(d) / kRingPoints;
    }
    last = d > 0;
  }
  return changes == 4 && swing > kMinSwing * contrast;
}

}  // namespace

std::vector<Blob> FindCrossings(const Image<float>& values, const LocalRange& range) {
  const int width = values.width(), height = values.height();
  const int rim = kRing + 2;
  if (width <= 2 * rim || height <= 2 * rim) return {};
  const Image<float> smooth = Smooth(values);
  Image<float> saddle(width, height);
  saddle.Fill(0);
  ParallelFor(height, [&](int y) {
    if (y < 1 || y >= height - 1) return;
    const float *a = smooth.row(y - 1), *b = smooth.row(y), *c = smooth.row(y + 1);
    const float *low = range.low.row(y), *high = range.high.row(y);
    for (int x = 1; x < width - 1; ++x) {
      const float contrast = high[x] - low[x];
      if (!(contrast > 0)) continue;
      const float xx = b[x - 1] - 2 * b[x] + b[x + 1], yy = a[x] - 2 * b[x] + c[x];
      const float xy = 0.25f * (a[x - 1] - a[x + 1] - c[x - 1] + c[x + 1]);
      saddle.row(y)[x] = (xy * xy - xx * yy) / (contrast * contrast);
    }
  });
  std::vector<Blob> crossings;
  for (int y = rim; y < height - rim; ++y) {
    for (int x = rim; x < width - rim; ++x) {
      const float s = saddle.At(x, y);
      if (s < kMinSaddle) continue;
      bool largest = true;
      for (int j = -kRing; j <= kRing && largest; ++j) {
        for (int i = -kRing; i <= kRing; ++i) {
          const float other = saddle.At(x + i, y + j);
          // Of equals the first in reading order stays.
          if (other > s || (other == s && (j < 0 || (j == 0 && i < 0)))) {
            largest = false;
            break;
          }
        }
      }
      if (!largest) continue;
      if (!RingAlternates(smooth, x, y, range.high.At(x, y) - range.low.At(x, y))) continue;
      crossings.push_back({x + 0.5, y + 0.5, 1});
    }
  }
  return crossings;
}

bool RefineCrossing(const MeasuredPlane& plane, double radius_px, double* x_px, double* y_px) {
  double x = *x_px, y = *y_px;
  const int width = plane.values.width(), height = plane.values.height();
  for (int step = 0; step < 20; ++step) {
    NormalEquations<6> equations;
    const int x0 = std::max(0, static_cast<int>(std::floor(x - radius_px)));
    const int x1 = std::min(width - 1, static_cast<int>(std::ceil(x + radius_px)));
    const int y0 = std::max(0, static_cast<int>(std::floor(y - radius_px)));
    const int y1 = std::min(height - 1, static_cast<int>(std::ceil(y + radius_px)));
    for (int j = y0; j <= y1; ++j) {
      const float* row = plane.values.row(j);
      for (int i = x0; i <= x1; ++i) {
        if (!plane.sites.Has(i, j)) continue;
        const double u = (i + 0.5 - x) / radius_px, v = (j + 0.5 - y) / radius_px;
        const double r2 = u * u + v * v;
        if (r2 >= 1) continue;
        // Falls to zero at the rim, so that samples come and go without a jump.
        equations.Add({1, u, v, u * u, u * v, v * v}, row[i], (1 - r2) * (1 - r2));
      }
    }
    std::array<double, 6> q{};
    if (equations.count() < 12 || !equations.Solve(&q)) return false;
    const double determinant = 4 * q[3] * q[5] - q[4] * q[4];
    if (!(determinant < 0)) return false;
    const double du = (q[4] * q[2] - 2 * q[5] * q[1]) / determinant;
    const double dv = (q[4] * q[1] - 2 * q[3] * q[2]) / determinant;
    if (!(std::hypot(du, dv) < 1)) return false;
    x += du * radius_px;
    y += dv * radius_px;
    if (std::hypot(x - *x_px, y - *y_px) > radius_px) return false;
    if (std::hypot(du, dv) * radius_px < 1e-5) break;
  }
  *x_px = x;
  *y_px = y;
  return true;
}

}  // namespace petzval::measure
