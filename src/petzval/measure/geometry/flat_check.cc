// Clipping and structure of flat fields.
#include "petzval/measure/geometry/flat_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <vector>

#include "petzval/base/parallel.h"
#include "petzval/measure/geometry/least_squares.h"

namespace petzval::measure {
namespace {

constexpr int kDegree = 6, kTerms = (kDegree + 1) * (kDegree + 2) / 2;
constexpr int kBlocksPerCell = 4;  // along each side
constexpr int kMinBlock = 8;       // pixels

std::array<double, kTerms> TermsAt(double u, double v) {
  std::array<double, kTerms> terms;
  int n = 0;
  double pu = 1;
  for (int i = 0; i <= kDegree; ++i, pu *= u) {
    double p = pu;
    for (int j = 0; i + j <= kDegree; ++j, p *= v) terms[n++] = p;
  }
  return terms;
}

}  // namespace

Status CheckClipping(const Subject& subject, const MeasuredPlane& plane, int channel,
                     double max_share) {
  std::atomic<int64_t> clipped{0}, all{0};
  const float clip = static_cast<float>(subject.clip);
  ParallelFor(plane.values.height(), [&](int y) {
    const float* row = plane.values.row(y);
    int64_t high = 0, n = 0;
    for (int x = 0; x < plane.values.width(); ++x) {
      if (!plane.sites.Has(x, y)) continue;
      high += row[x] >= clip;
      ++n;
    }
    clipped += high;
    all += n;
  });
  const double share = static_cast<double>(clipped) / std::max<int64_t>(1, all);
  if (share <= max_share) return {};
  const char* names[] = {"red", "green", "blue"};
  return Fail(ErrorCode::kInvalidInput,
              fmt::format("{:.1f} % of the samples of {} are clipped: the flat field is too bright",
                          100 * share, names[channel]));
}

Status CheckFlat(const MeasuredPlane& plane, double max_structure) {
  const int width = plane.values.width(), height = plane.values.height();
  const int columns = std::clamp(width / (kMinBlock * kBlocksPerCell), 8, 40);
  const int rows = std::clamp(height / (kMinBlock * kBlocksPerCell), 8, 30);
  const int blocks = std::min(width / columns, height / rows) / kBlocksPerCell >= kMinBlock / 2
                         ? kBlocksPerCell
                         : 1;
  std::vector<double> mean(static_cast<size_t>(columns) * rows), spread(mean.size());
  ParallelFor(rows * columns, [&](int cell) {
    const int cx = cell % columns, cy = cell / columns;
    std::vector<double> block;
    for (int b = 0; b < blocks * blocks; ++b) {
      const int bx = cx * blocks + b % blocks, by = cy * blocks + b / blocks;
      const int64_t nx = int64_t{columns} * blocks, ny = int64_t{rows} * blocks;
      const int x0 = static_cast<int>(width * int64_t{bx} / nx);
      const int x1 = static_cast<int>(width * (bx + int64_t{1}) / nx);
      const int y0 = static_cast<int>(height * int64_t{by} / ny);
      const int y1 = static_cast<int>(height * (by + int64_t{1}) / ny);
      double sum = 0;
      int n = 0;
      for (int y = y0; y < y1; ++y) {
        const float* row = plane.values.row(y);
        for (int x = x0; x < x1; ++x) {
          if (!plane.sites.Has(x, y)) continue;
          sum += row[x];
          ++n;
        }
      }
      if (n > 0) block.push_back(sum / n);
    }
    double sum = 0, squares = 0;
    for (double b : block) sum += b;
    mean[cell] = sum / static_cast<double>(std::max<size_t>(1, block.size()));
    for (double b : block) squares += (b - mean[cell]) * (b - mean[cell]);
    spread[cell] = std::sqrt(squares / static_cast<double>(std::max<size_t>(1, block.size())));
  });

  NormalEquations<kTerms> equations;
  double level = 0;
  const auto terms_of = [&](int cell) {
    return TermsAt(2 * (cell % columns + 0.5) / columns - 1, 2 * (cell / columns + 0.5) / rows - 1);
  };
  for (int cell = 0; cell < rows * columns; ++cell) {
    equations.Add(terms_of(cell), mean[cell]);
    level += mean[cell] / (rows * columns);
  }
  std::array<double, kTerms> fit{};
  if (!(level > 0) || !equations.Solve(&fit)) {
    return Fail(ErrorCode::kInvalidInput, "the flat field is too dark");
  }
  double squares = 0;
  for (int cell = 0; cell < rows * columns; ++cell) {
    double r = mean[cell];
    const auto terms = terms_of(cell);
    for (int i = 0; i < kTerms; ++i) r -= fit[i] * terms[i];
    squares += r * r / (rows * columns);
  }
  std::nth_element(spread.begin(), spread.begin() + static_cast<long>(spread.size() / 2),
                   spread.end());
  const double large = std::sqrt(squares) / level, fine = spread[spread.size() / 2] / level;
  if (large <= max_structure && fine <= max_structure) return {};
  return Fail(
      ErrorCode::kInvalidInput,
      fmt::format("this is not an evenly lit field: it deviates from a smooth one by {:.1f} "
                  "%, {:.1f} % are accepted",
                  100 * std::max(large, fine), 100 * max_structure));
}

}  // namespace petzval::measure
