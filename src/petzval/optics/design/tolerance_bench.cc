// Speed of tolerancing: 1000 systems of a double Gauss, 5 fields, 3 colours, about 200 rays each.
#include <benchmark/benchmark.h>

#include "petzval/base/parallel.h"
#include "petzval/optics/design/tolerance.h"
#include "petzval/optics/lens/test_surface.h"

namespace {

using namespace petzval::optics;

// A double Gauss 100 mm f/2 of model glasses (numbers of a well-known test lens, rounded).
Lens DoubleGauss() {
  Lens lens;
  lens.name = "double Gauss";
  AddSurface(56.20, 8.75, "SSK2", &lens);
  AddSurface(152.29, 0.5, "", &lens);
  AddSurface(37.68, 12.5, "SK2", &lens);
  AddSurface(0, 3.8, "F5", &lens);
  AddSurface(24.23, 16.37, "", &lens);
  AddSurface(0, 13.75, "", &lens);
  AddSurface(-28.38, 3.8, "F5", &lens);
  AddSurface(0, 11.0, "SK16", &lens);
  AddSurface(-37.93, 0.5, "", &lens);
  AddSurface(177.41, 7.0, "SK16", &lens);
  AddSurface(-79.41, 61.09, "", &lens);
  lens.glasses = {ModelGlass("SSK2", 1.6223, 53.2), ModelGlass("SK2", 1.6074, 56.7),
                  ModelGlass("F5", 1.6034, 38.0), ModelGlass("SK16", 1.6204, 60.3)};
  lens.stop = 5;
  lens.aperture.value = 50;
  lens.fields.values = {0, 10, 14};
  lens.spectrum.um = {0.4861, 0.5876, 0.6563};
  lens.spectrum.primary = 1;
  return lens;
}

void MonteCarloDoubleGauss(benchmark::State& state) {
  petzval::SetThreads(static_cast<int>(state.range(0)));
  const LensModel model = *MakeModel(DoubleGauss());
  const auto set = *ToleranceParameters(model.lens);
  MonteCarloOptions trials;
  trials.systems = 1000;
  trials.required_mtf = 0.1;
  for (auto _ : state) {
    const auto run = RunMonteCarlo(model, set, trials);
    if (!run) state.SkipWithError("no run");
    benchmark::DoNotOptimize(run);
  }
  state.counters["systems/s"] = benchmark::Counter(1000.0 * static_cast<double>(state.iterations()),
                                                   benchmark::Counter::kIsRate);
}
BENCHMARK(MonteCarloDoubleGauss)
    ->Arg(1)
    ->Arg(2)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime()
    ->MeasureProcessCPUTime();

void SensitivityDoubleGauss(benchmark::State& state) {
  petzval::SetThreads(1);
  const LensModel model = *MakeModel(DoubleGauss());
  const auto set = *ToleranceParameters(model.lens);
  for (auto _ : state) benchmark::DoNotOptimize(ComputeSensitivity(model, set));
}
BENCHMARK(SensitivityDoubleGauss)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
