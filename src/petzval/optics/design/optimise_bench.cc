// Local optimisation against fixed bars: merit reached and CPU time, from stated starts; the cost
// of a gradient against a forward trace; the time of one damped step.
#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

#include "petzval/optics/design/optimise.h"
#include "petzval/optics/design/test_lenses.h"

namespace petzval::optics {
namespace {

double CpuSeconds() {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) { return t.tv_sec + 1e-6 * t.tv_usec; };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

// Median over repetitions of the CPU time of one call.
double Median(int repetitions, int calls, const std::function<void()>& f) {
  std::vector<double> times;
  for (int i = 0; i < repetitions; ++i) {
    const double begin = CpuSeconds();
    for (int k = 0; k < calls; ++k) f();
    times.push_back((CpuSeconds() - begin) / calls);
  }
  std::nth_element(times.begin(), times.begin() + repetitions / 2, times.end());
  return times[repetitions / 2];
}

DampedResult Solve(MeritFunction& merit, double target) {
  std::vector<double> min, max;
  for (const Variable& v : merit.variables().variables()) {
    min.push_back(v.min);
    max.push_back(v.max);
  }
  DampedOptions options;
  options.max_iterations = 2000;
  options.tolerance = 1e-8;
  options.target = target * target;
  return SolveDamped(merit, merit.variables().start(), min, max, options);
}

void RunCase(const OptimiseCase& c, bool last) {
  const auto prepared = Prepare(c);
  if (!prepared) {
    fmt::print(stderr, "{}\n", prepared.error().message);
    return;
  }
  auto merit = *MeritFunction::Create(prepared->lens, prepared->spec);
  const auto start = merit.Report(merit.variables().start());
  // To the bar, as the time is defined; then on to see where it ends.
  DampedResult result;
  const double seconds = Median(5, 1, [&] {
    MeritFunction fresh = merit;
    result = Solve(fresh, 1e-3 * c.bar_um);
  });
  const auto at_bar = merit.Report(result.x);
  const DampedResult end = Solve(merit, 0);
  const auto after = merit.Report(end.x);
  fmt::print(
      "    {{\"case\": \"{}\", \"start_um\": {:.4f}, \"bar_um\": {}, \"reached_um\": {:.4f}, "
      "\"ms\": {:.2f}, \"bar_ms\": {:.0f}, \"steps\": {}, \"evaluations\": {}, "
      "\"converged_um\": {:.4f}, \"converged_steps\": {}, \"failed_rays\": {}}}{}\n",
      c.name, 1e3 * start->ray_rms, c.bar_um, 1e3 * at_bar->ray_rms, 1e3 * seconds, 1e3 * c.bar_s,
      result.iterations, result.evaluations, 1e3 * after->ray_rms, end.iterations,
      after->failed_rays, last ? "" : ",");
}

// A gradient by the adjoint sweep (one seed for each ray) against the forward trace, whole batch.
void RunGradient(const OptimiseCase& c, bool last) {
  const auto prepared = Prepare(c);
  if (!prepared) return;
  const auto set = *VariableSet::Create(prepared->lens);
  RawSystem system;
  std::vector<ChainEntry> chain;
  if (!set.Apply(set.start(), &system, &chain)) return;
  const int count = 1024;
  const auto plan = *LaunchPlan::Create(prepared->lens, prepared->lens.fields.values);
  const PupilState pupil = plan.Pupil(system, set.size(), &chain);
  std::vector<PupilPoint> points;
  while (static_cast<int>(points.size()) * plan.fields() < count) {
    for (const PupilPoint& p : HexapolarGrid(4)) points.push_back({0.9 * p.x, 0.9 * p.y});
  }
  RayBundle rays(plan, points, system.layout.wavelengths);
  rays.Trace(system, pupil);
  // The kernels themselves, so that the launch counts on neither side.
  const int n = rays.total() / rays.wavelengths() / kRayPad * kRayPad;
  ColumnPlan columns;
  columns.surfaces.resize(system.layout.surfaces);
  for (const Vary& v : prepared->lens.vary) {
    ColumnPlan::Surface& s = columns.surfaces[v.what.surface];
    if (v.what.kind == "c") {
      s.c = columns.columns++;
    } else if (v.what.kind == "t") {
      s.t = columns.columns++;
    } else {
      s.power.resize(31, -1);
      s.power[std::stoi(v.what.kind.substr(1))] = columns.columns++;
    }
  }
  std::vector<double> x(n), y(n), l(n), m(n), nn(n), opl(n), failed(n);
  std::vector<double> base(static_cast<size_t>(columns.columns) * 2 * n);
  const KernelRays start{rays.start_x().data(), rays.start_y().data(), rays.start_l().data(),
                         rays.start_m().data(), rays.start_n().data(), n};
  const KernelResults results{x.data(),  y.data(),   l.data(),     m.data(),
                              nn.data(), opl.data(), failed.data()};
  const std::vector<double> one(n, 1.0);
  KernelSeed gradient[1], jacobian[2];
  gradient[0].x = x.data();
  gradient[0].y = y.data();
  jacobian[0].x = one.data();
  jacobian[1].y = one.data();
  const double forward = Median(15, 20, [&] { TraceKernel(system.kernel, 0, start, results); });
  const std::vector<double> gx = x, gy = y;
  gradient[0].x = gx.data();
  gradient[0].y = gy.data();
  const double one_seed = Median(15, 20, [&] {
    TraceAdjointKernel(system.kernel, 0, start, gradient, 1, -1, columns, results,
                       {base.data(), 2 * n, n});
  });
  const double two_seeds = Median(15, 20, [&] {
    TraceAdjointKernel(system.kernel, 0, start, jacobian, 2, -1, columns, results,
                       {base.data(), 2 * n, n});
  });
  fmt::print(
      "    {{\"lens\": \"{}\", \"rays\": {}, \"variables\": {}, \"forward_us\": {:.1f}, "
      "\"gradient_ratio\": {:.2f}, \"jacobian_ratio\": {:.2f}, \"bar_ratio\": 4}}{}\n",
      c.lens, n, columns.columns, 1e6 * forward, one_seed / forward, two_seeds / forward,
      last ? "" : ",");
}

double StepMilliseconds(const OptimiseCase& c) {
  const auto prepared = Prepare(c);
  if (!prepared) return 0;
  auto merit = *MeritFunction::Create(prepared->lens, prepared->spec);
  const std::vector<double> x = merit.variables().start();
  std::vector<double> min(x.size(), -1e9), max(x.size(), 1e9);
  DampedOptions options;
  options.max_iterations = 5;
  options.tolerance = 0;
  int steps = 1;
  const double seconds =
      Median(9, 1, [&] { steps = SolveDamped(merit, x, min, max, options).iterations; });
  return 1e3 * seconds / steps;
}

}  // namespace
}  // namespace petzval::optics

int main() {
  using namespace petzval::optics;
  const std::vector<OptimiseCase>& cases = OptimiseCases();
  fmt::print("{{\n  \"cases\": [\n");
  for (size_t i = 0; i < cases.size(); ++i) RunCase(cases[i], i + 1 == cases.size());
  fmt::print("  ],\n  \"gradient\": [\n");
  RunGradient(cases[0], false);
  RunGradient(cases[2], false);
  RunGradient(cases[4], true);
  fmt::print("  ],\n  \"damped_step_ms\": {{\"A\": {:.3f}, \"B\": {:.3f}, \"C\": {:.3f}}}\n}}\n",
             StepMilliseconds(cases[0]), StepMilliseconds(cases[2]), StepMilliseconds(cases[4]));
}
