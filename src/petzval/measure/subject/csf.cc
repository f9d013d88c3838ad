// The sensitivity of the eye in closed form; acutance by quadrature fine enough for its curve.
#include "petzval/measure/subject/csf.h"

#include <cassert>
#include <cmath>
#include <numbers>

namespace petzval::measure {
namespace {

constexpr double kScale = 75 / 34.05;
constexpr double kPower = 0.8;
constexpr double kDecay = 0.2;

// Integral of (m0 + (m1 - m0) (v - v0) / (v1 - v0)) times the sensitivity over [v0, v1].
double Segment(double v0, double v1, double m0, double m1) {
  // Gauss-Legendre with three points in steps of at most a quarter cycle per degree.
  constexpr double kNode = 0.7745966692414834;
  const int steps = std::max(1, static_cast<int>(std::ceil((v1 - v0) / 0.25)));
  const double half = (v1 - v0) / (2 * steps);
  double sum = 0;
  for (int i = 0; i < steps; ++i) {
    const double middle = v0 + (2 * i + 1) * half;
    for (const auto& [node, weight] : {std::pair{-kNode, 5.0}, {0.0, 8.0}, {kNode, 5.0}}) {
      const double v = middle + node * half;
      sum += weight * (m0 + (m1 - m0) * (v - v0) / (v1 - v0)) * ContrastSensitivity(v);
    }
  }
  return sum * half / 9;
}

}  // namespace

double ContrastSensitivity(double cycles_per_degree) {
  assert(cycles_per_degree >= 0);
  return kScale * std::pow(cycles_per_degree, kPower) * std::exp(-kDecay * cycles_per_degree);
}

double PeakSensitivity() { return ContrastSensitivity(kPeakSensitivityCpd); }

double SensitivityIntegral() {
  return kScale * std::tgamma(1 + kPower) * std::pow(1 / kDecay, 1 + kPower);
}

double PixelsPerDegree(double distance_mm, double pitch_mm) {
  assert(distance_mm > 0 && pitch_mm > 0);
  return std::numbers::pi * distance_mm / (180 * pitch_mm);
}

double AcutanceOfCurve(std::span<const double> cycles_per_pixel, std::span<const double> mtf,
                       double pixels_per_degree) {
  assert(cycles_per_pixel.size() == mtf.size() && pixels_per_degree > 0);
  double sum = 0;
  for (size_t i = 1; i < mtf.size(); ++i) {
    const double v0 = cycles_per_pixel[i - 1] * pixels_per_degree;
    const double v1 = cycles_per_pixel[i] * pixels_per_degree;
    if (v1 > v0) sum += Segment(v0, v1, mtf[i - 1], mtf[i]);
  }
  return sum / SensitivityIntegral();
}

}  // namespace petzval::measure
