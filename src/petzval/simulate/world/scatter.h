// Leaves as quads that an outline is cut from: shared by what is strewn and what grows on trees.
#ifndef PETZVAL_SIMULATE_WORLD_SCATTER_H_
#define PETZVAL_SIMULATE_WORLD_SCATTER_H_

#include "petzval/base/random.h"
#include "petzval/simulate/world/scene_data.h"

namespace petzval::simulate {

V3 RandomDirection(Random* random);

// An empty shape of quads, each a piece of its own, with a texture of 0..size mm on each.
Shape LeafShape(float size);

// Adds a quad from `stem` along a unit vector, with a unit `normal` across it.
void AddLeaf(V3 stem, V3 along, V3 normal, float length, float width, Shape* shape);

}  // namespace petzval::simulate

#endif  // PETZVAL_SIMULATE_WORLD_SCATTER_H_
