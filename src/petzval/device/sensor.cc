// Sensors: what follows from their numbers.
#include "petzval/device/sensor.h"

#include <algorithm>
#include <cmath>

namespace petzval {
namespace {

// Linear between entries of an ascending table, the first and last value outside.
double Interpolate(const std::vector<double>& x, const std::vector<double>& y, double at) {
  const auto above = std::upper_bound(x.begin(), x.end(), at);
  if (above == x.begin()) return y.front();
  if (above == x.end()) return y.back();
  const size_t i = above - x.begin();
  const double t = (at - x[i - 1]) / (x[i] - x[i - 1]);
  return y[i - 1] + t * (y[i] - y[i - 1]);
}

}  // namespace

double SpectralCurve::At(double wavelength_um) const {
  if (um.empty()) {
    const double t = (wavelength_um - peak_um) / fwhm_um;
    return peak * std::exp(-4 * std::log(2.0) * t * t);
  }
  if (wavelength_um < um.front() || wavelength_um > um.back()) return 0;
  return Interpolate(um, value, wavelength_um);
}

double Sensor::diagonal_mm() const { return std::hypot(width_mm(), height_mm()); }

double Sensor::FullScaleElectrons(double iso) const {
  return full_well_e / std::max(iso / gains.front().iso, 1.0);
}

double Sensor::ReadNoiseElectrons(double iso) const {
  std::vector<double> x, y;
  for (const SensorGain& gain : gains) {
    x.push_back(std::log2(gain.iso));
    y.push_back(gain.read_noise_e);
  }
  for (size_t i = 0; i + 1 < gains.size(); ++i) {
    const bool switches = gains[i].conversion_gain_uv_e != gains[i + 1].conversion_gain_uv_e;
    if (switches && iso >= gains[i].iso && iso < gains[i + 1].iso) return gains[i].read_noise_e;
  }
  return Interpolate(x, y, std::log2(std::max(iso, 1e-3)));
}

NoiseModel Sensor::Noise(double iso) const {
  const double scale = FullScaleElectrons(iso), read = ReadNoiseElectrons(iso) / scale;
  NoiseModel model;
  model.plane.fill({1 / scale, read * read});
  return model;
}

double Sensor::ChiefRayAngleDeg(double image_mm) const {
  return cra_image_mm.empty() ? 0 : Interpolate(cra_image_mm, cra_deg, std::abs(image_mm));
}

double Sensor::QuantumEfficiency(int channel, double wavelength_um) const {
  const double qe = spectral[channel].At(wavelength_um);
  if (ir_cut_um <= 0) return qe;
  // A logistic edge: 12 % and 88 % lie 4 / (the exponent) apart.
  return qe / (1 + std::exp(4 * (wavelength_um - ir_cut_um) / ir_cut_width_um));
}

double Sensor::MicrolensShading(double mismatch_deg) const {
  if (microlens_half_deg <= 0) return 1;
  const double t = mismatch_deg / microlens_half_deg;
  return std::exp2(-t * t);
}

}  // namespace petzval
