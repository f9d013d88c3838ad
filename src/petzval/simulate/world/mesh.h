// Shapes in their own space: what files of scenes build with.
#ifndef PETZVAL_SIMULATE_WORLD_MESH_H_
#define PETZVAL_SIMULATE_WORLD_MESH_H_

#include <array>
#include <vector>

#include "petzval/simulate/world/scene_data.h"

namespace petzval::simulate {

// In the plane z = 0 about the origin, facing -z. Its texture starts in the upper left corner as
// seen from there: u to the right, v down.
Shape MakeQuad(float width, float height);
// Stands on y = 0 about the y axis. The texture wraps each face.
Shape MakeBox(V3 size);
// A profile of (radius, y) from the bottom up, turned about the y axis; edges sharper than 40
// degrees stay edges. u runs around at the largest radius,
// over the front (-z) first, from left to right; v runs down from the top.
Shape MakeLathe(const std::vector<std::array<float, 2>>& profile, int segments);
// A convex outline in x, y, drawn out along z by `depth`, half to each side.
Shape MakePrism(const std::vector<std::array<float, 2>>& outline, float depth);
// A ring about the y axis.
Shape MakeTorus(float radius, float thickness, int segments);
// Spheres of one radius each.
Shape MakeSpheres(std::vector<V3> centres, std::vector<float> radii);
// A polyline with a round section.
Shape MakeTube(std::vector<V3> points, std::vector<float> radii);

struct TerrainParams {
  float width = 1000, depth = 1000;  // mm along x and z, about the origin
  int cells = 100;                   // along the longer side
  float height = 100;                // mm between the lowest and highest
  float grain = 300;                 // mm: size of the largest hills
  int octaves = 5;
  float folds = 0;    // 0: hills; > 0: folds of cloth along z, as many over the width
  float flat_mm = 0;  // within this distance of the line x = 0 the ground is level
  uint32_t seed = 1;
};
// Facing +y.
Shape MakeTerrain(const TerrainParams& params);

// Points of the texture on top: like MakeTerrain's.
float TerrainHeight(const TerrainParams& params, float x, float z);

}  // namespace petzval::simulate

#endif  // PETZVAL_SIMULATE_WORLD_MESH_H_
