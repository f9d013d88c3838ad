// Figures per colour and for the sensor; the curve of variance over level.
#include "petzval/measure/noise/transfer_findings.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "petzval/measure/noise/frames.h"

namespace petzval::measure {
namespace {

Figure Known(const char* name, double value, const char* unit, int n, double error,
             const std::string& conditions, const std::string& note = "") {
  Figure figure{name, value, unit, n, error, conditions, DefinitionId("noise", name), note};
  if (!figure.known()) figure.standard_error = std::nan("");
  return figure;
}

void AddChannel(const ChannelTransfer& c, int points, std::vector<Figure>* figures) {
  const std::string conditions = ChannelWord(c.channel);
  const double relative = c.gain_standard_error / c.gain_e_per_dn;
  figures->push_back(Known("conversion_gain", c.gain_e_per_dn, "e-/DN", points,
                           c.gain_standard_error, conditions));
  const std::string hidden = std::isfinite(c.read_noise_e)
                                 ? ""
                                 : "not to be told from zero: add dark frames or darker ones";
  figures->push_back(Known("read_noise", c.read_noise_e, "e-", points, c.read_noise_standard_error,
                           conditions, hidden));
  figures->push_back(Known("read_noise_dn", c.read_noise_dn, "DN", points,
                           c.read_noise_standard_error / c.gain_e_per_dn, conditions, hidden));
  figures->push_back(Known("full_well", c.full_well_e, "e-", points, relative * c.full_well_e,
                           fmt::format("{}, at {:.1f} DN", conditions, c.saturation_dn)));
}

void AddCurves(const PhotonTransfer& transfer, Findings* findings) {
  for (const ChannelTransfer& c : transfer.channels) {
    if (!c.known) continue;
    std::vector<std::pair<double, double>> points;
    for (const TransferPoint& p : transfer.points) {
      if (p.channel == c.channel) points.push_back({p.level_dn, p.variance_dn2});
    }
    std::sort(points.begin(), points.end());
    Curve curve{fmt::format("photon_transfer_{}", ChannelWord(c.channel)), "level (DN)",
                "variance (DN^2)"};
    for (const auto& [level, variance] : points) {
      curve.x.push_back(level);
      curve.y.push_back(variance);
    }
    findings->curves.push_back(std::move(curve));
  }
}

}  // namespace

void AddFindings(const SensorPattern& pattern, double rounding_dn, PhotonTransfer* transfer) {
  Findings& findings = transfer->findings;
  int used = 0;
  double quietest = INFINITY;
  for (const TransferPoint& p : transfer->points) {
    used += p.used;
    if (p.used) quietest = std::min(quietest, p.variance_dn2);
  }
  const double nan = std::nan("");
  const double gain = transfer->gain_e_per_dn;
  double gain_error = 0, read_error = 0;
  for (const ChannelTransfer& c : transfer->channels) {
    if (!c.known) continue;
    gain_error += 1 / (c.gain_standard_error * c.gain_standard_error);
    if (std::isfinite(c.read_noise_e)) {
      read_error += 1 / (c.read_noise_standard_error * c.read_noise_standard_error);
    }
  }
  gain_error = 1 / std::sqrt(gain_error);
  read_error = read_error > 0 ? 1 / std::sqrt(read_error) : nan;
  const std::string all = "all colours";
  const std::string no_read =
      std::isfinite(transfer->read_noise_e) ? "" : "not to be told from zero: add dark frames";
  const int pixels = static_cast<int>(std::min<int64_t>(pattern.pixels, 2147483647));
  const std::string row_where =
      std::isfinite(pattern.row_noise_dn)
          ? fmt::format("all colours, level {:.1f} DN", pattern.row_level_dn)
          : all;
  const std::string row_note = std::isfinite(pattern.row_noise_dn)
                                   ? ""
                                   : "takes a series whose noise is not clipped at black";
  std::vector<Figure> figures = {
      Known("conversion_gain", gain, "e-/DN", used, gain_error, all),
      Known("read_noise", transfer->read_noise_e, "e-", used, read_error, all, no_read),
      Known("read_noise_dn", transfer->read_noise_e / gain, "DN", used, read_error / gain, all,
            no_read),
      Known("full_well", transfer->full_well_e, "e-", used,
            gain_error / gain * transfer->full_well_e, all),
      Known("prnu", 100 * pattern.prnu, "%", pixels, 100 * pattern.prnu_error,
            "all colours, against the nearest pixels of the colour", pattern.prnu_note),
      Known("dsnu", pattern.dsnu_dn * gain, "e-", pixels, pattern.dsnu_error_dn * gain,
            "all colours, against the nearest pixels of the colour", pattern.dsnu_note),
      Known("odd_pixels", pattern.pixels > 0 ? static_cast<double>(pattern.outliers) : nan, "",
            pixels, nan, "beyond 6 standard deviations of the fixed pattern",
            pattern.pixels > 0 ? "" : pattern.prnu_note),
      Known("row_noise_temporal", pattern.row_noise_dn * gain, "e-", pattern.rows,
            pattern.row_error_dn * gain, row_where, row_note),
      Known("column_noise_temporal", pattern.column_noise_dn * gain, "e-", pattern.columns, nan,
            row_where, row_note),
      Known("linearity_error", 100 * pattern.linearity, "%", pattern.linearity_points, nan,
            "largest deviation of the levels of flats from a line over time",
            pattern.linearity_note),
  };
  bool bends = false;
  for (const ChannelTransfer& c : transfer->channels) {
    if (!c.known) continue;
    int points = 0;
    for (const TransferPoint& p : transfer->points) points += p.used && p.channel == c.channel;
    AddChannel(c, points, &figures);
    bends |= c.bend != 0;
  }
  findings.figures.insert(findings.figures.end(), figures.begin(), figures.end());
  AddCurves(*transfer, &findings);
  if (bends) {
    findings.warnings.push_back(
        "the variance bends over the level, as with a response that is not linear, light that "
        "flickers in rows, or frames that were processed; the gain is that of the dark end");
  }
  if (quietest < 0.3 * rounding_dn * rounding_dn) {
    findings.warnings.push_back(
        "the noise is less than half a step of the stored values: read noise is uncertain");
  }
}

}  // namespace petzval::measure
