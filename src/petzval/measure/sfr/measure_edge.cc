// One slanted edge: from samples to figures, or a sentence why not.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "petzval/measure/sfr/noise_correlation.h"
#include "petzval/measure/sfr/profile_fit.h"
#include "petzval/measure/sfr/sfr.h"

namespace petzval::measure {
namespace {

constexpr double kNyquist = 0.5;

tl::unexpected<Error> Refuse(std::string why) {
  return Fail(ErrorCode::kInvalidInput, std::move(why));
}

// Everything about the samples that the checks and the fit of the profile need.
struct Prepared {
  FittedEdge edge;
  std::vector<float> along, distance, flat;  // flat: value without shading along the edge
  double first = 0, last = 0;                // extent of the edge along itself
  double half_width = 0, farthest = 0;       // both sides reach the first, one the second
};

Prepared Prepare(const EdgeSamples& samples, const FittedEdge& edge, double max_distance) {
  Prepared prepared;
  prepared.edge = edge;
  prepared.first = 1e9;
  prepared.last = -1e9;
  double below = 0, above = 0;
  const double c = std::cos(edge.normal), s = std::sin(edge.normal);
  for (size_t i = 0; i < samples.value.size(); ++i) {
    const auto [t, d] = CoordinatesOf(edge, c, s, samples.x[i], samples.y[i]);
    if (std::abs(d) > max_distance) continue;
    prepared.along.push_back(static_cast<float>(t));
    prepared.distance.push_back(static_cast<float>(d));
    prepared.flat.push_back(static_cast<float>(samples.value[i] / (1 + edge.shading * t)));
    if (std::abs(d) < samples.period) {
      prepared.first = std::min(prepared.first, t);
      prepared.last = std::max(prepared.last, t);
    }
    below = std::max(below, -d);
    above = std::max(above, d);
  }
  prepared.half_width = std::min(below, above);
  prepared.farthest = std::max(below, above);
  return prepared;
}

double LengthOf(const Prepared& p, int period) { return p.last - p.first + period; }

Status CheckGeometry(const Prepared& p, int period, const SfrParams& params) {
  const double length = LengthOf(p, period);
  if (!(length >= params.min_length_px)) {
    return Refuse(fmt::format("the edge is {:.0f} px long in the region, {} px are needed",
                              std::max(0.0, length), params.min_length_px));
  }
  const double blur = std::sqrt(p.edge.Model().total_variance());
  if (p.half_width < 2.5 * blur + 2) {
    return Refuse(fmt::format(
        "the region reaches {:.1f} px beyond the edge on one side, too little for an edge {:.1f} "
        "px wide",
        p.half_width, 2.56 * blur));
  }
  const double angle = std::abs(std::remainder(p.edge.normal, M_PI / 2));
  if (length * std::tan(angle) < 0.5 * period) {
    return Refuse(fmt::format(
        "the edge lies along the pixels ({:.2f} degrees): it crosses too few of them to be sampled "
        "finely, tilt it by 2 to 10 degrees",
        angle * 180 / M_PI));
  }
  return {};
}

Status CheckLevels(const Prepared& p, double clip, const SfrParams& params) {
  const double low = p.edge.low, high = p.edge.high;
  if (!(high > 0) || !((high - low) >= params.min_contrast * (high + std::max(low, 0.0)))) {
    return Refuse(
        fmt::format("the contrast of the edge is too low: {:.4g} against {:.4g}", low, high));
  }
  const double mid = (low + high) / 2;
  int bright = 0, white = 0, dark = 0, black = 0, negative = 0;
  for (size_t i = 0; i < p.flat.size(); ++i) {
    const double value = p.flat[i] * (1 + p.edge.shading * p.along[i]);
    if (value > mid) {
      ++bright;
      white += value >= clip * (1 - 1e-6);
    } else {
      ++dark;
      black += value == 0;
      negative += value < 0;
    }
  }
  if (white > params.max_clipped * bright) {
    return Refuse(fmt::format("the bright side of the edge is clipped ({:.0f} % of it)",
                              100.0 * white / std::max(1, bright)));
  }
  // Where values below black are kept, zero is a value like others.
  if (negative == 0 && black > params.max_clipped * dark) {
    return Refuse(fmt::format("the dark side of the edge is clipped to black ({:.0f} % of it)",
                              100.0 * black / std::max(1, dark)));
  }
  return {};
}

// Far from the edge each part of the region has the level of its side, or there is more than one
// edge (or texture).
Status CheckSides(const Prepared& p) {
  constexpr int kAlong = 6, kAcross = 10;
  constexpr double kTolerance = 0.12;
  const double clear = 5 * std::sqrt(p.edge.Model().total_variance()) + 3;
  if (p.farthest <= clear) return {};
  double sum[kAlong][kAcross] = {};
  int count[kAlong][kAcross] = {};
  for (size_t i = 0; i < p.flat.size(); ++i) {
    const double d = p.distance[i];
    if (std::abs(d) < clear) continue;
    const double t = (p.along[i] - p.first) / (p.last - p.first);
    const int row = std::clamp(static_cast<int>(t * kAlong), 0, kAlong - 1);
    const double u = (d / p.farthest + 1) / 2;
    const int column = std::clamp(static_cast<int>(u * kAcross), 0, kAcross - 1);
    sum[row][column] += p.flat[i] - (d > 0 ? p.edge.high : p.edge.low);
    ++count[row][column];
  }
  const double step = p.edge.high - p.edge.low;
  const double noise = std::max(p.edge.noise_low, p.edge.noise_high);
  for (int row = 0; row < kAlong; ++row) {
    for (int column = 0; column < kAcross; ++column) {
      const int n = count[row][column];
      if (n < 6) continue;
      const double error = std::abs(sum[row][column] / n);
      if (error > kTolerance * step + 3 * std::min(noise, step) / std::sqrt(n)) {
        return Refuse("the region holds more than one edge, or its sides are not even");
      }
    }
  }
  return {};
}

Result<EdgeProfile> FitFreeProfile(const Prepared& p) {
  const FittedEdge& edge = p.edge;
  const EdgeModel model = edge.Model();
  const double low = edge.noise_low * edge.noise_low, high = edge.noise_high * edge.noise_high;
  const double mean = (low + high) / 2, step = edge.high - edge.low;
  // Noise that is none would give one side all the weight.
  const double least = 0.125;
  const double weight_low = mean > 0 ? 1 / std::max(least, low / mean) : 1;
  const double weight_high = mean > 0 ? 1 / std::max(least, high / mean) : 1;
  ProfileSamples samples;
  for (size_t i = 0; i < p.flat.size(); ++i) {
    const double d = p.distance[i], esf = model.At(d).esf;
    const double weight = 1 / ((1 - esf) / weight_low + esf / weight_high);
    samples.Add(d, p.flat[i] - edge.low - step * esf, weight);
  }
  return FitProfile(edge, samples, p.half_width, p.farthest);
}

// Lowest f where the curve falls through `level`.
std::optional<double> Crossing(const EdgeSfr& e, double level) {
  for (size_t i = 0; i + 1 < e.mtf.size(); ++i) {
    if (e.mtf[i] >= level && e.mtf[i + 1] < level) {
      return e.f[i] + (e.f[i + 1] - e.f[i]) * (e.mtf[i] - level) / (e.mtf[i] - e.mtf[i + 1]);
    }
  }
  return std::nullopt;
}

double CurveAt(const EdgeSfr& e, double f) {
  const double at = f / (e.f[1] - e.f[0]);
  const size_t i = std::min(static_cast<size_t>(at), e.f.size() - 2);
  return e.mtf[i] + (at - i) * (e.mtf[i + 1] - e.mtf[i]);
}

void FillCurve(const EdgeProfile& profile, const SfrParams& params, EdgeSfr* e) {
  const int n = static_cast<int>(std::lround(params.max_cpp / params.step_cpp)) + 1;
  for (int i = 0; i < n; ++i) e->f.push_back(i * params.step_cpp);
  e->mtf = profile.Mtf(params.step_cpp, n);
  e->mtf50_cpp = Crossing(*e, 0.5);
  e->mtf10_cpp = Crossing(*e, 0.1);
  e->mtf_half_nyquist = CurveAt(*e, kNyquist / 2);
  e->mtf_nyquist = CurveAt(*e, kNyquist);
  e->peak = *std::max_element(e->mtf.begin(), e->mtf.end());
  if (e->mtf50_cpp) {
    const double f = *e->mtf50_cpp, h = params.step_cpp;
    const double slope =
        (std::abs(profile.Transfer(f + h)) - std::abs(profile.Transfer(f - h))) / (2 * h);
    e->mtf50_error = profile.MtfError(f) / std::max(std::abs(slope), 1e-6);
  }
  // A response that touches zero below Nyquist and returns shows detail with dark and bright
  // exchanged.
  constexpr double kTouch = 0.03, kReturn = 0.015;
  for (int i = 1; i + 1 < n && e->f[i] < kNyquist; ++i) {
    if (e->mtf[i] > kTouch || e->mtf[i] > e->mtf[i - 1] || e->mtf[i] > e->mtf[i + 1]) continue;
    double after = 0;
    for (int k = i; k < n && e->f[k] <= kNyquist + 1e-9; ++k) {
      if (e->mtf[k] > after) after = e->mtf[k];
    }
    if (after > e->mtf[i] + kReturn && after > 3 * profile.MtfError(kNyquist)) {
      e->spurious = true;
      e->first_zero_cpp = e->f[i];
      break;
    }
  }
}

// Distance over which the halo beyond `sign` x 1 side exceeds a tenth of its height.
double HaloWidth(const std::vector<double>& excess, double step) {
  const size_t top = std::max_element(excess.begin(), excess.end()) - excess.begin();
  size_t first = top, last = top;
  while (first > 0 && excess[first - 1] > 0.1 * excess[top]) --first;
  while (last + 1 < excess.size() && excess[last + 1] > 0.1 * excess[top]) ++last;
  return (last - first + 1) * step;
}

void FillProfile(const EdgeProfile& profile, const Prepared& p, EdgeSfr* e, SideRests rests[2]) {
  constexpr int kFine = 16;  // steps per px
  const int half = static_cast<int>(p.farthest * kFine) + 1;
  std::vector<double> fine(2 * half + 1);
  for (int i = -half; i <= half; ++i) fine[i + half] = profile.At(static_cast<double>(i) / kFine);
  const auto at = [&](double d) {
    const double x = std::clamp(d * kFine + half, 0.0, 2.0 * half - 1e-9);
    const int i = static_cast<int>(x);
    return fine[i] + (x - i) * (fine[i + 1] - fine[i]);
  };
  // Halo, and the distance from 10 % to 90 %: the crossings nearest to that of the middle, which
  // need not lie at 0 where the profile is not symmetric.
  std::vector<double> over, under;
  for (const double v : fine) {
    over.push_back(v - 1);
    under.push_back(-v);
  }
  const double top = *std::max_element(over.begin(), over.end());
  const double bottom = *std::max_element(under.begin(), under.end());
  e->overshoot_pct = 100 * std::max(0.0, top);
  e->undershoot_pct = 100 * std::max(0.0, bottom);
  if (std::max(top, bottom) > 0.005) {
    e->halo_width_px = HaloWidth(top > bottom ? over : under, 1.0 / kFine);
  }
  int middle = half;
  while (middle + 1 < 2 * half && fine[middle] < 0.5) ++middle;
  while (middle > 1 && fine[middle - 1] >= 0.5) --middle;
  const auto cross = [&](double level, int direction) {
    int i = direction > 0 ? middle : middle - 1;
    while (i > 0 && i < 2 * half && (fine[i] - level) * direction < 0) i += direction;
    const double a = fine[i - direction], b = fine[i];
    const double t = b != a ? (level - a) / (b - a) : 0;
    return (i - direction + t * direction - half) / kFine;
  };
  e->width_10_90_px = cross(0.9, 1) - cross(0.1, -1);

  // Noise about the profile, shading across the edge taken out, and the mean samples for plots.
  const double shown = std::min(p.half_width, std::max(8.0, 4 * e->width_10_90_px));
  constexpr int kShown = 8;
  const int n = static_cast<int>(shown * kShown);
  std::vector<double> mean(2 * n + 1, 0.0), number(2 * n + 1, 0.0);
  double square[2] = {};
  int count[2] = {};
  const double clear = std::max(2.0, 1.5 * e->width_10_90_px);
  const double step = profile.high() - profile.low();
  for (size_t i = 0; i < p.flat.size(); ++i) {
    const double d = p.distance[i];
    const double level = profile.low() + step * std::clamp(at(d), 0.0, 1.0);
    const double value = p.flat[i] - profile.shading() * d * level;
    if (std::abs(d) > clear) {
      const double error = value - profile.low() - step * at(d);
      square[d > 0] += error * error;
      ++count[d > 0];
      rests[d > 0].Add(p.along[i], d, error);
    }
    const int bin = static_cast<int>(std::lround(d * kShown)) + n;
    if (bin >= 0 && bin <= 2 * n) {
      mean[bin] += (value - profile.low()) / step;
      number[bin] += 1;
    }
  }
  e->noise_low = std::sqrt(square[0] / std::max(1, count[0]));
  e->noise_high = std::sqrt(square[1] / std::max(1, count[1]));
  for (int i = -n; i <= n; ++i) {
    e->esf_px.push_back(static_cast<double>(i) / kShown);
    e->esf.push_back(at(e->esf_px.back()));
    e->esf_samples.push_back(number[i + n] > 0 ? mean[i + n] / number[i + n] : std::nan(""));
  }
}

// Largest distance between neighbours among the distances of the samples around the edge.
double LargestGap(const Prepared& p) {
  std::vector<float> near;
  for (const float d : p.distance) {
    if (std::abs(d) < 1.5f) near.push_back(d);
  }
  std::sort(near.begin(), near.end());
  double gap = 0;
  for (size_t i = 1; i < near.size(); ++i) gap = std::max<double>(gap, near[i] - near[i - 1]);
  return gap;
}

}  // namespace

Result<EdgeSfr> MeasureEdge(ImageView<const float> plane, SiteMask sites, const EdgeRegion& region,
                            double clip, const SfrParams& params) {
  if (!(params.max_cpp >= 0.5 && params.max_cpp <= 2 && params.step_cpp >= 0.0005 &&
        params.step_cpp <= 0.05 && params.max_half_width_px >= 4 &&
        params.max_half_width_px <= 1000)) {
    return Refuse(fmt::format(
        "the curve must end at 0.5 to 2 c/p (here {}) in steps of 0.0005 to 0.05 ({}), from "
        "samples within 4 to 1000 px of the edge ({})",
        params.max_cpp, params.step_cpp, params.max_half_width_px));
  }
  PETZVAL_ASSIGN(const EdgeSamples samples, GatherSamples(plane, sites, region));
  PETZVAL_ASSIGN(const RoughEdge rough, FindRoughEdge(sites, region, samples));
  PETZVAL_ASSIGN(const FittedEdge edge, FitEdge(samples, rough, params.max_half_width_px));
  const Prepared p = Prepare(samples, edge, params.max_half_width_px);
  PETZVAL_RETURN_IF_ERROR(CheckGeometry(p, samples.period, params));
  PETZVAL_RETURN_IF_ERROR(CheckLevels(p, clip, params));
  PETZVAL_RETURN_IF_ERROR(CheckSides(p));
  PETZVAL_ASSIGN(const EdgeProfile profile, FitFreeProfile(p));

  EdgeSfr e;
  e.region = region;
  e.length_px = LengthOf(p, samples.period);
  const double c = std::cos(edge.normal), s = std::sin(edge.normal);
  const double middle = (p.first + p.last) / 2;
  e.x = samples.x0 + edge.offset * c - middle * s;
  e.y = samples.y0 + edge.offset * s + middle * c;
  e.normal_deg = std::remainder(edge.normal, 2 * M_PI) * 180 / M_PI;
  e.angle_deg = std::abs(std::remainder(edge.normal, M_PI / 2)) * 180 / M_PI;
  e.curvature_px = edge.curvature * e.length_px * e.length_px / 4;
  e.offset_px = edge.offset;
  e.offset_error_px = edge.offset_error;
  e.field = std::hypot(e.x - plane.width() / 2.0, e.y - plane.height() / 2.0) /
            std::hypot(plane.width() / 2.0, plane.height() / 2.0);
  const double radius_angle = std::atan2(e.y - plane.height() / 2.0, e.x - plane.width() / 2.0);
  const double turn = std::abs(std::remainder(edge.normal - radius_angle, M_PI)) * 180 / M_PI;
  e.radial = e.field < 0.03 ? RadialDirection::kCentre
             : turn <= 30   ? RadialDirection::kTangential
             : turn >= 60   ? RadialDirection::kSagittal
                            : RadialDirection::kDiagonal;
  e.low = profile.low();
  e.high = profile.high();
  e.contrast = (e.high - e.low) / (e.high + e.low);
  e.half_width_px = p.half_width;
  e.free_width_px = profile.free_width();
  e.samples = static_cast<int>(p.flat.size());
  FillCurve(profile, params, &e);
  SideRests rests[2];
  FillProfile(profile, p, &e, rests);
  // The fit took the noise of neighbours as independent; what was made finer than white noise is
  // not believed.
  if (e.mtf50_cpp) {
    e.mtf50_error *= std::sqrt(std::max(1.0, NoisePowerRatio(rests[0], rests[1], *e.mtf50_cpp)));
  }
  // Light is noisier where there is more of it: a dark side that varies more shows lines or
  // texture.
  if (e.noise_low > std::max(1.5 * e.noise_high, 0.05 * (e.high - e.low))) {
    return Refuse("the dark side of the edge is not even: it shows lines or texture");
  }
  if (e.mtf50_cpp ? !(e.mtf50_error <= params.max_error * *e.mtf50_cpp)
                  : !(e.offset_error_px <= 0.2)) {
    return Refuse("the edge is too noisy to measure");
  }
  if (!e.mtf50_cpp) {
    e.warnings.push_back(fmt::format("the curve stays above 0.5 up to {} c/p", params.max_cpp));
  }
  const double gap = LargestGap(p);
  if (gap > 0.55) {
    e.warnings.push_back(fmt::format(
        "at this angle the pixels sample the edge only every {:.2f} px: what lies above {:.2f} c/p "
        "is folded down",
        gap, 0.5 / gap));
  }
  return e;
}

Result<EdgeSfr> MeasureEdge(ImageView<const float> plane, SiteMask sites, const Rect& roi,
                            double clip, const SfrParams& params) {
  return MeasureEdge(plane, sites, EdgeRegion{roi, std::nullopt}, clip, params);
}

const char* RadialDirectionName(RadialDirection direction) {
  switch (direction) {
    case RadialDirection::kCentre:
      return "centre";
    case RadialDirection::kTangential:
      return "tangential";
    case RadialDirection::kSagittal:
      return "sagittal";
    case RadialDirection::kDiagonal:
      return "diagonal";
  }
  return "";
}

}  // namespace petzval::measure
