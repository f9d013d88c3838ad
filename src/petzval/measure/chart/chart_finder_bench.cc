// How long the search for a chart takes, in pictures of 2 megapixels with one and without.
#include <benchmark/benchmark.h>

#include "petzval/base/parallel.h"
#include "petzval/measure/chart/locate_chart.h"
#include "petzval/measure/chart/synthetic_chart_util.h"

namespace petzval::measure {
namespace {

SyntheticChart Scene(double read_noise) {
  SyntheticChart s = SyntheticOf("colorchecker24");
  s.width = 1800;
  s.height = 1200;
  s.area = {{{700, 400}, {1200, 430}, {1190, 760}, {690, 740}}};
  s.electrons = 2000;
  s.read_noise = read_noise;
  return s;
}

void Find(benchmark::State& state) {
  SetThreads(1);
  const SyntheticChart s = Scene(0.002);
  const Overview overview = MakeOverview(PictureOf(s));
  bool found = true;
  for (auto _ : state) found &= LocateChart(overview, s.chart).has_value();
  state.counters["found"] = found;
}
BENCHMARK(Find)->Unit(benchmark::kMillisecond);

// Noise everywhere: the most regions, and no chart.
void RefuseNoise(benchmark::State& state) {
  SetThreads(1);
  SyntheticChart s = Scene(0.1);
  s.lab.assign(24, {{30, 0, 0}});
  const Overview overview = MakeOverview(PictureOf(s));
  bool found = false;
  for (auto _ : state) found |= LocateChart(overview, s.chart).has_value();
  state.counters["found"] = found;
}
BENCHMARK(RefuseNoise)->Unit(benchmark::kMillisecond);

// Both kinds of charts are looked for.
void FindAny(benchmark::State& state) {
  SetThreads(1);
  const SyntheticChart s = Scene(0.002);
  const std::vector<Chart> charts = {*FindChart("colorchecker24"), *FindChart("colorcheckersg")};
  const Overview overview = MakeOverview(PictureOf(s));
  bool found = true;
  for (auto _ : state) found &= LocateAnyChart(overview, charts).has_value();
  state.counters["found"] = found;
}
BENCHMARK(FindAny)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace petzval::measure

BENCHMARK_MAIN();
