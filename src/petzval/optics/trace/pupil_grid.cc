// Where rays are sampled in the pupil.
#include "petzval/optics/trace/pupil_grid.h"

#include <cmath>
#include <numbers>

namespace petzval::optics {

std::vector<PupilPoint> HexapolarGrid(int rings) {
  std::vector<PupilPoint> points = {{0, 0}};
  for (int i = 1; i <= rings; ++i) {
    const double radius = static_cast<double>(i) / rings;
    for (int j = 0; j < 6 * i; ++j) {
      const double azimuth = 2 * std::numbers::pi * j / (6 * i);
      points.push_back({radius * std::cos(azimuth), radius * std::sin(azimuth)});
    }
  }
  return points;
}

std::vector<PupilPoint> MidpointGrid(int n, bool disc, double extent) {
  std::vector<PupilPoint> points;
  const auto at = [&](int i) { return ((2 * i + 1) / static_cast<double>(n) - 1) * extent; };
  for (int j = 0; j < n; ++j) {
    for (int i = 0; i < n; ++i) {
      const double x = at(i), y = at(j);
      if (!disc || x * x + y * y <= extent * extent) points.push_back({x, y});
    }
  }
  return points;
}

PupilQuadrature GaussianPupil(int rings, int arms) {
  // Nodes of Gauss-Legendre quadrature in r^2 over [0, 1] (Forbes, J. Opt. Soc. Am. A 5 (1988)
  // 1943); the arms start half a step off the x axis.
  PupilQuadrature quadrature;
  for (int i = 0; i < rings; ++i) {
    double x = std::cos(std::numbers::pi * (i + 0.75) / (rings + 0.5));
    double derivative = 0;
    for (int step = 0; step < 100; ++step) {
      double before = 1, p = x;
      for (int m = 2; m <= rings; ++m) {
        const double next = ((2 * m - 1) * x * p - (m - 1) * before) / m;
        before = p, p = next;
      }
      derivative = rings * (x * p - before) / (x * x - 1);
      const double change = p / derivative;
      x -= change;
      if (std::abs(change) < 1e-15) break;
    }
    const double weight = 1 / ((1 - x * x) * derivative * derivative);  // of the interval [0, 1]
    const double radius = std::sqrt((1 - x) / 2);
    for (int j = 0; j < arms; ++j) {
      const double azimuth = 2 * std::numbers::pi * (j + 0.5) / arms;
      quadrature.points.push_back({radius * std::cos(azimuth), radius * std::sin(azimuth)});
      quadrature.weights.push_back(weight / arms);
    }
  }
  return quadrature;
}

}  // namespace petzval::optics
