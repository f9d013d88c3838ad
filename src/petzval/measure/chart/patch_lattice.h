// Regular grids of patches among flat quadrangles, under perspective.
#ifndef PETZVAL_MEASURE_CHART_PATCH_LATTICE_H_
#define PETZVAL_MEASURE_CHART_PATCH_LATTICE_H_

#include <span>
#include <vector>

#include "petzval/measure/chart/flat_regions.h"
#include "petzval/measure/chart/homography.h"

namespace petzval::measure {

// Quads at integer places of a grid.
struct PatchLattice {
  struct Node {
    int i = 0, j = 0;  // place in the grid; from 0
    int quad = 0;      // index of the quad
  };
  std::vector<Node> nodes;
  int columns = 0, rows = 0;        // of the bounding box of the nodes
  Homography picture_from_lattice;  // of quad centres, least squares
};

// The grids of at least `min_nodes` quads of similar size and even distance, largest first; they
// share at most half of their quads with larger ones. Grids may have holes, but not fall apart. A
// grid is not a chart yet: windows and tiles are grids too.
std::vector<PatchLattice> FindLattices(std::span<const FlatQuad> quads, int min_nodes);

}  // namespace petzval::measure

#endif  // PETZVAL_MEASURE_CHART_PATCH_LATTICE_H_
