// Line support regions on a reduced plane.
#include "petzval/measure/sfr/line_segments.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "petzval/base/parallel.h"
#include "petzval/measure/sfr/edge_samples.h"

namespace petzval::measure {
namespace {

// More pixels than this are halved in both directions.
constexpr int64_t kEnoughPixels = 8'000'000;
constexpr double kCosTolerance = 0.92388;  // 22.5 degrees

struct Candidate {
  int x, y;
  float gx, gy, power;  // gradient and its square
  bool used;
};

// Gradient by Sobel's weights, per pixel.
inline void GradientAt(const float* above, const float* here, const float* below, int x, float* gx,
                       float* gy) {
  const float left = above[x - 1] + 2 * here[x - 1] + below[x - 1];
  const float right = above[x + 1] + 2 * here[x + 1] + below[x + 1];
  const float top = above[x - 1] + 2 * above[x] + above[x + 1];
  const float bottom = below[x - 1] + 2 * below[x] + below[x + 1];
  *gx = (right - left) / 8;
  *gy = (bottom - top) / 8;
}

// Median of the gradient's length over a sparse grid: that of noise where most of the picture is
// flat.
double TypicalGradient(const Image<float>& image) {
  std::vector<float> lengths;
  const int step = std::max(1, std::min(image.width(), image.height()) / 200);
  for (int y = 1; y + 1 < image.height(); y += step) {
    for (int x = 1; x + 1 < image.width(); x += step) {
      float gx, gy;
      GradientAt(image.row(y - 1), image.row(y), image.row(y + 1), x, &gx, &gy);
      lengths.push_back(std::hypot(gx, gy));
    }
  }
  if (lengths.empty()) return 0;
  std::nth_element(lengths.begin(), lengths.begin() + lengths.size() / 2, lengths.end());
  return lengths[lengths.size() / 2];
}

// Brightness that only one percent exceed.
double BrightLevel(const Image<float>& image) {
  std::vector<float> values;
  const int step = std::max(1, std::min(image.width(), image.height()) / 200);
  for (int y = 0; y < image.height(); y += step) {
    for (int x = 0; x < image.width(); x += step) values.push_back(image.At(x, y));
  }
  const size_t top = values.size() - 1 - values.size() / 100;
  std::nth_element(values.begin(), values.begin() + top, values.end());
  return values[top];
}

// Candidates by place: sorted by row, `first[y]` is where row y begins.
struct Candidates {
  std::vector<Candidate> all;
  std::vector<int> first;
  int width = 0, height = 0;

  // Index at (x, y) or -1.
  int Find(int x, int y) const {
    if (y < 0 || y >= height) return -1;
    const auto begin = all.begin() + first[y], end = all.begin() + first[y + 1];
    const auto at = std::lower_bound(begin, end, x,
                                     [](const Candidate& c, int column) { return c.x < column; });
    return at != end && at->x == x ? static_cast<int>(at - all.begin()) : -1;
  }
};

Candidates Collect(const Image<float>& image, double least) {
  Candidates candidates;
  candidates.width = image.width();
  candidates.height = image.height();
  const float limit = static_cast<float>(least * least);
  std::vector<std::vector<Candidate>> rows(image.height());
  constexpr int kRows = 64;
  ParallelFor((image.height() + kRows - 1) / kRows, [&](int band) {
    const int end = std::min(image.height() - 1, (band + 1) * kRows);
    std::vector<float> power(image.width());
    for (int y = std::max(1, band * kRows); y < end; ++y) {
      const float *above = image.row(y - 1), *here = image.row(y), *below = image.row(y + 1);
      for (int x = 1; x < image.width() - 1; ++x) {
        float gx, gy;
        GradientAt(above, here, below, x, &gx, &gy);
        power[x] = gx * gx + gy * gy;
      }
      for (int x = 1; x < image.width() - 1; ++x) {
        if (!(power[x] >= limit)) continue;
        float gx, gy;
        GradientAt(above, here, below, x, &gx, &gy);
        rows[y].push_back({x, y, gx, gy, power[x], false});
      }
    }
  });
  candidates.first.push_back(0);
  for (const auto& row : rows) {
    candidates.all.insert(candidates.all.end(), row.begin(), row.end());
    candidates.first.push_back(static_cast<int>(candidates.all.size()));
  }
  return candidates;
}

// Grows the region of candidate `seed` into *region (indices) and takes its pixels.
void Grow(Candidates* candidates, int seed, std::vector<int>* region) {
  region->assign(1, seed);
  Candidate& first = candidates->all[seed];
  first.used = true;
  double length = std::sqrt(first.power);
  double cx = first.gx / length, cy = first.gy / length;
  for (size_t i = 0; i < region->size(); ++i) {
    const Candidate here = candidates->all[(*region)[i]];
    for (int dy = -1; dy <= 1; ++dy) {
      // The three of a row lie next to each other in the list.
      int at = -1;
      for (int dx = -1; dx <= 1 && at < 0; ++dx) at = candidates->Find(here.x + dx, here.y + dy);
      const int end = at < 0 ? 0 : candidates->first[here.y + dy + 1];
      for (; at >= 0 && at < end && candidates->all[at].x <= here.x + 1; ++at) {
        Candidate& next = candidates->all[at];
        if (next.used) continue;
        const double weight = std::sqrt(next.power);
        const double along = (next.gx * cx + next.gy * cy) / (weight * std::hypot(cx, cy));
        if (along < kCosTolerance) continue;
        next.used = true;
        cx += next.gx / weight;
        cy += next.gy / weight;
        region->push_back(at);
      }
    }
  }
}

// Line through the region; false when it is short, a blob or bent.
bool FitLine(const Candidates& candidates, const std::vector<int>& region, double min_length,
             LineSegment* segment) {
  double sum = 0, x = 0, y = 0, gx = 0, gy = 0;
  for (const int i : region) {
    const Candidate& c = candidates.all[i];
    const double w = std::sqrt(c.power);
    sum += w;
    x += w * (c.x + 0.5);
    y += w * (c.y + 0.5);
    gx += c.gx;
    gy += c.gy;
  }
  x /= sum;
  y /= sum;
  double xx = 0, xy = 0, yy = 0;
  for (const int i : region) {
    const Candidate& c = candidates.all[i];
    const double w = std::sqrt(c.power), dx = c.x + 0.5 - x, dy = c.y + 0.5 - y;
    xx += w * dx * dx;
    xy += w * dx * dy;
    yy += w * dy * dy;
  }
  // Main axis along the edge; its normal on the side of the gradient.
  const double axis = 0.5 * std::atan2(2 * xy, xx - yy);
  const double c = std::cos(axis), s = std::sin(axis);
  double nx = -s, ny = c;
  if (nx * gx + ny * gy < 0) nx = -nx, ny = -ny;
  double first = 1e9, last = -1e9, across = 0;
  for (const int i : region) {
    const Candidate& p = candidates.all[i];
    const double t = (p.x + 0.5 - x) * c + (p.y + 0.5 - y) * s;
    const double u = (p.x + 0.5 - x) * nx + (p.y + 0.5 - y) * ny;
    first = std::min(first, t);
    last = std::max(last, t);
    across += std::sqrt(p.power) * u * u;
  }
  const double half = (last - first + 1) / 2, middle = (first + last) / 2;
  if (2 * half < min_length || std::sqrt(across / sum) > 0.4 * half) return false;
  // The ends against the middle: sagitta of the centre line.
  double end_u = 0, end_w = 0, mid_u = 0, mid_w = 0;
  for (const int i : region) {
    const Candidate& p = candidates.all[i];
    const double t = (p.x + 0.5 - x) * c + (p.y + 0.5 - y) * s - middle;
    const double u = (p.x + 0.5 - x) * nx + (p.y + 0.5 - y) * ny, w = std::sqrt(p.power);
    const bool end = std::abs(t) > 0.7 * half, mid = std::abs(t) < 0.3 * half;
    if (end) end_u += w * u, end_w += w;
    if (mid) mid_u += w * u, mid_w += w;
  }
  if (end_w > 0 && mid_w > 0 &&
      std::abs(end_u / end_w - mid_u / mid_w) > std::max(0.7, 0.03 * half)) {
    return false;
  }
  segment->x = x + middle * c;
  segment->y = y + middle * s;
  segment->normal = std::atan2(ny, nx);
  segment->half_length = half;
  return true;
}

}  // namespace

ReducedPlane Reduce(ImageView<const float> plane, SiteMask sites) {
  ReducedPlane reduced;
  int scale = PeriodOf(sites);
  while (static_cast<int64_t>(plane.width() / scale) * (plane.height() / scale) > kEnoughPixels) {
    scale *= 2;
  }
  reduced.scale = scale;
  const int w = plane.width() / scale, h = plane.height() / scale;
  reduced.values = Image<float>(w, h);
  const bool all = sites.all();
  constexpr int kRows = 32;
  ParallelFor((h + kRows - 1) / kRows, [&](int band) {
    std::vector<float> sum(w);
    for (int y = band * kRows; y < std::min(h, (band + 1) * kRows); ++y) {
      float* out = reduced.values.row(y);
      if (all && scale <= 2) {
        const float *p = plane.row(y * scale), *q = plane.row(y * scale + scale - 1);
        if (scale == 1) {
          std::copy(p, p + w, out);
        } else {
          for (int x = 0; x < w; ++x) {
            out[x] = 0.25f * ((p[2 * x] + p[2 * x + 1]) + (q[2 * x] + q[2 * x + 1]));
          }
        }
        continue;
      }
      std::fill(sum.begin(), sum.end(), 0.0f);
      std::vector<int> count(w, 0);
      for (int j = 0; j < scale; ++j) {
        const float* row = plane.row(y * scale + j);
        for (int x = 0; x < w * scale; ++x) {
          if (!sites.Has(x, y * scale + j)) continue;
          sum[x / scale] += row[x];
          ++count[x / scale];
        }
      }
      for (int x = 0; x < w; ++x) out[x] = count[x] ? sum[x] / static_cast<float>(count[x]) : 0;
    }
  });
  // Length of the gradient of white noise: Rayleigh, median 1.18 of one component, whose deviation
  // is sqrt(12) / 8 of the noise.
  if (w >= 3 && h >= 3) reduced.noise = TypicalGradient(reduced.values) / (1.1774 * 0.4330);
  return reduced;
}

std::vector<LineSegment> FindLineSegments(const ReducedPlane& plane, double min_length) {
  std::vector<LineSegment> segments;
  if (plane.values.width() < 8 || plane.values.height() < 8) return segments;
  // Five deviations of the noise keep directions within the tolerance; half a percent of white is
  // an edge of low contrast and much blur.
  const double least =
      std::max({5 * 0.4330 * plane.noise, 0.005 * BrightLevel(plane.values), 1e-9});
  Candidates candidates = Collect(plane.values, least);
  std::vector<int> order(candidates.all.size());
  for (size_t i = 0; i < order.size(); ++i) order[i] = static_cast<int>(i);
  std::sort(order.begin(), order.end(), [&](int a, int b) {
    const float p = candidates.all[a].power, q = candidates.all[b].power;
    return p != q ? p > q : a < b;
  });
  std::vector<int> region;
  for (const int seed : order) {
    if (candidates.all[seed].used) continue;
    Grow(&candidates, seed, &region);
    LineSegment segment;
    if (static_cast<double>(region.size()) >= min_length &&
        FitLine(candidates, region, min_length, &segment)) {
      segments.push_back(segment);
    }
  }
  return segments;
}

}  // namespace petzval::measure
