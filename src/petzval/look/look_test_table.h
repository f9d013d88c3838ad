// For tests: colours through a baked table as the render pipeline reads it.
#ifndef PETZVAL_LOOK_LOOK_TEST_TABLE_H_
#define PETZVAL_LOOK_LOOK_TEST_TABLE_H_

#include <algorithm>
#include <vector>

#include "petzval/base/matrix.h"

namespace petzval {

// Tetrahedral interpolation in a table of BakeColorTable at toned codes 0..1.
inline Vec3 LookUpColor(const std::vector<float>& table, int n, const Vec3& code) {
  int cell[3], order[3] = {0, 1, 2};
  double part[3];
  for (int i = 0; i < 3; ++i) {
    const double at = code[i] * (n - 1);
    cell[i] = std::clamp(static_cast<int>(at), 0, n - 2);
    part[i] = at - cell[i];
  }
  std::stable_sort(order, order + 3, [&](int a, int b) { return part[a] > part[b]; });
  const int stride[3] = {1, n, n * n};
  size_t index = cell[0] + static_cast<size_t>(n) * cell[1] + static_cast<size_t>(n) * n * cell[2];
  const double weight[4] = {1 - part[order[0]], part[order[0]] - part[order[1]],
                            part[order[1]] - part[order[2]], part[order[2]]};
  Vec3 out;
  for (int corner = 0; corner < 4; ++corner) {
    if (corner > 0) index += stride[order[corner - 1]];
    for (int i = 0; i < 3; ++i) out[i] += weight[corner] * table[4 * index + i];
  }
  return out;
}

}  // namespace petzval

#endif  // PETZVAL_LOOK_LOOK_TEST_TABLE_H_
