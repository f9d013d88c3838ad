// Time of rendering 12 megapixels: with every effect, with the default look, through a table alone,
// beside a plain copy of the same pixels.
#include <benchmark/benchmark.h>

#include <cmath>
#include <cstring>
#include <string>
#include <utility>

#include "petzval/base/parallel.h"
#include "petzval/color/tetrahedral.h"
#include "petzval/look/color_path.h"
#include "petzval/look/look.h"
#include "petzval/look/render_tables.h"

namespace petzval {
namespace {

constexpr int kWidth = 4000, kHeight = 3000;

// Areas of slowly changing light and colour with noise, and lamps.
Image<float> Scene(int width, int height) {
  Image<float> image(width, height, 3);
  uint32_t seed = 1;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const float u = static_cast<float>(x) / width, v = static_cast<float>(y) / height;
      float base = 0.2f + 0.19f * std::sin(u * 44) * std::cos(v * 51);
      if (std::sin(u * 60) * std::sin(v * 45) > 0.97f) base = 6;
      for (int c = 0; c < 3; ++c) {
        seed = seed * 1664525u + 1013904223u;
        const float noise = static_cast<float>(seed >> 8) / (1 << 24) - 0.5f;
        image.At(x, y, c) = base * (1 + 0.4f * std::sin(u * 12 + c)) + 0.01f * noise;
      }
    }
  }
  return image;
}

Look EveryFeature() {
  Look look = *LoadLook("vivid");
  const std::pair<const char*, const char*> settings[] = {
      {"grain_amount", "4"},
      {"halation", "0.4"},
      {"bloom", "0.2"},
      {"texture", "40"},
      {"vignette", "0.5"},
      {"vignette_added", "0.7"},
      {"shadow_chroma", "0.03"},
      {"highlight_chroma", "0.03"},
      {"warmth", "20"},
      {"saturation", "20"},
      {"hue_chroma", "1.1,1,0.9,1,1,1.2,1,1"},
      {"hue_shift_deg", "3,0,-5,0,0,4,0,0"},
      {"hue_lightness", "0.1,0,0,-0.1,0,-0.2,0,0"},
      {"curve", "0,-2,-2,0,1,2,2,1,0"},
  };
  for (const auto& [name, value] : settings) {
    if (!SetLookValue(&look, name, value)) std::abort();
  }
  return look;
}

Rendering Make(const Look& look) {
  return std::move(
      *Rendering::Create(look, Scene(1024, 768), kWidth, kHeight, {}, OutputSpace::kSrgb));
}

// The whole picture, its pixels read from memory and written to it.
template <class T>
void Render(benchmark::State& state, const Look& look) {
  SetThreads(static_cast<int>(state.range(0)));
  const Image<float> scene = Scene(kWidth, kHeight);
  const Rendering rendering = Make(look);
  std::vector<T> out(static_cast<size_t>(kWidth) * kHeight * 3);
  for (auto _ : state) rendering.Render(scene, {0, 0, kWidth, kHeight}, out.data(), kWidth * 3);
}
void EveryFeature8(benchmark::State& state) { Render<uint8_t>(state, EveryFeature()); }
void Default8(benchmark::State& state) { Render<uint8_t>(state, *LoadLook("authentic")); }
void Default16(benchmark::State& state) { Render<uint16_t>(state, *LoadLook("authentic")); }

void TableAlone(benchmark::State& state) {
  SetThreads(static_cast<int>(state.range(0)));
  const Image<float> scene = Scene(kWidth, kHeight);
  std::vector<uint8_t> in(static_cast<size_t>(kWidth) * kHeight * 3), out(in.size());
  for (int y = 0; y < kHeight; ++y) {
    for (int x = 0; x < kWidth; ++x) {
      for (int c = 0; c < 3; ++c) {
        in[(static_cast<size_t>(y) * kWidth + x) * 3 + c] = static_cast<uint8_t>(
            255 * std::min(1.0f, std::sqrt(std::max(0.0f, scene.At(x, y, c)))));
      }
    }
  }
  ColorLut lut;
  lut.cube = Lut3d::Identity(33);
  for (float& v : lut.cube->rgb) v = v * v * (3 - 2 * v);
  const TetrahedralLut table(lut);
  for (auto _ : state) {
    table.Apply(in.data(), 3 * kWidth, kWidth, kHeight, out.data(), 3 * kWidth);
  }
}

void Copy(benchmark::State& state) {
  SetThreads(static_cast<int>(state.range(0)));
  const Image<float> scene = Scene(kWidth, kHeight);
  Image<float> out(kWidth, kHeight, 3);
  out.Fill(0);
  for (auto _ : state) {
    ParallelFor(3 * kHeight, [&](int i) {
      std::memcpy(out.row(i % kHeight, i / kHeight), scene.row(i % kHeight, i / kHeight),
                  sizeof(float) * kWidth);
    });
    benchmark::ClobberMemory();
  }
}

void Analyse(benchmark::State& state) {
  SetThreads(static_cast<int>(state.range(0)));
  const Image<float> proxy = Scene(1024, 768);
  const Look look = state.range(1) ? EveryFeature() : *LoadLook("authentic");
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        Rendering::Create(look, proxy, kWidth, kHeight, {}, OutputSpace::kSrgb));
  }
}

void Bake(benchmark::State& state) {
  SetThreads(static_cast<int>(state.range(0)));
  const ColorPath path(EveryFeature(), 4, OutputSpace::kSrgb);
  for (auto _ : state) benchmark::DoNotOptimize(BakeColorTable(path, kColorTableSize));
}

#define PETZVAL_BENCH(f, name) \
  BENCHMARK(f)->Name(name)->Unit(benchmark::kMillisecond)->UseRealTime()->MeasureProcessCPUTime()
PETZVAL_BENCH(EveryFeature8, "12 MP, 8 bits, every feature (threads)")->Arg(2)->Arg(1);
PETZVAL_BENCH(Default8, "12 MP, 8 bits, authentic (threads)")->Arg(2)->Arg(1);
PETZVAL_BENCH(Default16, "12 MP, 16 bits, authentic (threads)")->Arg(2);
PETZVAL_BENCH(TableAlone, "12 MP, 8 bits, 33^3 table alone (threads)")->Arg(2);
PETZVAL_BENCH(Copy, "memcpy of 12 MP of 3 floats (threads)")->Arg(2);
PETZVAL_BENCH(Analyse, "analyse 1024 x 768 proxy (threads/every feature)")
    ->Args({2, 1})
    ->Args({2, 0});
PETZVAL_BENCH(Bake, "bake the colours of a picture, every feature (threads)")->Arg(2);
#undef PETZVAL_BENCH

}  // namespace
}  // namespace petzval

BENCHMARK_MAIN();
