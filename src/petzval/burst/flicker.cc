// Estimation of flicker bands on low-resolution guides.
#include "petzval/burst/flicker.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace petzval::burst {
namespace {

constexpr int kBlock = 8;             // px of the level, along the row
constexpr int kStrip = 4;             // rows of the level that share one ratio
constexpr double kSmooth = 1;         // strips, sigma
constexpr size_t kLeastBlocks = 8;    // of a strip
constexpr double kLeastBand = 0.01;   // root mean square of the log gains
constexpr double kMostRatio = 0.3;    // |log|: light does not change more between two frames
constexpr double kMostGain = 0.25;    // |log| of a row gain
constexpr double kLeastStrips = 0.5;  // share of a frame's strips that must be known
constexpr double kMostNoise = 0.1;    // relative, of a block: above it logs are biased
constexpr int kNearWhite = static_cast<int>(0.9f * kGuideOne);

// Log ratios of a frame to the reference, one per strip; NaN: unknown.
struct Ratios {
  std::vector<double> value;
  double variance = 0;  // of one value, mean over the known ones
  bool known = false;
};

struct Strip {
  double ratio, variance;
};

// One strip of the reference against a frame: the median over its blocks, if they agree.
std::optional<Strip> StripRatio(const Image<int16_t>& reference, const FlickerFrame& frame,
                                const NoiseLine& reference_noise, int level, int y) {
  const Image<int16_t>& image = frame.pyramid->level[level];
  const double scale = 1.0 / (1 << level);
  std::vector<double> logs;
  double noise = 0;
  for (int x = 0; x + kBlock <= reference.width(); x += kBlock) {
    const Shift u =
        frame.motion->At((x + kBlock / 2.0) / scale - 0.5, (y + kStrip / 2.0) / scale - 0.5);
    const double fx = x + u.x * scale, fy = y + u.y * scale;
    const int x0 = static_cast<int>(std::floor(fx)), y0 = static_cast<int>(std::floor(fy));
    if (x0 < 0 || x0 + kBlock >= image.width() || y0 < 0 || y0 + kStrip >= image.height()) continue;
    const double ax = fx - x0, ay = fy - y0;
    double ref = 0, other = 0;
    int top = 0;
    for (int j = 0; j <= kStrip; ++j) {
      const int16_t* q = image.row(y0 + j) + x0;
      double line = 0;
      for (int i = 0; i <= kBlock; ++i) {
        line += q[i] * (i == 0 ? 1 - ax : i == kBlock ? ax : 1);
        top = std::max<int>(top, q[i]);
      }
      other += line * (j == 0 ? 1 - ay : j == kStrip ? ay : 1);
      if (j == kStrip) continue;
      const int16_t* p = reference.row(y + j) + x;
      for (int i = 0; i < kBlock; ++i) {
        ref += p[i];
        top = std::max<int>(top, p[i]);
      }
    }
    if (top > kNearWhite) continue;
    // Whether a block counts depends on the sum of both, so chance cannot favour one of them.
    const double area = kBlock * kStrip, unit = area * kGuideOne;
    const double mean = (ref + other * frame.gain) / 2 / unit;
    const double per_sample = 1.0 / (area * (1 << (2 * level)));
    const double variance =
        (reference_noise.Variance(mean) + frame.noise.AfterGain(frame.gain).Variance(mean)) *
        per_sample;
    if (!(mean > 0) || variance > kMostNoise * kMostNoise * mean * mean) continue;
    if (ref <= 0 || other <= 0) continue;
    logs.push_back(std::log(other * frame.gain / ref));
    noise += variance / (mean * mean);
  }
  if (logs.size() < kLeastBlocks) return std::nullopt;
  noise /= static_cast<double>(logs.size());
  std::sort(logs.begin(), logs.end());
  const size_t n = logs.size();
  const double median = (logs[(n - 1) / 2] + logs[n / 2]) / 2;
  // From the first to the last tenth a normal distribution spans 2.56 sigma.
  const double span = logs[n - 1 - n / 10] - logs[n / 10];
  const double beyond_noise = std::sqrt(std::max(0.0, span * span - 6.6 * noise));
  if (std::abs(median) > kMostRatio || beyond_noise > 0.05 + 0.4 * std::abs(median)) {
    return std::nullopt;
  }
  // A median is 1.25 times less certain than a mean.
  return Strip{median, 1.57 * std::max(noise, span * span / 6.6) / static_cast<double>(n)};
}

// Gaussian mean over the strips that are known.
std::vector<double> Smooth(const std::vector<double>& in) {
  const int n = static_cast<int>(in.size()), reach = static_cast<int>(3 * kSmooth);
  std::vector<double> out(n, std::nan(""));
  for (int y = 0; y < n; ++y) {
    double sum = 0, total = 0;
    for (int j = std::max(0, y - reach); j <= std::min(n - 1, y + reach); ++j) {
      if (std::isnan(in[j])) continue;
      const double w = std::exp(-0.5 * (j - y) * (j - y) / (kSmooth * kSmooth));
      sum += w * in[j];
      total += w;
    }
    if (total > 0.5) out[y] = sum / total;
  }
  return out;
}

Ratios RatiosOf(const Image<int16_t>& reference, const FlickerFrame& frame,
                const NoiseLine& reference_noise, int level) {
  const int strips = reference.height() / kStrip;
  std::vector<double> raw(strips, std::nan(""));
  Ratios out;
  int known = 0;
  for (int s = 0; s < strips; ++s) {
    if (const auto strip = StripRatio(reference, frame, reference_noise, level, s * kStrip)) {
      raw[s] = strip->ratio;
      out.variance += strip->variance;
      ++known;
    }
  }
  out.known = known >= std::max(8.0, kLeastStrips * strips);
  out.value = out.known ? Smooth(raw) : std::vector<double>(strips, std::nan(""));
  // Smoothing leaves 1 / (2 sqrt(pi) sigma) of the variance.
  if (known > 0) out.variance /= known * 3.54 * kSmooth;
  return out;
}

// Without mean and slope over the known values, unknown ones 0; the mean square over all known.
std::vector<double> HighPass(const std::vector<double>& in, double* total, double* band) {
  double n = 0, sy = 0, syy = 0, sv = 0, syv = 0;
  *total = *band = 0;
  for (size_t i = 0; i < in.size(); ++i) {
    if (std::isnan(in[i])) continue;
    const double y = static_cast<double>(i);
    n += 1;
    sy += y;
    syy += y * y;
    sv += in[i];
    syv += y * in[i];
  }
  std::vector<double> out(in.size(), 0.0);
  const double det = n * syy - sy * sy;
  if (!(det > 0)) return out;
  const double slope = (n * syv - sy * sv) / det, offset = (sv - slope * sy) / n;
  for (size_t i = 0; i < in.size(); ++i) {
    if (std::isnan(in[i])) continue;
    out[i] = in[i] - offset - slope * static_cast<double>(i);
    *total += in[i] * in[i] / n;
    *band += out[i] * out[i] / n;
  }
  return out;
}

// True when the profiles (as they differ from their mean) are more than one pattern, stronger or
// weaker: bands of moving phase need two, something that comes or goes makes one.
bool HaveSeveralPhases(std::vector<std::vector<double>> v) {
  const size_t n = v.size(), strips = v[0].size();
  for (size_t i = 0; i < strips; ++i) {
    double mean = 0;
    for (const auto& p : v) mean += p[i] / static_cast<double>(n);
    for (auto& p : v) p[i] -= mean;
  }
  std::vector<double> gram(n * n, 0.0);
  double trace = 0;
  for (size_t a = 0; a < n; ++a) {
    for (size_t b = 0; b < n; ++b) {
      for (size_t i = 0; i < strips; ++i) gram[a * n + b] += v[a][i] * v[b][i];
    }
    trace += gram[a * n + a];
  }
  // The strongest pattern by power iteration, begun at the strongest profile.
  size_t strongest = 0;
  for (size_t a = 1; a < n; ++a) {
    if (gram[a * n + a] > gram[strongest * n + strongest]) strongest = a;
  }
  std::vector<double> x(gram.begin() + strongest * n, gram.begin() + (strongest + 1) * n), next(n);
  double largest = 0;
  for (int iteration = 0; iteration < 30; ++iteration) {
    double norm = 0;
    for (const double e : x) norm += e * e;
    if (!(norm > 0)) return false;
    norm = std::sqrt(norm);
    for (size_t a = 0; a < n; ++a) {
      next[a] = 0;
      for (size_t b = 0; b < n; ++b) next[a] += gram[a * n + b] * x[b] / norm;
    }
    largest = 0;
    for (size_t a = 0; a < n; ++a) largest += x[a] / norm * next[a];
    x = next;
  }
  return trace - largest > 0.15 * trace;
}

// What the reference is off against all frames, per strip: the mean of the middle half, so that a
// few frames that see something else do not count.
std::vector<double> OwnBands(const std::vector<Ratios>& ratios) {
  std::vector<double> own(ratios[0].value.size(), 0.0), seen;
  for (size_t i = 0; i < own.size(); ++i) {
    seen.assign(1, 0.0);
    for (size_t k = 1; k < ratios.size(); ++k) {
      if (!std::isnan(ratios[k].value[i])) seen.push_back(ratios[k].value[i]);
    }
    if (seen.size() < 3) continue;
    std::sort(seen.begin(), seen.end());
    const size_t cut = seen.size() / 4;
    for (size_t j = cut; j + cut < seen.size(); ++j) {
      own[i] -= seen[j] / static_cast<double>(seen.size() - 2 * cut);
    }
  }
  own = Smooth(own);
  double mean = 0;
  for (const double v : own) mean += v / static_cast<double>(own.size());
  for (double& v : own) v -= mean;  // the overall level stays the reference's
  return own;
}

double At(const std::vector<double>& v, double y) {
  const double c = std::clamp(y, 0.0, v.size() - 1.0);
  const size_t i = std::min(static_cast<size_t>(c), v.size() - 1),
               j = std::min(i + 1, v.size() - 1);
  return v[i] + (c - static_cast<double>(i)) * (v[j] - v[i]);
}

}  // namespace

std::vector<std::vector<float>> RowGains(const std::vector<FlickerFrame>& frames, int rows) {
  const Pyramid& base = *frames[0].pyramid;
  size_t level = 0;
  while (level + 1 < base.level.size() && base.level[level].width() > 500) ++level;
  const Image<int16_t>& reference = base.level[level];
  const double scale = 1.0 / (1 << level);
  const size_t n = frames.size();
  if (n < 3 || reference.height() < 32) return {};

  std::vector<Ratios> ratios(n);
  ratios[0].value.assign(reference.height() / kStrip, 0.0);
  std::vector<std::vector<double>> profiles{ratios[0].value};
  size_t banded = 0;
  for (size_t k = 1; k < n; ++k) {
    ratios[k] = RatiosOf(reference, frames[k], frames[0].noise, static_cast<int>(level));
    if (!ratios[k].known) continue;
    double total, band;
    profiles.push_back(HighPass(ratios[k].value, &total, &band));
    banded += 2 * band > total && band > std::max(kLeastBand * kLeastBand, 4 * ratios[k].variance);
  }
  if (2 * banded <= n - 1 || banded < 2 || !HaveSeveralPhases(profiles)) return {};

  const std::vector<double> own = OwnBands(ratios);
  for (Ratios& r : ratios) {
    for (double& v : r.value) v = std::isnan(v) ? 0 : v;
  }
  std::vector<std::vector<float>> gains(n, std::vector<float>(rows));
  const double per_row = 1.0 / (base.bin * (1 << level));
  for (size_t k = 0; k < n; ++k) {
    for (int row = 0; row < rows; ++row) {
      // The row of the reference that lies where this row of the frame looks, picture centre.
      double q = (row + 0.5) * per_row - 0.5;
      if (k > 0) {
        const double cx = frames[k].motion->cx;
        q -= frames[k].motion->At(cx, q / scale).y * scale;
      }
      const double strip = (q - (kStrip - 1) / 2.0) / kStrip;
      const double off = At(own, strip) + At(ratios[k].value, strip);
      gains[k][row] = static_cast<float>(std::exp(-std::clamp(off, -kMostGain, kMostGain)));
    }
  }
  return gains;
}

}  // namespace petzval::burst
