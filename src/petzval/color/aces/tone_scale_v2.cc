// ACES 2: tone scale on luminance, and what it does to colourfulness.
#include "petzval/color/aces/tone_scale_v2.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace petzval::aces {
namespace {

constexpr double kReferenceNits = 100;
constexpr double kGrey = 0.18, kGreyNits = 10.013, kGreyRise = 0.14, kToe = 0.04;
constexpr double kHitMin = 128, kHitMax = 896;

// Solves y = x^2 / (x + toe) for x >= 0.
double WithoutToe(double y) { return 0.5 * (y + std::sqrt(y * (y + 4 * kToe))); }

// A bend that leaves `limit` and the slope 1 at its foot alone: x in 0..limit; k1 lifts the toe,
// k2 sets where it ends (the Academy's toe function).
double Toe(double x, double limit, double k1, double k2) {
  if (x > limit) return x;
  const double b = std::max(k2, 0.001), a = std::sqrt(k1 * k1 + b * b);
  const double c = (limit + a) / (limit + b), y = c * x - a;
  return 0.5 * (y + std::sqrt(y * y + 4 * b * c * x));
}

// How much colourfulness there is at each hue to begin with: harmonics that the Academy fitted.
double NormAtHue(double h) {
  const double t = h * std::numbers::pi / 180;
  return 77.12896 + 11.34072 * std::cos(t) + 14.66441 * std::sin(t) + 16.46899 * std::cos(2 * t) -
         6.37224 * std::sin(2 * t) + 7.88380 * std::cos(3 * t) + 9.19364 * std::sin(3 * t);
}

}  // namespace

ToneScaleV2::ToneScaleV2(const ToneScaleV2Params& params)
    : peak_(params.peak_nits), exponent_(params.exponent), hit_(params.hit) {
  const double peak = peak_ / kReferenceNits;
  if (hit_ <= 0) {
    hit_ = kHitMin + (kHitMax - kHitMin) * std::log(peak) / std::log(10000 / kReferenceNits);
  }
  // m and s so that `hit` becomes the peak, and mid-grey its level, which rises with the peak.
  const double top = WithoutToe(peak);
  const double ratio = hit_ / top;
  const double first = top / std::pow(ratio / (ratio + 1), exponent_);
  grey_nits_ = kGreyNits * (1 + std::log2(peak) * kGreyRise);
  const double grey = WithoutToe(grey_nits_ / kReferenceNits);
  const double root = std::pow(grey / first, 1 / exponent_);
  const double w = kGrey * (1 - root) / (top * root);
  s_ = w * top;
  m_ = top / std::pow(ratio / (ratio + w), exponent_);
}

double ToneScaleV2::Apply(double scene) const {
  if (!(scene > 0)) return 0;
  const double f = m_ * std::pow(scene / (scene + s_), exponent_);
  return kReferenceNits * f * f / (f + kToe);
}

double ToneScaleV2::Inverse(double nits) const {
  if (!(nits > 0)) return 0;
  const double f = WithoutToe(std::min(nits, peak_) / kReferenceNits);
  const double root = std::pow(f / m_, 1 / exponent_);
  return root < 1 ? std::min(hit_, s_ * root / (1 - root)) : hit_;
}

ChromaCompressionV2::ChromaCompressionV2(double peak_nits)
    : limit_j_(JFromLuminance(peak_nits)), reach_(peak_nits) {
  const double decades = std::log10(peak_nits / kReferenceNits);
  scale_ = std::pow(0.03379 * peak_nits, 0.30596) - 0.45135;
  compression_ = 2.4 + 2.4 * 3.3 * decades;
  saturation_ = std::max(0.2, 1.3 - 1.3 * 0.69 * decades);
  threshold_ = 0.5 / peak_nits;
}

Jmh ChromaCompressionV2::Apply(const Jmh& scene, double toned_j) const {
  if (!(toned_j > 0) || !(scene.j > 0) || !(scene.m > 0)) {
    return {std::max(0.0, toned_j), 0, scene.h};
  }
  const double j = toned_j / limit_j_, below = std::max(0.0, 1 - j);
  const double norm = NormAtHue(scene.h) * scale_;
  const double limit = std::pow(j, ColourfulnessExponent()) * reach_.At(scene.h) / norm;
  double m = scene.m / norm * std::pow(toned_j / scene.j, ColourfulnessExponent());
  m = limit - Toe(limit - m, limit - 0.001, below * saturation_, std::sqrt(j * j + threshold_));
  m = Toe(m, limit, j * compression_, below);
  return {toned_j, m * norm, scene.h};
}

}  // namespace petzval::aces
