// Colour and noise of the virtual sensor.
#include "petzval/simulate/flat/signal.h"

#include <algorithm>
#include <cmath>

namespace petzval {

const Mat3 kSimulatedColorMatrixA{
    {{{0.6314, -0.0167, -0.0539}, {-0.4710, 1.2460, 0.2524}, {-0.0969, 0.1656, 0.5571}}}};
const Mat3 kSimulatedColorMatrixD65{
    {{{0.5830, 0.0488, -0.0755}, {-0.6424, 1.4503, 0.2049}, {-0.2067, 0.2882, 0.5288}}}};

namespace {

constexpr double kKelvinA = 2856, kKelvinD65 = 6504;
constexpr double kWhiteSignal = 0.8;  // head room above a white surface

// CIE 15: daylight phases; below their range the black body by Kim et al. 2002.
Chromaticity WhiteOfKelvin(double t) {
  if (t >= 4000) {
    const double x = t <= 7000
                         ? -4.6070e9 / (t * t * t) + 2.9678e6 / (t * t) + 99.11 / t + 0.244063
                         : -2.0064e9 / (t * t * t) + 1.9018e6 / (t * t) + 247.48 / t + 0.237040;
    return {x, -3.0 * x * x + 2.870 * x - 0.275};
  }
  const double x = -0.2661239e9 / (t * t * t) - 0.2343589e6 / (t * t) + 877.6956 / t + 0.179910;
  const double y = t < 2222
                       ? -1.1063814 * x * x * x - 1.34811020 * x * x + 2.18555832 * x - 0.20219683
                       : -0.9549476 * x * x * x - 1.37418593 * x * x + 2.09137015 * x - 0.16748867;
  return {x, y};
}

}  // namespace

SensorColor MakeSensorColor(double kelvin_k, double exposure_ev) {
  SensorColor c;
  c.white = WhiteOfKelvin(kelvin_k);
  const double share_a =
      std::clamp((1 / kelvin_k - 1 / kKelvinD65) / (1 / kKelvinA - 1 / kKelvinD65), 0.0, 1.0);
  c.camera_from_xyz = share_a * kSimulatedColorMatrixA + (1 - share_a) * kSimulatedColorMatrixD65;
  c.neutral = c.camera_from_xyz * XyzFromChromaticity(c.white);
  const double largest = std::max({c.neutral[0], c.neutral[1], c.neutral[2]});
  for (int i = 0; i < 3; ++i) c.neutral[i] /= largest;

  // The scene is described as it looks under D65; its light has another white, to which Bradford
  // takes it. Each row is scaled so that white gives the neutral to the last digit.
  const Mat3 a = c.camera_from_xyz * BradfordAdaptation(c.white, kWhiteD65) * XyzFromRgb(kRec709);
  const Vec3 white = a * Vec3{{1, 1, 1}};
  const double level = kWhiteSignal * std::exp2(exposure_ev);
  Vec3 scale;
  for (int i = 0; i < 3; ++i) scale[i] = level * c.neutral[i] / white[i];
  c.camera_from_srgb = Mat3::Diagonal(scale) * a;
  return c;
}

NoiseLine SensorNoise(double iso) {
  const double gain = iso / 100;
  return {1.80710882e-4 * gain, 3.1937599182128e-6 * gain * gain};
}

double NoisySignal(double x, const NoiseLine& noise, Random* random) {
  const double electrons = x / noise.s;
  const auto z = random->Normals();
  double counted;
  if (electrons >= 12) {
    // Second order in z gives the third moment; its own variance, 1/18, is taken off the first.
    counted = electrons + std::sqrt(electrons - 1.0 / 18) * z.a + (z.a * z.a - 1) / 6;
  } else {
    counted = 0;
    double p = std::exp(-electrons), u = random->Uniform();
    while (u > p && counted < 100) {
      u -= p;
      counted += 1;
      p *= electrons / counted;
    }
  }
  return noise.s * counted + std::sqrt(noise.o) * z.b;
}

}  // namespace petzval
