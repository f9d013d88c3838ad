// Evaluates WarpRectilinear (DNG 1.7, chapter 7) and resamples.
#include "petzval/develop/warp.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <vector>

#include "petzval/develop/warp_kernels.h"

namespace petzval {
namespace {

// Pixels around a source point that Catmull-Rom reads.
constexpr int kTaps = 4;

// Displacements are evaluated at every kWarpStep-th column of every kStep-th row of the picture.
// They are parabolas between columns and linear between rows: even a strong distortion bends by
// less than 0.005 px there.
constexpr int kStep = 8;

int FloorDiv(int i, int step) { return (i >= 0 ? i : i - step + 1) / step; }

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
  w.SetLimits(source);
  const auto& first = stated->plane[0];
  w.together_ = std::all_of(stated->plane.begin(), stated->plane.end(), [&](const auto& p) {
    return p.radial == first.radial && p.tangential == first.tangential;
  });

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

Warp Warp::Make(RadialWarp radial, const MosaicSource& source) {
  Warp w;
  w.center_x_ = radial.center_x;
  w.center_y_ = radial.center_y;
  w.radius_ = radial.radius;
  w.SetLimits(source);
  w.together_ = radial.factor[0] == radial.factor[1] && radial.factor[1] == radial.factor[2];
  w.radial_ = std::move(radial);
  return w;
}

void Warp::SetLimits(const MosaicSource& source) {
  min_x_ = source.shift_x + 0.5;
  min_y_ = source.shift_y + 0.5;
  max_x_ = source.shift_x + source.width - 0.5;
  max_y_ = source.shift_y + source.height - 0.5;
}

std::array<double, 2> Warp::Displacement(int p, double x, double y) const {
  const double dx = (x - center_x_) / radius_, dy = (y - center_y_) / radius_;
  const double r2 = dx * dx + dy * dy;
  if (radial_) {
    const std::vector<float>& table = radial_->factor[p];
    const double at = std::min(r2, 1.0) * static_cast<double>(table.size() - 1);
    const size_t i = std::min(static_cast<size_t>(at), table.size() - 2);
    const double f = table[i] + (at - static_cast<double>(i)) * (table[i + 1] - table[i]);
    return {f * (x - center_x_), f * (y - center_y_)};
  }
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
  assert(from.width() >= from_rect.width + kSpareColumns);
  const int zero = FloorDiv(r.x, kWarpStep), first = zero - 1;
  const int last = FloorDiv(r.x + r.width + kWarpLanes, kWarpStep) + 2;
  const int nodes = last - first + 1;
  const int count = (r.width + kWarpLanes - 1) / kWarpLanes * kWarpLanes;
  // Two rows of nodes at multiples of kStep, and the row in between: x and y for each plane.
  const int padded = count + 2 * kWarpLanes;
  std::vector<float> scratch(static_cast<size_t>(3) * 6 * nodes + 3 * count + 2 * padded);
  float* const node_above = scratch.data();
  float* const node_below = node_above + 6 * nodes;
  float* const node = node_below + 6 * nodes;
  float* const resampled = node + 6 * nodes;
  std::vector<int32_t> wholes(2 * static_cast<size_t>(padded));
  float* const fractions = resampled + 3 * count + kWarpLanes;
  const WarpRow row = {wholes.data() + kWarpLanes, wholes.data() + padded + kWarpLanes, fractions,
                       fractions + padded};
  const int planes = together_ ? 1 : 3;
  const auto evaluate = [&](int y, float* to) {
    for (int p = 0; p < planes; ++p) {
      float *x_nodes = to + 2 * p * nodes, *y_nodes = x_nodes + nodes;
      for (int i = 0; i < nodes; ++i) {
        const auto moved = Displacement(p, (first + i) * kWarpStep + 0.5, y * kStep + 0.5);
        x_nodes[i] = static_cast<float>(moved[0]);
        y_nodes[i] = static_cast<float>(moved[1]);
      }
    }
  };
  float m[9];
  for (int i = 0; i < 9; ++i) m[i] = static_cast<float>(matrix[i / 3][i % 3]);

  WarpPlaces places;
  places.phase = r.x - zero * kWarpStep;
  places.count = count;
  places.origin_x = r.x - from_rect.x;
  // Kept inside the picture, and inside what is there where a vector reaches beyond the row.
  const auto limits = [](double low, double high, int begin, int size, double at, float* to_low,
                         float* to_high) {
    *to_low = static_cast<float>(std::max(low, begin + 1.5) - at);
    *to_high = static_cast<float>(std::min(high, begin + size - 2.5) - at);
  };
  limits(min_x_, max_x_, from_rect.x, from_rect.width, r.x + 0.5, &places.low_x, &places.high_x);
  int above = FloorDiv(r.y, kStep) - 1;
  evaluate(above + 1, node_below);
  for (int y = 0; y < r.height; ++y) {
    const int row_y = r.y + y;
    if (const int now = FloorDiv(row_y, kStep); now != above) {
      above = now;
      std::copy_n(node_below, 6 * nodes, node_above);
      evaluate(now + 1, node_below);
    }
    const float t = static_cast<float>(row_y - above * kStep) * (1.0f / kStep);
    for (int i = 0; i < 2 * planes * nodes; ++i) {
      node[i] = node_above[i] + t * (node_below[i] - node_above[i]);
    }
    limits(min_y_, max_y_, from_rect.y, from_rect.height, row_y + 0.5, &places.low_y,
           &places.high_y);
    places.origin_y = row_y - from_rect.y;
    for (int p = 0; p < 3; ++p) {
      if (p < planes) {
        places.nodes_x = node + 2 * p * nodes + 1;
        places.nodes_y = places.nodes_x + nodes;
        FindPlaces(places, row);
      }
      ResampleRow(from.row(0, p), from.stride(), row, count, resampled + p * count);
    }
    const float* const in[3] = {resampled, resampled + count, resampled + 2 * count};
    float* const to[3] = {out->row(out_y + y, 0) + out_x, out->row(out_y + y, 1) + out_x,
                          out->row(out_y + y, 2) + out_x};
    MatrixRow(in, m, r.width, to);
  }
}

}  // namespace petzval
