// Meshes of simple solids, with smooth normals where they are round.
#include "petzval/simulate/world/mesh.h"

#include <algorithm>
#include <cmath>

#include "petzval/simulate/texture/noise.h"

namespace petzval::simulate {
namespace {

constexpr float kPi = 3.14159265f;

// A triangle whose outside is where its normals point.
void AddTriangle(uint32_t a, uint32_t b, uint32_t c, Shape* shape) {
  const std::vector<V3>& p = shape->vertex;
  const V3 face = Cross(p[b] - p[a], p[c] - p[a]);
  const V3 mean = shape->normal[a] + shape->normal[b] + shape->normal[c];
  if (Dot(face, mean) < 0) std::swap(b, c);
  shape->index.insert(shape->index.end(), {a, b, c});
}

uint32_t AddVertex(V3 p, V3 normal, Shape* shape) {
  shape->vertex.push_back(p);
  shape->normal.push_back(normal);
  return static_cast<uint32_t>(shape->vertex.size()) - 1;
}

// A plane face of four corners in order.
void AddFace(V3 a, V3 b, V3 c, V3 d, V3 normal, Shape* shape) {
  const uint32_t i = AddVertex(a, normal, shape);
  AddVertex(b, normal, shape);
  AddVertex(c, normal, shape);
  AddVertex(d, normal, shape);
  AddTriangle(i, i + 1, i + 2, shape);
  AddTriangle(i, i + 2, i + 3, shape);
}

}  // namespace

Shape MakeQuad(float width, float height) {
  Shape shape;
  const float x = 0.5f * width, y = 0.5f * height;
  AddFace({-x, y, 0}, {x, y, 0}, {x, -y, 0}, {-x, -y, 0}, {0, 0, -1}, &shape);
  shape.mapping = {MappingKind::kPlanar, {-x, y, 0}, {1, 0, 0}, {0, -1, 0}, {0, 0, -1}};
  return shape;
}

Shape MakeBox(V3 size) {
  Shape shape;
  const float x = 0.5f * size.x, y = size.y, z = 0.5f * size.z;
  AddFace({-x, 0, -z}, {-x, y, -z}, {x, y, -z}, {x, 0, -z}, {0, 0, -1}, &shape);
  AddFace({-x, 0, z}, {x, 0, z}, {x, y, z}, {-x, y, z}, {0, 0, 1}, &shape);
  AddFace({-x, 0, -z}, {-x, 0, z}, {-x, y, z}, {-x, y, -z}, {-1, 0, 0}, &shape);
  AddFace({x, 0, -z}, {x, y, -z}, {x, y, z}, {x, 0, z}, {1, 0, 0}, &shape);
  AddFace({-x, y, -z}, {-x, y, z}, {x, y, z}, {x, y, -z}, {0, 1, 0}, &shape);
  AddFace({-x, 0, -z}, {x, 0, -z}, {x, 0, z}, {-x, 0, z}, {0, -1, 0}, &shape);
  shape.mapping = {MappingKind::kBox, {-x, y, -z}, {1, 0, 0}, {0, -1, 0}, {0, 0, 1}};
  return shape;
}

Shape MakeLathe(const std::vector<std::array<float, 2>>& profile, int segments) {
  Shape shape;
  const size_t pieces = profile.size() - 1;
  // Normals (radial, y) of the pieces of the profile, to the right of its way.
  std::vector<std::array<float, 2>> side(pieces);
  float widest = 1e-3f;
  for (size_t i = 0; i < pieces; ++i) {
    const float dr = profile[i + 1][0] - profile[i][0], dy = profile[i + 1][1] - profile[i][1];
    const float length = std::max(1e-9f, std::hypot(dr, dy));
    side[i] = {dy / length, -dr / length};
    widest = std::max({widest, profile[i][0], profile[i + 1][0]});
  }
  const auto smooth = [&](size_t i, size_t j) {  // normal of piece i where it meets piece j
    if (j >= pieces || side[i][0] * side[j][0] + side[i][1] * side[j][1] < 0.77f) return side[i];
    return std::array<float, 2>{side[i][0] + side[j][0], side[i][1] + side[j][1]};
  };
  for (size_t i = 0; i < pieces; ++i) {
    const std::array<float, 2> ends[2] = {smooth(i, i - 1), smooth(i, i + 1)};
    const uint32_t first = static_cast<uint32_t>(shape.vertex.size());
    for (int k = 0; k <= segments; ++k) {
      const float turn = 2 * kPi * static_cast<float>(k % segments) / static_cast<float>(segments);
      const float c = std::cos(turn), s = std::sin(turn);
      for (int end = 0; end < 2; ++end) {
        const std::array<float, 2>& p = profile[i + static_cast<size_t>(end)];
        AddVertex({p[0] * c, p[1], p[0] * s},
                  Unit({ends[end][0] * c, ends[end][1], ends[end][0] * s}), &shape);
      }
    }
    for (uint32_t k = 0; k < static_cast<uint32_t>(segments); ++k) {
      const uint32_t a = first + 2 * k;
      if (profile[i + 1][0] > 0) AddTriangle(a, a + 1, a + 3, &shape);
      if (profile[i][0] > 0) AddTriangle(a, a + 3, a + 2, &shape);
    }
  }
  float top = profile[0][1];
  for (const auto& p : profile) top = std::max(top, p[1]);
  shape.mapping = {MappingKind::kCylinder, {0, top, 0}, {1, 0, 0}, {0, -1, 0}, {0, 0, 1}, widest};
  return shape;
}

Shape MakePrism(const std::vector<std::array<float, 2>>& outline, float depth) {
  Shape shape;
  const float z = 0.5f * depth;
  float area = 0;
  const size_t n = outline.size();
  for (size_t i = 0; i < n; ++i) {
    const auto &a = outline[i], &b = outline[(i + 1) % n];
    area += a[0] * b[1] - b[0] * a[1];
  }
  const float way = area > 0 ? 1.0f : -1.0f;
  for (const float side : {-1.0f, 1.0f}) {
    const uint32_t first = static_cast<uint32_t>(shape.vertex.size());
    for (const auto& p : outline) AddVertex({p[0], p[1], side * z}, {0, 0, side}, &shape);
    for (uint32_t i = 1; i + 1 < n; ++i) AddTriangle(first, first + i, first + i + 1, &shape);
  }
  for (size_t i = 0; i < n; ++i) {
    const auto &a = outline[i], &b = outline[(i + 1) % n];
    const V3 normal = Unit({way * (b[1] - a[1]), -way * (b[0] - a[0]), 0});
    AddFace({a[0], a[1], -z}, {b[0], b[1], -z}, {b[0], b[1], z}, {a[0], a[1], z}, normal, &shape);
  }
  shape.mapping = {MappingKind::kBox, {0, 0, 0}, {1, 0, 0}, {0, -1, 0}, {0, 0, 1}};
  return shape;
}

Shape MakeTorus(float radius, float thickness, int segments) {
  Shape shape;
  const int round = std::max(12, segments / 3);
  for (int i = 0; i < segments; ++i) {
    const float a = 2 * kPi * static_cast<float>(i) / static_cast<float>(segments);
    const V3 out{std::cos(a), 0, std::sin(a)};
    for (int k = 0; k < round; ++k) {
      const float b = 2 * kPi * static_cast<float>(k) / static_cast<float>(round);
      const V3 normal = std::cos(b) * out + V3{0, std::sin(b), 0};
      AddVertex(radius * out + thickness * normal, normal, &shape);
    }
  }
  const auto at = [&](int i, int k) {
    return static_cast<uint32_t>((i % segments) * round + k % round);
  };
  for (int i = 0; i < segments; ++i) {
    for (int k = 0; k < round; ++k) {
      AddTriangle(at(i, k), at(i + 1, k), at(i + 1, k + 1), &shape);
      AddTriangle(at(i, k), at(i + 1, k + 1), at(i, k + 1), &shape);
    }
  }
  shape.mapping = {MappingKind::kCylinder, {}, {1, 0, 0}, {0, 1, 0}, {0, 0, 1}, radius};
  return shape;
}

Shape MakeSpheres(std::vector<V3> centres, std::vector<float> radii) {
  Shape shape;
  shape.kind = ShapeKind::kSpheres;
  shape.vertex = std::move(centres);
  shape.radius = std::move(radii);
  return shape;
}

Shape MakeTube(std::vector<V3> points, std::vector<float> radii) {
  Shape shape;
  shape.kind = ShapeKind::kCurves;
  shape.vertex = std::move(points);
  shape.radius = std::move(radii);
  for (uint32_t i = 0; i + 1 < shape.vertex.size(); ++i) shape.index.push_back(i);
  return shape;
}

float TerrainHeight(const TerrainParams& params, float x, float z) {
  if (params.folds > 0) {
    const float bend = Fractal(x / params.grain, z / params.grain, params.octaves, params.seed);
    const float turns = params.folds * (x / params.width + 0.5f) + 1.3f * bend;
    const float depth = ValueNoise(2 * x / params.grain, 0.7f * z / params.grain, params.seed + 5);
    return params.height * depth * (0.5f + 0.5f * std::sin(2 * kPi * turns));
  }
  const float hills = Fractal(x / params.grain, z / params.grain, params.octaves, params.seed);
  float level = 1;
  if (params.flat_mm > 0) level = SmoothStep(params.flat_mm, 2.5f * params.flat_mm, std::fabs(x));
  return params.height * level * SmoothStep(0.2f, 0.8f, hills);
}

Shape MakeTerrain(const TerrainParams& params) {
  Shape shape;
  const float longer = std::max(params.width, params.depth);
  const float cell = longer / static_cast<float>(params.cells);
  const int nx = std::max(1, static_cast<int>(std::lround(params.width / cell)));
  const int nz = std::max(1, static_cast<int>(std::lround(params.depth / cell)));
  const float dx = params.width / static_cast<float>(nx),
              dz = params.depth / static_cast<float>(nz);
  const float e = 0.25f * cell;
  for (int j = 0; j <= nz; ++j) {
    for (int i = 0; i <= nx; ++i) {
      const float x = static_cast<float>(i) * dx - 0.5f * params.width;
      const float z = static_cast<float>(j) * dz - 0.5f * params.depth;
      const float sx = TerrainHeight(params, x + e, z) - TerrainHeight(params, x - e, z);
      const float sz = TerrainHeight(params, x, z + e) - TerrainHeight(params, x, z - e);
      AddVertex({x, TerrainHeight(params, x, z), z}, Unit({-sx, 2 * e, -sz}), &shape);
    }
  }
  for (int j = 0; j < nz; ++j) {
    for (int i = 0; i < nx; ++i) {
      const uint32_t a = static_cast<uint32_t>(j * (nx + 1) + i),
                     row = static_cast<uint32_t>(nx) + 1;
      AddTriangle(a, a + 1, a + row, &shape);
      AddTriangle(a + 1, a + row + 1, a + row, &shape);
    }
  }
  shape.mapping = {MappingKind::kPlanar,
                   {-0.5f * params.width, 0, 0.5f * params.depth},
                   {1, 0, 0},
                   {0, 0, -1},
                   {0, 1, 0}};
  return shape;
}

}  // namespace petzval::simulate
