// Robust statistics of the pixels inside a convex outline.
#include "petzval/measure/chart/patch_statistics.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "petzval/measure/subject/median.h"

namespace petzval::measure {
namespace {

constexpr double kOutlier = 4;  // robust standard deviations

struct Sample {
  double x, y, value;
};

// Pixels [first, second) of row y whose centres lie inside the convex outline.
std::pair<int, int> Span(std::span<const Point> outline, int y, int width) {
  const double at = y + 0.5;
  double x0 = 1e300, x1 = -1e300;
  for (size_t i = 0; i < outline.size(); ++i) {
    const Point &a = outline[i], &b = outline[(i + 1) % outline.size()];
    if ((a.y <= at) == (b.y <= at)) continue;
    const double x = a.x + (at - a.y) / (b.y - a.y) * (b.x - a.x);
    x0 = std::min(x0, x);
    x1 = std::max(x1, x);
  }
  if (x0 > x1) return {0, 0};
  const double first = std::clamp(std::ceil(x0 - 0.5), 0.0, 1.0 * width);
  const double last = std::clamp(std::ceil(x1 - 0.5), 0.0, 1.0 * width);
  return {static_cast<int>(first), static_cast<int>(last)};
}

// Drops samples far from the median. Codes of a quiet patch may be equal for the most part: then
// the ordinary deviation says what is far.
void DropOutliers(std::vector<Sample>* samples) {
  std::vector<double> values;
  double mean = 0, square = 0;
  for (const Sample& s : *samples) values.push_back(s.value);
  const double median = Median(values);
  for (double& v : values) {
    mean += (v - median) / static_cast<double>(values.size());
    square += (v - median) * (v - median) / static_cast<double>(values.size());
    v = std::abs(v - median);
  }
  const double mad = Median(values);
  const double deviation =
      mad > 0 ? 1.4826 * mad : 0.9 * std::sqrt(std::max(0.0, square - mean * mean));
  std::erase_if(*samples,
                [&](const Sample& s) { return std::abs(s.value - median) > kOutlier * deviation; });
}

// Mean, slope and noise: value = mean + gx (x - centre) + gy (y - centre).
void FitPlane(const std::vector<Sample>& samples, PatchChannel* channel) {
  const double n = static_cast<double>(samples.size());
  double mx = 0, my = 0, mv = 0;
  for (const Sample& s : samples) {
    mx += s.x / n;
    my += s.y / n;
    mv += s.value / n;
  }
  double xx = 0, xy = 0, yy = 0, xv = 0, yv = 0, vv = 0;
  for (const Sample& s : samples) {
    const double x = s.x - mx, y = s.y - my, v = s.value - mv;
    xx += x * x;
    xy += x * y;
    yy += y * y;
    xv += x * v;
    yv += y * v;
    vv += v * v;
  }
  channel->mean = mv;
  channel->n = static_cast<int>(samples.size());
  const double determinant = xx * yy - xy * xy;
  if (samples.size() < 4 || !(determinant > 1e-9 * xx * yy)) {
    channel->variance = samples.size() > 1 ? vv / (n - 1) : 0;
    return;
  }
  const double gx = (xv * yy - yv * xy) / determinant, gy = (yv * xx - xv * xy) / determinant;
  channel->variance = std::max(0.0, vv - gx * xv - gy * yv) / (n - 3);
  double least = 1e300, most = -1e300;
  for (const Sample& s : samples) {
    const double plane = gx * (s.x - mx) + gy * (s.y - my);
    least = std::min(least, plane);
    most = std::max(most, plane);
  }
  channel->gradient = mv > 0 ? (most - least) / mv : 0;
}

PatchChannel MeasureChannel(ImageView<const float> plane, const SiteMask& sites, double clip,
                            std::span<const Point> outline) {
  double y0 = 1e300, y1 = -1e300;
  for (const Point& p : outline) {
    y0 = std::min(y0, p.y);
    y1 = std::max(y1, p.y);
  }
  const int first = static_cast<int>(std::clamp(std::floor(y0), 0.0, 1.0 * plane.height()));
  const int last = static_cast<int>(std::clamp(std::ceil(y1), 0.0, 1.0 * plane.height()));
  PatchChannel channel;
  std::vector<Sample> samples;
  for (int y = first; y < last; ++y) {
    const auto [x0, x1] = Span(outline, y, plane.width());
    const float* row = plane.row(y);
    for (int x = x0; x < x1; ++x) {
      if (!sites.Has(x, y) || !std::isfinite(row[x])) continue;
      const double value = row[x];
      channel.clipped += value >= clip;
      channel.floored += value <= 0;
      samples.push_back({x + 0.5, y + 0.5, value});
    }
  }
  if (samples.empty()) return channel;
  channel.clipped /= static_cast<double>(samples.size());
  channel.floored /= static_cast<double>(samples.size());
  DropOutliers(&samples);
  FitPlane(samples, &channel);
  return channel;
}

}  // namespace

PatchStatistics MeasurePatch(const Subject& subject, std::span<const Point> outline) {
  PatchStatistics statistics;
  for (int c = 0; c < 3; ++c) {
    if (subject.mono && c > 0) {
      statistics.channel[c] = statistics.channel[0];
    } else if (subject.raw()) {
      const SiteMask& sites = subject.sites[subject.mono ? 1 : c];
      statistics.channel[c] = MeasureChannel(subject.mosaic.view(), sites, subject.clip, outline);
    } else {
      statistics.channel[c] =
          MeasureChannel(subject.rgb.plane(c), SiteMask{}, subject.clip, outline);
    }
  }
  return statistics;
}

std::vector<PatchStatistics> MeasurePatches(const Subject& subject, const LocatedChart& located,
                                            double share) {
  std::vector<PatchStatistics> patches;
  for (int i = 0; i < located.chart.size(); ++i) {
    patches.push_back(MeasurePatch(subject, located.PatchOutline(i, share)));
  }
  return patches;
}

}  // namespace petzval::measure
