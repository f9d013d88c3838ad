// The samples around an edge and where the edge is roughly.
#include "petzval/measure/sfr/edge_samples.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "petzval/measure/subject/median.h"

namespace petzval::measure {
namespace {

constexpr int kMinSamples = 60;

// Part of a row that a strip covers, in pixels of the plane: [first, last].
struct Span {
  int first, last;
};
Span RowSpan(const EdgeRegion& region, int y) {
  Span span{region.bounds.x, region.bounds.x + region.bounds.width - 1};
  if (!region.strip) return span;
  const auto& strip = *region.strip;
  const double angle = strip.direction_deg * M_PI / 180;
  const double c = std::cos(angle), s = std::sin(angle), dy = y + 0.5 - strip.y;
  // |dx c + dy s| <= half length and |-dx s + dy c| <= half width bound dx from both sides.
  double low = -1e9, high = 1e9;
  const auto bound = [&](double k, double shift, double half) {
    if (std::abs(k) < 1e-12) {
      if (std::abs(shift) > half) high = -2e9;
      return;
    }
    const double p = (-half - shift) / k, q = (half - shift) / k;
    low = std::max(low, std::min(p, q));
    high = std::min(high, std::max(p, q));
  };
  bound(c, dy * s, strip.half_length_px);
  bound(-s, dy * c, strip.half_width_px);
  if (low > high) return {0, -1};
  const double left = std::ceil(std::max(low + strip.x - 0.5, -1e6));
  const double right = std::floor(std::min(high + strip.x - 0.5, 1e6));
  span.first = std::max(span.first, static_cast<int>(left));
  span.last = std::min(span.last, static_cast<int>(right));
  return span;
}

// Mean of the sites of each cell, 0 weight where the region leaves a cell without.
struct Cells {
  int width = 0, height = 0;
  std::vector<float> sum, count;
};
Cells Average(const EdgeSamples& samples, const EdgeRegion& region, int cell) {
  Cells cells;
  cells.width = (region.bounds.width + cell - 1) / cell;
  cells.height = (region.bounds.height + cell - 1) / cell;
  cells.sum.assign(static_cast<size_t>(cells.width) * cells.height, 0);
  cells.count.assign(cells.sum.size(), 0);
  for (size_t i = 0; i < samples.value.size(); ++i) {
    const int x = static_cast<int>(samples.x[i] + samples.x0 - region.bounds.x) / cell;
    const int y = static_cast<int>(samples.y[i] + samples.y0 - region.bounds.y) / cell;
    const size_t at = static_cast<size_t>(y) * cells.width + x;
    cells.sum[at] += samples.value[i];
    cells.count[at] += 1;
  }
  return cells;
}

// Direction of the gradient, rad modulo pi, as the main axis of the gradient's moments; those that
// noise could make count little. NaN when flat.
double GradientAxis(const Cells& cells) {
  const int w = cells.width, h = cells.height;
  std::vector<double> gx, gy, power;
  for (int y = 1; y + 1 < h; ++y) {
    for (int x = 1; x + 1 < w; ++x) {
      double v[3][3];
      bool all = true;
      for (int j = 0; j < 3 && all; ++j) {
        for (int i = 0; i < 3; ++i) {
          const size_t at = static_cast<size_t>(y + j - 1) * w + x + i - 1;
          if (cells.count[at] == 0) {
            all = false;
            break;
          }
          v[j][i] = cells.sum[at] / cells.count[at];
        }
      }
      if (!all) continue;
      // Weights 3, 10, 3: gradients of a slanted edge keep their direction (Scharr 2000).
      gx.push_back(3 * (v[0][2] - v[0][0] + v[2][2] - v[2][0]) + 10 * (v[1][2] - v[1][0]));
      gy.push_back(3 * (v[2][0] - v[0][0] + v[2][2] - v[0][2]) + 10 * (v[2][1] - v[0][1]));
      power.push_back(gx.back() * gx.back() + gy.back() * gy.back());
    }
  }
  if (power.empty()) return std::nan("");
  std::vector<double> sorted = power;
  const size_t top = sorted.size() - 1 - sorted.size() / 50;
  std::nth_element(sorted.begin(), sorted.begin() + top, sorted.end());
  const double limit = 0.25 * sorted[top];
  double xx = 0, xy = 0, yy = 0;
  for (size_t i = 0; i < power.size(); ++i) {
    if (power[i] < limit) continue;
    xx += gx[i] * gx[i];
    xy += gx[i] * gy[i];
    yy += gy[i] * gy[i];
  }
  if (!(xx + yy > 0)) return std::nan("");
  return 0.5 * std::atan2(2 * xy, xx - yy);
}

}  // namespace

int PeriodOf(SiteMask sites) {
  for (const int period : {1, 2}) {
    bool every = true;
    for (int y = 0; y < 4; y += period) {
      for (int x = 0; x < 4; x += period) {
        bool any = false;
        for (int i = 0; i < period * period; ++i) any |= sites.Has(x + i % period, y + i / period);
        every &= any;
      }
    }
    if (every) return period;
  }
  return 4;
}

Result<EdgeSamples> GatherSamples(ImageView<const float> plane, SiteMask sites,
                                  const EdgeRegion& region) {
  const Rect& r = region.bounds;
  if (r.x < 0 || r.y < 0 || r.width < 1 || r.height < 1 || r.width > plane.width() - r.x ||
      r.height > plane.height() - r.y) {
    return Fail(ErrorCode::kInvalidInput, "the region of the edge does not lie in the picture");
  }
  EdgeSamples samples;
  samples.period = PeriodOf(sites);
  samples.x0 = region.strip ? region.strip->x : r.x + r.width / 2.0;
  samples.y0 = region.strip ? region.strip->y : r.y + r.height / 2.0;
  bool finite = true;
  for (int y = r.y; y < r.y + r.height; ++y) {
    const Span span = RowSpan(region, y);
    const float* row = plane.row(y);
    const float dy = static_cast<float>(y + 0.5 - samples.y0);
    for (int x = span.first; x <= span.last; ++x) {
      if (!sites.Has(x, y)) continue;
      samples.x.push_back(static_cast<float>(x + 0.5 - samples.x0));
      samples.y.push_back(dy);
      samples.value.push_back(row[x]);
      finite &= std::isfinite(row[x]);
    }
  }
  if (!finite) {
    return Fail(ErrorCode::kInvalidInput,
                "the region of the edge holds values that are no numbers");
  }
  if (samples.value.size() < kMinSamples) {
    return Fail(ErrorCode::kInvalidInput, "the region of the edge is too small to measure in");
  }
  return samples;
}

Result<RoughEdge> FindRoughEdge(SiteMask sites, const EdgeRegion& region,
                                const EdgeSamples& samples) {
  RoughEdge edge;
  const double axis = region.strip ? (region.strip->direction_deg + 90) * M_PI / 180
                                   : GradientAxis(Average(samples, region, PeriodOf(sites)));
  if (!std::isfinite(axis)) {
    return Fail(ErrorCode::kInvalidInput, "the region shows no edge, it is flat");
  }
  // Mean profile along the axis, one value for each period of the sites.
  const double c = std::cos(axis), s = std::sin(axis), step = samples.period;
  double first = 1e9, last = -1e9;
  for (size_t i = 0; i < samples.value.size(); ++i) {
    const double u = samples.x[i] * c + samples.y[i] * s;
    first = std::min(first, u);
    last = std::max(last, u);
  }
  const int n = static_cast<int>((last - first) / step) + 1;
  std::vector<double> sum(n, 0.0), count(n, 0.0);
  for (size_t i = 0; i < samples.value.size(); ++i) {
    const double u = samples.x[i] * c + samples.y[i] * s;
    const int k = std::min(n - 1, static_cast<int>((u - first) / step));
    sum[k] += samples.value[i];
    count[k] += 1;
  }
  // Corners of a region have few samples: they say little.
  const double enough = std::max(3.0, 0.15 * *std::max_element(count.begin(), count.end()));
  std::vector<double> u, profile;
  for (int k = 0; k < n; ++k) {
    if (count[k] < enough) continue;
    u.push_back(first + (k + 0.5) * step);
    profile.push_back(sum[k] / count[k]);
  }
  const int m = static_cast<int>(profile.size());
  if (m < 5) return Fail(ErrorCode::kInvalidInput, "the region of the edge is too narrow");
  int steepest = 1;
  for (int k = 1; k + 1 < m; ++k) {
    if (std::abs(profile[k + 1] - profile[k - 1]) >
        std::abs(profile[steepest + 1] - profile[steepest - 1])) {
      steepest = k;
    }
  }
  const int gap = 2;
  const double before = Median({profile.begin(), profile.begin() + std::max(1, steepest - gap)});
  const double after =
      Median({profile.begin() + std::min(m - 1, steepest + gap + 1), profile.end()});
  const bool rising = after > before;
  edge.low = std::min(before, after);
  edge.high = std::max(before, after);
  if (!(edge.high > edge.low)) {
    return Fail(ErrorCode::kInvalidInput, "the region shows no edge, both sides are alike");
  }
  edge.normal = rising ? axis : axis + M_PI;
  // Where the profile crosses a level nearest to the steepest place, along u.
  const auto crossing = [&](double share) {
    const double level = before + share * (after - before);
    const double sign = rising ? 1 : -1;
    double best = u[steepest], nearest = 1e9;
    for (int k = 0; k + 1 < m; ++k) {
      const double p = sign * (profile[k] - level), q = sign * (profile[k + 1] - level);
      if (p <= 0 && q > 0) {
        const double at = u[k] + (u[k + 1] - u[k]) * (-p / (q - p));
        if (std::abs(at - u[steepest]) < nearest) {
          nearest = std::abs(at - u[steepest]);
          best = at;
        }
      }
    }
    return best;
  };
  const double middle = crossing(0.5);
  edge.offset = rising ? middle : -middle;
  // Of a normal distribution 16 % and 84 % are two standard deviations apart.
  edge.width = std::clamp(0.5 * std::abs(crossing(0.84) - crossing(0.16)), 0.3, 30.0);
  return edge;
}

}  // namespace petzval::measure
