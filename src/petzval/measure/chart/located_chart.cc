// Patches of a chart whose place is known.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "petzval/measure/chart/convex_hull.h"
#include "petzval/measure/chart/locate_chart.h"

namespace petzval::measure {
namespace {

// Corners of the patch grid in chart coordinates, as of LocatedChart::Corners.
std::array<Point, 4> GridCorners(const Chart& chart) {
  const double x0 = 0.5 - 0.5 * chart.patch_width, x1 = chart.columns - x0;
  const double y0 = 0.5 - 0.5 * chart.patch_height, y1 = chart.rows - y0;
  return {{{x0, y0}, {x1, y0}, {x1, y1}, {x0, y1}}};
}

}  // namespace

std::array<Point, 4> LocatedChart::Corners() const {
  std::array<Point, 4> corners = GridCorners(chart);
  for (Point& p : corners) p = picture_from_chart.Map(p);
  return corners;
}

std::array<Point, 4> LocatedChart::PatchOutline(int patch, double share) const {
  const ChartPatch& p = chart.patches[patch];
  const double x = p.column + 0.5, y = p.row + 0.5;
  const double dx = 0.5 * share * chart.patch_width, dy = 0.5 * share * chart.patch_height;
  std::array<Point, 4> outline = {
      {{x - dx, y - dy}, {x + dx, y - dy}, {x + dx, y + dy}, {x - dx, y + dy}}};
  for (Point& q : outline) q = picture_from_chart.Map(q);
  return outline;
}

Rect LocatedChart::PatchRect(int patch, double share) const {
  const std::array<Point, 4> outline = PatchOutline(patch, share);
  const ChartPatch& p = chart.patches[patch];
  const Point centre = picture_from_chart.Map({p.column + 0.5, p.row + 0.5});
  // Sides of the upright box around the outline, shrunk until all its corners are inside.
  double half_width = 0, half_height = 0;
  for (const Point& q : outline) {
    half_width = std::max(half_width, std::abs(q.x - centre.x));
    half_height = std::max(half_height, std::abs(q.y - centre.y));
  }
  double low = 0, high = 1;
  for (int i = 0; i < 20; ++i) {
    const double middle = 0.5 * (low + high);
    bool inside = true;
    for (const double sx : {-1.0, 1.0}) {
      for (const double sy : {-1.0, 1.0}) {
        inside &= Inside(
            outline, {centre.x + sx * middle * half_width, centre.y + sy * middle * half_height});
      }
    }
    (inside ? low : high) = middle;
  }
  const int x0 = static_cast<int>(std::ceil(centre.x - low * half_width));
  const int y0 = static_cast<int>(std::ceil(centre.y - low * half_height));
  const int x1 = static_cast<int>(std::floor(centre.x + low * half_width));
  const int y1 = static_cast<int>(std::floor(centre.y + low * half_height));
  return {x0, y0, std::max(0, x1 - x0), std::max(0, y1 - y0)};
}

Result<LocatedChart> PlaceChart(const Chart& chart, const std::array<Point, 4>& corners, int width,
                                int height) {
  int left = 0, right = 0;
  for (int i = 0; i < 4; ++i) {
    const Point &a = corners[i], &b = corners[(i + 1) % 4], &c = corners[(i + 2) % 4];
    if (!(a.x >= 0 && a.y >= 0 && a.x <= width && a.y <= height)) {
      return Fail(ErrorCode::kInvalidInput,
                  fmt::format("corner ({}, {}) of the chart is outside of the picture of {} x {}",
                              a.x, a.y, width, height));
    }
    const double cross = (b.x - a.x) * (c.y - b.y) - (b.y - a.y) * (c.x - b.x);
    left += cross < 0;
    right += cross > 0;
  }
  const std::array<Point, 4> grid = GridCorners(chart);
  const std::optional<Homography> fit = FitHomography(grid, corners);
  if ((left != 4 && right != 4) || !fit) {
    return Fail(ErrorCode::kInvalidInput,
                "the corners of the chart are not those of a convex figure, in turn");
  }
  // Each patch must hold a few pixels, or there is nothing to measure.
  if (PolygonArea(corners) < 16.0 * chart.size()) {
    return Fail(ErrorCode::kInvalidInput, "the corners leave too few pixels for each patch");
  }
  LocatedChart located;
  located.chart = chart;
  located.picture_from_chart = *fit;
  located.mirrored = left == 4;
  if (located.mirrored) {
    located.warnings.push_back(
        "the corners run counterclockwise: left and right of the picture count as exchanged");
  }
  return located;
}

std::vector<GreyStep> GreySteps(const LocatedChart& located, const ChartEdition& edition) {
  std::vector<GreyStep> steps;
  for (const int grey : located.chart.greys) {
    steps.push_back(
        {located.chart.patches[grey].name, located.PatchRect(grey), DensityOf(edition.lab[grey])});
  }
  return steps;
}

}  // namespace petzval::measure
