// Least squares for the entries of a cube, with smoothness.
#include "petzval/calibrate/fit/pair_cube.h"

#include <Eigen/IterativeLinearSolvers>
#include <Eigen/SparseCore>
#include <algorithm>
#include <array>
#include <cmath>

namespace petzval::calibrate {
namespace {

using Sparse = Eigen::SparseMatrix<double>;
using Triplets = std::vector<Eigen::Triplet<double>>;

struct Corner {
  int node;
  double weight;
};

// The four entries that tetrahedral interpolation takes (Kasson et al. 1995): from the lower corner
// of the cell one axis at a time, the longest part first.
std::array<Corner, 4> Tetrahedron(int size, const Vec3& at) {
  const int stride[3] = {1, size, size * size};
  double part[3];
  int node = 0, order[3] = {0, 1, 2};
  for (int c = 0; c < 3; ++c) {
    const double position = std::clamp(at[c], 0.0, 1.0) * (size - 1);
    const int cell = std::min(static_cast<int>(position), size - 2);
    part[c] = position - cell;
    node += cell * stride[c];
  }
  std::sort(order, order + 3, [&](int a, int b) { return part[a] > part[b]; });
  std::array<Corner, 4> corners;
  double above = 1;
  for (int k = 0; k < 3; ++k) {
    corners[k] = {node, above - part[order[k]]};
    above = part[order[k]];
    node += stride[order[k]];
  }
  corners[3] = {node, above};
  return corners;
}

// Adds cost * (sum of coefficient * entry)^2 to the normal equations.
template <size_t N>
void AddSquare(const std::array<Corner, N>& term, double cost, Triplets* triplets) {
  for (const Corner& a : term) {
    for (const Corner& b : term) {
      if (a.weight != 0 && b.weight != 0) {
        triplets->push_back({a.node, b.node, cost * a.weight * b.weight});
      }
    }
  }
}

}  // namespace

Lut3d FitResidualCube(int size, std::span<const Vec3> input, std::span<const Vec3> output,
                      std::span<const double> weight, double smoothness) {
  const int nodes = size * size * size, stride[3] = {1, size, size * size};
  Triplets triplets;
  triplets.reserve(16 * input.size() + 60 * nodes);
  Eigen::MatrixXd right = Eigen::MatrixXd::Zero(nodes, 3);
  double total = 0;
  for (double w : weight) total += w;
  for (size_t i = 0; i < input.size(); ++i) {
    const auto corners = Tetrahedron(size, input[i]);
    const double w = weight[i] / total;
    AddSquare(corners, w, &triplets);
    for (int c = 0; c < 3; ++c) {
      const double residual = output[i][c] - std::clamp(input[i][c], 0.0, 1.0);
      for (const Corner& corner : corners) right(corner.node, c) += w * corner.weight * residual;
    }
  }
  // Differences are of the residual per unit of input, so that costs do not depend on the size.
  const double unit = size - 1.0, cell = 1 / (unit * unit * unit);
  const double bend = smoothness * cell * std::pow(unit, 4),
               slope = 0.01 * smoothness * cell * unit * unit;
  for (int node = 0; node < nodes; ++node) {
    const int at[3] = {node % size, node / size % size, node / (size * size)};
    for (int c = 0; c < 3; ++c) {
      if (at[c] + 1 >= size) continue;
      AddSquare<2>({Corner{node, -1}, {node + stride[c], 1}}, slope, &triplets);
      if (at[c] + 2 >= size) continue;
      AddSquare<3>({Corner{node, 1}, {node + stride[c], -2}, {node + 2 * stride[c], 1}}, bend,
                   &triplets);
    }
    triplets.push_back({node, node, 1e-4 * slope});
  }
  Sparse normal(nodes, nodes);
  normal.setFromTriplets(triplets.begin(), triplets.end());
  Eigen::ConjugateGradient<Sparse, Eigen::Lower | Eigen::Upper, Eigen::IncompleteCholesky<double>>
      solver;
  solver.setTolerance(1e-6);
  solver.setMaxIterations(2000);
  solver.compute(normal);
  Lut3d cube = Lut3d::Identity(size);
  for (int c = 0; c < 3; ++c) {
    const Eigen::VectorXd residual = solver.solve(right.col(c));
    for (int node = 0; node < nodes; ++node) {
      float& entry = cube.rgb[3 * static_cast<size_t>(node) + c];
      entry = std::clamp(entry + static_cast<float>(residual[node]), 0.0f, 1.0f);
    }
  }
  return cube;
}

}  // namespace petzval::calibrate
