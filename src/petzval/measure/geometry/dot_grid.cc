// From a picture to an ordered grid of exact positions.
#include "petzval/measure/geometry/dot_grid.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "petzval/base/parallel.h"
#include "petzval/measure/geometry/blobs.h"
#include "petzval/measure/geometry/crossings.h"
#include "petzval/measure/geometry/dot_fit.h"
#include "petzval/measure/geometry/lattice.h"
#include "petzval/measure/subject/median.h"

namespace petzval::measure {
namespace {

struct Candidate {
  GridKind kind = GridKind::kDots;
  bool dark = true;
  std::vector<Blob> blobs;
  std::vector<LatticeNode> lattice;
};

Candidate MakeCandidate(const SearchPlane& search, const LocalRange& range, GridKind kind,
                        bool dark) {
  Candidate c;
  c.kind = kind;
  c.dark = dark;
  c.blobs = kind == GridKind::kDots ? FindBlobs(search.values, range, dark)
                                    : FindCrossings(search.values, range);
  std::vector<LatticeInput> points;
  for (const Blob& b : c.blobs) points.push_back({b.x, b.y, b.area});
  c.lattice = GrowLattice(points, 0.5 * search.values.width(), 0.5 * search.values.height());
  return c;
}

// Distance of each point to its nearest neighbour in the lattice; and the median to all.
std::vector<double> Pitches(const std::vector<GridPoint>& points, double* median) {
  std::map<std::pair<int, int>, size_t> at;
  for (size_t i = 0; i < points.size(); ++i) at[{points[i].column, points[i].row}] = i;
  std::vector<double> nearest(points.size(), HUGE_VAL), all;
  for (size_t i = 0; i < points.size(); ++i) {
    for (const auto& [dc, dr] : {std::pair(1, 0), {0, 1}, {-1, 0}, {0, -1}}) {
      const auto found = at.find({points[i].column + dc, points[i].row + dr});
      if (found == at.end()) continue;
      const GridPoint& p = points[found->second];
      const double d = std::hypot(p.x_px - points[i].x_px, p.y_px - points[i].y_px);
      nearest[i] = std::min(nearest[i], d);
      all.push_back(d);
    }
  }
  *median = Median(all);
  for (double& d : nearest) d = std::isfinite(d) ? d : *median;
  return nearest;
}

std::vector<GridPoint> FitDots(const Subject& subject, const MeasuredPlane& plane,
                               const std::vector<GridPoint>& points,
                               const std::vector<double>& pitch, const std::vector<double>& radius,
                               int* clipped) {
  constexpr double kClippedShare = 0.1;
  std::vector<GridPoint> fitted(points.size());
  std::vector<char> at_clip(points.size());
  ParallelFor(static_cast<int>(points.size()), [&](int i) {
    const DotFit fit =
        FitDot(plane, {points[i].x_px, points[i].y_px, radius[i], pitch[i]}, subject.clip);
    fitted[i] = points[i];
    fitted[i].x_px = fit.found ? fit.x_px : std::nan("");
    fitted[i].y_px = fit.found ? fit.y_px : std::nan("");
    at_clip[i] = fit.found && fit.clipped_share > kClippedShare;
  });
  *clipped = static_cast<int>(std::count(at_clip.begin(), at_clip.end(), 1));
  return fitted;
}

}  // namespace

Result<DotGrid> FindDotGrid(const Subject& subject, const DotGridParams& params) {
  constexpr int kMinSide = 64;
  if (subject.width() < kMinSide || subject.height() < kMinSide) {
    return Fail(ErrorCode::kInvalidInput, "the picture is too small to hold a grid of dots");
  }
  Image<float> scratch;
  const MeasuredPlane plane = PlaneOf(subject, params.channel, &scratch);
  const SearchPlane search = MakeSearchPlane(plane);
  const LocalRange range = FindLocalRange(search.values);
  Candidate best;
  for (const auto& [kind, dark] : {std::pair(GridKind::kDots, true),
                                   {GridKind::kDots, false},
                                   {GridKind::kCheckerboard, true}}) {
    if (params.kind != GridKind::kAuto && params.kind != kind) continue;
    Candidate candidate = MakeCandidate(search, range, kind, dark);
    if (candidate.lattice.size() > best.lattice.size()) best = std::move(candidate);
  }
  const int needed = std::max(4, params.min_points);
  const auto none = [&](size_t found) {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("no grid of dots and no checkerboard is found ({} points in a lattice, "
                            "{} are needed)",
                            found, needed));
  };
  if (static_cast<int>(best.lattice.size()) < needed) return none(best.lattice.size());

  DotGrid grid;
  grid.kind = best.kind;
  grid.dark = best.dark;
  std::vector<double> radius;
  for (const LatticeNode& node : best.lattice) {
    const Blob& blob = best.blobs[node.index];
    grid.points.push_back({node.column, node.row, blob.x * search.scale, blob.y * search.scale});
    radius.push_back(std::sqrt(blob.area / M_PI) * search.scale);
  }
  const std::vector<double> pitch = Pitches(grid.points, &grid.pitch_px);
  if (grid.kind == GridKind::kDots) {
    grid.points = FitDots(subject, plane, grid.points, pitch, radius, &grid.clipped);
    grid.diameter_px = 2 * Median(radius);
  } else {
    std::vector<char> found(grid.points.size());
    ParallelFor(static_cast<int>(grid.points.size()), [&](int i) {
      GridPoint& p = grid.points[i];
      // Wide enough for the sites of a colour, well inside the fields.
      const double window = std::min(std::max(4.0 * search.scale, 4.0), 0.4 * pitch[i]);
      found[i] = RefineCrossing(plane, window, &p.x_px, &p.y_px);
      if (!found[i]) p.x_px = p.y_px = std::nan("");
    });
  }
  std::erase_if(grid.points, [](const GridPoint& p) { return !std::isfinite(p.x_px); });
  if (static_cast<int>(grid.points.size()) < needed) return none(grid.points.size());
  grid.unused = static_cast<int>(best.blobs.size() - grid.points.size());
  return grid;
}

std::vector<GridPoint> DotsInChannel(const Subject& subject, const DotGrid& grid, Channel channel) {
  Image<float> scratch;
  const MeasuredPlane plane = PlaneOf(subject, channel, &scratch);
  double median = 0;
  const std::vector<double> pitch = Pitches(grid.points, &median);
  const std::vector<double> radius(grid.points.size(), 0.5 * grid.diameter_px);
  int clipped = 0;
  return FitDots(subject, plane, grid.points, pitch, radius, &clipped);
}

}  // namespace petzval::measure
