// Shifts scenes along a common tone curve.
#include "petzval/calibrate/fit/pair_exposure.h"

#include <algorithm>
#include <cmath>

#include "petzval/calibrate/fit/pair_curve.h"
#include "petzval/color/transfer.h"

namespace petzval::calibrate {
namespace {

constexpr double kMostEv = 4;
constexpr int kTurns = 12;
constexpr double kSettledEv = 0.005;

double Luminance(const Vec3& c) { return 0.2126 * c[0] + 0.7152 * c[1] + 0.0722 * c[2]; }

struct Grey {
  double light, code, weight;
};

std::vector<Grey> Luminances(const PairScene& scene) {
  std::vector<Grey> greys;
  for (const PixelPair& p : scene.pairs) {
    const Vec3 after{{DecodeSrgb(p.after[0]), DecodeSrgb(p.after[1]), DecodeSrgb(p.after[2])}};
    greys.push_back({Luminance(p.before), EncodeSrgb(Luminance(after)), p.weight});
  }
  return greys;
}

// The shift of least squares between -kMostEv and kMostEv: coarse steps, then golden section.
double BestShift(const PairCurve& curve, const std::vector<Grey>& greys) {
  const auto cost = [&](double ev) {
    const double gain = std::exp2(ev);
    double sum = 0;
    for (const Grey& g : greys) {
      const double off = curve.Apply(gain * g.light) - g.code;
      sum += g.weight * off * off;
    }
    return sum;
  };
  double best = 0, least = cost(0);
  for (double ev = -kMostEv; ev <= kMostEv; ev += 0.25) {
    const double c = cost(ev);
    if (c < least) {
      least = c;
      best = ev;
    }
  }
  constexpr double kGolden = 0.6180339887498949;
  double low = best - 0.25, high = best + 0.25;
  for (int i = 0; i < 20; ++i) {
    const double a = high - kGolden * (high - low), b = low + kGolden * (high - low);
    (cost(a) < cost(b) ? high : low) = cost(a) < cost(b) ? b : a;
  }
  return std::clamp((low + high) / 2, -kMostEv, kMostEv);
}

}  // namespace

Result<std::vector<double>> SceneExposures(std::span<const PairScene> scenes) {
  std::vector<double> ev(scenes.size(), 0);
  if (scenes.size() < 2) return ev;
  std::vector<std::vector<Grey>> greys;
  for (const PairScene& scene : scenes) greys.push_back(Luminances(scene));
  for (int turn = 0; turn < kTurns; ++turn) {
    std::vector<PixelPair> shifted;
    for (size_t s = 0; s < scenes.size(); ++s) {
      const double gain = std::exp2(ev[s]);
      for (PixelPair p : scenes[s].pairs) {
        for (double& v : p.before.v) v *= gain;
        shifted.push_back(p);
      }
    }
    std::vector<const PixelPair*> pairs;
    for (const PixelPair& p : shifted) pairs.push_back(&p);
    int unused = 0;
    PETZVAL_ASSIGN(const PairCurve curve, FitPairCurve(pairs, &unused));
    std::vector<double> next;
    double mean = 0;
    for (const auto& g : greys) {
      next.push_back(BestShift(curve, g));
      mean += next.back() / scenes.size();
    }
    double moved = 0;
    for (size_t s = 0; s < ev.size(); ++s) {
      next[s] = std::clamp(next[s] - mean, -kMostEv, kMostEv);
      moved = std::max(moved, std::fabs(next[s] - ev[s]));
    }
    ev = next;
    if (moved < kSettledEv) break;
  }
  return ev;
}

}  // namespace petzval::calibrate
