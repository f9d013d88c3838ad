// Evaluates WarpRectilinear (DNG 1.7, chapter 7) and resamples.
#include "petzval/develop/warp.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

namespace petzval {
namespace {

// Pixels around a source point that Catmull-Rom reads.
constexpr int kTaps = 4;

// Four floats in a register, on every compiler that builds this project.
typedef float Float4 __attribute__((vector_size(16)));

Float4 Load4(const float* p) {
  Float4 v;
  std::memcpy(&v, p, sizeof(v));
  return v;
}

// Weights of the pixels at -1, 0, 1, 2 for a point `t` in 0..1 beyond pixel 0.
Float4 CatmullRom(float t) {
  constexpr Float4 k3{-0.5f, 1.5f, -1.5f, 0.5f}, k2{1, -2.5f, 2, -0.5f};
  constexpr Float4 k1{-0.5f, 0, 0.5f, 0}, k0{0, 1, 0, 0};
  return ((k3 * t + k2) * t + k1) * t + k0;
}

// The integer below `v`, or just above when `v` is within 0.001 of it, which the kernel forgives: a
// call of std::floor per pixel costs more than the resampling.
int Floor(float v) { return static_cast<int>(v + 16384.0f) - 16384; }

// Displacements are evaluated at every kStep-th column of the picture and are linear in between:
// even a strong distortion bends by less than 0.001 px there.
constexpr int kStep = 8;

bool IsIdentity(const WarpRectilinear::Plane& p) {
  return p.radial == std::array<double, 4>{1, 0, 0, 0} && p.tangential == std::array<double, 2>{};
}

}  // namespace

std::optional<Warp> Warp::Make(const std::optional<WarpRectilinear>& stated,
                               const MosaicSource& source, std::vector<std::string>* warnings) {
  if (!stated || stated->plane.empty()) return std::nullopt;
  if (std::all_of(stated->plane.begin(), stated->plane.end(), IsIdentity)) return std::nullopt;
  Warp w;
  for (size_t p = 0; p < 3; ++p) w.plane_[p] = stated->plane[std::min(p, stated->plane.size() - 1)];
  // The file speaks of the frame's pixels; those of the source may be binned.
  const double bin = source.bin;
  const double left = source.shift_x - source.bin_x0 / bin, width = source.frame_width / bin;
  const double top = source.shift_y - source.bin_y0 / bin, height = source.frame_height / bin;
  w.center_x_ = left + stated->center_x * width;
  w.center_y_ = top + stated->center_y * height;
  const double far_x = std::max(w.center_x_ - left, left + width - w.center_x_);
  const double far_y = std::max(w.center_y_ - top, top + height - w.center_y_);
  w.radius_ = std::hypot(far_x, far_y);
  w.min_x_ = source.shift_x + 0.5;
  w.min_y_ = source.shift_y + 0.5;
  w.max_x_ = source.shift_x + source.width - 0.5;
  w.max_y_ = source.shift_y + source.height - 0.5;

  // Distrust: neighbours must stay neighbours, in order and at about their distance.
  bool sane = std::isfinite(w.radius_) && w.radius_ > 0;
  constexpr int kSteps = 24;
  for (int p = 0; p < 3 && sane; ++p) {
    for (const double k : w.plane_[p].radial) sane = sane && std::isfinite(k);
    for (const double k : w.plane_[p].tangential) sane = sane && std::isfinite(k);
    double last = 0;
    for (int i = 1; i <= kSteps && sane; ++i) {
      const double r = static_cast<double>(i) / kSteps, r2 = r * r;
      const auto& k = w.plane_[p].radial;
      const double moved = r * (k[0] + r2 * (k[1] + r2 * (k[2] + r2 * k[3])));
      const double step = (moved - last) * kSteps;
      sane = step > 0.3 && step < 3 && std::abs(moved - r) < 0.25;
      last = moved;
    }
    for (const double k : w.plane_[p].tangential) sane = sane && std::abs(k) < 0.05;
  }
  if (!sane) {
    warnings->push_back("the lens correction of the file makes no sense and was left out");
    return std::nullopt;
  }
  return w;
}

std::array<double, 2> Warp::Displacement(int p, double x, double y) const {
  const double dx = (x - center_x_) / radius_, dy = (y - center_y_) / radius_;
  const double r2 = dx * dx + dy * dy;
  const auto& k = plane_[p].radial;
  const auto& t = plane_[p].tangential;
  const double f = k[0] - 1 + r2 * (k[1] + r2 * (k[2] + r2 * k[3]));
  const double tx = t[0] * (2 * dx * dy) + t[1] * (r2 + 2 * dx * dx);
  const double ty = t[1] * (2 * dx * dy) + t[0] * (r2 + 2 * dy * dy);
  return {radius_ * (f * dx + tx), radius_ * (f * dy + ty)};
}

std::array<double, 2> Warp::SourceOf(int p, double x, double y) const {
  const auto moved = Displacement(p, x, y);
  return {std::clamp(x + moved[0], min_x_, max_x_), std::clamp(y + moved[1], min_y_, max_y_)};
}

Rect Warp::SourceRect(const Rect& r) const {
  double left = 1e9, top = 1e9, right = -1e9, bottom = -1e9;
  // The map is smooth: its extremes lie on the border up to far less than the margin below.
  const auto visit = [&](int x, int y) {
    for (int p = 0; p < 3; ++p) {
      const auto s = SourceOf(p, x + 0.5, y + 0.5);
      left = std::min(left, s[0]);
      right = std::max(right, s[0]);
      top = std::min(top, s[1]);
      bottom = std::max(bottom, s[1]);
    }
  };
  for (int x = r.x; x < r.x + r.width + kStep; x += kStep) {
    const int at = std::min(x, r.x + r.width - 1);
    visit(at, r.y);
    visit(at, r.y + r.height - 1);
  }
  for (int y = r.y; y < r.y + r.height + kStep; y += kStep) {
    const int at = std::min(y, r.y + r.height - 1);
    visit(r.x, at);
    visit(r.x + r.width - 1, at);
  }
  visit(r.x + r.width / 2, r.y + r.height / 2);
  constexpr int kMargin = kTaps / 2 + 2;
  Rect s;
  s.x = static_cast<int>(std::floor(left)) - kMargin;
  s.y = static_cast<int>(std::floor(top)) - kMargin;
  s.width = static_cast<int>(std::ceil(right)) + kMargin - s.x;
  s.height = static_cast<int>(std::ceil(bottom)) + kMargin - s.y;
  return s;
}

void Warp::Apply(const Image<float>& from, const Rect& from_rect, const Rect& r, const Mat3& matrix,
                 Image<float>* out, int out_x, int out_y) const {
  const int first = (r.x >= 0 ? r.x : r.x - kStep + 1) / kStep;
  const int last = (r.x + r.width) / kStep + 1;
  std::vector<float> nodes(2 * (last - first + 1));
  for (int p = 0; p < 3; ++p) {
    const ptrdiff_t stride = from.stride();
    for (int y = 0; y < r.height; ++y) {
      const double row = r.y + y + 0.5;
      for (int i = first; i <= last; ++i) {
        const double column = i * kStep + 0.5;
        const auto moved = Displacement(p, column, row);
        nodes[2 * (i - first)] = static_cast<float>(moved[0]);
        nodes[2 * (i - first) + 1] = static_cast<float>(moved[1]);
      }
      float* to = out->row(out_y + y, p) + out_x;
      for (int x = 0; x < r.width; ++x) {
        const int at_x = r.x + x - first * kStep;
        const float* n = &nodes[2 * (at_x / kStep)];
        const float t = static_cast<float>(at_x % kStep) * (1.0f / kStep);
        // Relative to the pixel itself, where floats are fine.
        const float dx =
            std::clamp(n[0] + t * (n[2] - n[0]), static_cast<float>(min_x_ - (r.x + x + 0.5)),
                       static_cast<float>(max_x_ - (r.x + x + 0.5)));
        const float dy = std::clamp(n[1] + t * (n[3] - n[1]), static_cast<float>(min_y_ - row),
                                    static_cast<float>(max_y_ - row));
        const int whole_x = Floor(dx), whole_y = Floor(dy);
        const int ix = r.x + x - from_rect.x + whole_x, iy = r.y + y - from_rect.y + whole_y;
        const Float4 wx = CatmullRom(dx - static_cast<float>(whole_x));
        const Float4 wy = CatmullRom(dy - static_cast<float>(whole_y));
        const float* at = from.row(iy - 1, p) + ix - 1;
        const Float4 sum = wx * (wy[0] * Load4(at) + wy[1] * Load4(at + stride) +
                                 wy[2] * Load4(at + 2 * stride) + wy[3] * Load4(at + 3 * stride));
        to[x] = (sum[0] + sum[2]) + (sum[1] + sum[3]);
      }
    }
  }
  float m[9];
  for (int i = 0; i < 9; ++i) m[i] = static_cast<float>(matrix[i / 3][i % 3]);
  for (int y = 0; y < r.height; ++y) {
    float* v[3];
    for (int c = 0; c < 3; ++c) v[c] = out->row(out_y + y, c) + out_x;
    for (int x = 0; x < r.width; ++x) {
      const float rgb[3] = {v[0][x], v[1][x], v[2][x]};
      for (int c = 0; c < 3; ++c) {
        v[c][x] = m[3 * c] * rgb[0] + m[3 * c + 1] * rgb[1] + m[3 * c + 2] * rgb[2];
      }
    }
  }
}

}  // namespace petzval
