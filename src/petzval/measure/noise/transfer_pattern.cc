// PRNU and DSNU from the fixed patterns of flats and darks; linearity from exposures.
#include "petzval/measure/noise/transfer_pattern.h"

#include <algorithm>
#include <cmath>

namespace petzval::measure {
namespace {

// A fixed pattern that can be trusted, of one colour of one series.
struct PatternPoint {
  double level, variance, error;
  int channel;
  bool dark;
  double exposure_s;
};

std::vector<PatternPoint> UsablePatterns(std::span<const Series> series,
                                         std::span<const SeriesStatistics> statistics,
                                         const std::array<double, 3>& saturation_dn,
                                         SensorPattern* pattern) {
  std::vector<PatternPoint> points;
  for (size_t i = 0; i < series.size(); ++i) {
    if (!series[i].flat && !series[i].dark) continue;
    for (int c = 0; c < 3; ++c) {
      const FixedPattern& fixed = statistics[i].fixed[c];
      if (fixed.pixels == 0 || fixed.clipped > 1e-4) continue;
      if (fixed.level > 0.95 * saturation_dn[c]) continue;
      points.push_back({fixed.level, fixed.variance, fixed.standard_error, c, series[i].dark,
                        series[i].exposure_s});
      pattern->pixels += fixed.pixels;
      pattern->outliers += fixed.outliers;
    }
  }
  return points;
}

// variance = dsnu^2 + prnu^2 level^2 by weighted least squares, neither below zero.
void FitPattern(const std::vector<PatternPoint>& points, double saturation_dn,
                SensorPattern* pattern) {
  const double unknown = std::nan("");
  pattern->prnu = pattern->prnu_error = pattern->dsnu_dn = pattern->dsnu_error_dn = unknown;
  double top = 0, s0 = 0, s1 = 0, s2 = 0, t0 = 0, t1 = 0, low = INFINITY;
  for (const PatternPoint& p : points) {
    // Half a per cent of model error keeps a bright, large flat from deciding alone.
    const double error = std::max(std::hypot(p.error, 0.005 * p.variance), 1e-12);
    const double w = 1 / (error * error), x = p.level * p.level;
    s0 += w;
    s1 += w * x;
    s2 += w * x * x;
    t0 += w * p.variance;
    t1 += w * x * p.variance;
    top = std::max(top, p.level);
    low = std::min(low, std::abs(p.level));
  }
  if (points.empty()) {
    pattern->prnu_note = pattern->dsnu_note =
        "takes flat or dark frames, two or more of each exposure, that are not clipped";
    return;
  }
  if (top < 0.02 * saturation_dn) {
    pattern->prnu_note = "takes flat frames with light";
    pattern->dsnu_dn = std::sqrt(std::max(0.0, t0 / s0));
    pattern->dsnu_error_dn =
        pattern->dsnu_dn > 0 ? 0.5 / std::sqrt(s0) / pattern->dsnu_dn : unknown;
    return;
  }
  if (low > 0.5 * top) {
    pattern->dsnu_note = "takes dark frames, or flats of more than one exposure";
    pattern->prnu_note = "differences between pixels in the dark are counted in";
    pattern->prnu = std::sqrt(std::max(0.0, t1 / s2));
    pattern->prnu_error = pattern->prnu > 0 ? 0.5 / std::sqrt(s2) / pattern->prnu : unknown;
    return;
  }
  const double determinant = s0 * s2 - s1 * s1;
  double dsnu2 = (s2 * t0 - s1 * t1) / determinant, prnu2 = (s0 * t1 - s1 * t0) / determinant;
  const double dsnu2_error = std::sqrt(s2 / determinant), prnu2_error = std::sqrt(s0 / determinant);
  if (dsnu2 < 0) {
    dsnu2 = 0;
    prnu2 = t1 / s2;
  }
  if (prnu2 < 0) {
    prnu2 = 0;
    dsnu2 = std::max(0.0, t0 / s0);
  }
  pattern->prnu = std::sqrt(prnu2);
  pattern->dsnu_dn = std::sqrt(dsnu2);
  pattern->prnu_error = prnu2 > 0
                            ? std::min(0.5 * prnu2_error / pattern->prnu, std::sqrt(prnu2_error))
                            : std::sqrt(prnu2_error);
  pattern->dsnu_error_dn =
      dsnu2 > 0 ? std::min(0.5 * dsnu2_error / pattern->dsnu_dn, std::sqrt(dsnu2_error))
                : std::sqrt(dsnu2_error);
}

// Levels over exposure time of the flats, one line for each colour, relative weights: between 5 and
// 95 % of saturation (EMVA 1288).
void FitLinearity(const std::vector<PatternPoint>& points,
                  const std::array<double, 3>& saturation_dn, SensorPattern* pattern) {
  pattern->linearity = std::nan("");
  for (int c = 0; c < 3; ++c) {
    double s0 = 0, s1 = 0, s2 = 0, t0 = 0, t1 = 0;
    std::vector<PatternPoint> used;
    for (const PatternPoint& p : points) {
      if (p.channel != c || p.dark || !(p.exposure_s > 0)) continue;
      if (p.level < 0.05 * saturation_dn[c] || p.level > 0.95 * saturation_dn[c]) continue;
      const double w = 1 / (p.level * p.level), t = p.exposure_s;
      s0 += w;
      s1 += w * t;
      s2 += w * t * t;
      t0 += w * p.level;
      t1 += w * t * p.level;
      used.push_back(p);
    }
    const double determinant = s0 * s2 - s1 * s1;
    if (used.size() < 3 || !(determinant > 1e-6 * s0 * s2)) continue;
    const double a = (s2 * t0 - s1 * t1) / determinant, b = (s0 * t1 - s1 * t0) / determinant;
    double largest = 0;
    for (const PatternPoint& p : used) {
      largest = std::max(largest, std::abs(p.level - a - b * p.exposure_s) / p.level);
    }
    if (!(pattern->linearity >= largest)) pattern->linearity = largest;
    pattern->linearity_points = std::max(pattern->linearity_points, static_cast<int>(used.size()));
  }
  if (!std::isfinite(pattern->linearity)) {
    pattern->linearity_note =
        "takes flats of three exposure times under one light, between 5 and 95 % of saturation";
  }
}

void FindRowNoise(std::span<const Series> series, std::span<const SeriesStatistics> statistics,
                  SensorPattern* pattern) {
  const SeriesStatistics* darkest = nullptr;
  double level = INFINITY, degrees = 0;
  for (size_t i = 0; i < series.size(); ++i) {
    const std::vector<LevelBin>& bins = statistics[i].bins[1];
    double sum = 0, pixels = 0;
    bool clipped = bins.empty();
    for (const LevelBin& bin : bins) {
      sum += bin.level * static_cast<double>(bin.pixels);
      pixels += static_cast<double>(bin.pixels);
    }
    // Clipped at black, rows would seem quieter than they are.
    clipped |= !bins.empty() &&
               bins.front().level - 4 * std::sqrt(bins.front().variance) < statistics[i].floor_dn;
    if (clipped || sum / pixels >= level) continue;
    level = sum / pixels;
    darkest = &statistics[i];
    degrees = statistics[i].rows * (static_cast<double>(series[i].frames.size()) - 1);
  }
  pattern->row_noise_dn = pattern->column_noise_dn = pattern->row_error_dn = std::nan("");
  if (!darkest || darkest->rows < 8) return;
  pattern->rows = darkest->rows;
  pattern->columns = darkest->columns;
  pattern->row_level_dn = level;
  pattern->row_noise_dn = std::sqrt(std::max(0.0, darkest->temporal.row));
  pattern->column_noise_dn = std::sqrt(std::max(0.0, darkest->temporal.column));
  const NoiseParts& parts = darkest->temporal;
  const double mean_variance = std::max(0.0, parts.row) + parts.pixel / darkest->columns;
  const double error = mean_variance * std::sqrt(2 / degrees);  // of the rows' variance
  pattern->row_error_dn =
      parts.row > error ? 0.5 * error / pattern->row_noise_dn : std::sqrt(error);
}

}  // namespace

SensorPattern MeasurePattern(std::span<const Series> series,
                             std::span<const SeriesStatistics> statistics,
                             const std::array<double, 3>& saturation_dn) {
  SensorPattern pattern;
  const std::vector<PatternPoint> points =
      UsablePatterns(series, statistics, saturation_dn, &pattern);
  FitPattern(points, *std::max_element(saturation_dn.begin(), saturation_dn.end()), &pattern);
  FitLinearity(points, saturation_dn, &pattern);
  FindRowNoise(series, statistics, &pattern);
  return pattern;
}

}  // namespace petzval::measure
