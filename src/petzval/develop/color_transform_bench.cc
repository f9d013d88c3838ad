// What calibrated colour costs: 12 megapixels in blocks that stay in the cache, as develop does it.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "petzval/base/parallel.h"
#include "petzval/develop/color_transform.h"
#include "petzval/develop/test_frame.h"

namespace petzval {
namespace {

constexpr int kColumns = 512, kRows = 256;  // of a block
constexpr int kBlocks = 12000000 / (kColumns * kRows);

ColorTransform Transform(ColorFitKind kind) {
  const Vec3 d50 = XyzFromChromaticity(kWhiteD50);
  Mat3 m{{{{0.66, 0.25, 0}, {0.25, 0.93, 0}, {0.04, -0.3, 0}}}};
  for (int i = 0; i < 3; ++i) m[i][2] = d50[i] - m[i][0] - m[i][1];
  ColorTransform color;
  color.matrix = color.fit = ColorFit::FromMatrix(m);
  color.fit.kind = kind;
  color.fit.coefficient.resize(ColorTermCount(kind));
  color.fit.coefficient[3] = {{0.05, 0, 0.01}};
  color.fit.coefficient[5] = {{-0.05, 0, -0.01}};
  // Twelve corners, as the 214 training spectra have about.
  for (int i = 0; i < 12; ++i) {
    const double a = 2 * M_PI * i / 12;
    color.hull.push_back({0.34 + 0.22 * std::cos(a), 0.35 + 0.18 * std::sin(a)});
  }
  return color;
}

// A picture: soft colours from shadow to light, one in sixteen blocks saturated.
void Fill(bool dark, std::vector<float>* planes) {
  planes->resize(3 * kColumns * kRows);
  TestNoise random(1);
  for (int i = 0; i < kColumns * kRows; ++i) {
    const bool vivid = i / 1024 % 16 == 0;
    const double level = (dark ? 0.004 : 0.2) * std::exp2(2 * std::sin(i * 1e-3));
    for (int c = 0; c < 3; ++c) {
      const double tint = vivid && c == i / 4096 % 3 ? 0.05 : 0.8 + 0.4 * random.Uniform();
      (*planes)[c * kColumns * kRows + i] = static_cast<float>(level * tint);
    }
  }
}

void Run(benchmark::State& state, ColorFitKind kind, bool dark) {
  NoiseModel noise;
  noise.plane.fill({1.0 / 5000, 4.0 / 25e6});
  const PixelTransform t =
      kind == ColorFitKind::kMatrix
          ? PixelTransform::FromMatrix(RgbFromXyzD50(kRec2020) * Transform(kind).matrix.AsMatrix())
          : PixelTransform::FromCalibration(Transform(kind), BalanceNoise(noise, {{2, 1, 1.6}}));
  std::vector<float> picture;
  Fill(dark, &picture);
  SetThreads(2);
  for (auto _ : state) {
    ParallelFor(2, [&](int thread) {
      thread_local std::vector<float> work;
      // A block is copied first: what came out of the last one is no camera colour. `copy` below
      // measures that alone.
      for (int b = thread; b < kBlocks; b += 2) {
        work = picture;
        for (int y = 0; y < kRows; ++y) {
          float* row = work.data() + y * kColumns;
          t.Apply(row, row + kColumns * kRows, row + 2 * kColumns * kRows, kColumns);
        }
        benchmark::DoNotOptimize(work.data());
      }
    });
  }
}

void Copy(benchmark::State& state) {
  std::vector<float> picture;
  Fill(false, &picture);
  for (auto _ : state) {
    ParallelFor(2, [&](int thread) {
      thread_local std::vector<float> work;
      for (int b = thread; b < kBlocks; b += 2) {
        work = picture;
        benchmark::DoNotOptimize(work.data());
      }
    });
  }
}

BENCHMARK(Copy)->Name("copy")->MeasureProcessCPUTime()->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(Run, matrix, ColorFitKind::kMatrix, false)
    ->MeasureProcessCPUTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(Run, root2, ColorFitKind::kRootPolynomial2, false)
    ->MeasureProcessCPUTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(Run, root2_dark, ColorFitKind::kRootPolynomial2, true)
    ->MeasureProcessCPUTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(Run, root3, ColorFitKind::kRootPolynomial3, false)
    ->MeasureProcessCPUTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace petzval

BENCHMARK_MAIN();
