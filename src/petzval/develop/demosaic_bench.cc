// build/bench/demosaic: time of the demosaic for 12 megapixels on one thread, beside memcpy.
//
// Prints CPU time (median and best of several runs), megapixels per second, and the ratio to
// copying the same bytes (mosaic in, three planes out: 16 bytes per pixel read or written).
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <ctime>
#include <functional>
#include <random>
#include <vector>

#include "petzval/base/parallel.h"
#include "petzval/develop/demosaic.h"

namespace {

double CpuSeconds() {
  timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

struct Times {
  double median_ms, best_ms;
};
Times Measure(const std::function<void()>& f, int runs) {
  std::vector<double> ms;
  f();
  for (int i = 0; i < runs; ++i) {
    const double start = CpuSeconds();
    f();
    ms.push_back(1e3 * (CpuSeconds() - start));
  }
  std::sort(ms.begin(), ms.end());
  return {ms[ms.size() / 2], ms[0]};
}

}  // namespace

int main() {
  constexpr int kWidth = 4032, kHeight = 3024, kRuns = 9;
  petzval::SetThreads(1);
  petzval::Image<float> mosaic(kWidth, kHeight), rgb;
  std::mt19937 random(1);
  for (int y = 0; y < kHeight; ++y) {
    for (int x = 0; x < kWidth; ++x) {
      mosaic.At(x, y) = 0.5f + 0.4f * std::sin(0.01f * x) + 1e-6f * (random() & 0xffff);
    }
  }
  const auto time = [&](petzval::MosaicCoding coding) {
    return Measure([&] { petzval::DemosaicBayer(mosaic.view(), 0, 0, coding, &rgb); }, kRuns);
  };
  const Times demosaic = time(petzval::MosaicCoding::kEven);
  const Times linear = time(petzval::MosaicCoding::kLinear);

  // The same traffic: 4 bytes read and 12 written per pixel, as copies of 8 bytes per pixel.
  std::vector<char> from(size_t{8} * kWidth * kHeight, 1), to(from.size());
  const Times copy = Measure([&] { std::memcpy(to.data(), from.data(), from.size()); }, kRuns);

  const double megapixels = 1e-6 * kWidth * kHeight;
  fmt::print(
      "{{\"megapixels\": {:.2f}, \"threads\": 1, \"median_ms\": {:.1f}, \"best_ms\": {:.1f}, "
      "\"linear_median_ms\": {:.1f}, \"megapixels_per_s\": {:.1f}, \"memcpy_ms\": {:.1f}, "
      "\"ratio_to_memcpy\": {:.1f}}}\n",
      megapixels, demosaic.median_ms, demosaic.best_ms, linear.median_ms,
      1e3 * megapixels / demosaic.median_ms, copy.median_ms, demosaic.median_ms / copy.median_ms);
  return 0;
}
