// What exposure and tone a picture gets, decided on its proxy.
#include "petzval/look/tone_plan.h"

#include <algorithm>
#include <cmath>

#include "petzval/color/difference.h"
#include "petzval/look/render_tables.h"
#include "petzval/look/tone_curve.h"

namespace petzval {
namespace {

// Region tones: where shadows begin and over how many EV the lift builds up; the same for lights.
constexpr double kShadowStartEv = 1.0, kShadowSpanEv = 4.5;
constexpr double kLightStartEv = 1.0, kLightSpanEv = 3.5;

// Reinhard 2002/2003: the key of a scene tells whether its average is meant to be dark or bright.
constexpr double kKeyRangeEv = 0.9;

// The automatic exposure stays within these, whatever the numbers say.
constexpr double kMinGainEv = -0.3, kMaxGainEv = 7;
// Metering leaves mid-grey about this far below where it is to be shown; of more gain only a share
// is given.
constexpr double kUsualGainEv = 1.0, kDarkFrameShare = 0.75;
// Noise of mid-grey that a strongly amplified picture may show, linear.
constexpr double kNoiseLimit = 0.05;

// The brightest content that is no lamp and no glint: this share of the area is darker.
constexpr double kWhiteShare = 0.99;
constexpr double kWhiteMarginEv = 0.3;
constexpr double kMinWhite = 1.3, kUsualMaxWhite = 12;

// Brightness of the scene (EV at ISO 100) between full night and no night.
constexpr double kNightLv = 0, kDayLv = 6.5;
constexpr double kDayLightness = 55;

double Smooth(double t) {
  t = std::clamp(t, 0.0, 1.0);
  return t * t * (3 - 2 * t);
}
double SmoothSlope(double t) { return t <= 0 || t >= 1 ? 0 : 6 * t * (1 - t); }

struct Histograms {
  EvHistogram metered;  // the centre counts more: what the exposure is for
  EvHistogram area;     // every pixel alike: what must fit in
};

Histograms Measure(const Image<float>& proxy, double darkest) {
  Histograms h;
  const int width = proxy.width(), height = proxy.height();
  const double scale = 2.0 / std::max(width, height);
  for (int y = 0; y < height; ++y) {
    const float* r = proxy.row(y, 0);
    const float* g = proxy.row(y, 1);
    const float* b = proxy.row(y, 2);
    for (int x = 0; x < width; ++x) {
      const double luminance = 0.2627 * r[x] + 0.6780 * g[x] + 0.0593 * b[x];
      if (!std::isfinite(luminance)) continue;
      const double ev = std::log2(std::max(luminance, darkest));
      const double dx = (x + 0.5 - width / 2.0) * scale, dy = (y + 0.5 - height / 2.0) * scale;
      h.metered.Add(ev, 0.35 + 0.65 * std::exp(-(dx * dx + dy * dy) / 0.32));
      h.area.Add(ev, 1);
    }
  }
  return h;
}

// Mean L* of the finished picture, from the histogram alone.
double MeanLightness(const EvHistogram& area, const TonePlan& plan, double contrast) {
  const ToneCurve curve(contrast, plan.mid_grey, plan.white);
  const double to_grey = plan.exposure_ev - std::log2(plan.mid_grey);
  double sum = 0;
  for (int i = 0; i < area.bins(); ++i) {
    if (area.weight(i) == 0) continue;
    const double x = plan.mid_grey * std::exp2(plan.Target(area.EvOf(i) + to_grey));
    sum += area.weight(i) * LightnessFromLuminance(curve.Apply(x));
  }
  return area.total() > 0 ? sum / area.total() : 0;
}

// Shadow lift, highlight hold and white for a picture of the given exposure.
void PlanRegions(const Look& look, const EvHistogram& area, double night, TonePlan* plan) {
  const double to_grey = plan->exposure_ev - std::log2(plan->mid_grey);
  const double dark = area.Mean(0.02, 0.3) + to_grey;
  const double light = area.Percentile(kWhiteShare) + to_grey;
  // Night keeps its shadows.
  plan->shadow_ev = look.Get("shadow_lift") * Smooth((-dark - 0.5) / 4.5) * (1 - 0.6 * night);
  plan->highlight_ev = look.Get("highlight_hold") * Smooth((light - 1.5) / 3.0);
  const double white = plan->mid_grey * std::exp2(plan->Target(light) + kWhiteMarginEv);
  plan->white = std::clamp(white, kMinWhite, kUsualMaxWhite);
}

}  // namespace

double TonePlan::Target(double ev) const {
  return ev + shadow_ev * Smooth((-ev - kShadowStartEv) / kShadowSpanEv) -
         highlight_ev * Smooth((ev - kLightStartEv) / kLightSpanEv);
}

double TonePlan::TargetSlope(double ev) const {
  return 1 - shadow_ev / kShadowSpanEv * SmoothSlope((-ev - kShadowStartEv) / kShadowSpanEv) -
         highlight_ev / kLightSpanEv * SmoothSlope((ev - kLightStartEv) / kLightSpanEv);
}

void EvHistogram::Add(double ev, double weight) {
  const int bin = static_cast<int>((std::clamp(ev, kMinEv, kMaxEv) - kMinEv) * kBinsPerEv);
  weight_[std::min(bin, bins() - 1)] += weight;
  total_ += weight;
}

double EvHistogram::Percentile(double share) const {
  const double wanted = share * total_;
  double sum = 0;
  for (int i = 0; i < bins(); ++i) {
    if (weight_[i] > 0 && sum + weight_[i] >= wanted) {
      return EvOf(i) + ((wanted - sum) / weight_[i] - 0.5) / kBinsPerEv;
    }
    sum += weight_[i];
  }
  return kMaxEv;
}

double EvHistogram::Mean(double low_share, double high_share) const {
  const double low = low_share * total_, high = high_share * total_;
  double sum = 0, weight = 0, below = 0;
  for (int i = 0; i < bins(); ++i) {
    const double part = std::min(high, below + weight_[i]) - std::max(low, below);
    if (part > 0) {
      sum += part * EvOf(i);
      weight += part;
    }
    below += weight_[i];
  }
  return weight > 0 ? sum / weight : Percentile(low_share);
}

TonePlan PlanTone(const Look& look, const Image<float>& proxy, const SceneInfo& scene) {
  TonePlan plan;
  plan.mid_grey = look.Get("mid_grey");
  const double contrast = look.Get("contrast");
  // Below this the signal is noise: shot noise of sigma at mid-grey equals a signal of
  // sigma^2 / mid-grey.
  const double sigma = std::isfinite(scene.noise_sigma) ? std::max(0.0, scene.noise_sigma) : 0;
  const double darkest = std::max<double>(kDarkestGuide, 2 * sigma * sigma / plan.mid_grey);
  const Histograms h = Measure(proxy, darkest);
  const double night = std::isfinite(scene.light_lv)
                           ? 1 - Smooth((scene.light_lv - kNightLv) / (kDayLv - kNightLv))
                           : 0;
  if (!scene.auto_exposure || h.area.total() == 0) {
    plan.exposure_ev = scene.exposure_ev;
    PlanRegions(look, h.area, night, &plan);
    return plan;
  }

  // Step 1: the average goes to mid-grey, shifted by the key of the scene.
  const double average = h.metered.Mean(0.01, 0.99);
  const double low = h.area.Percentile(0.01), high = h.area.Percentile(kWhiteShare);
  const double range = high - low;
  // A scene without contrast has no key: a grey card is grey.
  const double key = range > 0 ? (2 * average - low - high) / range * Smooth(range / 5) : 0;
  double ev = std::log2(plan.mid_grey) + kKeyRangeEv * key - average + look.Get("exposure_bias");

  // A frame much darker than a camera's metering makes it was dark on purpose or for want of light:
  // part of that stays.
  if (ev > kUsualGainEv) ev = kUsualGainEv + kDarkFrameShare * (ev - kUsualGainEv);

  // Step 2: limits. Noise grows with the root of the gain where photons make it.
  double most = kMaxGainEv;
  if (sigma > 0) most = std::min(most, std::max(0.0, 2 * std::log2(kNoiseLimit / sigma)));
  ev = std::clamp(ev, kMinGainEv, most);
  // Highlights beyond what hold and shoulder can show cost half of the excess.
  const double room = std::log2(kUsualMaxWhite) + look.Get("highlight_hold") - kWhiteMarginEv;
  const double excess = high + ev - room;
  if (excess > 0) ev = std::max(std::min(ev, 0.0), ev - 0.5 * excess);

  // Step 3: night stays night.
  plan.exposure_ev = ev;
  PlanRegions(look, h.area, night, &plan);
  if (night > 0) {
    const double limit = look.Get("night_lightness") * night + kDayLightness * (1 - night);
    for (int i = 0; i < 40 && MeanLightness(h.area, plan, contrast) > limit; ++i) {
      plan.exposure_ev -= 0.1;
      PlanRegions(look, h.area, night, &plan);
    }
  }
  plan.exposure_ev += scene.exposure_ev;
  return plan;
}

}  // namespace petzval
