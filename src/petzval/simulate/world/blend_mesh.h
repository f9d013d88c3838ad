// Soft bodies: balls and limbs that melt into each other, as a mesh.
#ifndef PETZVAL_SIMULATE_WORLD_BLEND_MESH_H_
#define PETZVAL_SIMULATE_WORLD_BLEND_MESH_H_

#include <vector>

#include "petzval/simulate/world/scene_data.h"

namespace petzval::simulate {

// A part adds to, or cuts from, the parts before it; `soft` mm wide is the fillet between them.
struct BlendPart {
  bool cut = false;
  bool limb = false;  // ellipsoid about a with radii b, or limb from a to b with radii of its ends
  V3 a, b;
  float radius_a = 1, radius_b = 1;
  float turn_z = 0;  // ellipsoid: turned about z, radians
  float soft = 0;
};

// Signed distance (about) to the body.
float BlendDistance(const std::vector<BlendPart>& parts, V3 p);

// Where the distance is 0, in cells of `cell` mm (naive surface nets, Gibson 1998), with normals
// of the distance. Empty if the body is. `mirror`: parts are given for x >= 0 and are mirrored.
Shape MakeBlend(const std::vector<BlendPart>& parts, float cell, bool mirror);
// How many cells that takes.
double BlendCells(const std::vector<BlendPart>& parts, float cell, bool mirror);

}  // namespace petzval::simulate

#endif  // PETZVAL_SIMULATE_WORLD_BLEND_MESH_H_
