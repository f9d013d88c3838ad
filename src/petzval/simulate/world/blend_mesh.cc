// Distance fields with soft unions, and their surface as a mesh.
#include "petzval/simulate/world/blend_mesh.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "petzval/base/parallel.h"

namespace petzval::simulate {
namespace {

float EllipsoidDistance(const BlendPart& part, V3 p) {
  V3 d = p - part.a;
  if (part.turn_z != 0) d = Turn({0, 0, -part.turn_z}) * d;
  const V3 q{d.x / part.b.x, d.y / part.b.y, d.z / part.b.z};
  const V3 g{q.x / part.b.x, q.y / part.b.y, q.z / part.b.z};
  const float k = Length(q), slope = Length(g);
  if (slope == 0) return -std::min({part.b.x, part.b.y, part.b.z});
  return k * (k - 1) / slope;
}

float LimbDistance(const BlendPart& part, V3 p) {
  const V3 axis = part.b - part.a, d = p - part.a;
  const float t = std::clamp(Dot(d, axis) / std::max(1e-9f, Dot(axis, axis)), 0.0f, 1.0f);
  return Length(d - t * axis) - (part.radius_a + t * (part.radius_b - part.radius_a));
}

// Smaller of two distances with a fillet of `soft` (polynomial smooth minimum).
float SoftMin(float a, float b, float soft) {
  if (soft <= 0) return std::min(a, b);
  const float h = std::max(soft - std::fabs(a - b), 0.0f) / soft;
  return std::min(a, b) - 0.25f * h * h * soft;
}

V3 Gradient(const std::vector<BlendPart>& parts, V3 p, float e) {
  return Unit({BlendDistance(parts, p + V3{e, 0, 0}) - BlendDistance(parts, p - V3{e, 0, 0}),
               BlendDistance(parts, p + V3{0, e, 0}) - BlendDistance(parts, p - V3{0, e, 0}),
               BlendDistance(parts, p + V3{0, 0, e}) - BlendDistance(parts, p - V3{0, 0, e})});
}

struct Bounds {
  V3 low{1e30f, 1e30f, 1e30f}, high{-1e30f, -1e30f, -1e30f};
  void Add(V3 p, float margin) {
    low = {std::min(low.x, p.x - margin), std::min(low.y, p.y - margin),
           std::min(low.z, p.z - margin)};
    high = {std::max(high.x, p.x + margin), std::max(high.y, p.y + margin),
            std::max(high.z, p.z + margin)};
  }
};

Bounds BoundsOf(const std::vector<BlendPart>& parts, float cell) {
  Bounds bounds;
  for (const BlendPart& part : parts) {
    if (part.cut) continue;
    const float margin = 2 * cell + 0.5f * part.soft;
    if (part.limb) {
      bounds.Add(part.a, part.radius_a + margin);
      bounds.Add(part.b, part.radius_b + margin);
    } else if (part.turn_z != 0) {
      bounds.Add(part.a, std::max({part.b.x, part.b.y, part.b.z}) + margin);
    } else {
      bounds.Add(part.a + part.b, margin);
      bounds.Add(part.a - part.b, margin);
    }
  }
  return bounds;
}

std::vector<BlendPart> Mirrored(const std::vector<BlendPart>& parts) {
  std::vector<BlendPart> all;
  for (const BlendPart& part : parts) {
    all.push_back(part);
    BlendPart other = part;
    other.a.x = -part.a.x;
    if (part.limb) other.b.x = -part.b.x;
    other.turn_z = -part.turn_z;
    if (part.a.x != 0 || (part.limb && part.b.x != 0)) all.push_back(other);
  }
  return all;
}

std::array<int, 3> GridOf(const Bounds& bounds, float cell) {
  const V3 size = bounds.high - bounds.low;
  return {static_cast<int>(size.x / cell) + 2, static_cast<int>(size.y / cell) + 2,
          static_cast<int>(size.z / cell) + 2};
}

}  // namespace

float BlendDistance(const std::vector<BlendPart>& parts, V3 p) {
  float distance = 1e30f;
  for (const BlendPart& part : parts) {
    const float own = part.limb ? LimbDistance(part, p) : EllipsoidDistance(part, p);
    distance = part.cut ? -SoftMin(-distance, own, part.soft) : SoftMin(distance, own, part.soft);
  }
  return distance;
}

double BlendCells(const std::vector<BlendPart>& parts, float cell, bool mirror) {
  const Bounds bounds = BoundsOf(mirror ? Mirrored(parts) : parts, cell);
  const V3 size = bounds.high - bounds.low;
  return (size.x / cell + 2.0) * (size.y / cell + 2.0) * (size.z / cell + 2.0);
}

Shape MakeBlend(const std::vector<BlendPart>& given, float cell, bool mirror) {
  const std::vector<BlendPart> parts = mirror ? Mirrored(given) : given;
  const Bounds bounds = BoundsOf(parts, cell);
  const auto [nx, ny, nz] = GridOf(bounds, cell);
  const auto corner = [&, nx = nx, ny = ny](int i, int j, int k) {
    return (static_cast<size_t>(k) * ny + j) * nx + i;
  };
  const auto place = [&](float i, float j, float k) { return bounds.low + cell * V3{i, j, k}; };
  std::vector<float> value(static_cast<size_t>(nx) * ny * nz);
  // Blocks that are far from the surface get the distance of their middle: only its sign counts.
  // (Distances of ellipsoids are estimates, hence the factor.)
  constexpr int kBlock = 6;
  const float far = 2.2f * 0.5f * 1.7321f * kBlock * cell;
  const int layers = (nz + kBlock - 1) / kBlock;
  ParallelFor(layers, [&, nx = nx, ny = ny, nz = nz](int layer) {
    const int k0 = layer * kBlock;
    for (int j0 = 0; j0 < ny; j0 += kBlock) {
      for (int i0 = 0; i0 < nx; i0 += kBlock) {
        const float half = 0.5f * kBlock;
        const float middle =
            BlendDistance(parts, place(static_cast<float>(i0) + half, static_cast<float>(j0) + half,
                                       static_cast<float>(k0) + half));
        const bool skip = std::fabs(middle) > far;
        for (int k = k0; k < std::min(k0 + kBlock, nz); ++k) {
          for (int j = j0; j < std::min(j0 + kBlock, ny); ++j) {
            for (int i = i0; i < std::min(i0 + kBlock, nx); ++i) {
              value[corner(i, j, k)] =
                  skip ? middle
                       : BlendDistance(parts, place(static_cast<float>(i), static_cast<float>(j),
                                                    static_cast<float>(k)));
            }
          }
        }
      }
    }
  });
  // A vertex in each cell that the surface crosses: the mean of its crossings with the edges.
  Shape shape;
  std::vector<uint32_t> vertex(value.size(), 0);
  for (int k = 0; k + 1 < nz; ++k) {
    for (int j = 0; j + 1 < ny; ++j) {
      for (int i = 0; i + 1 < nx; ++i) {
        V3 sum;
        int crossings = 0;
        for (int edge = 0; edge < 12; ++edge) {
          const int axis = edge / 4, one = edge & 1, two = edge >> 1 & 1;
          const int o[3] = {axis == 0 ? 0 : one, axis == 1 ? 0 : (axis == 0 ? one : two),
                            axis == 2 ? 0 : two};
          const float a = value[corner(i + o[0], j + o[1], k + o[2])];
          const float b =
              value[corner(i + o[0] + (axis == 0), j + o[1] + (axis == 1), k + o[2] + (axis == 2))];
          if ((a < 0) == (b < 0)) continue;
          const float t = a / (a - b);
          sum = sum + V3{static_cast<float>(i + o[0]) + (axis == 0 ? t : 0),
                         static_cast<float>(j + o[1]) + (axis == 1 ? t : 0),
                         static_cast<float>(k + o[2]) + (axis == 2 ? t : 0)};
          ++crossings;
        }
        if (crossings == 0) continue;
        const V3 mean = (1.0f / static_cast<float>(crossings)) * sum;
        V3 p = place(mean.x, mean.y, mean.z);
        V3 normal = Gradient(parts, p, 0.3f * cell);
        p = p - std::clamp(BlendDistance(parts, p), -0.4f * cell, 0.4f * cell) * normal;
        vertex[corner(i, j, k)] = static_cast<uint32_t>(shape.vertex.size());
        shape.vertex.push_back(p);
        shape.normal.push_back(Gradient(parts, p, 0.3f * cell));
      }
    }
  }
  // Two triangles through the four cells around each edge that the surface crosses.
  const auto add = [&](uint32_t a, uint32_t b, uint32_t c) {
    const V3 face = Cross(shape.vertex[b] - shape.vertex[a], shape.vertex[c] - shape.vertex[a]);
    if (Dot(face, shape.normal[a] + shape.normal[b] + shape.normal[c]) < 0) std::swap(b, c);
    shape.index.insert(shape.index.end(), {a, b, c});
  };
  for (int k = 1; k + 1 < nz; ++k) {
    for (int j = 1; j + 1 < ny; ++j) {
      for (int i = 1; i + 1 < nx; ++i) {
        const bool inside = value[corner(i, j, k)] < 0;
        for (int axis = 0; axis < 3; ++axis) {
          const int d[3] = {axis == 0, axis == 1, axis == 2};
          if (inside == (value[corner(i + d[0], j + d[1], k + d[2])] < 0)) continue;
          const int b[3] = {axis == 1 || axis == 2 ? 1 : 0, axis == 0 ? 1 : 0, 0};
          const int c[3] = {0, axis == 2 ? 1 : 0, axis == 2 ? 0 : 1};
          const uint32_t q0 = vertex[corner(i, j, k)];
          const uint32_t q1 = vertex[corner(i - b[0], j - b[1], k - b[2])];
          const uint32_t q2 = vertex[corner(i - b[0] - c[0], j - b[1] - c[1], k - b[2] - c[2])];
          const uint32_t q3 = vertex[corner(i - c[0], j - c[1], k - c[2])];
          add(q0, q1, q2);
          add(q0, q2, q3);
        }
      }
    }
  }
  return shape;
}

}  // namespace petzval::simulate
