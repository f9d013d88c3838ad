// Periodograms of scattered samples on the flat sides of an edge.
#include "petzval/measure/sfr/noise_correlation.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace petzval::measure {
namespace {

constexpr int kMinSamples = 200;
// Steps of one over the side's length along the edge, to either side of none: neighbouring values
// of a periodogram are independent.
constexpr int kSteps = 3;

double Range(const std::vector<double>& v) {
  const auto [low, high] = std::minmax_element(v.begin(), v.end());
  return *high - *low;
}

// Adds the ratios of one side.
void AddSide(const SideRests& side, double f, double* sum, int* count) {
  const size_t n = side.rest.size();
  if (n < kMinSamples) return;
  double mean = 0, square = 0;
  for (const double r : side.rest) mean += r / static_cast<double>(n);
  for (const double r : side.rest) square += (r - mean) * (r - mean);
  const double length = Range(side.along);
  if (!(square > 0) || !(length > 4)) return;
  std::array<double, 2 * kSteps + 1> real{}, imaginary{};
  for (size_t k = 0; k < n; ++k) {
    const double turn = -2 * M_PI * side.along[k] / length;
    const double first = -2 * M_PI * f * side.distance[k] - kSteps * turn;
    const double c = std::cos(turn), s = std::sin(turn), rest = side.rest[k] - mean;
    double x = rest * std::cos(first), y = rest * std::sin(first);
    for (int i = 0; i < 2 * kSteps + 1; ++i) {
      real[i] += x;
      imaginary[i] += y;
      const double next = x * c - y * s;
      y = x * s + y * c;
      x = next;
    }
  }
  for (int i = 0; i < 2 * kSteps + 1; ++i) {
    *sum += (real[i] * real[i] + imaginary[i] * imaginary[i]) / square;
    ++*count;
  }
}

}  // namespace

double NoisePowerRatio(const SideRests& low, const SideRests& high, double f) {
  double sum = 0;
  int count = 0;
  AddSide(low, f, &sum, &count);
  AddSide(high, f, &sum, &count);
  return count > 0 ? sum / count : 1;
}

}  // namespace petzval::measure
