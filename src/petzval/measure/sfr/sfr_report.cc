// All edges of a picture: the map over the field, both directions, colours against each other.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>

#include "petzval/base/parallel.h"
#include "petzval/measure/sfr/acutance.h"
#include "petzval/measure/sfr/edge_finder.h"
#include "petzval/measure/sfr/edge_fit.h"
#include "petzval/measure/sfr/sfr.h"
#include "petzval/measure/subject/median.h"
#include "petzval/measure/subject/patches.h"

namespace petzval::measure {
namespace {

// Median of a figure over edges. Its standard error: of one edge that edge's own, of several from
// their median absolute deviation (a median's variance is pi / 2 that of a mean).
class Summary {
 public:
  Summary(const SfrReport& report, std::string conditions)
      : report_(report), conditions_(std::move(conditions)) {}

  using Value = std::function<std::optional<double>(const EdgeSfr&)>;
  using Filter = std::function<bool(const EdgeSfr&)>;
  Figure Of(const std::string& name, const std::string& unit, const std::string& definition,
            const Value& value, const Value& error = {}, const Filter& filter = {}) const {
    Figure figure{.name = name, .unit = unit, .conditions = conditions_, .definition = definition};
    std::vector<double> values;
    double own_error = std::nan("");
    int without = 0;
    for (const EdgeSfr& edge : report_.edges) {
      if (filter && !filter(edge)) continue;
      const auto v = value(edge);
      if (!v || !std::isfinite(*v)) {
        ++without;
        continue;
      }
      values.push_back(*v);
      if (error) own_error = error(edge).value_or(std::nan(""));
    }
    figure.n = static_cast<int>(values.size());
    if (without > 0) figure.note = fmt::format("{} edge(s) without this value left out", without);
    if (values.empty()) {
      figure.note = without > 0 ? "no edge has this value" : "no edge in this part of the picture";
      return figure;
    }
    figure.value = Median(values);
    if (values.size() == 1) {
      figure.standard_error = own_error;
    } else {
      for (double& v : values) v = std::abs(v - figure.value);
      figure.standard_error = 1.4826 * Median(values) * std::sqrt(M_PI / 2 / values.size());
    }
    return figure;
  }

 private:
  const SfrReport& report_;
  std::string conditions_;
};

void AddSharpness(const Summary& summary, SfrReport* report) {
  auto& figures = report->findings.figures;
  const auto mtf50 = [](const EdgeSfr& e) { return e.mtf50_cpp; };
  const auto error = [](const EdgeSfr& e) { return std::optional<double>(e.mtf50_error); };
  const char* cpp = "cycles/pixel";
  figures.push_back(summary.Of("mtf50", cpp, "sfr.mtf50", mtf50, error));
  struct Part {
    const char* name;
    double from, to;
  };
  for (const Part& part : {Part{"mtf50_centre", 0, 0.3}, Part{"mtf50_part_way", 0.3, 0.7},
                           Part{"mtf50_corner", 0.7, 2}}) {
    figures.push_back(summary.Of(part.name, cpp, "sfr.mtf50", mtf50, error, [&](const EdgeSfr& e) {
      return e.field >= part.from && e.field < part.to;
    }));
  }
  for (const RadialDirection direction :
       {RadialDirection::kSagittal, RadialDirection::kTangential}) {
    figures.push_back(summary.Of(fmt::format("mtf50_{}", RadialDirectionName(direction)), cpp,
                                 "sfr.mtf50", mtf50, error,
                                 [&](const EdgeSfr& e) { return e.radial == direction; }));
  }
  figures.push_back(
      summary.Of("mtf10", cpp, "sfr.mtf10", [](const EdgeSfr& e) { return e.mtf10_cpp; }));
  figures.push_back(summary.Of("mtf_half_nyquist", "", "sfr.mtf_half_nyquist",
                               [](const EdgeSfr& e) { return e.mtf_half_nyquist; }));
  figures.push_back(summary.Of("mtf_nyquist", "", "sfr.mtf_nyquist",
                               [](const EdgeSfr& e) { return e.mtf_nyquist; }));
  figures.push_back(summary.Of("overshoot", "%", "sfr.overshoot",
                               [](const EdgeSfr& e) { return e.overshoot_pct; }));
  figures.push_back(summary.Of("undershoot", "%", "sfr.undershoot",
                               [](const EdgeSfr& e) { return e.undershoot_pct; }));
  figures.push_back(summary.Of("halo_width", "px", "sfr.halo_width",
                               [](const EdgeSfr& e) { return e.halo_width_px; }));
  figures.push_back(summary.Of("width_10_90", "px", "sfr.width_10_90",
                               [](const EdgeSfr& e) { return e.width_10_90_px; }));
  for (const ViewingCondition& viewing : kViewingConditions) {
    Figure figure = summary.Of(
        fmt::format("acutance_{:.0f}", viewing.pixels_per_degree), "", "sfr.acutance",
        [&](const EdgeSfr& e) { return Acutance(e.f, e.mtf, viewing.pixels_per_degree); });
    figure.conditions += fmt::format(", {}", viewing.name);
    figures.push_back(std::move(figure));
  }
}

// Where the edge lies in one plane; nothing but the position is asked for.
Result<FittedEdge> Locate(const Subject& subject, Channel channel, const EdgeRegion& region,
                          const SfrParams& params) {
  Image<float> unused;
  const MeasuredPlane plane = PlaneOf(subject, channel, &unused);
  PETZVAL_ASSIGN(const EdgeSamples samples, GatherSamples(plane.values, plane.sites, region));
  PETZVAL_ASSIGN(const RoughEdge rough, FindRoughEdge(plane.sites, region, samples));
  PETZVAL_ASSIGN(FittedEdge edge, FitEdge(samples, rough, params.max_half_width_px));
  if (!(edge.high - edge.low >= params.min_contrast * (edge.high + std::max(edge.low, 0.0)))) {
    return Fail(ErrorCode::kInvalidInput, "no contrast");
  }
  return edge;
}

std::optional<EdgeColor> CompareColors(const Subject& subject, const EdgeSfr& edge, size_t index,
                                       const SfrParams& params) {
  Result<FittedEdge> fits[3];
  for (int c = 0; c < 3; ++c) {
    fits[c] = Locate(subject, static_cast<Channel>(c), edge.region, params);
    if (!fits[c]) return std::nullopt;
  }
  EdgeColor color{.edge = index};
  // All offsets count from the centre of the region; an edge that is dark where the other is bright
  // (a coloured chart) cannot be compared.
  for (const int c : {0, 2}) {
    const double turn = std::remainder(fits[c]->normal - fits[1]->normal, 2 * M_PI);
    if (std::abs(turn) > 0.05) return std::nullopt;
  }
  color.red_px = fits[0]->offset - fits[1]->offset;
  color.blue_px = fits[2]->offset - fits[1]->offset;
  color.red_error_px = std::hypot(fits[0]->offset_error, fits[1]->offset_error);
  color.blue_error_px = std::hypot(fits[2]->offset_error, fits[1]->offset_error);
  const double radius = std::atan2(edge.y - subject.height() / 2.0, edge.x - subject.width() / 2.0);
  color.radial = std::cos(edge.normal_deg * M_PI / 180 - radius);
  return color;
}

// Radial shift of one colour over the edges whose normals lie near the radius; of a single region
// (`roi`) the shift along its normal.
void AddLateral(const Subject& subject, const std::string& conditions, bool single,
                SfrReport* report) {
  if (report->colors.empty()) return;
  const double corner = std::hypot(subject.width() / 2.0, subject.height() / 2.0);
  for (const bool red : {true, false}) {
    std::vector<double> shifts, sizes;
    double error = std::nan("");
    for (const EdgeColor& color : report->colors) {
      if (!single && std::abs(color.radial) < 0.8) continue;
      const double shift = (red ? color.red_px : color.blue_px) / (single ? 1 : color.radial);
      shifts.push_back(shift);
      sizes.push_back(std::abs(shift));
      error = red ? color.red_error_px : color.blue_error_px;
    }
    const std::string name = red ? "lateral_red" : "lateral_blue";
    Figure figure{.name = name, .unit = "px", .definition = "sfr.lateral"};
    figure.n = static_cast<int>(shifts.size());
    figure.conditions = conditions + (single ? ", against green along the normal of the edge"
                                             : ", against green, outwards, largest of the field");
    Figure share = figure;
    share.name = name + "_pct";
    share.unit = "% of centre to corner";
    if (shifts.empty()) {
      figure.note = share.note = "no edge lies across the radius";
    } else {
      const size_t worst = std::max_element(sizes.begin(), sizes.end()) - sizes.begin();
      figure.value = shifts[worst];
      share.value = 100 * shifts[worst] / corner;
      if (shifts.size() == 1) {
        figure.standard_error = error;
        share.standard_error = 100 * error / corner;
      } else {
        Figure typical = figure;
        typical.name = name + "_median";
        typical.value = Median(sizes);
        typical.conditions = conditions + ", size of the shift against green, median of the field";
        report->findings.figures.push_back(std::move(typical));
      }
    }
    report->findings.figures.push_back(std::move(figure));
    report->findings.figures.push_back(std::move(share));
  }
}

// Curves of the edge whose MTF50 is the median.
void AddCurves(SfrReport* report) {
  std::vector<const EdgeSfr*> sorted;
  for (const EdgeSfr& edge : report->edges) sorted.push_back(&edge);
  std::sort(sorted.begin(), sorted.end(), [](const EdgeSfr* a, const EdgeSfr* b) {
    return a->mtf50_cpp.value_or(9) < b->mtf50_cpp.value_or(9);
  });
  const EdgeSfr& edge = *sorted[(sorted.size() - 1) / 2];
  auto& curves = report->findings.curves;
  curves.push_back({"mtf", "frequency, cycles per pixel", "MTF", edge.f, edge.mtf});
  curves.push_back(
      {"esf", "distance from the edge, px", "0 = dark, 1 = bright", edge.esf_px, edge.esf});
  Curve samples{"esf_samples", "distance from the edge, px", "0 = dark, 1 = bright", {}, {}};
  for (size_t i = 0; i < edge.esf_px.size(); ++i) {
    if (std::isnan(edge.esf_samples[i])) continue;
    samples.x.push_back(edge.esf_px[i]);
    samples.y.push_back(edge.esf_samples[i]);
  }
  curves.push_back(std::move(samples));
  if (report->edges.size() > 1) {
    Curve map{"mtf50_field",
              "distance from the centre / centre to corner",
              "MTF50, cycles per pixel",
              {},
              {}};
    std::sort(sorted.begin(), sorted.end(),
              [](const EdgeSfr* a, const EdgeSfr* b) { return a->field < b->field; });
    for (const EdgeSfr* e : sorted) {
      if (!e->mtf50_cpp) continue;
      map.x.push_back(e->field);
      map.y.push_back(*e->mtf50_cpp);
    }
    curves.push_back(std::move(map));
  }
}

}  // namespace

Result<SfrReport> MeasureSfr(const Subject& subject, Channel channel,
                             const std::optional<Rect>& roi, const SfrParams& params) {
  PETZVAL_RETURN_IF_ERROR(CheckChannel(subject, channel));
  SfrReport report;
  report.channel = channel;
  Image<float> scratch;
  const MeasuredPlane plane = PlaneOf(subject, channel, &scratch);
  std::string first_refusal;
  if (roi) {
    PETZVAL_ASSIGN(EdgeSfr edge,
                   MeasureEdge(plane.values, plane.sites, *roi, subject.clip, params));
    report.edges.push_back(std::move(edge));
  } else {
    EdgeFinderParams finder;
    finder.min_contrast = params.min_contrast;
    PETZVAL_ASSIGN(const std::vector<EdgeRegion> regions,
                   FindEdges(plane.values, plane.sites, finder));
    if (regions.empty()) {
      return Fail(ErrorCode::kInvalidInput,
                  "no slanted edge was found in the picture; name the region of one");
    }
    std::vector<Result<EdgeSfr>> measured(regions.size());
    ParallelFor(static_cast<int>(regions.size()), [&](int i) {
      measured[i] = MeasureEdge(plane.values, plane.sites, regions[i], subject.clip, params);
    });
    for (auto& edge : measured) {
      if (edge) {
        report.edges.push_back(std::move(*edge));
        continue;
      }
      ++report.refused;
      if (first_refusal.empty()) first_refusal = edge.error().message;
    }
    if (report.edges.empty()) {
      return Fail(ErrorCode::kInvalidInput,
                  fmt::format("{} edge(s) were found, none can be measured; the first: {}",
                              report.refused, first_refusal));
    }
  }
  if (!subject.mono) {
    std::vector<std::optional<EdgeColor>> colors(report.edges.size());
    ParallelFor(static_cast<int>(colors.size()),
                [&](int i) { colors[i] = CompareColors(subject, report.edges[i], i, params); });
    for (const auto& color : colors) {
      if (color) report.colors.push_back(*color);
    }
  }

  const std::string conditions =
      fmt::format("{}{}", ChannelWord(channel), subject.raw() ? ", RAW" : ", linear light");
  AddSharpness(Summary(report, conditions), &report);
  AddLateral(subject, conditions, roi.has_value(), &report);
  AddCurves(&report);
  auto& warnings = report.findings.warnings;
  if (report.refused > 0) {
    warnings.push_back(fmt::format("{} of {} edges found could not be measured; the first: {}",
                                   report.refused, report.refused + report.edges.size(),
                                   first_refusal));
  }
  int spurious = 0;
  for (const EdgeSfr& edge : report.edges) {
    spurious += edge.spurious;
  }
  if (spurious > 0) {
    warnings.push_back(fmt::format(
        "{} edge(s) show spurious resolution: the response touches zero below Nyquist", spurious));
  }
  return report;
}

}  // namespace petzval::measure
