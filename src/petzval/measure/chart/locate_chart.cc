// The search for a chart: flat quads, lattices of them, colours on the lattices.
#include "petzval/measure/chart/locate_chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "petzval/measure/chart/chart_match.h"
#include "petzval/measure/chart/flat_regions.h"
#include "petzval/measure/chart/patch_lattice.h"
#include "petzval/measure/chart/placement_refine.h"

namespace petzval::measure {
namespace {

constexpr int64_t kSearchedPixels = 2'200'000;  // larger overviews are reduced first
constexpr int kMaxLattices = 12;                // largest ones, whose colours are looked at
constexpr double kMaxDistance = 12;             // mean in L*a*b* of a chart that was found
constexpr double kMinMatching = 0.8;            // share of the patches that must be near
constexpr double kEnoughSeen = 0.75;            // of the patches, to trust their lattice as it is
constexpr double kMinRank = 0.85;
constexpr double kMaxAmbiguity = 0.7;  // of the distance of the best placement to the next one's

// Means of n x n pixels of the part of `rgb` in `crop`.
Image<float> Reduced(const Image<float>& rgb, const Rect& crop, int n) {
  Image<float> out(std::max(1, crop.width / n), std::max(1, crop.height / n), 3);
  for (int c = 0; c < 3; ++c) {
    for (int y = 0; y < out.height(); ++y) {
      for (int x = 0; x < out.width(); ++x) {
        float sum = 0;
        for (int j = 0; j < n; ++j) {
          const float* in = rgb.row(crop.y + std::min(y * n + j, crop.height - 1), c) + crop.x;
          for (int i = 0; i < n; ++i) sum += in[std::min(x * n + i, crop.width - 1)];
        }
        out.row(y, c)[x] = sum / static_cast<float>(n * n);
      }
    }
  }
  return out;
}

// What the search saw, for the sentence when it was not enough.
struct Search {
  std::optional<ChartPlacement> best, partial;
  int seen = 0;                // patches behind the lattice of the best one
  double next_distance = 1e9;  // of the best other placement on the same lattice
  int largest_lattice = 0;
};

bool ColorsFit(const ColorMatch& match, int patches) {
  return match.distance <= kMaxDistance && match.matching >= kMinMatching * patches &&
         match.rank >= kMinRank && match.greys_in_order;
}

Search SearchIn(const Image<float>& rgb, std::span<const PatchLattice> lattices,
                const Chart& chart) {
  Search search;
  const int least = std::max(6, chart.size() / 3);
  int looked_at = 0;
  for (const PatchLattice& lattice : lattices) {
    const int nodes = static_cast<int>(lattice.nodes.size());
    search.largest_lattice = std::max(search.largest_lattice, nodes);
    if (nodes < least || looked_at++ == kMaxLattices) break;
    const std::vector<ChartPlacement> placements = PlaceOnLattice(rgb, lattice, chart);
    const ChartPlacement* best = nullptr;
    for (const ChartPlacement& p : placements) {
      if (p.visible < chart.size()) {
        if (!search.partial || p.match.distance < search.partial->match.distance) {
          search.partial = p;
        }
      } else if (best == nullptr) {
        best = &p;
        if (search.best && search.best->match.distance <= p.match.distance) break;
        search.best = p;
        search.seen = nodes;
        search.next_distance = 1e9;
      } else {
        search.next_distance = p.match.distance;
        break;
      }
    }
  }
  return search;
}

// Patches that were not seen may lie off: moves the chart, then looks at the colours again.
void Refine(const Image<float>& rgb, const Chart& chart, ChartPlacement* placement) {
  const Homography refined = RefinePlacement(rgb, chart, placement->picture_from_chart);
  const ColorMatch match = MatchPlacement(rgb, refined, chart);
  if (match.distance > placement->match.distance) return;
  placement->picture_from_chart = refined;
  placement->match = match;
}

std::string Sentence(const Search& search, const Chart& chart) {
  const auto colors = [&](const ColorMatch& match, int patches) {
    if (match.matching < kMinMatching * patches || match.distance > kMaxDistance) {
      return fmt::format(
          "a grid of patches was found, but only {} of {} have the colours of {} (mean distance "
          "{:.0f} in L*a*b*, at most {:.0f})",
          match.matching, patches, chart.title, match.distance, kMaxDistance);
    }
    return fmt::format("a grid of patches was found, but its grey row is not that of {}",
                       chart.title);
  };
  const auto better = [](const ChartPlacement& a, const ChartPlacement& b) {
    return a.match.distance < b.match.distance;
  };
  if (search.partial && search.partial->match.distance <= kMaxDistance &&
      (!search.best || better(*search.partial, *search.best))) {
    return fmt::format("only {} of the {} patches of {} are in the picture",
                       search.partial->visible, chart.size(), chart.title);
  }
  if (search.best) return colors(search.best->match, chart.size());
  if (search.largest_lattice > 0) {
    return fmt::format("no {} in the picture: the largest grid has {} patches, {} are needed",
                       chart.title, search.largest_lattice, chart.size());
  }
  return fmt::format("no {} in the picture: there is no grid of patches", chart.title);
}

LocatedChart FromPlacement(const Search& search, const Chart& chart, const Homography& to_subject) {
  LocatedChart located;
  located.chart = chart;
  located.found = true;
  located.picture_from_chart = to_subject * search.best->picture_from_chart;
  located.color_fit = search.best->match.distance;
  located.confidence = std::clamp(1 - located.color_fit / search.next_distance, 0.0, 1.0);
  located.mirrored = search.best->mirrored;
  located.red_blue_exchanged = search.best->match.red_blue_exchanged;
  if (located.mirrored) {
    located.warnings.push_back(
        "the chart is mirrored: left and right of the picture are exchanged");
  }
  if (located.red_blue_exchanged) {
    located.warnings.push_back(
        "red and blue of the chart are exchanged: is the declared order of the colour filters "
        "wrong?");
  }
  return located;
}

// Searches the part `crop` of the overview at 1 / n of its size.
Result<LocatedChart> LocateAt(const Overview& overview, std::span<const Chart> charts,
                              const Rect& crop, int n) {
  const Image<float> rgb = Reduced(overview.rgb, crop, n);
  Mat3 m = Mat3::Diagonal({{n * overview.scale, n * overview.scale, 1}});
  m[0][2] = crop.x * overview.scale;
  m[1][2] = crop.y * overview.scale;
  const std::vector<FlatQuad> quads = FindFlatQuads(rgb);
  const std::vector<PatchLattice> lattices = FindLattices(quads, 6);
  std::optional<LocatedChart> located;
  std::optional<Error> error;
  for (const Chart& chart : charts) {
    Search search = SearchIn(rgb, lattices, chart);
    std::string sentence;
    if (search.best && search.seen < kEnoughSeen * chart.size()) {
      Refine(rgb, chart, &*search.best);
    }
    if (!search.best || !ColorsFit(search.best->match, chart.size())) {
      sentence = Sentence(search, chart);
    } else if (search.best->match.distance > kMaxAmbiguity * search.next_distance) {
      sentence =
          fmt::format("{} was found, but which way round it lies is not certain", chart.title);
    } else if (!located || chart.size() > located->chart.size()) {
      located = FromPlacement(search, chart, {m});
    }
    if (!sentence.empty() && !error) error = Error{ErrorCode::kInvalidInput, sentence};
  }
  if (located) return *std::move(located);
  return Fail(*std::move(error));
}

}  // namespace

Result<LocatedChart> LocateChart(const Overview& overview, const Chart& chart,
                                 const std::optional<Rect>& roi) {
  return LocateAnyChart(overview, std::span(&chart, 1), roi);
}

Result<LocatedChart> LocateAnyChart(const Overview& overview, std::span<const Chart> charts,
                                    const std::optional<Rect>& roi) {
  for (const Chart& chart : charts) {
    if (!IsSearchable(chart)) {
      return Fail(
          ErrorCode::kInvalidInput,
          fmt::format("{} has too few colours to be searched for: give its corners", chart.title));
    }
  }
  if (charts.empty()) return Fail(ErrorCode::kInvalidInput, "no chart to search for");
  Rect crop{0, 0, overview.rgb.width(), overview.rgb.height()};
  if (roi) {
    const auto place = [&](double v, int limit) {
      return static_cast<int>(std::clamp(std::round(v / overview.scale), 0.0, 1.0 * limit));
    };
    const int x1 = place(1.0 * roi->x + roi->width, crop.width);
    const int y1 = place(1.0 * roi->y + roi->height, crop.height);
    crop.x = place(roi->x, crop.width);
    crop.y = place(roi->y, crop.height);
    crop.width = x1 - crop.x;
    crop.height = y1 - crop.y;
  }
  if (crop.width < 40 || crop.height < 40) {
    return Fail(ErrorCode::kInvalidInput, "the region is too small to hold a chart");
  }
  int n = 1;
  while (static_cast<int64_t>(crop.width / n) * (crop.height / n) > kSearchedPixels) ++n;
  Result<LocatedChart> located = LocateAt(overview, charts, crop, n);
  // A chart that is small in a large picture shows at full size only.
  if (!located && n > 1) {
    Result<LocatedChart> small = LocateAt(overview, charts, crop, 1);
    if (small) return small;
  }
  return located;
}

}  // namespace petzval::measure
