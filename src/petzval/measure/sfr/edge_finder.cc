// From line segments to regions that are clear of corners and neighbours.
#include "petzval/measure/sfr/edge_finder.h"

#include <algorithm>
#include <cmath>

#include "petzval/base/parallel.h"
#include "petzval/measure/sfr/line_segments.h"

namespace petzval::measure {
namespace {

// Values around a segment on a grid of one reduced pixel along (rows) and across (columns, -reach
// .. reach); NaN outside the picture.
struct Neighbourhood {
  int length = 0, reach = 0;
  std::vector<float> values;
  float At(int t, int u) const {
    return values[static_cast<size_t>(t) * (2 * reach + 1) + u + reach];
  }
};

Neighbourhood Look(const Image<float>& image, const LineSegment& s, int reach) {
  Neighbourhood n;
  n.reach = reach;
  n.length = 2 * static_cast<int>(s.half_length) + 1;
  const double c = std::cos(s.normal), d = std::sin(s.normal);
  n.values.reserve(static_cast<size_t>(n.length) * (2 * reach + 1));
  for (int i = 0; i < n.length; ++i) {
    const double t = i - n.length / 2;
    for (int u = -reach; u <= reach; ++u) {
      const double x = s.x + u * c - t * d - 0.5, y = s.y + u * d + t * c - 0.5;
      const int x0 = static_cast<int>(std::floor(x)), y0 = static_cast<int>(std::floor(y));
      if (x0 < 0 || y0 < 0 || x0 + 1 >= image.width() || y0 + 1 >= image.height()) {
        n.values.push_back(std::nanf(""));
        continue;
      }
      const float fx = static_cast<float>(x - x0), fy = static_cast<float>(y - y0);
      const float *p = image.row(y0) + x0, *q = image.row(y0 + 1) + x0;
      n.values.push_back((1 - fy) * (p[0] + fx * (p[1] - p[0])) + fy * (q[0] + fx * (q[1] - q[0])));
    }
  }
  return n;
}

// Median over the middle half of the length for each distance; NaN where it leaves the picture.
std::vector<float> MedianProfile(const Neighbourhood& n) {
  std::vector<float> profile, column;
  for (int u = -n.reach; u <= n.reach; ++u) {
    column.clear();
    for (int t = n.length / 4; t <= n.length - 1 - n.length / 4; ++t) {
      const float v = n.At(t, u);
      if (!std::isnan(v)) column.push_back(v);
    }
    if (column.size() < 3) {
      profile.push_back(std::nanf(""));
      continue;
    }
    std::nth_element(column.begin(), column.begin() + column.size() / 2, column.end());
    profile.push_back(column[column.size() / 2]);
  }
  return profile;
}

// Where the profile has become flat on one side of the edge, and its level there.
struct Side {
  int flat_from = 0;  // distance in reduced px
  float level = 0;
};
bool FindSide(const std::vector<float>& profile, int reach, int sign, Side* side) {
  const auto at = [&](int u) { return profile[sign * u + reach]; };
  float steepest = 0;
  for (int u = 0; u < std::min(4, reach); ++u) {
    steepest = std::max(steepest, std::abs(at(u + 1) - at(u)));
  }
  for (int u = 1; u + 2 <= reach; ++u) {
    if (std::isnan(at(u + 2))) return false;
    if (std::abs(at(u + 1) - at(u)) < 0.06f * steepest &&
        std::abs(at(u + 2) - at(u)) < 0.08f * steepest) {
      side->flat_from = u;
      side->level = (at(u) + at(u + 1) + at(u + 2)) / 3;
      return true;
    }
  }
  return false;
}

struct Clear {
  int first = 0, last = -1, half_width = 0;  // rows [first, last] of the neighbourhood
};

// The largest strip whose sides keep their levels.
Clear FindClear(const Neighbourhood& n, const Side& dark, const Side& bright, double noise,
                int least_length) {
  const float step = bright.level - dark.level;
  const float tolerance = static_cast<float>(0.07 * step + 4 * noise);
  // How far each row is clear on both sides.
  std::vector<int> clear(n.length, 0);
  for (int t = 0; t < n.length; ++t) {
    const auto reach_of = [&](const Side& side, int sign) {
      int u = side.flat_from;
      while (u <= n.reach && std::abs(n.At(t, sign * u) - side.level) < tolerance) ++u;
      return u - 1;
    };
    clear[t] = std::min(reach_of(dark, -1), reach_of(bright, 1));
  }
  const int blur = std::max(dark.flat_from, bright.flat_from);
  Clear best;
  double best_score = 0;
  for (int half = n.reach; half >= blur + 2; --half) {
    for (int t = 0; t < n.length;) {
      if (clear[t] < half) {
        ++t;
        continue;
      }
      int end = t;
      while (end < n.length && clear[end] >= half) ++end;
      const int length = end - t;
      // Length counts in full; width soon tells no more.
      const double score = length * (1 - std::exp(-(half - blur) / 4.0));
      if (length >= least_length && score > best_score) {
        best_score = score;
        best = {t, end - 1, half};
      }
      t = end;
    }
  }
  return best;
}

bool Overlap(const EdgeRegion::Strip& a, const EdgeRegion::Strip& b) {
  const double c = std::cos(a.direction_deg * M_PI / 180),
               s = std::sin(a.direction_deg * M_PI / 180);
  const double along = (b.x - a.x) * c + (b.y - a.y) * s,
               across = (b.y - a.y) * c - (b.x - a.x) * s;
  const double turn = std::abs(std::remainder(a.direction_deg - b.direction_deg, 180));
  return turn < 10 && std::abs(across) < 3 &&
         std::abs(along) < 0.8 * (a.half_length_px + b.half_length_px);
}

}  // namespace

Result<std::vector<EdgeRegion>> FindEdges(ImageView<const float> plane, SiteMask sites,
                                          const EdgeFinderParams& params) {
  if (plane.width() < 32 || plane.height() < 32) {
    return Fail(ErrorCode::kInvalidInput,
                "the picture is smaller than 32 x 32 pixels, too small to look for edges");
  }
  const ReducedPlane reduced = Reduce(plane, sites);
  const double scale = reduced.scale;
  const int least = std::max(6, static_cast<int>(std::ceil(params.min_length_px / scale)));
  const std::vector<LineSegment> segments = FindLineSegments(reduced, least);

  std::vector<EdgeRegion> found(segments.size());
  ParallelFor(static_cast<int>(segments.size()), [&](int i) {
    const LineSegment& s = segments[i];
    const double slant = std::abs(std::remainder(s.normal, M_PI / 2)) * 180 / M_PI;
    if (slant < params.min_angle_deg) return;
    const int reach = std::max(6, static_cast<int>(params.max_half_width_px / scale) + 2);
    const Neighbourhood n = Look(reduced.values, s, reach);
    const std::vector<float> profile = MedianProfile(n);
    Side dark, bright;
    if (!FindSide(profile, reach, -1, &dark) || !FindSide(profile, reach, 1, &bright)) return;
    if (!(bright.level - dark.level >=
          params.min_contrast * (bright.level + std::max(0.0f, dark.level)))) {
      return;
    }
    const int blur = std::max(dark.flat_from, bright.flat_from);
    // The tails of what lies beyond the ends stay outside.
    const int trim = 1 + blur / 2;
    const Clear clear = FindClear(n, dark, bright, reduced.noise, least + 2 * trim);
    if (clear.last < clear.first) return;
    EdgeRegion::Strip strip;
    const double c = std::cos(s.normal), d = std::sin(s.normal);
    const double t = (clear.first + clear.last) / 2.0 - n.length / 2;
    strip.x = (s.x - t * d) * scale;
    strip.y = (s.y + t * c) * scale;
    strip.direction_deg = std::remainder(s.normal * 180 / M_PI + 90, 360.0);
    strip.half_length_px = ((clear.last - clear.first + 1) / 2.0 - trim) * scale;
    strip.half_width_px =
        std::min(params.max_half_width_px, (clear.half_width - std::min(trim, 2) + 0.5) * scale);
    const double ex = std::abs(d) * strip.half_length_px + std::abs(c) * strip.half_width_px;
    const double ey = std::abs(c) * strip.half_length_px + std::abs(d) * strip.half_width_px;
    const int x0 = std::max(0, static_cast<int>(std::floor(strip.x - ex)));
    const int y0 = std::max(0, static_cast<int>(std::floor(strip.y - ey)));
    const int x1 = std::min(plane.width(), static_cast<int>(std::ceil(strip.x + ex)));
    const int y1 = std::min(plane.height(), static_cast<int>(std::ceil(strip.y + ey)));
    found[i].bounds = {x0, y0, x1 - x0, y1 - y0};
    found[i].strip = strip;
  });

  std::vector<EdgeRegion> regions;
  for (EdgeRegion& region : found) {
    if (!region.strip) continue;
    // Of pieces on one line that overlap, the strongest came first.
    const bool known = std::any_of(regions.begin(), regions.end(), [&](const EdgeRegion& other) {
      return Overlap(*other.strip, *region.strip);
    });
    if (!known) regions.push_back(region);
  }
  std::sort(regions.begin(), regions.end(), [](const EdgeRegion& a, const EdgeRegion& b) {
    return a.strip->y != b.strip->y ? a.strip->y < b.strip->y : a.strip->x < b.strip->x;
  });
  return regions;
}

}  // namespace petzval::measure
