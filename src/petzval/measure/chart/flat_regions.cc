// Flat four-sided regions: connected pixels of small gradient whose hull is close to a quadrangle.
#include "petzval/measure/chart/flat_regions.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <numeric>

#include "petzval/base/parallel.h"
#include "petzval/measure/chart/convex_hull.h"

namespace petzval::measure {
namespace {

// A pixel counts as flat at a rung when its gradient, in stops per pixel, is below the rung.
constexpr std::array<float, 5> kRungs = {0.03f, 0.06f, 0.12f, 0.24f, 0.48f};
constexpr int kLevels = 3;
constexpr int kMinSide = 5;             // of a region, in pixels of the level
constexpr double kMaxShare = 1.0 / 20;  // of the picture
constexpr double kMinSolidity = 0.7;    // noise leaves holes
constexpr double kMinQuadShare = 0.8;   // of the hull; a disc has 0.64
constexpr double kMaxSideRatio = 2.5;
constexpr double kMinSine = 0.6;  // of the angle between sides

// Halves the picture by means of 2 x 2.
Image<float> Half(const Image<float>& in) {
  Image<float> out(in.width() / 2, in.height() / 2, in.planes());
  for (int c = 0; c < in.planes(); ++c) {
    for (int y = 0; y < out.height(); ++y) {
      const float *a = in.row(2 * y, c), *b = in.row(2 * y + 1, c);
      float* o = out.row(y, c);
      for (int x = 0; x < out.width(); ++x) {
        o[x] = 0.25f * (a[2 * x] + a[2 * x + 1] + b[2 * x] + b[2 * x + 1]);
      }
    }
  }
  return out;
}

// log2 of x > 0 within 0.01: enough for edges, and plain enough for the compiler to vectorise.
inline float Log2(float x) {
  const uint32_t bits = std::bit_cast<uint32_t>(x);
  const float exponent = static_cast<float>(static_cast<int>(bits >> 23) - 127);
  const float m = std::bit_cast<float>((bits & 0x7fffffu) | 0x3f800000u) - 1;
  return exponent + m * (1.3465f + m * (-0.3465f));
}

// The 95th percentile of a plane from every 4th pixel of every 4th row.
float Bright(ImageView<const float> plane) {
  std::vector<float> sample;
  for (int y = 0; y < plane.height(); y += 4) {
    for (int x = 0; x < plane.width(); x += 4) {
      if (std::isfinite(plane.row(y)[x])) sample.push_back(plane.row(y)[x]);
    }
  }
  if (sample.empty()) return 1;
  const auto nth = sample.begin() + static_cast<ptrdiff_t>(0.95 * (sample.size() - 1));
  std::nth_element(sample.begin(), nth, sample.end());
  return *nth;
}

// Stops above a floor of 2 % of the bright parts of each channel: edges are then the same in any
// exposure and tint, and noise in the dark does not count as edges.
void ToStops(Image<float>* rgb) {
  for (int c = 0; c < 3; ++c) {
    const float floor = std::max(0.02f * Bright(rgb->plane(c)), 1e-9f);
    ParallelFor(rgb->height(), [&](int y) {
      float* row = rgb->row(y, c);
      for (int x = 0; x < rgb->width(); ++x) {
        row[x] = Log2(std::max(row[x], 0.0f) + floor);
      }
    });
  }
}

// For each pixel the number of rungs that its gradient reaches (Sobel, root of the sum of squares
// over the channels). The border counts as an edge.
Image<uint8_t> RungMap(const Image<float>& stops) {
  const int width = stops.width(), height = stops.height();
  Image<uint8_t> map(width, height);
  map.Fill(kRungs.size());
  ParallelFor(std::max(0, height - 2), [&](int i) {
    const int y = i + 1;
    std::vector<float> energy(width, 0.0f);
    for (int c = 0; c < 3; ++c) {
      const float *a = stops.row(y - 1, c), *b = stops.row(y, c), *d = stops.row(y + 1, c);
      for (int x = 1; x + 1 < width; ++x) {
        const float gx = (a[x + 1] - a[x - 1]) + 2 * (b[x + 1] - b[x - 1]) + (d[x + 1] - d[x - 1]);
        const float gy = (d[x - 1] - a[x - 1]) + 2 * (d[x] - a[x]) + (d[x + 1] - a[x + 1]);
        energy[x] += gx * gx + gy * gy;
      }
    }
    uint8_t* row = map.row(y);
    for (int x = 1; x + 1 < width; ++x) {
      int rung = 0;
      for (const float r : kRungs) rung += energy[x] >= 64 * r * r;
      row[x] = static_cast<uint8_t>(rung);
    }
  });
  return map;
}

// Pixels [x0, x1) of row y, part of a connected region.
struct Run {
  int y, x0, x1, parent;
};

int Root(std::vector<Run>* runs, int i) {
  while ((*runs)[i].parent != i) {
    (*runs)[i].parent = (*runs)[(*runs)[i].parent].parent;
    i = (*runs)[i].parent;
  }
  return i;
}

// Runs of pixels at or below `rung`, joined where they touch in neighbouring rows.
std::vector<Run> JoinedRuns(const Image<uint8_t>& map, int rung) {
  std::vector<Run> runs;
  size_t above = 0, row_begin = 0;
  for (int y = 0; y < map.height(); ++y) {
    const uint8_t* row = map.row(y);
    const size_t above_end = row_begin = runs.size();
    for (int x = 0; x < map.width(); ++x) {
      if (row[x] > rung) continue;
      const int x0 = x;
      while (x < map.width() && row[x] <= rung) ++x;
      const int id = static_cast<int>(runs.size());
      runs.push_back({y, x0, x, id});
      while (above < above_end && runs[above].x1 <= x0) ++above;
      for (size_t i = above; i < above_end && runs[i].x0 < x; ++i) {
        const int a = Root(&runs, static_cast<int>(i)), b = Root(&runs, id);
        runs[std::max(a, b)].parent = std::min(a, b);
      }
    }
    above = row_begin;
  }
  return runs;
}

// The quadrangle of a region, if it looks like a patch.
bool QuadOf(const std::vector<Run>& runs, const std::vector<int>& members, double max_area,
            FlatQuad* quad) {
  double pixels = 0, sum_x = 0, sum_y = 0;
  // Runs come row by row, from left to right: only the outermost ends of a row can be corners.
  std::vector<Point> ends;
  for (size_t k = 0; k < members.size(); ++k) {
    const Run& r = runs[members[k]];
    const double n = r.x1 - r.x0;
    pixels += n;
    sum_x += n * 0.5 * (r.x0 + r.x1);
    sum_y += n * (r.y + 0.5);
    const bool first = k == 0 || runs[members[k - 1]].y != r.y;
    const bool last = k + 1 == members.size() || runs[members[k + 1]].y != r.y;
    for (const int y : {r.y, r.y + 1}) {
      if (first) ends.push_back({static_cast<double>(r.x0), static_cast<double>(y)});
      if (last) ends.push_back({static_cast<double>(r.x1), static_cast<double>(y)});
    }
  }
  std::vector<Point> hull = ConvexHull(std::move(ends));
  quad->area = PolygonArea(hull);
  quad->solidity = pixels / quad->area;
  if (quad->area > max_area || quad->solidity < kMinSolidity) return false;
  ReduceToQuad(&hull);
  if (hull.size() != 4 || PolygonArea(hull) < kMinQuadShare * quad->area) return false;
  std::copy(hull.begin(), hull.end(), quad->corner.begin());
  quad->centre = {sum_x / pixels, sum_y / pixels};
  double shortest = 1e9, longest = 0;
  for (int i = 0; i < 4; ++i) {
    const Point &a = hull[i], &b = hull[(i + 1) % 4], &c = hull[(i + 2) % 4];
    const double ab = std::hypot(b.x - a.x, b.y - a.y), bc = std::hypot(c.x - b.x, c.y - b.y);
    const double cross = (b.x - a.x) * (c.y - b.y) - (b.y - a.y) * (c.x - b.x);
    if (std::abs(cross) < kMinSine * ab * bc) return false;
    shortest = std::min(shortest, ab);
    longest = std::max(longest, ab);
  }
  return shortest >= kMinSide - 1 && longest <= kMaxSideRatio * shortest;
}

// Quads of one level and rung, in pixels of the full picture.
void CollectQuads(const Image<uint8_t>& map, int rung, double scale, std::vector<FlatQuad>* out) {
  std::vector<Run> runs = JoinedRuns(map, rung);
  struct Extent {
    int pixels = 0, x0 = 1 << 30, x1 = 0, y0 = 1 << 30, y1 = 0, first = -1, count = 0;
  };
  std::vector<Extent> extent(runs.size());
  for (size_t i = 0; i < runs.size(); ++i) {
    Extent& e = extent[Root(&runs, static_cast<int>(i))];
    const Run& r = runs[i];
    e.pixels += r.x1 - r.x0;
    e.x0 = std::min(e.x0, r.x0);
    e.x1 = std::max(e.x1, r.x1);
    e.y0 = std::min(e.y0, r.y);
    e.y1 = std::max(e.y1, r.y + 1);
    ++e.count;
  }
  const double max_area = kMaxShare * map.width() * map.height();
  // A convex quadrangle fills at least half of its upright box, less a few holes.
  const auto plausible = [&](const Extent& e) {
    const double box = static_cast<double>(e.x1 - e.x0) * (e.y1 - e.y0);
    return e.x1 - e.x0 >= kMinSide && e.y1 - e.y0 >= kMinSide && e.pixels <= max_area &&
           e.pixels >= 0.3 * box;
  };
  std::vector<std::vector<int>> members;
  for (size_t i = 0; i < runs.size(); ++i) {
    Extent& e = extent[Root(&runs, static_cast<int>(i))];
    if (!plausible(e)) continue;
    if (e.first < 0) {
      e.first = static_cast<int>(members.size());
      members.emplace_back().reserve(e.count);
    }
    members[e.first].push_back(static_cast<int>(i));
  }
  for (const std::vector<int>& m : members) {
    FlatQuad quad;
    if (!QuadOf(runs, m, max_area, &quad)) continue;
    quad.centre = {quad.centre.x * scale, quad.centre.y * scale};
    for (Point& p : quad.corner) p = {p.x * scale, p.y * scale};
    quad.area *= scale * scale;
    out->push_back(quad);
  }
}

// The same patch seen at several rungs and levels: keeps the largest, because edges eat into the
// others. A centre falls into a larger region that holds all of it only if they are the same one.
std::vector<FlatQuad> WithoutDoubles(std::vector<FlatQuad> quads) {
  std::stable_sort(quads.begin(), quads.end(),
                   [](const FlatQuad& a, const FlatQuad& b) { return a.area > b.area; });
  constexpr double kCell = 16;
  double max_x = 0, max_y = 0;
  for (const FlatQuad& q : quads) {
    max_x = std::max(max_x, q.centre.x);
    max_y = std::max(max_y, q.centre.y);
  }
  const int columns = static_cast<int>(max_x / kCell) + 1;
  const int rows = static_cast<int>(max_y / kCell) + 1;
  std::vector<std::vector<int>> cells(static_cast<size_t>(columns) * rows);
  std::vector<FlatQuad> kept;
  for (const FlatQuad& q : quads) {
    const double side = std::sqrt(q.area), reach = 0.3 * side;
    const int cx0 = std::max(0, static_cast<int>((q.centre.x - reach) / kCell));
    const int cx1 = std::min(columns - 1, static_cast<int>((q.centre.x + reach) / kCell));
    const int cy0 = std::max(0, static_cast<int>((q.centre.y - reach) / kCell));
    const int cy1 = std::min(rows - 1, static_cast<int>((q.centre.y + reach) / kCell));
    bool known = false;
    for (int cy = cy0; cy <= cy1 && !known; ++cy) {
      for (int cx = cx0; cx <= cx1 && !known; ++cx) {
        for (const int k : cells[static_cast<size_t>(cy) * columns + cx]) {
          const double distance =
              std::hypot(kept[k].centre.x - q.centre.x, kept[k].centre.y - q.centre.y);
          known |= distance < reach && kept[k].area < 4 * q.area;
        }
      }
    }
    if (known) continue;
    cells[static_cast<size_t>(q.centre.y / kCell) * columns +
          static_cast<size_t>(q.centre.x / kCell)]
        .push_back(static_cast<int>(kept.size()));
    kept.push_back(q);
  }
  return kept;
}

}  // namespace

std::vector<FlatQuad> FindFlatQuads(const Image<float>& rgb) {
  std::vector<FlatQuad> quads;
  Image<float> level = rgb.Clone();
  for (int l = 0; l < kLevels && std::min(level.width(), level.height()) >= 4 * kMinSide; ++l) {
    Image<float> next = l + 1 < kLevels ? Half(level) : Image<float>();
    ToStops(&level);
    const Image<uint8_t> map = RungMap(level);
    std::array<std::vector<FlatQuad>, kRungs.size()> found;
    ParallelFor(static_cast<int>(kRungs.size()),
                [&](int rung) { CollectQuads(map, rung, 1 << l, &found[rung]); });
    for (const std::vector<FlatQuad>& f : found) quads.insert(quads.end(), f.begin(), f.end());
    level = std::move(next);
  }
  return WithoutDoubles(std::move(quads));
}

}  // namespace petzval::measure
