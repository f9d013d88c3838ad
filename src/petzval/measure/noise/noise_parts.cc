// Variance of all, of the row means and of the column means, solved for their causes.
#include "petzval/measure/noise/noise_parts.h"

#include <vector>

#include "petzval/measure/noise/sites.h"

namespace petzval::measure {
namespace {

// Variance of the means of lines, and how many samples a line has. `lost`: degrees of freedom.
struct LineVariance {
  double variance = 0, samples = 0;
  int lines = 0;
};
LineVariance OfLines(const std::vector<double>& sum, const std::vector<int>& count, int lost) {
  LineVariance out;
  double squares = 0, samples = 0;
  for (size_t i = 0; i < sum.size(); ++i) {
    if (count[i] == 0) continue;
    const double mean = sum[i] / count[i];
    squares += mean * mean;
    samples += count[i];
    ++out.lines;
  }
  if (out.lines <= lost) return {};
  out.variance = squares / (out.lines - lost);
  out.samples = samples / out.lines;
  return out;
}

}  // namespace

NoiseParts SplitVariance(ImageView<const float> noise, SiteMask sites, const Rect& roi, int terms,
                         int order) {
  std::vector<double> row_sum(roi.height), column_sum(roi.width);
  std::vector<int> row_count(roi.height), column_count(roi.width);
  double squares = 0;
  int64_t count = 0;
  ForSites(sites, roi, [&](int x, int y) {
    const double value = noise.At(x, y);
    squares += value * value;
    ++count;
    row_sum[y - roi.y] += value;
    column_sum[x - roi.x] += value;
    ++row_count[y - roi.y];
    ++column_count[x - roi.x];
  });
  if (count <= terms) return {};
  const double all = squares / static_cast<double>(count - terms);
  const LineVariance rows = OfLines(row_sum, row_count, order + 1);
  const LineVariance columns = OfLines(column_sum, column_count, order + 1);
  if (rows.samples < 2 || columns.samples < 2) return {0, 0, all};
  // all = row + column + pixel; a row's mean keeps pixel / its length, and every row has the same
  // columns.
  NoiseParts parts;
  parts.pixel =
      (all - rows.variance - columns.variance) / (1 - 1 / rows.samples - 1 / columns.samples);
  parts.row = rows.variance - parts.pixel / rows.samples;
  parts.column = columns.variance - parts.pixel / columns.samples;
  return parts;
}

NoiseParts operator+(const NoiseParts& a, const NoiseParts& b) {
  return {a.row + b.row, a.column + b.column, a.pixel + b.pixel};
}
NoiseParts operator*(double s, const NoiseParts& a) {
  return {s * a.row, s * a.column, s * a.pixel};
}

}  // namespace petzval::measure
