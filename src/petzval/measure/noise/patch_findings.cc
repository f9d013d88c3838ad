// Standard deviations and ratios with their errors, for reports.
#include "petzval/measure/noise/patch_findings.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <utility>

#include "petzval/measure/noise/frames.h"
#include "petzval/measure/noise/noise_parts.h"

namespace petzval::measure {
namespace {

int CountOf(int64_t samples) { return static_cast<int>(std::min<int64_t>(samples, 2147483647)); }

// A variance and what it rests on: `measured` came from `degrees` independent values, and what
// belongs to other causes was taken off it.
struct Estimate {
  double variance, measured, degrees;

  double Error() const {
    return degrees > 0 ? std::max(0.0, measured) * std::sqrt(2 / degrees) : std::nan("");
  }
  // Of the root; where the root is lost in the error, so much could still be there.
  double ErrorOfRoot() const {
    return variance > Error() ? 0.5 * Error() / std::sqrt(variance) : std::sqrt(Error());
  }
};

// Root of a variance; `unknown` says why there is none.
Figure Deviation(const std::string& name, const Estimate& estimate, int n,
                 const std::string& conditions, const std::string& unknown) {
  Figure figure{
      name, std::nan(""), "of white", n, std::nan(""), conditions, DefinitionId("noise", name)};
  if (!unknown.empty()) {
    figure.note = unknown;
    return figure;
  }
  figure.value = std::sqrt(std::max(0.0, estimate.variance));
  figure.standard_error = estimate.ErrorOfRoot();
  if (estimate.variance < 0) figure.note = "less than can be told from the other parts";
  return figure;
}

Figure SnrFigure(const std::string& name, double snr, const Estimate& noise, int n,
                 const std::string& conditions, const std::string& unknown) {
  Figure figure{name, std::nan(""), "", n, std::nan(""), conditions, DefinitionId("noise", name)};
  if (std::isfinite(snr)) {
    figure.value = snr;
    figure.standard_error = std::abs(snr) * noise.ErrorOfRoot() / std::sqrt(noise.variance);
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
  const double frames = patch.frames, changes = pixels * (frames - 1);
  const double rows = patch.roi.height, columns = patch.roi.width;
  // The mean of a row keeps its share of the pixels' noise, the mean frame that of the changes.
  const NoiseParts& changing = patch.temporal;
  const NoiseParts stays = patch.fixed + (1 / frames) * patch.temporal;
  const auto of_rows = [&](const NoiseParts& p) { return p.row + p.pixel * rows / pixels; };
  const auto of_columns = [&](const NoiseParts& p) {
    return p.column + p.pixel * columns / pixels;
  };
  const Estimate total{patch.total_variance, patch.total_variance, pixels};
  const Estimate temporal{changing.total(), changing.total(), changes};
  const Estimate fixed{patch.fixed.total(), stays.total(), pixels};
  figures->push_back({"level", patch.mean, "of white", n,
                      std::sqrt(std::max(0.0, patch.total_variance) / pixels), conditions,
                      "noise.level"});
  figures->push_back(SnrFigure("snr_total", patch.total_snr, total, n, conditions, ""));
  figures->push_back(
      SnrFigure("snr_temporal", patch.temporal_snr, temporal, n, conditions, unknown));
  figures->push_back(
      SnrFigure("snr_fixed_pattern", patch.fixed_snr, fixed, n, conditions, unknown));
  figures->push_back(Deviation("noise_total", total, n, conditions, ""));
  const std::pair<const char*, Estimate> parts[] = {
      {"noise_temporal", temporal},
      {"noise_temporal_row", {changing.row, of_rows(changing), rows * (frames - 1)}},
      {"noise_temporal_column", {changing.column, of_columns(changing), columns * (frames - 1)}},
      {"noise_fixed_pattern", fixed},
      {"noise_fixed_row", {patch.fixed.row, of_rows(stays), rows}},
      {"noise_fixed_column", {patch.fixed.column, of_columns(stays), columns}},
      {"noise_fixed_pixel", {patch.fixed.pixel, stays.pixel, pixels}},
  };
  for (const auto& [name, estimate] : parts) {
    figures->push_back(Deviation(name, estimate, n, conditions, unknown));
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
