// The correlation of dead leaves in closed form but for one smooth integral, and its transform.
#include <algorithm>
#include <cassert>
#include <cmath>
#include <numbers>

#include "petzval/measure/texture/dead_leaves.h"

namespace petzval::measure {
namespace {

constexpr double kPi = std::numbers::pi;

// Integral of t cot t over [0, angle], angle <= pi / 2: smooth, so 12 nodes give ten digits.
double CotangentIntegral(double angle) {
  constexpr double kNode[] = {0.1252334085114689, 0.3678314989981802, 0.5873179542866175,
                              0.7699026741943047, 0.9041172563704749, 0.9815606342467193};
  constexpr double kWeight[] = {0.2491470458134028, 0.2334925365383548, 0.2031674267230659,
                                0.1600783285433462, 0.1069393259953184, 0.0471753363865118};
  double sum = 0;
  for (int i = 0; i < 6; ++i) {
    for (double sign : {-1.0, 1.0}) {
      const double t = angle / 2 * (1 + sign * kNode[i]);
      sum += kWeight[i] * (t > 0 ? t / std::tan(t) : 1);
    }
  }
  return sum * angle / 2;
}

// Integral of (acos t - t sqrt(1 - t^2)) / t over [u, 1], 0 < u <= 1.
double OverlapIntegral(double u) {
  if (u >= 1) return 0;
  const double angle = std::asin(u);
  return kPi / 2 * std::log(1 / u) - kPi / 2 * std::numbers::ln2 + CotangentIntegral(angle) -
         (kPi / 2 - angle - u * std::sqrt(1 - u * u)) / 2;
}

}  // namespace

double DeadLeavesCorrelation(double distance_px, double min_radius_px, double max_radius_px) {
  assert(distance_px >= 0 && min_radius_px > 0 && max_radius_px >= min_radius_px);
  if (distance_px >= 2 * max_radius_px) return 0;
  if (distance_px == 0) return 1;
  double overlap;  // of a disc with itself moved, mean over the radii, by the mean area
  const double spread = std::log(max_radius_px / min_radius_px);
  if (spread < 1e-6) {
    const double u = distance_px / (2 * max_radius_px);
    overlap = 2 / kPi * (std::acos(u) - u * std::sqrt(1 - u * u));
  } else {
    overlap = 2 / (kPi * spread) *
              (OverlapIntegral(distance_px / (2 * max_radius_px)) -
               OverlapIntegral(std::min(1.0, distance_px / (2 * min_radius_px))));
  }
  return overlap / (2 - overlap);
}

std::vector<double> DeadLeavesSpectrum(std::span<const double> cycles_per_pixel,
                                       double min_radius_px, double max_radius_px) {
  double highest = 0;
  for (double f : cycles_per_pixel) highest = std::max(highest, f);
  // Hankel transform, 2 pi times the integral of C(d) J0(2 pi f d) d, by Simpson's rule: at least
  // 24 samples for each period, 8 for the smallest disc.
  const double length = 2 * max_radius_px;
  const double step = std::min(min_radius_px / 4, highest > 0 ? 1 / (24 * highest) : length);
  const int n = 2 * std::max(64, static_cast<int>(std::ceil(length / step / 2)));
  const double h = length / n;
  std::vector<double> weighted(n + 1);
  for (int i = 0; i <= n; ++i) {
    const double simpson = i == 0 || i == n ? 1 : i % 2 ? 4 : 2;
    weighted[i] = simpson * i * h * DeadLeavesCorrelation(i * h, min_radius_px, max_radius_px);
  }
  std::vector<double> spectrum;
  for (double f : cycles_per_pixel) {
    double sum = 0;
    for (int i = 1; i < n; ++i) sum += weighted[i] * ::j0(2 * kPi * f * i * h);
    spectrum.push_back(std::max(0.0, 2 * kPi * sum * h / 3));
  }
  return spectrum;
}

}  // namespace petzval::measure
