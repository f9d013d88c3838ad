// Standard deviations and ratios with their errors, for reports.
#include "petzval/measure/noise/patch_findings.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string>

#include "petzval/measure/noise/frames.h"

namespace petzval::measure {
namespace {

int CountOf(int64_t samples) { return static_cast<int>(std::min<int64_t>(samples, 2147483647)); }

// Root of a variance estimated from `degrees` values; `unknown` says why there is none.
Figure Deviation(const std::string& name, double variance, double degrees, int n,
                 const std::string& conditions, const std::string& unknown) {
  Figure figure{name, std::nan(""), "of white", n, std::nan(""), conditions, DefinitionId("noise", name)};
  if (!unknown.empty()) {
    figure.note = unknown;
  } else if (variance < 0) {
    figure.value = 0;
    figure.note = "less than can be told from the other parts";
  } else {
    figure.value = std::sqrt(variance);
    figure.standard_error = degrees > 0 ? figure.value / std::sqrt(2 * degrees) : std::nan("");
  }
  return figure;
}

Figure SnrFigure(const std::string& name, double snr, double degrees, int n,
                 const std::string& conditions, const std::string& unknown) {
  Figure figure{name, std::nan(""), "", n, std::nan(""), conditions, DefinitionId("noise", name)};
  if (std::isfinite(snr)) {
    figure.value = snr;
    figure.standard_error = degrees > 0 ? std::abs(snr) / std::sqrt(2 * degrees) : std::nan("");
  } else {
    figure.note = unknown.empty() ? "no noise to divide by" : unknown;
  }
  return figure;
}

void AddPatch(const PatchNoise& patch, std::vector<Figure>* figures) {
  const std::string conditions =
      fmt::format("{}, level {:.4g}, {} frame{}", PatchWords(patch.channel, patch.roi), patch.mean,
                  patch.frames, patch.frames == 1 ? "" : "s");
  const std::string unknown = patch.frames < 2 ? "takes two frames of the scene" : "";
  const int n = CountOf(patch.pixels);
  const double pixels = static_cast<double>(patch.pixels);
  const double changes = pixels * (patch.frames - 1);
  const double rows = patch.roi.height, columns = patch.roi.width;
  figures->push_back({"level", patch.mean, "of white", n,
                      std::sqrt(std::max(0.0, patch.total_variance) / pixels), conditions,
                      "noise.level"});
  figures->push_back(SnrFigure("snr_total", patch.total_snr, pixels, n, conditions, ""));
  figures->push_back(
      SnrFigure("snr_temporal", patch.temporal_snr, changes, n, conditions, unknown));
  figures->push_back(
      SnrFigure("snr_fixed_pattern", patch.fixed_snr, pixels, n, conditions, unknown));
  figures->push_back(Deviation("noise_total", patch.total_variance, pixels, n, conditions, ""));
  struct Part {
    const char* name;
    double variance, degrees;
  };
  const Part parts[] = {
      {"noise_temporal", patch.temporal.total(), changes},
      {"noise_temporal_row", patch.temporal.row, rows * (patch.frames - 1)},
      {"noise_temporal_column", patch.temporal.column, columns * (patch.frames - 1)},
      {"noise_fixed_pattern", patch.fixed.total(), pixels},
      {"noise_fixed_row", patch.fixed.row, rows},
      {"noise_fixed_column", patch.fixed.column, columns},
      {"noise_fixed_pixel", patch.fixed.pixel, pixels},
  };
  for (const Part& part : parts) {
    figures->push_back(Deviation(part.name, part.variance, part.degrees, n, conditions, unknown));
  }
}

void AddCurve(const char* name, Channel channel, std::vector<std::pair<double, double>> points,
              Findings* findings) {
  std::erase_if(points, [](const auto& p) { return !(p.first > 0) || !std::isfinite(p.second); });
  if (points.size() < 2) return;
  std::sort(points.begin(), points.end());
  Curve curve{fmt::format("{}_{}", name, ChannelWord(channel)), "level (1 = white)",
              "signal / noise"};
  for (const auto& [level, snr] : points) {
    curve.x.push_back(level);
    curve.y.push_back(snr);
  }
  findings->curves.push_back(std::move(curve));
}

}  // namespace

Findings FindingsOfPatches(const std::vector<PatchNoise>& patches, const Subject& subject) {
  Findings findings;
  std::map<Channel, std::vector<std::pair<double, double>>> total, temporal;
  int clipped = 0, rounded = 0;
  const double step = 1.0 / (std::pow(2.0, subject.bits) - 1);
  for (const PatchNoise& patch : patches) {
    AddPatch(patch, &findings.figures);
    total[patch.channel].push_back({patch.mean, patch.total_snr});
    temporal[patch.channel].push_back({patch.mean, patch.temporal_snr});
    clipped += patch.clipped > 0;
    rounded += patch.total_variance < step * step / 4;
  }
  for (const auto& [channel, points] : total) AddCurve("snr_total", channel, points, &findings);
  for (const auto& [channel, points] : temporal) {
    AddCurve("snr_temporal", channel, points, &findings);
  }
  if (!patches.empty() && patches.front().frames < 2) {
    findings.warnings.push_back(
        "one frame gives total noise only: temporal noise and fixed pattern take two frames of the "
        "same scene, better eight");
  }
  if (clipped > 0) {
    findings.warnings.push_back(fmt::format(
        "{} of {} patches hold clipped samples, which hide noise", clipped, patches.size()));
  }
  if (rounded > 0) {
    findings.warnings.push_back(
        fmt::format("{} of {} patches have noise below half a step of the file's {} bits", rounded,
                    patches.size(), subject.bits));
  }
  return findings;
}

}  // namespace petzval::measure
