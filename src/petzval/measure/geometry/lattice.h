// Puts scattered points into the order of a lattice.
#ifndef PETZVAL_MEASURE_GEOMETRY_LATTICE_H_
#define PETZVAL_MEASURE_GEOMETRY_LATTICE_H_

#include <span>
#include <vector>

namespace petzval::measure {

struct LatticeInput {
  double x = 0, y = 0;
  double size = 1;  // neighbours differ by less than a factor of 2
};
struct LatticeNode {
  int index = 0;  // of the input
  int column = 0, row = 0;
};

// The largest connected lattice that grows from a point near (x, y): each step goes to the point
// next to where the last step of that direction leads, so that distortion bends the lattice freely.
// Columns run to the right, rows down; sorted by row, then column. Empty if there is none of at
// least 2 x 2.
std::vector<LatticeNode> GrowLattice(std::span<const LatticeInput> points, double x, double y);

}  // namespace petzval::measure

#endif  // PETZVAL_MEASURE_GEOMETRY_LATTICE_H_
