// The noise of a sensor as DNG states it: variance = s * x + o per colour.
#ifndef PETZVAL_DEVICE_NOISE_MODEL_H_
#define PETZVAL_DEVICE_NOISE_MODEL_H_

#include <array>
#include <cmath>

namespace petzval {

// Signal x is linear, 0 = black, 1 = white level. `s` is shot noise (1/s = full-scale electrons),
// `o` read noise; both > 0. After a gain g: s' = g s, o' = g^2 o; after averaging n frames / n.
struct NoiseLine {
  double s = 0, o = 0;

  double Variance(double x) const { return s * (x > 0 ? x : 0) + o; }
  double Sigma(double x) const { return std::sqrt(Variance(x)); }
  NoiseLine AfterGain(double g) const { return {g * s, g * g * o}; }
  friend bool operator==(const NoiseLine&, const NoiseLine&) = default;
};

// One line per colour plane (red, green, blue).
struct NoiseModel {
  std::array<NoiseLine, 3> plane;
  friend bool operator==(const NoiseModel&, const NoiseModel&) = default;
};

}  // namespace petzval

#endif  // PETZVAL_DEVICE_NOISE_MODEL_H_
