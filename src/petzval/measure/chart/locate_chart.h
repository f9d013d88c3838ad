// Where a chart lies in a picture: found, or told by four corners.
#ifndef PETZVAL_MEASURE_CHART_LOCATE_CHART_H_
#define PETZVAL_MEASURE_CHART_LOCATE_CHART_H_

#include <array>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "petzval/base/result.h"
#include "petzval/image/image.h"
#include "petzval/measure/chart/chart.h"
#include "petzval/measure/chart/homography.h"
#include "petzval/measure/subject/subject.h"

namespace petzval::measure {

// A chart in a picture. `picture_from_chart` maps chart coordinates (x in columns, y in rows: the
// patch of column c and row r spans c + 0.5 -+ patch_width / 2 and r + 0.5 -+ patch_height / 2) to
// pixels of the subject, the centre of the first pixel at (0.5, 0.5).
struct LocatedChart {
  Chart chart;
  Homography picture_from_chart;
  bool found = false;     // by search; false: corners were given
  double confidence = 1;  // 0..1: how far the colours are from those of any other placement
  double color_fit = 0;   // mean distance in L*a*b* of the patches after a best linear fit
  bool mirrored = false;  // a mirrored picture: left and right exchanged
  bool red_blue_exchanged = false;  // colours fit only so: is the declared order of the CFA wrong?
  std::vector<std::string> warnings;

  // Outer corners of the four corner patches: top left, top right, bottom right, bottom left of
  // the chart held upright.
  std::array<Point, 4> Corners() const;
  // The corners of a patch in the same order, shrunk about its centre to `share` (0..1] of its
  // width and height.
  std::array<Point, 4> PatchOutline(int patch, double share = 1) const;
  // The largest upright rectangle of the patch's proportions inside PatchOutline(patch, share).
  Rect PatchRect(int patch, double share = 0.7) const;
};

// Searches `overview` for the chart, wherever it lies, turned, tilted or mirrored (with a warning).
// Its grid of patches is recognised by shape, its orientation by all colours and by the grey row.
// `roi`: only patches inside it, in pixels of the subject. 2 megapixels take less than 0.3 s.
// Errors: kInvalidInput with a sentence that says what is missing: no grid, only part of it in the
// picture, other colours, an orientation that is not certain.
Result<LocatedChart> LocateChart(const Overview& overview, const Chart& chart,
                                 const std::optional<Rect>& roi = std::nullopt);
// The one of `charts` that fits; of several the one with the most patches. Errors: those of the
// first chart when none is found.
Result<LocatedChart> LocateAnyChart(const Overview& overview, std::span<const Chart> charts,
                                    const std::optional<Rect>& roi = std::nullopt);

// The same chart from its corners as of LocatedChart::Corners, in pixels of the subject;
// counterclockwise ones are those of a mirrored picture (with a warning).
// Errors: kInvalidInput if they are not those of a convex figure inside the picture.
Result<LocatedChart> PlaceChart(const Chart& chart, const std::array<Point, 4>& corners, int width,
                                int height);

// Patches of known density for noise and dynamic range, from light to dark.
struct GreyStep {
  std::string name;
  Rect roi;            // inside the patch, in pixels of the subject
  double density = 0;  // -log10 of the luminance factor
};
std::vector<GreyStep> GreySteps(const LocatedChart& located, const ChartEdition& edition);

}  // namespace petzval::measure

#endif  // PETZVAL_MEASURE_CHART_LOCATE_CHART_H_
