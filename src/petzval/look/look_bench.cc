// Time of rendering 12 megapixels, and of the tables, beside a plain copy of the same pixels.
#include <benchmark/benchmark.h>

#include <cmath>
#include <cstring>

#include "petzval/base/parallel.h"
#include "petzval/look/color_path.h"
#include "petzval/look/look.h"

namespace petzval {
namespace {

constexpr int kWidth = 4000, kHeight = 3000, kRows = 64;

Image<float> Scene(int width, int height) {
  Image<float> image(width, height, 3);
  uint32_t seed = 1;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const float base = 0.2f + 0.19f * std::sin(x * 0.011f) * std::cos(y * 0.017f);
      for (int c = 0; c < 3; ++c) {
        seed = seed * 1664525u + 1013904223u;
        const float noise = static_cast<float>(seed >> 8) / (1 << 24) - 0.5f;
        image.At(x, y, c) = base * (1 + 0.4f * std::sin(x * 0.003f + c)) + 0.01f * noise;
      }
    }
  }
  return image;
}

Rendering Make() {
  return std::move(*Rendering::Create(*LoadLook("vivid"), Scene(1024, 768), kWidth, kHeight, {},
                                      OutputSpace::kSrgb));
}

template <class T>
void RenderStrips(benchmark::State& state) {
  SetThreads(1);
  const Image<float> scene = Scene(kWidth, kRows);
  const Rendering rendering = Make();
  std::vector<T> out(static_cast<size_t>(kWidth) * kRows * 3);
  for (auto _ : state) {
    for (int y = 0; y < kHeight; y += kRows) {
      const int rows = std::min(kRows, kHeight - y);
      rendering.Render(scene, {0, y, kWidth, rows}, out.data(), kWidth * 3);
    }
  }
  state.counters["MP/s"] = benchmark::Counter(12.0, benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(RenderStrips<uint8_t>)->Unit(benchmark::kMillisecond)->Name("render 12 MP, 8 bits");
BENCHMARK(RenderStrips<uint16_t>)->Unit(benchmark::kMillisecond)->Name("render 12 MP, 16 bits");

void Copy(benchmark::State& state) {
  const Image<float> scene = Scene(kWidth, kHeight);
  Image<float> out(kWidth, kHeight, 3);
  for (auto _ : state) {
    std::memcpy(out.row(0), scene.row(0), sizeof(float) * scene.plane_stride() * 3);
    benchmark::ClobberMemory();
  }
}
BENCHMARK(Copy)->Unit(benchmark::kMillisecond)->Name("memcpy 12 MP of 3 floats");

void Analyse(benchmark::State& state) {
  SetThreads(1);
  const Image<float> proxy = Scene(1024, 768);
  const Look look = *LoadLook("vivid");
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        Rendering::Create(look, proxy, kWidth, kHeight, {}, OutputSpace::kSrgb));
  }
}
BENCHMARK(Analyse)->Unit(benchmark::kMillisecond)->Name("analyse 1024 x 768 proxy");

void Bake(benchmark::State& state) {
  SetThreads(1);
  const ColorPath path(*LoadLook("vivid"), 4, OutputSpace::kSrgb);
  for (auto _ : state) benchmark::DoNotOptimize(BakeColorTable(path, 33));
}
BENCHMARK(Bake)->Unit(benchmark::kMillisecond)->Name("bake 33^3 colour table");

}  // namespace
}  // namespace petzval

BENCHMARK_MAIN();
