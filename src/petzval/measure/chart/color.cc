// Measuring colour: patches of a located chart, aligned in exposure, against the reference.
#include "petzval/measure/chart/color.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

#include "petzval/base/nearest_name.h"
#include "petzval/color/difference.h"
#include "petzval/color/spaces.h"
#include "petzval/measure/chart/color_figures.h"
#include "petzval/measure/chart/color_reference.h"

namespace petzval::measure {
namespace {

constexpr Parameter kParameters[] = {
    {"patch_share", "", 0.1, 1, 0.6, "share of a patch's width and height that is measured"},
};
constexpr double kMaxClipped = 0.01;  // share of a patch's samples
constexpr double kMaxFloored = 0.05;
constexpr double kMaxUncertainty = 2;  // standard error of a patch's colour in L*a*b*
constexpr std::array<const char*, 3> kColors = {"red", "green", "blue"};

Vec3 LabOf(const Vec3& xyz, double gain) {
  return LabFromXyz({{gain * xyz[0], gain * xyz[1], gain * xyz[2]}},
                    XyzFromChromaticity(kWhiteD50));
}

// Standard error of a patch's L*a*b* from the noise of its pixels.
double Uncertainty(const PatchStatistics& statistics, const Mat3& xyz_from_rgb, double gain) {
  const Vec3 mean = statistics.Mean();
  const Vec3 lab = LabOf(xyz_from_rgb * mean, gain);
  double square = 0;
  for (int c = 0; c < 3; ++c) {
    const PatchChannel& channel = statistics.channel[c];
    const double error = std::sqrt(channel.variance / std::max(1, channel.n));
    Vec3 moved = mean;
    moved[c] += error;
    const double distance = DeltaE76(LabOf(xyz_from_rgb * moved, gain), lab);
    square += distance * distance;
  }
  return std::sqrt(square);
}

// Why a patch cannot be used; empty if it can.
std::string Flaw(const PatchStatistics& statistics, const Mat3& xyz_from_rgb, double gain) {
  bool floored = true;
  for (int c = 0; c < 3; ++c) {
    const PatchChannel& channel = statistics.channel[c];
    if (channel.n < 4) return "has too few pixels";
    if (channel.clipped > kMaxClipped) {
      return fmt::format("is clipped ({:.0f} % of {})", 100 * channel.clipped, kColors[c]);
    }
    floored &= channel.floored > kMaxFloored;
  }
  const double uncertainty = Uncertainty(statistics, xyz_from_rgb, gain);
  if (floored || !((xyz_from_rgb * statistics.Mean())[1] > 0) || !std::isfinite(uncertainty)) {
    return "is lost in the dark";
  }
  if (uncertainty > kMaxUncertainty) {
    return fmt::format("is lost in noise (L*a*b* known to {:.1f} only)", uncertainty);
  }
  return "";
}

// A patch as the alignments see it.
struct Pair {
  Vec3 xyz, reference_lab;
  bool grey = false;
};

std::vector<double> Differences(const std::vector<Pair>& pairs, double gain) {
  std::vector<double> de;
  for (const Pair& p : pairs) de.push_back(DeltaE2000(LabOf(p.xyz, gain), p.reference_lab));
  return de;
}

double MeanOf(const std::vector<double>& values) {
  double sum = 0;
  for (const double v : values) sum += v;
  return sum / static_cast<double>(values.size());
}

// The gain that brings luminance to the reference, least squares; of the grey patches or all. 0 if
// there are none.
double LuminanceGain(const std::vector<Pair>& pairs, bool greys_only) {
  double mixed = 0, square = 0;
  for (const Pair& p : pairs) {
    if (greys_only && !p.grey) continue;
    mixed += p.xyz[1] * LuminanceFromLightness(p.reference_lab[0]);
    square += p.xyz[1] * p.xyz[1];
  }
  return square > 0 ? mixed / square : 0;
}

// The gain with the least mean dE2000: a scan, because the mean may have several valleys, then
// golden sections.
double BestGain(const std::vector<Pair>& pairs) {
  const double start = LuminanceGain(pairs, false);
  if (!(start > 0)) return 1;
  const auto cost = [&](double stops) {
    return MeanOf(Differences(pairs, start * std::exp2(stops)));
  };
  constexpr double kReach = 1, kStep = 0.05;  // stops
  double best = 0, least = cost(0);
  for (int i = -20; i <= 20; ++i) {
    const double c = cost(i * kStep);
    if (c < least) {
      least = c;
      best = i * kStep;
    }
  }
  double low = std::max(best - kStep, -kReach), high = std::min(best + kStep, kReach);
  const double golden = 0.5 * (std::sqrt(5.0) - 1);
  double a = high - golden * (high - low), b = low + golden * (high - low);
  double cost_a = cost(a), cost_b = cost(b);
  while (high - low > 1e-7) {
    if (cost_a < cost_b) {
      high = std::exchange(b, a);
      a = high - golden * (high - low);
      cost_b = std::exchange(cost_a, cost(a));
    } else {
      low = std::exchange(a, b);
      b = low + golden * (high - low);
      cost_a = std::exchange(cost_b, cost(b));
    }
  }
  return start * std::exp2(0.5 * (low + high));
}

ColorSummary Summarise(const std::vector<Pair>& pairs, double gain) {
  ColorSummary summary;
  summary.gain = gain;
  std::vector<double> de = Differences(pairs, gain);
  std::sort(de.begin(), de.end());
  summary.de2000_mean = MeanOf(de);
  summary.de2000_max = de.back();
  const double at = 0.95 * static_cast<double>(de.size() - 1);
  const size_t below = static_cast<size_t>(at);
  const double share = at - static_cast<double>(below);
  summary.de2000_p95 = de[below] + share * (de[std::min(below + 1, de.size() - 1)] - de[below]);
  return summary;
}

// The pairs with gains of RGB that bring the greys to the reference (least squares).
std::vector<Pair> Balanced(std::vector<Pair> pairs, const Mat3& xyz_from_rgb) {
  const Mat3 rgb_from_xyz = Inverse(xyz_from_rgb);
  Vec3 mixed{}, square{};
  for (const Pair& p : pairs) {
    if (!p.grey) continue;
    const Vec3 rgb = rgb_from_xyz * p.xyz;
    const Vec3 reference =
        rgb_from_xyz * XyzFromLab(p.reference_lab, XyzFromChromaticity(kWhiteD50));
    for (int c = 0; c < 3; ++c) {
      mixed[c] += rgb[c] * reference[c];
      square[c] += rgb[c] * rgb[c];
    }
  }
  const Vec3 gain{{mixed[0] / square[0], mixed[1] / square[1], mixed[2] / square[2]}};
  const Mat3 balance = xyz_from_rgb * Mat3::Diagonal(gain) * rgb_from_xyz;
  for (Pair& p : pairs) p.xyz = balance * p.xyz;
  return pairs;
}

Result<LocatedChart> Locate(const Subject& subject, const ColorParams& params) {
  if (params.corners) {
    if (params.chart == "auto") {
      return Fail(ErrorCode::kInvalidInput,
                  "corners need the name of the chart that they belong to");
    }
    PETZVAL_ASSIGN(const Chart chart, FindChart(params.chart));
    return PlaceChart(chart, *params.corners, subject.width(), subject.height());
  }
  std::vector<Chart> charts;
  for (const std::string& name :
       params.chart == "auto" ? SearchableCharts() : std::vector<std::string>{params.chart}) {
    PETZVAL_ASSIGN(Chart chart, FindChart(name));
    charts.push_back(std::move(chart));
  }
  return LocateAnyChart(MakeOverview(subject), charts, params.roi);
}

// Warns when the values of another edition are much nearer.
void CompareEditions(const ColorReport& report, const std::vector<Pair>& pairs,
                     const std::vector<int>& patches, Findings* findings) {
  for (const ChartEdition& other : report.located.chart.editions) {
    if (other.name == report.edition.name) continue;
    const Result<std::vector<Vec3>> lab = ReferenceLab(report.located.chart, other, report.light);
    if (!lab) continue;
    std::vector<Pair> with = pairs;
    for (size_t i = 0; i < with.size(); ++i) with[i].reference_lab = (*lab)[patches[i]];
    const double mean = Summarise(with, BestGain(with)).de2000_mean;
    if (mean < 0.7 * report.best.de2000_mean && mean < report.best.de2000_mean - 0.3) {
      findings->warnings.push_back(
          fmt::format("edition {} of the chart fits better: mean dE2000 {:.2f} instead of {:.2f}",
                      other.name, mean, report.best.de2000_mean));
    }
  }
}

// Corners that were named in another order than the chart's: another way round fits far better.
Status CheckWayRound(const ColorReport& report, std::vector<Pair> pairs,
                     const std::vector<int>& patches, const std::vector<Vec3>& reference) {
  if (report.located.found) return {};
  const Chart& chart = report.located.chart;
  double least = report.best.de2000_mean;
  for (int way = 1; way < 8; ++way) {
    if ((way & 4) != 0 && chart.columns != chart.rows) break;
    for (size_t i = 0; i < pairs.size(); ++i) {
      const ChartPatch& patch = chart.patches[patches[i]];
      int column = patch.column, row = patch.row;
      if ((way & 4) != 0) std::swap(column, row);
      if ((way & 1) != 0) column = chart.columns - 1 - column;
      if ((way & 2) != 0) row = chart.rows - 1 - row;
      pairs[i].reference_lab = reference[row * chart.columns + column];
    }
    least = std::min(least, Summarise(pairs, BestGain(pairs)).de2000_mean);
  }
  if (least >= 0.6 * report.best.de2000_mean) return {};
  return Fail(ErrorCode::kInvalidInput,
              fmt::format("{} fits far better turned or mirrored (mean dE2000 {:.1f} instead of "
                          "{:.1f}): name its corners from its top left on, clockwise",
                          chart.title, least, report.best.de2000_mean));
}

// A finished picture holds no colours outside of its primaries: it clips them at zero.
void WarnOfGamut(const Subject& subject, ColorReport* report) {
  if (subject.raw()) return;
  for (const ColorPatch& patch : report->patches) {
    for (int c = 0; c < 3 && patch.used; ++c) {
      if (patch.statistics.channel[c].floored < 0.5) continue;
      report->findings.warnings.push_back(
          fmt::format("{} of patch {} is zero: the colour lies outside of the file's primaries",
                      kColors[c], patch.name));
    }
  }
}

void CompareLab(double gain, const Mat3& xyz_from_rgb, ColorPatch* patch) {
  patch->lab = LabOf(xyz_from_rgb * patch->statistics.Mean(), gain);
  const Vec3 &a = patch->lab, &b = patch->reference_lab;
  patch->de2000 = DeltaE2000(a, b);
  patch->dl = a[0] - b[0];
  patch->dc = std::hypot(a[1], a[2]) - std::hypot(b[1], b[2]);
  const double de76 = DeltaE76(a, b);
  const double dh_square = de76 * de76 - patch->dl * patch->dl - patch->dc * patch->dc;
  // Positive when the hue angle is larger than the reference's.
  patch->dh = std::copysign(std::sqrt(std::max(0.0, dh_square)), b[1] * a[2] - b[2] * a[1]);
}

}  // namespace

std::span<const Parameter> ColorParameters() { return kParameters; }

Result<ExposureAlignment> FindExposureAlignment(const std::string& name) {
  const std::vector<std::string> names = {"best", "greys", "none"};
  const auto it = std::find(names.begin(), names.end(), name);
  if (it != names.end()) return static_cast<ExposureAlignment>(it - names.begin());
  return Fail(ErrorCode::kInvalidInput,
              fmt::format("there is no alignment of exposure '{}', did you mean '{}'?", name,
                          NearestName(name, names)));
}

Result<ColorReport> MeasureColor(const Subject& subject, const ColorParams& params) {
  if (subject.mono) {
    return Fail(ErrorCode::kInvalidInput, "a monochrome picture has no colours to measure");
  }
  if (!kParameters[0].Allows(params.patch_share)) {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("patch_share {} is not in {}..{}", params.patch_share,
                            kParameters[0].min, kParameters[0].max));
  }
  if (!(std::abs(Determinant(subject.xyz_d50_from_rgb)) > 1e-9)) {
    return Fail(ErrorCode::kInvalidInput, "the colour matrix of the picture has no inverse");
  }
  ColorReport report;
  PETZVAL_ASSIGN(report.located, Locate(subject, params));
  const Chart& chart = report.located.chart;
  PETZVAL_ASSIGN(report.edition, FindEdition(chart, params.edition));
  PETZVAL_ASSIGN(const std::vector<Vec3> reference,
                 ReferenceLab(chart, report.edition, params.light));
  report.light = params.light;
  report.findings.warnings = report.located.warnings;

  // Step 1: colours of the patches, and which of them can be trusted.
  const Mat3& xyz_from_rgb = subject.xyz_d50_from_rgb;
  const std::vector<PatchStatistics> statistics =
      MeasurePatches(subject, report.located, params.patch_share);
  double brightest = 0;
  for (const PatchStatistics& s : statistics) {
    brightest = std::max(brightest, (xyz_from_rgb * s.Mean())[1]);
  }
  std::vector<Pair> pairs;
  std::vector<int> used;
  std::vector<std::string> omitted;
  for (int i = 0; i < chart.size(); ++i) {
    ColorPatch patch;
    patch.name = chart.patches[i].name;
    patch.outline = report.located.PatchOutline(i, params.patch_share);
    patch.statistics = statistics[i];
    patch.reference_lab = reference[i];
    // The noise of a patch counts at about the exposure at which the chart will be compared.
    patch.note = Flaw(statistics[i], xyz_from_rgb, brightest > 0 ? 0.9 / brightest : 1);
    patch.used = patch.note.empty();
    if (patch.used) {
      const bool grey = std::count(chart.greys.begin(), chart.greys.end(), i) > 0;
      pairs.push_back({xyz_from_rgb * statistics[i].Mean(), reference[i], grey});
      used.push_back(i);
    } else {
      omitted.push_back(fmt::format("{} {}", patch.name, patch.note));
      report.findings.warnings.push_back(
          fmt::format("patch {} {}: it is left out", patch.name, patch.note));
    }
    report.patches.push_back(std::move(patch));
  }
  WarnOfGamut(subject, &report);
  if (2 * pairs.size() < chart.patches.size()) {
    if (omitted.size() > 6) omitted.erase(omitted.begin() + 6, omitted.end());
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("only {} of {} patches can be used: {}{}", pairs.size(), chart.size(),
                            fmt::join(omitted, ", "), omitted.size() < 6 ? "" : ", .."));
  }

  // Step 2: the alignments of exposure.
  report.none = Summarise(pairs, 1);
  report.best = Summarise(pairs, BestGain(pairs));
  PETZVAL_RETURN_IF_ERROR(CheckWayRound(report, pairs, used, reference));
  const double grey_gain = LuminanceGain(pairs, true);
  const double nan = std::nan("");
  report.greys = report.balanced = {nan, nan, nan, nan};
  if (grey_gain > 0) {
    report.greys = Summarise(pairs, grey_gain);
    const std::vector<Pair> balanced = Balanced(pairs, xyz_from_rgb);
    report.balanced = Summarise(balanced, BestGain(balanced));
  }
  if (params.exposure == ExposureAlignment::kGreys && !(grey_gain > 0)) {
    return Fail(ErrorCode::kInvalidInput,
                "exposure cannot be aligned on the grey patches: none can be used");
  }
  const ColorSummary& chosen = params.exposure == ExposureAlignment::kBest    ? report.best
                               : params.exposure == ExposureAlignment::kGreys ? report.greys
                                                                              : report.none;
  report.de2000_mean = chosen.de2000_mean;
  report.de2000_p95 = chosen.de2000_p95;
  report.de2000_max = chosen.de2000_max;
  for (ColorPatch& patch : report.patches) CompareLab(chosen.gain, xyz_from_rgb, &patch);

  // Step 3: figures and doubts.
  AddColorFigures(subject, params.exposure, &report);
  CompareEditions(report, pairs, used, &report.findings);
  return report;
}

}  // namespace petzval::measure
