// An affine motion in the picture plane.
#include "petzval/measure/compare/affine.h"

#include <algorithm>
#include <cmath>

#include "petzval/base/parallel.h"
#include "petzval/image/catmull_rom.h"

namespace petzval::measure {
namespace {

constexpr int kUnknowns = 8;  // the motion, gain, offset

// Normal equations of one step.
struct Normal {
  double a[kUnknowns][kUnknowns] = {}, b[kUnknowns] = {}, square = 0, weight = 0, count = 0;

  void Add(const Normal& o) {
    for (int i = 0; i < kUnknowns; ++i) {
      for (int j = 0; j < kUnknowns; ++j) a[i][j] += o.a[i][j];
      b[i] += o.b[i];
    }
    square += o.square;
    weight += o.weight;
    count += o.count;
  }
};

// Gaussian elimination with pivots; false when singular.
bool Solve(Normal n, double x[kUnknowns]) {
  for (int i = 0; i < kUnknowns; ++i) {
    for (int j = 0; j < i; ++j) n.a[i][j] = n.a[j][i];
  }
  double scale[kUnknowns];  // the unknowns have very different sizes
  for (int i = 0; i < kUnknowns; ++i) {
    if (!(n.a[i][i] > 0)) return false;
    scale[i] = 1 / std::sqrt(n.a[i][i]);
  }
  for (int i = 0; i < kUnknowns; ++i) {
    for (int j = 0; j < kUnknowns; ++j) n.a[i][j] *= scale[i] * scale[j];
    n.b[i] *= scale[i];
  }
  for (int c = 0; c < kUnknowns; ++c) {
    int pivot = c;
    for (int r = c + 1; r < kUnknowns; ++r) {
      if (std::fabs(n.a[r][c]) > std::fabs(n.a[pivot][c])) pivot = r;
    }
    if (std::fabs(n.a[pivot][c]) < 1e-9) return false;
    std::swap(n.a[pivot], n.a[c]);
    std::swap(n.b[pivot], n.b[c]);
    for (int r = c + 1; r < kUnknowns; ++r) {
      const double f = n.a[r][c] / n.a[c][c];
      for (int k = c; k < kUnknowns; ++k) n.a[r][k] -= f * n.a[c][k];
      n.b[r] -= f * n.b[c];
    }
  }
  for (int c = kUnknowns - 1; c >= 0; --c) {
    for (int k = c + 1; k < kUnknowns; ++k) n.b[c] -= n.a[c][k] * x[k];
    x[c] = n.b[c] / n.a[c][c];
  }
  for (int c = 0; c < kUnknowns; ++c) x[c] *= scale[c];
  return true;
}

// Binomial filter of 5 taps in both directions, the border repeated.
Image<float> Smoothed(const Image<float>& in) {
  const int width = in.width(), height = in.height();
  Image<float> rows(width, height), out(width, height);
  const auto filter = [](float a, float b, float c, float d, float e) {
    return ((a + e) + 4 * (b + d) + 6 * c) * (1 / 16.0f);
  };
  ParallelFor(height, [&](int y) {
    const auto at = [&](int j) { return in.row(std::clamp(y + j, 0, height - 1)); };
    const float *a = at(-2), *b = at(-1), *c = at(0), *d = at(1), *e = at(2);
    for (int x = 0; x < width; ++x) rows.row(y)[x] = filter(a[x], b[x], c[x], d[x], e[x]);
  });
  ParallelFor(height, [&](int y) {
    const float* row = rows.row(y);
    const auto at = [&](int x) { return row[std::clamp(x, 0, width - 1)]; };
    for (int x = 0; x < width; ++x) {
      out.row(y)[x] = filter(at(x - 2), at(x - 1), at(x), at(x + 1), at(x + 2));
    }
  });
  return out;
}

}  // namespace

Pyramid MakePyramid(const Image<float>& picture, int smallest) {
  Pyramid p;
  p.levels.push_back(picture.Clone());
  while (std::max(p.levels.back().width(), p.levels.back().height()) > smallest &&
         std::min(p.levels.back().width(), p.levels.back().height()) >= 16) {
    const Image<float>& from = p.levels.back();
    Image<float> half(from.width() / 2, from.height() / 2);
    ParallelFor(half.height(), [&](int y) {
      const float *a = from.row(2 * y), *b = from.row(2 * y + 1);
      for (int x = 0; x < half.width(); ++x) {
        half.row(y)[x] = 0.25f * ((a[2 * x] + a[2 * x + 1]) + (b[2 * x] + b[2 * x + 1]));
      }
    });
    p.levels.push_back(std::move(half));
  }
  // What interpolation takes from noise depends on the phase, which would draw the motion towards
  // half pixels; smooth pictures lose nothing.
  for (Image<float>& level : p.levels) level = Smoothed(level);
  return p;
}

Affine AtLevels(const Affine& m, int lr, int lt) {
  const double r = std::ldexp(1.0, lr), t = std::ldexp(1.0, -lt);
  return {m[0] * r * t, m[1] * r * t, m[2] * t, m[3] * r * t, m[4] * r * t, m[5] * t};
}
Affine FromLevels(const Affine& m, int lr, int lt) {
  const double r = std::ldexp(1.0, -lr), t = std::ldexp(1.0, lt);
  return {m[0] * r * t, m[1] * r * t, m[2] * t, m[3] * r * t, m[4] * r * t, m[5] * t};
}

bool RefineAffine(const Image<float>& reference, const Image<float>& test, int steps, Affine* m) {
  const int width = reference.width(), height = reference.height();
  constexpr int kBand = 8;
  const int bands = (height + kBand - 1) / kBand;
  double gain = 1, offset = 0, sigma = 0.1;
  std::vector<Normal> partial(bands);
  for (int step = 0; step < steps; ++step) {
    ParallelFor(bands, [&](int band) {
      Normal n;
      for (int y = band * kBand; y < std::min(height, band * kBand + kBand); ++y) {
        for (int x = 0; x < width; ++x) {
          const double px = x + 0.5, py = y + 0.5;
          const Point at = Apply(*m, px, py);
          CubicSample s;
          if (!SampleCatmullRom(test.view(), at.x, at.y, &s)) continue;
          const double e = reference.row(y)[x] - (gain * s.value + offset);
          const double u = e / sigma, w = 1 / (1 + u * u);
          const double gx = gain * s.dx, gy = gain * s.dy;
          const double j[kUnknowns] = {gx * px, gx * py, gx, gy * px, gy * py, gy, s.value, 1};
          for (int i = 0; i < kUnknowns; ++i) {
            const double wj = w * j[i];
            for (int k = i; k < kUnknowns; ++k) n.a[i][k] += wj * j[k];
            n.b[i] += wj * e;
          }
          n.square += w * e * e;
          n.weight += w;
          n.count += 1;
        }
      }
      partial[band] = n;
    });
    Normal n;
    for (const Normal& p : partial) n.Add(p);
    double d[kUnknowns];
    if (n.count < 0.05 * width * height || !Solve(n, d)) return false;
    for (int i = 0; i < 6; ++i) (*m)[i] += d[i];
    gain += d[6];
    offset += d[7];
    if (!(gain > 0.05 && gain < 20)) return false;
    sigma = std::max(1.5 * std::sqrt(n.square / n.weight), 1e-3);
    // What the corners still moved, in pixels.
    double moved = 0;
    for (const auto& [x, y] : {std::array<double, 2>{0, 0},
                               {1.0 * width, 0},
                               {0, 1.0 * height},
                               {1.0 * width, 1.0 * height}}) {
      moved = std::max(moved, std::hypot(d[0] * x + d[1] * y + d[2], d[3] * x + d[4] * y + d[5]));
    }
    if (!std::isfinite(moved)) return false;
    if (moved < 2e-4) break;
  }
  return true;
}

std::optional<Point> SlopeAt(const Image<float>& picture, const Affine& m, double x, double y) {
  const Point at = Apply(m, x, y);
  CubicSample s;
  if (!SampleCatmullRom(picture.view(), at.x, at.y, &s)) return {};
  return Point{s.dx * m[0] + s.dy * m[3], s.dx * m[1] + s.dy * m[4]};
}

Agreement MeasureAgreement(const Image<float>& reference, const Image<float>& test,
                           const Affine& m) {
  const int width = reference.width(), height = reference.height();
  struct Sums {
    double rt = 0, rr = 0, tt = 0, count = 0;
  };
  std::vector<Sums> rows(height);
  ParallelFor(height, [&](int y) {
    if (y == 0 || y == height - 1) return;
    Sums s;
    for (int x = 1; x + 1 < width; ++x) {
      const auto t = SlopeAt(test, m, x + 0.5, y + 0.5);
      if (!t) continue;
      const double rx = 0.5 * (reference.row(y)[x + 1] - reference.row(y)[x - 1]);
      const double ry = 0.5 * (reference.row(y + 1)[x] - reference.row(y - 1)[x]);
      s.rt += rx * t->x + ry * t->y;
      s.rr += rx * rx + ry * ry;
      s.tt += t->x * t->x + t->y * t->y;
      s.count += 1;
    }
    rows[y] = s;
  });
  Sums s;
  for (const Sums& row : rows) {
    s.rt += row.rt;
    s.rr += row.rr;
    s.tt += row.tt;
    s.count += row.count;
  }
  Agreement a;
  if (s.rr > 0 && s.tt > 0) a.correlation = s.rt / std::sqrt(s.rr * s.tt);
  a.overlap = s.count / (std::max(width - 2, 1) * static_cast<double>(std::max(height - 2, 1)));
  return a;
}

}  // namespace petzval::measure
