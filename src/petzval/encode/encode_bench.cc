// Time of encoding 12 megapixels; the source copies rows of a prepared picture.
#include <benchmark/benchmark.h>

#include <cstring>
#include <filesystem>
#include <vector>

#include "petzval/base/parallel.h"
#include "petzval/encode/encode.h"
#include "petzval/encode/test_picture.h"

namespace petzval {
namespace {

constexpr int kWidth = 4032, kHeight = 3024;

template <class T>
const std::vector<T>& Pixels() {
  static const std::vector<T> pixels = [] {
    std::vector<T> p(size_t{3} * kWidth * kHeight);
    const PixelSource source = TestSource(kWidth, kHeight);
    ParallelFor(kHeight, [&](int y) {
      T* row = p.data() + size_t{3} * kWidth * y;
      if constexpr (sizeof(T) == 1) {
        (void)source.strip8(y, 1, row, 0);
      } else if constexpr (sizeof(T) == 2) {
        (void)source.strip16(y, 1, row, 0);
      } else {
        (void)source.strip32f(y, 1, row, 0);
      }
    });
    return p;
  }();
  return pixels;
}

template <class T>
Status Copy(int y, int rows, T* rgb, ptrdiff_t) {
  std::memcpy(rgb, Pixels<T>().data() + size_t{3} * kWidth * y,
              sizeof(T) * 3 * kWidth * static_cast<size_t>(rows));
  return {};
}

void Encode(benchmark::State& state, const char* suffix, EncodeParams params) {
  SetThreads(static_cast<int>(state.range(0)));
  const PixelSource source{kWidth, kHeight, Copy<uint8_t>, Copy<uint16_t>, Copy<float>};
  const std::string path =
      (std::filesystem::temp_directory_path() / (std::string("petzval_bench") + suffix)).string();
  if (params.bits == 8) Pixels<uint8_t>();
  if (params.bits == 16) Pixels<uint16_t>();
  if (params.bits == 32) Pixels<float>();
  for (auto _ : state) {
    if (!EncodePicture(path, source, params, TestMetadata())) state.SkipWithError("failed");
  }
  state.counters["MB"] = static_cast<double>(std::filesystem::file_size(path)) / 1e6;
  std::filesystem::remove(path);
}

#define PETZVAL_BENCH(name, ...)               \
  BENCHMARK_CAPTURE(Encode, name, __VA_ARGS__) \
      ->Arg(1)                                 \
      ->Arg(2)                                 \
      ->MeasureProcessCPUTime()                \
      ->UseRealTime()                          \
      ->Unit(benchmark::kMillisecond)
PETZVAL_BENCH(jpeg420, ".jpg", EncodeParams{});
PETZVAL_BENCH(jpeg444, ".jpg", EncodeParams{.subsampling = ChromaSubsampling::k444});
PETZVAL_BENCH(png8, ".png", EncodeParams{});
PETZVAL_BENCH(png16, ".png", EncodeParams{.bits = 16});
PETZVAL_BENCH(tiff8, ".tif", EncodeParams{});
PETZVAL_BENCH(tiff16, ".tif", EncodeParams{.bits = 16});
PETZVAL_BENCH(tiff32f, ".tif", EncodeParams{.bits = 32});

}  // namespace
}  // namespace petzval

BENCHMARK_MAIN();
