// A cube cut into cells of 32 bytes: the table.
#include <algorithm>
#include <cmath>

#include "petzval/base/parallel.h"
#include "petzval/color/lut_cells.h"

namespace petzval {

std::vector<LutCell> MakeLutCells(const Lut3d& cube) {
  const int side = cube.size - 1;
  constexpr int kHalfCode = 32;
  std::vector<LutCell> cells(static_cast<size_t>(side) * side * side);
  ParallelFor(side, [&](int b) {
    for (int g = 0; g < side; ++g) {
      for (int r = 0; r < side; ++r) {
        LutCell& cell = cells[(static_cast<size_t>(b) * side + g) * side + r];
        double value[3][8], middle[3], range = 0;
        for (int i = 0; i < 8; ++i) {
          const Vec3 corner = cube.At(r + (i & 1), g + (i >> 1 & 1), b + (i >> 2));
          for (int c = 0; c < 3; ++c) {
            // In 64ths of a code; a comparison that is false for NaN.
            value[c][i] = corner[c] > -1 ? std::min(corner[c], 2.0) * 255 * 64 : -255 * 64;
          }
        }
        for (int c = 0; c < 3; ++c) {
          const auto [low, high] = std::minmax_element(value[c], value[c] + 8);
          middle[c] = std::round((*low + *high) / 2);
        }
        // A cell whose dark and bright corners are grey must give exact greys between them: its
        // channels are rounded alike.
        const auto is_grey = [&value](int i) {
          return value[0][i] == value[1][i] && value[1][i] == value[2][i];
        };
        if (is_grey(0) && is_grey(7)) middle[0] = middle[2] = middle[1];
        // Black and white are exact: dither must not lift the one nor break the other.
        const bool darkest = r + g + b == 0, brightest = r + g + b == 3 * (side - 1);
        for (int c = 0; c < 3; ++c) {
          if (darkest) middle[c] = std::round(value[c][0]);
          if (brightest) middle[c] = std::round(value[c][7]);
        }
        for (int c = 0; c < 3; ++c) {
          for (const double v : value[c]) range = std::max(range, std::fabs(v - middle[c]));
        }
        // The largest delta just fits: delta * 255 * scale / 2^15 is its distance from the middle.
        const double unit = 255.0 / 32768;
        cell.scale = static_cast<int16_t>(std::max(1.0, std::ceil(range / (127 * unit))));
        for (int c = 0; c < 3; ++c) {
          cell.base[c] = static_cast<int16_t>(middle[c] + kHalfCode);
          for (int i = 0; i < 8; ++i) {
            cell.delta[c][i] =
                static_cast<int8_t>(std::lround((value[c][i] - middle[c]) / (unit * cell.scale)));
          }
        }
      }
    }
  });
  return cells;
}

}  // namespace petzval
