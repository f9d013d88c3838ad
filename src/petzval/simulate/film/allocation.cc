// Standard errors by neighbourhood, and shares.
#include "petzval/simulate/film/allocation.h"

#include <algorithm>
#include <cmath>

#include "petzval/base/parallel.h"
#include "petzval/color/transfer.h"
#include "petzval/simulate/film/sequence.h"

namespace petzval::simulate {
namespace {

constexpr int kReach = 2;        // of the neighbourhood
constexpr double kMost = 24;     // times the mean
constexpr double kPower = 0.43;  // of the squared error: errors fall like n^-0.65
constexpr double kLeast = 2e-8;  // squared error that counts everywhere

}  // namespace

double DisplayCode(double linear) {
  if (linear <= 0) return 0;
  return linear <= 1 ? EncodeSrgb(linear) : 1 + 0.22 * std::log(linear);
}

std::vector<uint16_t> AllocateSamples(const FirstPass& first, double mean, uint64_t seed) {
  const int width = first.width, height = first.height;
  const size_t count = first.lit.size();
  std::vector<float> square(count), share(count, 0.0f);
  for (size_t i = 0; i < count; ++i) {
    const double d = DisplayCode(first.half[0][i]) - DisplayCode(first.half[1][i]);
    square[i] = static_cast<float>(d * d);
  }
  ParallelFor(first.planes * height, [&](int line) {
    const int y = line % height;
    const size_t plane = static_cast<size_t>(line / height) * height * width;
    for (int x = 0; x < width; ++x) {
      const size_t at = plane + static_cast<size_t>(y) * width + x;
      if (!first.lit[at]) continue;
      double sum = 0;
      int neighbours = 0;
      for (int v = std::max(y - kReach, 0); v <= std::min(y + kReach, height - 1); ++v) {
        for (int u = std::max(x - kReach, 0); u <= std::min(x + kReach, width - 1); ++u) {
          const size_t i = plane + static_cast<size_t>(v) * width + u;
          if (i == at || !first.lit[i]) continue;
          sum += square[i];
          ++neighbours;
        }
      }
      const double error = neighbours > 0 ? sum / neighbours : 0;
      share[at] = static_cast<float>(std::pow(error + kLeast, kPower));
    }
  });
  double total = 0, lit = 0;
  for (size_t i = 0; i < count; ++i) total += share[i], lit += first.lit[i];
  std::vector<uint16_t> samples(count, 0);
  if (total <= 0) return samples;
  // What the limit takes from some goes to the others.
  const double limit = std::min(kMost * mean, 60000.0);
  double factor = mean * lit / total;
  for (int i = 0; i < 8; ++i) {
    double given = 0;
    for (size_t j = 0; j < count; ++j) given += std::min(limit, factor * share[j]);
    if (given > 0.999 * mean * lit) break;
    factor *= mean * lit / given;
  }
  for (size_t i = 0; i < count; ++i) {
    // Rounded up or down by chance, so that small counts are right on the average.
    const double chance = static_cast<double>(HashBits(seed ^ HashBits(i)) >> 40) * 0x1p-24;
    samples[i] = static_cast<uint16_t>(std::min(limit, factor * share[i]) + chance);
  }
  return samples;
}

}  // namespace petzval::simulate
