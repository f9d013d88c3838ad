// Tables that map colours: one-dimensional curves and three-dimensional cubes.
#include "petzval/color/lut.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace petzval {
namespace {

struct Position {
  int cell = 0;     // 0..size - 2
  double part = 0;  // 0..1
};

// Where `value` lies on a grid of `size` entries; NaN lies at its start.
Position Locate(double value, double low, double high, int size) {
  const double at = (value - low) / (high - low) * (size - 1);
  if (!(at > 0)) return {0, 0};
  if (at >= size - 1) return {size - 2, 1};
  const int cell = static_cast<int>(at);
  return {cell, at - cell};
}

}  // namespace

Vec3 Lut1d::Apply(const Vec3& rgb) const {
  Vec3 out;
  for (int c = 0; c < 3; ++c) {
    const auto& curve = value[c];
    assert(curve.size() >= 2);
    const auto [cell, part] =
        Locate(rgb[c], domain_min[c], domain_max[c], static_cast<int>(curve.size()));
    const double low = curve[cell], high = curve[cell + 1];
    out[c] = low + part * (high - low);
  }
  return out;
}

Lut3d Lut3d::Identity(int size) {
  assert(size >= 2 && size <= kMaxLut3dSize);
  Lut3d lut;
  lut.size = size;
  lut.rgb.reserve(3 * static_cast<size_t>(size) * size * size);
  const auto at = [size](int i) { return static_cast<float>(i / (size - 1.0)); };
  for (int b = 0; b < size; ++b) {
    for (int g = 0; g < size; ++g) {
      for (int r = 0; r < size; ++r) lut.rgb.insert(lut.rgb.end(), {at(r), at(g), at(b)});
    }
  }
  return lut;
}

Vec3 Lut3d::At(int r, int g, int b) const {
  assert(std::min({r, g, b}) >= 0 && std::max({r, g, b}) < size);
  const float* p = rgb.data() + 3 * ((static_cast<size_t>(b) * size + g) * size + r);
  return {{p[0], p[1], p[2]}};
}

Vec3 Lut3d::Apply(const Vec3& in) const {
  assert(size >= 2 && rgb.size() == 3 * static_cast<size_t>(size) * size * size);
  int corner[3];
  double part[3];
  for (int c = 0; c < 3; ++c) {
    const Position p = Locate(in[c], domain_min[c], domain_max[c], size);
    corner[c] = p.cell;
    part[c] = p.part;
  }
  // From the dark corner of the cell to the bright one, an edge at a time, the channel with the
  // largest fraction first: the corners of the tetrahedron that the colour lies in.
  int order[3] = {0, 1, 2};
  std::stable_sort(order, order + 3, [&part](int a, int b) { return part[a] > part[b]; });
  Vec3 out;
  double before = 1;
  for (int step = 0; step <= 3; ++step) {
    const double after = step < 3 ? part[order[step]] : 0;
    const Vec3 color = At(corner[0], corner[1], corner[2]);
    for (int c = 0; c < 3; ++c) out[c] += (before - after) * color[c];
    if (step < 3) ++corner[order[step]];
    before = after;
  }
  return out;
}

Vec3 ColorLut::Apply(const Vec3& rgb) const {
  const Vec3 curved = curve ? curve->Apply(rgb) : rgb;
  return cube ? cube->Apply(curved) : curved;
}

}  // namespace petzval
