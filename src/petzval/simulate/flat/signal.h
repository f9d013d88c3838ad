// The virtual sensor of simulated bursts: colour, levels and noise.
#ifndef PETZVAL_SIMULATE_FLAT_SIGNAL_H_
#define PETZVAL_SIMULATE_FLAT_SIGNAL_H_

#include <array>
#include <cstdint>

#include "petzval/base/matrix.h"
#include "petzval/base/random.h"
#include "petzval/color/spaces.h"
#include "petzval/device/noise_model.h"

namespace petzval {

inline constexpr int kSimulatedBlack = 64, kSimulatedWhite = 1023;

// DNG ColorMatrix1 (illuminant A) and 2 (D65) of an invented sensor: XYZ -> camera.
extern const Mat3 kSimulatedColorMatrixA, kSimulatedColorMatrixD65;

// How light becomes signal for one illuminant. Signal: 0 = black, 1 = white level.
struct SensorColor {
  Chromaticity white;     // of the light
  Mat3 camera_from_xyz;   // ColorMatrix interpolated to the light (DNG 1.4, chapter 6)
  Vec3 neutral;           // AsShotNeutral: camera RGB of the light, largest = 1
  Mat3 camera_from_srgb;  // linear sRGB of the scene (D65 white = 1, exposure included) -> signal
};

// `kelvin_k` 2000..25000: daylight from 4000 K on (CIE 15), a black body below. White (1, 1, 1) of
// the scene gives 0.8 * 2^exposure_ev in the largest channel.
SensorColor MakeSensorColor(double kelvin_k, double exposure_ev);

// Noise by ISO of a small phone sensor, variance = s x + o.
NoiseLine SensorNoise(double iso);

// One exposure of a pixel that expects signal x (not clipped, not rounded): photons are counted
// (Poisson; above a dozen electrons by its Cornish-Fisher expansion, so that the skew is right),
// the read noise is Gaussian. Mean x, variance s x + o.
double NoisySignal(double x, const NoiseLine& noise, Random* random);

}  // namespace petzval

#endif  // PETZVAL_SIMULATE_FLAT_SIGNAL_H_
