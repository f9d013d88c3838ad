// What the HueSatMap of a profile costs for a picture of 12 megapixels.
#include <benchmark/benchmark.h>

#include <cmath>
#include <random>

#include "petzval/base/parallel.h"
#include "petzval/develop/dcp_map.h"
#include "petzval/image/image.h"

namespace petzval {
namespace {

HueSatMap SmoothMap(int values) {
  HueSatMap map = HueSatMap::Identity(90, 30, values);
  map.srgb_values = values > 1;
  for (int v = 0; v < values; ++v) {
    for (int h = 0; h < map.hues; ++h) {
      for (int s = 1; s < map.saturations; ++s) {
        const float a = static_cast<float>(h) / 14, b = static_cast<float>(s) / 29;
        map.At(h, s, v) = {6 * b * std::sin(a), 1 + 0.1f * b * std::cos(a), 1 - 0.05f * b};
      }
    }
  }
  return map;
}

// Colours as photographs have them: mostly pale, some vivid, noise.
Image<float> Picture() {
  Image<float> picture(4000, 3000, 3);
  std::mt19937 random(1);
  std::uniform_real_distribution<float> noise(-0.01f, 0.01f);
  for (int y = 0; y < picture.height(); ++y) {
    for (int x = 0; x < picture.width(); ++x) {
      const float u = static_cast<float>(x) / 500, v = static_cast<float>(y) / 400;
      picture.At(x, y, 0) = 0.4f + 0.3f * std::sin(u) + noise(random);
      picture.At(x, y, 1) = 0.4f + 0.3f * std::sin(v) + noise(random);
      picture.At(x, y, 2) = 0.4f + 0.3f * std::sin(u + v) + noise(random);
    }
  }
  return picture;
}

void BM_HueSatMap12Mp(benchmark::State& state) {
  const DcpMap map(SmoothMap(static_cast<int>(state.range(0))));
  Image<float> picture = Picture();
  const int threads = Threads();
  SetThreads(static_cast<int>(state.range(1)));
  for (auto _ : state) {
    ParallelFor(picture.height(), [&](int y) {
      map.Apply(picture.row(y, 0), picture.row(y, 1), picture.row(y, 2), picture.width());
    });
  }
  SetThreads(threads);
}
BENCHMARK(BM_HueSatMap12Mp)
    ->ArgNames({"values", "threads"})
    ->Args({1, 1})
    ->Args({1, 2})
    ->Args({16, 2})
    ->Unit(benchmark::kMillisecond)
    ->MeasureProcessCPUTime()
    ->UseRealTime();

}  // namespace
}  // namespace petzval

BENCHMARK_MAIN();
