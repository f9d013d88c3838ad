// Compares neighbouring greens of red and blue rows in flat blocks all over the frame.
#include "petzval/develop/green_balance.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace petzval {
namespace {

constexpr int kBlock = 8;
constexpr size_t kFewBlocks = 64, kManyBlocks = 8192;
constexpr double kLeast = 0.005, kMost = 0.06;

double Median(std::vector<double>* v) {
  const auto middle = v->begin() + static_cast<ptrdiff_t>(v->size() / 2);
  std::nth_element(v->begin(), middle, v->end());
  return *middle;
}

}  // namespace

std::array<double, 2> FindGreenBalance(const MosaicSource& source, const Shading& shading,
                                       double clip) {
  if (!source.bayer) return {1, 1};
  const int columns = source.width / kBlock, rows = source.height / kBlock;
  const double blocks = static_cast<double>(columns) * rows;
  const int step = std::max(1, static_cast<int>(std::sqrt(blocks / kManyBlocks)));
  std::vector<double> ratios;
  Image<float> scratch;
  for (int by = 0; by < rows - 1; by += step) {
    for (int bx = 0; bx < columns - 1; bx += step) {
      // Shifted coordinates of the block: even, so that red comes first.
      const int x0 = kBlock * bx + 2 * source.shift_x, y0 = kBlock * by + 2 * source.shift_y;
      double part[2][4] = {};  // [greens of red or of blue rows][quarter of the block]
      for (int y = 0; y < kBlock; ++y) {
        const int uy = y0 + y - source.shift_y;
        const uint16_t* row = source.planes[0].row(uy);
        for (int x = 1 - (y & 1); x < kBlock; x += 2) {
          const int ux = x0 + x - source.shift_x;
          const double black = source.black_dn[(uy & 3) * 4 + (ux & 3)];
          part[y & 1][x / (kBlock / 2) + y / (kBlock / 2) * 2] +=
              (row[ux] - black) / (source.white_dn[1] - black) / (kBlock / 2);
        }
      }
      double sum[2] = {}, low = 1e30, high = -1e30;
      for (int q = 0; q < 4; ++q) {
        sum[0] += part[0][q] / 4;
        sum[1] += part[1][q] / 4;
        low = std::min(low, (part[0][q] + part[1][q]) / 2);
        high = std::max(high, (part[0][q] + part[1][q]) / 2);
      }
      const double mean = (sum[0] + sum[1]) / 2;
      if (mean < 0.02 || mean > 0.85 * clip || sum[0] <= 0 || sum[1] <= 0) continue;
      if (high - low > 0.04 * mean + 1.5 * source.noise.plane[1].Sigma(mean)) continue;
      double ratio = std::log(sum[0] / sum[1]);
      if (!shading.empty()) {
        const auto gain = shading.Gain(0, {x0 + 4, y0 + 4, 2, 2}, &scratch);
        ratio += std::log(gain.At(1, 0) / gain.At(0, 1));
      }
      ratios.push_back(ratio);
    }
  }
  if (ratios.size() < kFewBlocks) return {1, 1};
  const double median = Median(&ratios);
  for (double& r : ratios) r = std::abs(r - median);
  const double error = 1.86 * Median(&ratios) / std::sqrt(static_cast<double>(ratios.size()));
  const double size = std::abs(median);
  if (size < std::max(kLeast, 4 * error) || size > kMost) return {1, 1};
  // Their mean in the middle of the picture stays what it was.
  const double k = std::exp(median);
  return {(1 + 1 / k) / 2, (1 + k) / 2};
}

}  // namespace petzval
