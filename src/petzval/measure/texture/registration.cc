// Phase correlation (Kuglin and Hines 1975), then Gauss-Newton over a pyramid (Lucas, Kanade 1981).
#include "petzval/measure/texture/registration.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>
#include <vector>

#include "petzval/image/catmull_rom.h"
#include "petzval/optics/analysis/fft.h"

namespace petzval::measure {
namespace {

using Complex = std::complex<double>;
using Vector8 = Eigen::Matrix<double, 8, 1>;
using Matrix8 = Eigen::Matrix<double, 8, 8>;

constexpr double kMinCorrelation = 0.2;
constexpr int kMaxSamples = 400'000;  // of a Gauss-Newton step

int Clamped(int i, int size) { return std::clamp(i, 0, size - 1); }

// [1 2 1] / 4 both ways: what is left near Nyquist would bend the interpolation.
Image<float> Smoothed(ImageView<const float> in) {
  const int width = in.width(), height = in.height();
  Image<float> rows(width, height), out(width, height);
  for (int y = 0; y < height; ++y) {
    const float* from = in.row(y);
    for (int x = 0; x < width; ++x) {
      rows.At(x, y) =
          0.25f * (from[Clamped(x - 1, width)] + 2 * from[x] + from[Clamped(x + 1, width)]);
    }
  }
  for (int y = 0; y < height; ++y) {
    const float *a = rows.row(Clamped(y - 1, height)), *b = rows.row(y),
                *c = rows.row(Clamped(y + 1, height));
    for (int x = 0; x < width; ++x) out.At(x, y) = 0.25f * (a[x] + 2 * b[x] + c[x]);
  }
  return out;
}

// Half the size, [1 3 3 1] / 8: the centre of pixel i is that of 2 i and 2 i + 1.
Image<float> Half(const Image<float>& in) {
  const int width = in.width() / 2, height = in.height() / 2;
  Image<float> rows(width, in.height()), out(width, height);
  for (int y = 0; y < in.height(); ++y) {
    const float* from = in.row(y);
    for (int x = 0; x < width; ++x) {
      rows.At(x, y) = 0.125f * (from[Clamped(2 * x - 1, in.width())] + 3 * from[2 * x] +
                                3 * from[2 * x + 1] + from[Clamped(2 * x + 2, in.width())]);
    }
  }
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      out.At(x, y) =
          0.125f * (rows.At(x, Clamped(2 * y - 1, in.height())) + 3 * rows.At(x, 2 * y) +
                    3 * rows.At(x, 2 * y + 1) + rows.At(x, Clamped(2 * y + 2, in.height())));
    }
  }
  return out;
}

// The middle n x n, its mean off, under a Hann window, transformed.
std::vector<Complex> WindowedTransform(const Image<float>& in, int n) {
  const int x0 = (in.width() - n) / 2, y0 = (in.height() - n) / 2;
  double mean = 0;
  for (int y = 0; y < n; ++y) {
    for (int x = 0; x < n; ++x) mean += in.At(x0 + x, y0 + y);
  }
  mean /= static_cast<double>(n) * n;
  std::vector<double> window(n);
  for (int i = 0; i < n; ++i)
    window[i] = 0.5 - 0.5 * std::cos(2 * std::numbers::pi * (i + 0.5) / n);
  std::vector<Complex> data(static_cast<size_t>(n) * n);
  for (int y = 0; y < n; ++y) {
    for (int x = 0; x < n; ++x) {
      data[static_cast<size_t>(y) * n + x] = window[x] * window[y] * (in.At(x0 + x, y0 + y) - mean);
    }
  }
  optics::Fft2d(&data, n, -1);
  return data;
}

// Whole-pixel shift d with moving(x) = fixed(x + d).
void PhaseCorrelation(const Image<float>& fixed, const Image<float>& moving, double* dx,
                      double* dy) {
  int n = 32;
  while (2 * n <= std::min(fixed.width(), fixed.height())) n *= 2;
  const std::vector<Complex> f = WindowedTransform(fixed, n);
  std::vector<Complex> m = WindowedTransform(moving, n);
  double mean = 0;
  for (size_t i = 0; i < m.size(); ++i) mean += std::abs(m[i]) * std::abs(f[i]);
  mean /= static_cast<double>(m.size());
  for (int y = 0; y < n; ++y) {
    for (int x = 0; x < n; ++x) {
      const size_t i = static_cast<size_t>(y) * n + x;
      const double fx = std::min(x, n - x), fy = std::min(y, n - y);
      // Beyond a quarter cycle per pixel there is little but noise.
      const double f2 = (fx * fx + fy * fy) / (static_cast<double>(n) * n);
      const Complex cross = m[i] * std::conj(f[i]);
      m[i] = cross * (std::exp(-f2 / (2 * 0.15 * 0.15)) / (std::abs(cross) + 1e-3 * mean + 1e-300));
    }
  }
  optics::Fft2d(&m, n, 1);
  int px = 0, py = 0;
  double best = -INFINITY;
  for (int y = 0; y < n; ++y) {
    for (int x = 0; x < n; ++x) {
      const double value = m[static_cast<size_t>(y) * n + x].real();
      if (value > best) best = value, px = x, py = y;
    }
  }
  *dx = px <= n / 2 ? -px : n - px;
  *dy = py <= n / 2 ? -py : n - py;
}

// A level of the pyramid: `cx, cy` is the middle of the picture in its pixels.
struct Level {
  Image<float> fixed, moving;
  double cx, cy, scale;  // full pixels for one of its own
};

// Visits samples of the moving picture with their place (from the middle, in pixels of the level)
// and the fixed picture there.
template <class Visit>
void ForSamples(const Level& level, const TextureMotion& m, int step, const Visit& visit) {
  const double dx = m.dx / level.scale, dy = m.dy / level.scale;
  for (int y = 0; y < level.moving.height(); y += step) {
    for (int x = 0; x < level.moving.width(); x += step) {
      const double u = x + 0.5 - level.cx, v = y + 0.5 - level.cy;
      CubicSample s;
      if (SampleCatmullRom(level.fixed.view(), u + dx + m.a * u + m.b * v + level.cx,
                           v + dy + m.c * u + m.d * v + level.cy, &s)) {
        visit(x, y, u, v, s);
      }
    }
  }
}

// One Gauss-Newton step; returns the largest movement of a corner in pixels of the level, or NaN.
double Step(const Level& level, TextureMotion* m) {
  const int step =
      std::max(1, static_cast<int>(std::ceil(std::sqrt(static_cast<double>(level.moving.width()) *
                                                       level.moving.height() / kMaxSamples))));
  Matrix8 normal = Matrix8::Zero();
  Vector8 right = Vector8::Zero();
  const double unit = std::max(level.cx, level.cy);
  ForSamples(level, *m, step, [&](int x, int y, double u, double v, const CubicSample& s) {
    const double gx = m->gain * s.dx, gy = m->gain * s.dy;
    const double rest = level.moving.At(x, y) - m->gain * s.value - m->offset;
    const double j[8] = {gx,      gy, gx * u / unit, gx * v / unit, gy * u / unit, gy * v / unit,
                         s.value, 1};
    for (int i = 0; i < 8; ++i) {
      right[i] += j[i] * rest;
      for (int k = 0; k <= i; ++k) normal(i, k) += j[i] * j[k];
    }
  });
  const Eigen::LDLT<Matrix8, Eigen::Lower> factors(normal);
  if (factors.info() != Eigen::Success || !(factors.vectorD().minCoeff() > 0)) return NAN;
  const Vector8 d = factors.solve(right);
  if (!d.allFinite()) return NAN;
  m->dx += d[0] * level.scale;
  m->dy += d[1] * level.scale;
  m->a += d[2] / unit;
  m->b += d[3] / unit;
  m->c += d[4] / unit;
  m->d += d[5] / unit;
  m->gain += d[6];
  m->offset += d[7];
  return std::max(std::abs(d[0]) + std::abs(d[2]) + std::abs(d[3]),
                  std::abs(d[1]) + std::abs(d[4]) + std::abs(d[5]));
}

// Correlation within blocks of 16 x 16 pixels, their means off: brightness far apart does not
// count.
double LocalCorrelation(const Level& level, const TextureMotion& m) {
  constexpr int kBlock = 16;
  struct Sums {
    double n = 0, f = 0, m = 0, ff = 0, mm = 0, fm = 0;
  };
  const int columns = level.moving.width() / kBlock + 1;
  std::vector<Sums> blocks(static_cast<size_t>(columns) * (level.moving.height() / kBlock + 1));
  ForSamples(level, m, 1, [&](int x, int y, double, double, const CubicSample& s) {
    Sums& b = blocks[static_cast<size_t>(y / kBlock) * columns + x / kBlock];
    const double value = level.moving.At(x, y);
    ++b.n;
    b.f += s.value;
    b.m += value;
    b.ff += s.value * s.value;
    b.mm += value * value;
    b.fm += s.value * value;
  });
  double ff = 0, mm = 0, fm = 0;
  for (const Sums& b : blocks) {
    if (b.n < 2) continue;
    ff += b.ff - b.f * b.f / b.n;
    mm += b.mm - b.m * b.m / b.n;
    fm += b.fm - b.f * b.m / b.n;
  }
  return ff > 0 && mm > 0 ? fm / std::sqrt(ff * mm) : 0;
}

std::vector<Level> Pyramid(ImageView<const float> fixed, ImageView<const float> moving) {
  std::vector<Level> levels;
  levels.push_back(
      {Smoothed(fixed), Smoothed(moving), fixed.width() / 2.0, fixed.height() / 2.0, 1});
  while (std::min(levels.back().fixed.width(), levels.back().fixed.height()) >= 128) {
    const Level& last = levels.back();
    levels.push_back(
        {Half(last.fixed), Half(last.moving), last.cx / 2, last.cy / 2, 2 * last.scale});
  }
  return levels;
}

}  // namespace

Result<TextureMotion> RegisterTexture(ImageView<const float> fixed, ImageView<const float> moving) {
  const auto refuse = [] {
    return Fail(ErrorCode::kInvalidInput,
                "the two pictures do not register: they do not show the same texture here, or lie "
                "more than a quarter of the patch apart");
  };
  if (fixed.width() != moving.width() || fixed.height() != moving.height() || fixed.width() < 64 ||
      fixed.height() < 64) {
    return Fail(ErrorCode::kInvalidInput,
                "pictures to be registered must have one size of at least 64 x 64 pixels");
  }
  const std::vector<Level> levels = Pyramid(fixed, moving);
  // The level of at most 512 pixels is fine enough for the start.
  size_t start = 0;
  while (start + 1 < levels.size() &&
         std::min(levels[start].fixed.width(), levels[start].fixed.height()) > 512) {
    ++start;
  }
  TextureMotion motion;
  PhaseCorrelation(levels[start].fixed, levels[start].moving, &motion.dx, &motion.dy);
  motion.dx *= levels[start].scale;
  motion.dy *= levels[start].scale;
  const double limit = 0.25 * std::min(fixed.width(), fixed.height());
  for (size_t i = start + 1; i-- > 0;) {
    for (int round = 0; round < 12; ++round) {
      const double moved = Step(levels[i], &motion);
      if (!std::isfinite(moved)) return refuse();
      if (moved < 2e-4) break;
    }
  }
  const double linear =
      std::max({std::abs(motion.a), std::abs(motion.b), std::abs(motion.c), std::abs(motion.d)});
  if (!(std::abs(motion.dx) <= limit && std::abs(motion.dy) <= limit && linear < 0.05)) {
    return refuse();
  }
  motion.correlation = LocalCorrelation(levels[0], motion);
  if (!(motion.correlation > kMinCorrelation) || !(motion.gain > 0)) return refuse();
  return motion;
}

}  // namespace petzval::measure
