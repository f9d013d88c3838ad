// How long a sensor of 12 MP takes to be read: photons counted, noise added, rounded.
#include <benchmark/benchmark.h>

#include "petzval/base/parallel.h"
#include "petzval/simulate/exposure/exposure.h"

namespace petzval::simulate {
namespace {

void ReadTwelveMegapixels(benchmark::State& state) {
  SetThreads(1);
  Sensor sensor = *FindSensor("quad50-1um");
  if (state.range(0) == 1) sensor.binning = Binning::kDigital;
  ExposureJob job;
  job.sensor = &sensor;
  job.readout = *MakeReadout(sensor, ReadoutMode::kBinned, 400);
  Image<float> signal(4096, 3072);
  for (int y = 0; y < signal.height(); ++y) {
    for (int x = 0; x < signal.width(); ++x) {
      signal.At(x, y) = 0.9f * static_cast<float>(x) / 4096;
    }
  }
  const FixedPattern pattern =
      MakeFixedPattern(sensor, job.readout, signal.width(), signal.height(), 1);
  job.pattern = &pattern;
  for (auto _ : state) {
    benchmark::DoNotOptimize(ReadSensor(job, signal).At(5, 5));
    ++job.frame;
  }
  state.counters["mp_per_s"] = benchmark::Counter(12.58 * static_cast<double>(state.iterations()),
                                                  benchmark::Counter::kIsRate);
}
BENCHMARK(ReadTwelveMegapixels)->ArgName("digital")->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace petzval::simulate

BENCHMARK_MAIN();
