// Binning, local thresholds, connected components.
#include "petzval/measure/geometry/blobs.h"

#include <algorithm>
#include <cmath>

#include "petzval/base/parallel.h"

namespace petzval::measure {
namespace {

constexpr int64_t kSearchPixels = 6'000'000;
constexpr int kTiles = 12;             // along the longer side; windows are twice as wide
constexpr double kTail = 0.005;        // share of a window's pixels beyond its ends
constexpr double kMinContrast = 0.15;  // of the high end

bool EveryCellHasSites(const SiteMask& sites, int scale) {
  if (scale >= 4) return true;
  for (int y0 = 0; y0 < 4; y0 += scale) {
    for (int x0 = 0; x0 < 4; x0 += scale) {
      bool any = false;
      for (int y = y0; y < y0 + scale; ++y) {
        for (int x = x0; x < x0 + scale; ++x) any |= sites.Has(x, y);
      }
      if (!any) return false;
    }
  }
  return true;
}

struct Window {
  float low = 0, high = 0;
  bool contrast = false;
};

Window EndsOf(const Image<float>& values, int x0, int y0, int x1, int y1) {
  std::vector<float> sample;
  const int step = std::max(1, static_cast<int>(std::sqrt((x1 - x0) * (y1 - y0) / 20000.0)));
  for (int y = y0; y < y1; y += step) {
    const float* row = values.row(y);
    for (int x = x0; x < x1; x += step) sample.push_back(row[x]);
  }
  const size_t k = static_cast<size_t>(kTail * static_cast<double>(sample.size()));
  const auto low = sample.begin() + static_cast<long>(k);
  std::nth_element(sample.begin(), low, sample.end());
  Window w;
  w.low = *low;
  const auto high = sample.end() - 1 - static_cast<long>(k);
  std::nth_element(sample.begin(), high, sample.end());
  w.high = *high;
  w.contrast = w.high - w.low > kMinContrast * std::fabs(w.high) && w.high > 0;
  return w;
}

int Find(std::vector<int>& parent, int i) {
  while (parent[i] != i) i = parent[i] = parent[parent[i]];
  return i;
}

struct Sums {
  int64_t n = 0;
  double x = 0, y = 0, xx = 0, xy = 0, yy = 0;
  bool rim = false;
};

}  // namespace

SearchPlane MakeSearchPlane(const MeasuredPlane& plane) {
  int scale = 1;
  while (!EveryCellHasSites(plane.sites, scale)) scale *= 2;
  const int64_t pixels = int64_t{plane.values.width()} * plane.values.height();
  while (pixels / (int64_t{scale} * scale) > kSearchPixels) scale *= 2;
  const int width = plane.values.width() / scale, height = plane.values.height() / scale;
  SearchPlane search{Image<float>(width, height), scale};
  ParallelFor(height, [&](int y) {
    float* out = search.values.row(y);
    for (int x = 0; x < width; ++x) {
      float sum = 0;
      int n = 0;
      for (int j = y * scale; j < (y + 1) * scale; ++j) {
        const float* row = plane.values.row(j);
        for (int i = x * scale; i < (x + 1) * scale; ++i) {
          if (!plane.sites.Has(i, j)) continue;
          sum += row[i];
          ++n;
        }
      }
      out[x] = sum / static_cast<float>(std::max(1, n));
    }
  });
  return search;
}

LocalRange FindLocalRange(const Image<float>& values) {
  const int width = values.width(), height = values.height();
  const int tile = std::max(16, (std::max(width, height) + kTiles - 1) / kTiles);
  const int columns = (width + tile - 1) / tile, rows = (height + tile - 1) / tile;
  std::vector<Window> windows(static_cast<size_t>(columns) * rows);
  ParallelFor(columns * rows, [&](int i) {
    const int cx = (i % columns) * tile + tile / 2, cy = (i / columns) * tile + tile / 2;
    windows[i] = EndsOf(values, std::max(0, cx - tile), std::max(0, cy - tile),
                        std::min(width, cx + tile), std::min(height, cy + tile));
  });
  // Windows without contrast take that of their neighbours, a ring at a time.
  for (int ring = 0; ring < std::max(columns, rows); ++ring) {
    std::vector<Window> next = windows;
    for (int i = 0; i < columns * rows; ++i) {
      if (windows[i].contrast) continue;
      double low = 0, high = 0;
      int n = 0;
      for (int d : {-1, 1}) {
        for (int vertical : {0, 1}) {
          const int x = i % columns + (vertical ? 0 : d), y = i / columns + (vertical ? d : 0);
          if (x < 0 || y < 0 || x >= columns || y >= rows) continue;
          const Window& w = windows[y * columns + x];
          if (!w.contrast) continue;
          low += w.low;
          high += w.high;
          ++n;
        }
      }
      if (n > 0) next[i] = {static_cast<float>(low / n), static_cast<float>(high / n), true};
    }
    windows = std::move(next);
  }
  LocalRange range{Image<float>(width, height), Image<float>(width, height)};
  ParallelFor(height, [&](int y) {
    const double v = std::clamp((y + 0.5) / tile - 0.5, 0.0, rows - 1.0);
    const int y0 = std::min(static_cast<int>(v), std::max(0, rows - 2));
    const int y1 = std::min(y0 + 1, rows - 1);
    const float fy = static_cast<float>(v - y0);
    for (int x = 0; x < width; ++x) {
      const double u = std::clamp((x + 0.5) / tile - 0.5, 0.0, columns - 1.0);
      const int x0 = std::min(static_cast<int>(u), std::max(0, columns - 2));
      const int x1 = std::min(x0 + 1, columns - 1);
      const float fx = static_cast<float>(u - x0);
      const Window &a = windows[y0 * columns + x0], &b = windows[y0 * columns + x1],
                   &c = windows[y1 * columns + x0], &d = windows[y1 * columns + x1];
      const bool contrast = a.contrast && b.contrast && c.contrast && d.contrast;
      const auto mix = [&](float wa, float wb, float wc, float wd) {
        return (1 - fy) * ((1 - fx) * wa + fx * wb) + fy * ((1 - fx) * wc + fx * wd);
      };
      range.low.row(y)[x] = mix(a.low, b.low, c.low, d.low);
      range.high.row(y)[x] = contrast ? mix(a.high, b.high, c.high, d.high) : range.low.row(y)[x];
    }
  });
  return range;
}

std::vector<Blob> FindBlobs(const Image<float>& values, const LocalRange& range, bool dark) {
  const int width = values.width(), height = values.height();
  constexpr int kMinArea = 9;
  // Labels of the row above and of this one, 4-connected.
  std::vector<int> above(width, -1), row_label(width, -1), parent;
  std::vector<Sums> sums;
  for (int y = 0; y < height; ++y) {
    const float *v = values.row(y), *low = range.low.row(y), *high = range.high.row(y);
    for (int x = 0; x < width; ++x) {
      const float middle = 0.5f * (low[x] + high[x]);
      const bool in = high[x] > low[x] && (dark ? v[x] < middle : v[x] > middle);
      row_label[x] = -1;
      if (!in) continue;
      const int left = x > 0 ? row_label[x - 1] : -1, up = above[x];
      int label = left >= 0 ? left : up;
      if (label < 0) {
        label = static_cast<int>(parent.size());
        parent.push_back(label);
        sums.emplace_back();
      } else if (left >= 0 && up >= 0) {
        const int a = Find(parent, left), b = Find(parent, up);
        parent[std::max(a, b)] = std::min(a, b);
        label = std::min(a, b);
      }
      row_label[x] = label;
      Sums& s = sums[label];
      ++s.n;
      s.x += x;
      s.y += y;
      s.xx += double(x) * x;
      s.xy += double(x) * y;
      s.yy += double(y) * y;
      s.rim |= x == 0 || y == 0 || x == width - 1 || y == height - 1;
    }
    std::swap(above, row_label);
  }
  for (size_t i = sums.size(); i-- > 0;) {
    const int root = Find(parent, static_cast<int>(i));
    if (root == static_cast<int>(i)) continue;
    Sums &to = sums[root], &from = sums[i];
    to.n += from.n;
    to.x += from.x;
    to.y += from.y;
    to.xx += from.xx;
    to.xy += from.xy;
    to.yy += from.yy;
    to.rim |= from.rim;
    from.n = 0;
  }
  std::vector<Blob> blobs;
  for (const Sums& s : sums) {
    if (s.n < kMinArea || s.rim || s.n > int64_t{width} * height / 20) continue;
    const double n = static_cast<double>(s.n), mx = s.x / n, my = s.y / n;
    // Second moments with those of a pixel itself.
    const double cxx = s.xx / n - mx * mx + 1 / 12.0, cyy = s.yy / n - my * my + 1 / 12.0,
                 cxy = s.xy / n - mx * my;
    const double determinant = cxx * cyy - cxy * cxy, half_trace = 0.5 * (cxx + cyy);
    const double root = std::sqrt(std::max(0.0, half_trace * half_trace - determinant));
    // An ellipse has area 4 pi sqrt(det), a ring or a crooked shape less than its moments say.
    const double fill = n / (4 * M_PI * std::sqrt(std::max(determinant, 1e-9)));
    if (fill < 0.85 || fill > 1.15) continue;
    if (half_trace + root > 4 * (half_trace - root)) continue;
    blobs.push_back({mx + 0.5, my + 0.5, n});
  }
  return blobs;
}

}  // namespace petzval::measure
