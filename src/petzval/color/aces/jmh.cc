// The appearance space of ACES 2: lightness J, colourfulness M, hue h.
#include "petzval/color/aces/jmh.h"

#include <cmath>
#include <numbers>

namespace petzval::aces {
namespace {

constexpr double kDeg = std::numbers::pi / 180;
constexpr double kReferenceNits = 100, kBackground = 20;
// Dim surround: c and Nc of CIECAM02, without its degree of adaptation.
constexpr double kSurroundC = 0.59, kSurroundNc = 0.9;
constexpr double kSaturation = 400, kHalf = 27.13, kPower = 0.42;
constexpr double kColourfulness = 43 * kSurroundNc;

// Primaries of the cone space, with the white of equal energy.
constexpr RgbSpace kCones{{0.8336, 0.1735}, {2.3854, -1.4659}, {0.087, -0.125}, {0.333, 0.333}};

constexpr Mat3 kAabFromCone{
    {{{2, 1, 1 / 20.0}, {1, -12 / 11.0, 1 / 11.0}, {1 / 9.0, 1 / 9.0, -2 / 9.0}}}};

// Adaptation to luminance, F_L of CIECAM02, at 100 cd/m^2.
double LuminanceFactor() {
  constexpr double k = 1 / (5 * kReferenceNits + 1), k4 = k * k * k * k;
  return 0.2 * k4 * 5 * kReferenceNits + 0.1 * (1 - k4) * (1 - k4) * std::cbrt(5 * kReferenceNits);
}

double Compress(double x) {
  const double p = std::pow(std::fabs(x), kPower);
  return std::copysign(kSaturation / (1 + kHalf / p), x);
}

double Expand(double y) {
  const double a = std::fmin(std::fabs(y), kSaturation * (1 - 1e-12));
  return std::copysign(std::pow(kHalf * a / (kSaturation - a), 1 / kPower), y);
}

double LightnessExponent() { return kSurroundC * (1.48 + std::sqrt(kBackground / kReferenceNits)); }

// J / 100 of achromatic response a relative to white, odd around 0.
double RelativeJ(double a) { return std::copysign(std::pow(std::fabs(a), LightnessExponent()), a); }
double RelativeA(double j) {
  return std::copysign(std::pow(std::fabs(j), 1 / LightnessExponent()), j);
}

}  // namespace

double ColourfulnessExponent() { return 1 / LightnessExponent(); }

JmhSpace::JmhSpace(const RgbSpace& space) {
  const Mat3 cone_from_rgb = RgbFromXyz(kCones) * (kReferenceNits * XyzFromRgb(space));
  const Vec3 white = cone_from_rgb * Vec3{{1, 1, 1}};
  Vec3 gain;
  for (int i = 0; i < 3; ++i) gain[i] = LuminanceFactor() / white[i];
  cone_from_rgb_ = Mat3::Diagonal(gain) * cone_from_rgb;
  rgb_from_cone_ = Inverse(cone_from_rgb_);
  aab_from_cone_ = kAabFromCone;
  cone_from_aab_ = Inverse(kAabFromCone);
  Vec3 response = cone_from_rgb_ * Vec3{{1, 1, 1}};
  for (double& v : response.v) v = Compress(v);
  white_ = (aab_from_cone_ * response)[0];
}

Jmh JmhSpace::FromRgb(const Vec3& rgb) const {
  Vec3 cone = cone_from_rgb_ * rgb;
  for (double& v : cone.v) v = Compress(v);
  const Vec3 aab = aab_from_cone_ * cone;
  if (!(aab[0] > 0)) return {};
  Jmh out{100 * RelativeJ(aab[0] / white_), kColourfulness * std::hypot(aab[1], aab[2]), 0};
  if (out.m > 0) out.h = std::atan2(aab[2], aab[1]) / kDeg;
  if (out.h < 0) out.h += 360;
  return out;
}

Vec3 JmhSpace::ToRgb(const Jmh& jmh) const {
  const double r = jmh.m / kColourfulness;
  Vec3 cone = cone_from_aab_ * Vec3{{white_ * RelativeA(jmh.j / 100), r * std::cos(jmh.h * kDeg),
                                     r * std::sin(jmh.h * kDeg)}};
  for (double& v : cone.v) v = Expand(v);
  return rgb_from_cone_ * cone;
}

double JFromLuminance(double nits) {
  const double factor = LuminanceFactor();
  return 100 * RelativeJ(Compress(factor * nits / kReferenceNits) / Compress(factor));
}

double LuminanceFromJ(double j) {
  const double factor = LuminanceFactor();
  return kReferenceNits / factor * Expand(RelativeA(j / 100) * Compress(factor));
}

}  // namespace petzval::aces
