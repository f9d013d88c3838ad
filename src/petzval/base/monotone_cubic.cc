// Monotone piecewise cubic Hermite interpolation.
#include "petzval/base/monotone_cubic.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace petzval {
namespace {

// Slope at an end from the two nearest intervals, held to the sign and three times the size of the
// first secant so that the end stays monotone.
double EndSlope(double h0, double h1, double secant0, double secant1) {
  const double slope = ((2 * h0 + h1) * secant0 - h0 * secant1) / (h0 + h1);
  if (slope * secant0 <= 0) return 0;
  if (secant0 * secant1 < 0 && std::abs(slope) > 3 * std::abs(secant0)) return 3 * secant0;
  return slope;
}

double Slope(std::span<const double> x, std::span<const double> y, size_t i) {
  const size_t last = x.size() - 1;
  const auto step = [&](size_t j) { return x[j + 1] - x[j]; };
  const auto secant = [&](size_t j) { return (y[j + 1] - y[j]) / step(j); };
  if (last == 1) return secant(0);
  if (i == 0) return EndSlope(step(0), step(1), secant(0), secant(1));
  if (i == last) {
    return EndSlope(step(last - 1), step(last - 2), secant(last - 1), secant(last - 2));
  }
  const double before = secant(i - 1), after = secant(i);
  if (before * after <= 0) return 0;
  // The harmonic mean weighted by the intervals.
  const double w1 = 2 * step(i) + step(i - 1), w2 = step(i) + 2 * step(i - 1);
  return (w1 + w2) / (w1 / before + w2 / after);
}

}  // namespace

double MonotoneCubic(std::span<const double> x, std::span<const double> y, double at) {
  assert(!x.empty() && x.size() == y.size());
  if (x.size() == 1) return y[0];
  const auto above = std::upper_bound(x.begin() + 1, x.end() - 1, at);
  const size_t i = above - x.begin() - 1;
  const double h = x[i + 1] - x[i];
  const double t = (at - x[i]) / h;
  if (t == 0) return y[i];
  if (t == 1) return y[i + 1];
  const double s = 1 - t;
  return y[i] * (1 + 2 * t) * s * s + y[i + 1] * t * t * (3 - 2 * t) +
         h * t * s * (Slope(x, y, i) * s - Slope(x, y, i + 1) * t);
}

}  // namespace petzval
