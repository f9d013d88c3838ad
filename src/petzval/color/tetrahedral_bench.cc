// Time of 12 megapixels through a 33^3 table, beside a copy of the same bytes.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

#include "petzval/base/parallel.h"
#include "petzval/color/tetrahedral.h"

namespace petzval {
namespace {

constexpr int kWidth = 4000, kHeight = 3000;
constexpr size_t kValues = size_t{3} * kWidth * kHeight;

struct Random {
  uint64_t state;
  double Next() {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return static_cast<double>(state >> 40) / (1 << 24);
  }
};

// What a photograph asks of the caches: areas of slowly changing colour with edges between them,
// fine texture in some, and noise of two codes.
std::vector<uint8_t> Photo(uint64_t seed) {
  Random random{seed};
  double phase[12];
  for (double& p : phase) p = 6.2831853 * random.Next();
  std::vector<uint8_t> out(kValues);
  for (int y = 0; y < kHeight; ++y) {
    for (int x = 0; x < kWidth; ++x) {
      const double u = x / 4000.0, v = y / 3000.0;
      const double edge = std::sin(7 * u + phase[0] + 2 * std::sin(5 * v + phase[1]));
      const double light =
          (edge > 0 ? 0.55 : 0.25) + 0.15 * std::sin(3 * v + 2 * u + phase[2]) +
          (edge > 0.5 ? 0.08 * std::sin(0.9 * x + phase[3]) * std::sin(0.7 * y + phase[4]) : 0.0);
      for (int c = 0; c < 3; ++c) {
        const double tint = 1 + 0.3 * std::sin(4 * u + 3 * v + phase[5 + c]) * (edge > 0 ? 1 : 0.5);
        const double noise = 4 * (random.Next() + random.Next() - 1);
        out[3 * (static_cast<size_t>(y) * kWidth + x) + c] =
            static_cast<uint8_t>(std::clamp(255 * light * tint + noise, 0.0, 255.0));
      }
    }
  }
  return out;
}
std::vector<uint8_t> RandomColors() {
  Random random{7};
  std::vector<uint8_t> out(kValues);
  for (uint8_t& v : out) v = static_cast<uint8_t>(256 * random.Next());
  return out;
}

ColorLut Table(bool curve) {
  ColorLut lut;
  lut.cube = Lut3d::Identity(33);
  for (size_t i = 0; i < lut.cube->rgb.size(); i += 3) {
    float* p = &lut.cube->rgb[i];
    const float mean = (p[0] + p[1] + p[2]) / 3;
    for (int c = 0; c < 3; ++c) {
      const float s = mean + 1.2f * (p[c] - mean);
      p[c] = std::clamp(s * s * (3 - 2 * s), 0.0f, 1.0f);
    }
  }
  if (curve) {
    lut.curve.emplace();
    for (auto& value : lut.curve->value) {
      for (int i = 0; i < 1024; ++i) value.push_back(std::sqrt(static_cast<float>(i) / 1023));
    }
  }
  return lut;
}

void Apply8(benchmark::State& state, const std::vector<uint8_t>& in, bool curve) {
  SetThreads(static_cast<int>(state.range(0)));
  const TetrahedralLut lut(Table(curve));
  std::vector<uint8_t> out(kValues);
  for (auto _ : state) lut.Apply(in.data(), 3 * kWidth, kWidth, kHeight, out.data(), 3 * kWidth);
}
void PhotoOf8Bits(benchmark::State& state) { Apply8(state, Photo(state.range(1)), false); }
void PhotoWithCurve(benchmark::State& state) { Apply8(state, Photo(1), true); }
void AnyColors(benchmark::State& state) { Apply8(state, RandomColors(), false); }

void PhotoOf16Bits(benchmark::State& state) {
  SetThreads(static_cast<int>(state.range(0)));
  const TetrahedralLut lut(Table(false));
  const std::vector<uint8_t> codes = Photo(1);
  std::vector<uint16_t> in(codes.begin(), codes.end()), out(kValues);
  for (uint16_t& v : in) v = static_cast<uint16_t>(v * 257);
  for (auto _ : state) lut.Apply(in.data(), 3 * kWidth, kWidth, kHeight, out.data(), 3 * kWidth);
}

void PhotoOfFloats(benchmark::State& state) {
  SetThreads(static_cast<int>(state.range(0)));
  const TetrahedralLut lut(Table(false));
  const std::vector<uint8_t> codes = Photo(1);
  std::vector<float> in(kValues), out(kValues);
  constexpr size_t plane = kValues / 3;
  for (size_t i = 0; i < kValues; ++i) in[i % 3 * plane + i / 3] = codes[i] / 255.0f;
  const float* from[3] = {in.data(), in.data() + plane, in.data() + 2 * plane};
  float* to[3] = {out.data(), out.data() + plane, out.data() + 2 * plane};
  for (auto _ : state) lut.Apply(from, kWidth, kWidth, kHeight, to, kWidth);
}

void Copy(benchmark::State& state) {
  SetThreads(static_cast<int>(state.range(0)));
  const std::vector<uint8_t> in = Photo(1);
  std::vector<uint8_t> out(kValues);
  constexpr int kRows = 16;
  for (auto _ : state) {
    ParallelFor((kHeight + kRows - 1) / kRows, [&](int i) {
      const size_t from = size_t{3} * kWidth * kRows * i;
      std::memcpy(&out[from], &in[from], std::min(kValues - from, size_t{3} * kWidth * kRows));
    });
    benchmark::ClobberMemory();
  }
}

void Prepare(benchmark::State& state) {
  SetThreads(2);
  const ColorLut lut = Table(false);
  for (auto _ : state) benchmark::DoNotOptimize(TetrahedralLut(lut));
}

#define PETZVAL_BENCH(f, name) \
  BENCHMARK(f)->Name(name)->Unit(benchmark::kMillisecond)->UseRealTime()->MeasureProcessCPUTime()
PETZVAL_BENCH(PhotoOf8Bits, "12 MP, 8 bits, photo (threads/seed)")
    ->Args({2, 1})
    ->Args({2, 2})
    ->Args({1, 1});
PETZVAL_BENCH(AnyColors, "12 MP, 8 bits, random colours (threads)")->Arg(2)->Arg(1);
PETZVAL_BENCH(PhotoWithCurve, "12 MP, 8 bits, curve and cube (threads)")->Arg(2);
PETZVAL_BENCH(PhotoOf16Bits, "12 MP, 16 bits, photo (threads)")->Arg(2);
PETZVAL_BENCH(PhotoOfFloats, "12 MP, planes of floats, photo (threads)")->Arg(2);
PETZVAL_BENCH(Copy, "memcpy of 12 MP, 8 bits (threads)")->Arg(2)->Arg(1);
PETZVAL_BENCH(Prepare, "33^3 table made ready")->Arg(2);
#undef PETZVAL_BENCH

}  // namespace
}  // namespace petzval

BENCHMARK_MAIN();
