// What exposure and tone a picture gets, decided on its proxy.
#include "petzval/look/tone_plan.h"

#include <algorithm>
#include <cmath>

#include "petzval/color/difference.h"
#include "petzval/look/render_tables.h"
#include "petzval/look/tone_curve.h"
#include "petzval/look/windows.h"

namespace petzval {
namespace {

// Region tones: where shadows begin and over how many EV the lift builds up; the same for lights.
constexpr double kShadowStartEv = 0.25, kShadowSpanEv = 3.0;
// What is deeper than deep shade is black and stays nearly so: there the lift fades to a share.
constexpr double kBlackStartEv = 4.5, kBlackSpanEv = 4.0, kBlackShare = 0.4;
constexpr double kLightStartEv = 0.5, kLightSpanEv = 3.0;

// Reinhard 2002/2003: the key of a scene tells whether its average is meant to be dark or bright.
constexpr double kKeyRangeEv = 0.9;

// What the camera metered counts, too: between these gains the picture is brightened as it asks,
// beyond only in part, because a frame that dark or that bright was exposed so on purpose or for
// want of light.
constexpr double kLeastUsualEv = 0.3, kMostUsualEv = 1.0;
constexpr double kBrightFrameShare = 0.25, kDarkFrameShare = 0.75;
constexpr double kMinGainEv = -0.2, kMaxGainEv = 7;
// Noise that a strongly amplified picture may show, linear: at mid-grey, and in shade 3 EV below.
constexpr double kNoiseLimit = 0.05, kShadeNoiseLimit = 0.02, kShadeEv = -3;

// A bright region (this share of the area is darker) may be pushed beyond the level of white paper,
// in EV over mid-grey, by no more than the push; less so the further it stands above the average: a
// room behind a window is to be seen, the black behind a face is not.
constexpr double kBrightShare = 0.95, kPaperEv = 2.2, kPushEv = 1.5;
constexpr double kWindowGapEv = 4.5, kStageGapEv = 7.5, kStagePushShare = 0.3;
// The brightest content that is no lamp and no glint, and its place below display white.
constexpr double kWhiteShare = 0.99;
constexpr double kWhiteMarginEv = 0.3;
constexpr double kMinWhite = 1.3, kUsualMaxWhite = 12;

// Brightness of the scene (EV at ISO 100) between full night and no night.
constexpr double kNightLv = 0, kDayLv = 6.5;
constexpr double kDayLightness = 55;

// Share of the shadow lift that a tone gets.
double Lift(double ev) {
  return Smooth((-ev - kShadowStartEv) / kShadowSpanEv) *
         (1 - (1 - kBlackShare) * Smooth((-ev - kBlackStartEv) / kBlackSpanEv));
}

struct Histograms {
  EvHistogram metered;  // the centre counts more: what the exposure is for
  EvHistogram area;     // every pixel alike: what must fit in
};

Histograms Measure(const Image<float>& level, double darkest_ev) {
  Histograms h;
  const int width = level.width(), height = level.height();
  const double scale = 2.0 / std::max(width, height);
  std::vector<double> across(width);
  for (int x = 0; x < width; ++x) {
    const double dx = (x + 0.5 - width / 2.0) * scale;
    across[x] = std::exp(-dx * dx / 0.32);
  }
  for (int y = 0; y < height; ++y) {
    const double dy = (y + 0.5 - height / 2.0) * scale;
    const double down = std::exp(-dy * dy / 0.32);
    const float* ev = level.row(y);
    for (int x = 0; x < width; ++x) {
      const double value = std::max<double>(ev[x], darkest_ev);
      h.metered.Add(value, 0.35 + 0.65 * across[x] * down);
      h.area.Add(value, 1);
    }
  }
  return h;
}

// log2 of the mean luminance, lamps left out.
double EvOfMean(const EvHistogram& histogram) {
  const double highest = histogram.Percentile(kWhiteShare);
  double sum = 0;
  for (int i = 0; i < histogram.bins(); ++i) {
    sum += histogram.weight(i) * std::exp2(std::min(histogram.EvOf(i), highest));
  }
  return std::log2(sum / histogram.total());
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
void PlanRegions(const Look& look, const EvHistogram& area, double night, double sigma,
                 TonePlan* plan) {
  const double to_grey = plan->exposure_ev - std::log2(plan->mid_grey);
  const double dark = area.Mean(0.02, 0.3) + to_grey;
  const double light = area.Percentile(kWhiteShare) + to_grey;
  // Night keeps its shadows.
  plan->shadow_ev = look.Get("shadow_lift") * Smooth((-dark - 0.5) / 3.5) * (1 - 0.6 * night);
  // Photon noise of sigma at mid-grey, seen through the gain of the shade.
  if (sigma > 0) {
    const double most = std::log2(kShadeNoiseLimit / sigma) - (plan->exposure_ev + kShadeEv) / 2;
    plan->shadow_ev = std::clamp(most, 0.0, plan->shadow_ev);
  }
  plan->highlight_ev = look.Get("highlight_hold") * Smooth((light - 1.2) / 2.0);
  const double white = plan->mid_grey * std::exp2(plan->Target(light) + kWhiteMarginEv);
  // At the automatic exposure, what the sensor calls white is not shown as grey; a user who asks
  // for a darker picture gets one.
  const double least = std::min(kMinWhite, 1.05 * std::exp2(plan->exposure_ev));
  plan->white = std::clamp(white, std::max(least, 0.6), kUsualMaxWhite);
  // The look may ask for a longer way to white, or a shorter one.
  plan->white = std::clamp(plan->white * std::exp2(look.Get("shoulder")), 0.6, kMaxWhite);
}

}  // namespace

double TonePlan::Target(double ev) const {
  return ev + shadow_ev * Lift(ev) - highlight_ev * Smooth((ev - kLightStartEv) / kLightSpanEv);
}

double TonePlan::TargetSlope(double ev) const {
  constexpr double kDelta = 1e-3;
  return (Target(ev + kDelta) - Target(ev - kDelta)) / (2 * kDelta);
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

TonePlan PlanTone(const Look& look, const Image<float>& level, const SceneInfo& scene) {
  TonePlan plan;
  plan.mid_grey = look.Get("mid_grey");
  const double grey_ev = std::log2(plan.mid_grey);
  const double contrast = look.Get("contrast");
  // Below this the signal is noise: shot noise of sigma at mid-grey equals a signal of
  // sigma^2 / mid-grey.
  const double sigma = std::isfinite(scene.noise_sigma) ? std::max(0.0, scene.noise_sigma) : 0;
  const double darkest_ev = std::log2(std::max(1e-9, 2 * sigma * sigma / plan.mid_grey));
  const Histograms h = Measure(level, darkest_ev);
  const double night = std::isfinite(scene.light_lv)
                           ? 1 - Smooth((scene.light_lv - kNightLv) / (kDayLv - kNightLv))
                           : 0;
  if (!scene.auto_exposure) {
    plan.exposure_ev = scene.exposure_ev;
    PlanRegions(look, h.area, night, sigma, &plan);
    return plan;
  }

  // Step 1: the average goes to mid-grey, shifted by the key of the scene. Half way between the
  // mean of the logarithm, which asks what most of the area needs, and the mean of the light, which
  // asks what its bright parts bear.
  const double log_mean = h.metered.Mean(0.01, 0.99);
  const double average = (log_mean + EvOfMean(h.metered)) / 2;
  const double low = h.area.Percentile(0.01), high = h.area.Percentile(kWhiteShare);
  const double range = high - low;
  // A scene without contrast has no key: a grey card is grey.
  const double key = range > 0 ? (2 * log_mean - low - high) / range * Smooth(range / 5) : 0;
  double ev = grey_ev + kKeyRangeEv * key - average;
  if (ev > kMostUsualEv) ev = kMostUsualEv + kDarkFrameShare * (ev - kMostUsualEv);
  if (ev < kLeastUsualEv) ev = kLeastUsualEv + kBrightFrameShare * (ev - kLeastUsualEv);

  // Step 2: limits. Bright regions first.
  const double bright = h.area.Percentile(kBrightShare);
  const double push = ev + bright - grey_ev - kPaperEv;
  if (push > 0) {
    const double stage = Smooth((bright - log_mean - kWindowGapEv) / (kStageGapEv - kWindowGapEv));
    const double most = kPushEv * (1 - (1 - kStagePushShare) * stage);
    ev += most * (1 - std::exp(-push / most)) - push;
  }
  ev += look.Get("exposure_bias");
  // Noise grows with the root of the gain where photons make it.
  double most = kMaxGainEv;
  if (sigma > 0) most = std::min(most, std::max(0.0, 2 * std::log2(kNoiseLimit / sigma)));
  ev = std::clamp(ev, kMinGainEv, most);

  // Step 3: night stays night.
  plan.exposure_ev = ev;
  PlanRegions(look, h.area, night, sigma, &plan);
  if (night > 0) {
    const double limit = look.Get("night_lightness") * night + kDayLightness * (1 - night);
    for (int i = 0; i < 60 && MeanLightness(h.area, plan, contrast) > limit; ++i) {
      plan.exposure_ev -= 0.1;
      PlanRegions(look, h.area, night, sigma, &plan);
    }
  }
  plan.exposure_ev += scene.exposure_ev;
  return plan;
}

}  // namespace petzval
