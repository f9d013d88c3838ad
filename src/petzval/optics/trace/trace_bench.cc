// Rays per second through whole lenses: both precisions, one thread and all, beside the scalar
// tracer and a copy loop of the same run. Prints JSON; results are compared ray by ray.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <functional>

#include "petzval/base/parallel.h"
#include "petzval/optics/lens/lens_file.h"
#include "petzval/optics/trace/launch.h"

namespace petzval::optics {
namespace {

constexpr int kRuns = 25;
constexpr double kRun_s = 0.04;

double Now(clockid_t clock) {
  timespec time;
  clock_gettime(clock, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

// Calls per second of f: best and median of several short runs, because others share the machine.
// One thread is timed by its own clock.
struct Rate {
  double best = 0, median = 0;
};
double RunOnce(const std::function<void()>& f, clockid_t clock) {
  int calls = 0;
  const double start = Now(clock);
  double end = start;
  do {
    f();
    ++calls;
    end = Now(clock);
  } while (end - start < kRun_s);
  return calls / (end - start);
}
Rate RateOf(std::vector<double> rates) {
  std::sort(rates.begin(), rates.end());
  return {rates.back(), rates[rates.size() / 2]};
}
Rate Measure(const std::function<void()>& f) {
  f();
  std::vector<double> rates;
  for (int run = 0; run < kRuns; ++run) rates.push_back(RunOnce(f, CLOCK_THREAD_CPUTIME_ID));
  return RateOf(rates);
}

// One and two threads in turn, both by the wall's clock, so that both meet the same neighbours.
struct Threading {
  Rate one, two;
  double gain = 0;  // median of the ratios of neighbouring runs
};
Threading CompareThreads(const std::function<void()>& f) {
  std::vector<double> one, two, gain;
  for (int run = 0; run < kRuns; ++run) {
    for (const int threads : {1, 2}) {
      SetThreads(threads);
      f();
      (threads == 1 ? one : two).push_back(RunOnce(f, CLOCK_MONOTONIC));
    }
    gain.push_back(two.back() / one.back());
  }
  SetThreads(1);
  return {RateOf(one), RateOf(two), RateOf(gain).median};
}

std::string Json(const char* name, Rate rate, double rays) {
  return fmt::format("\"{}\": {{\"best\": {:.4g}, \"median\": {:.4g}}}", name, rate.best * rays,
                     rate.median * rays);
}

int Report(const std::string& name, int size, bool last) {
  const auto lens = FindLens(name);
  if (!lens) return std::fprintf(stderr, "%s\n", lens.error().message.c_str()), 1;
  const auto model = MakeModel(*lens);
  if (!model) return std::fprintf(stderr, "%s\n", model.error().message.c_str()), 1;
  // The middle of a bundle: all of it gets through at half the middle field.
  const auto& fields = lens->fields.values;
  const double field = fields[fields.size() / 2] / 2;
  const int w = model->system.primary;
  const auto launcher = Launcher::Create(*model, field, w);
  if (!launcher) return std::fprintf(stderr, "%s\n", launcher.error().message.c_str()), 1;
  std::vector<PupilPoint> points = MidpointGrid(size, true, 0.7);
  const RayBatch<double> rays = launcher->Batch(points);
  const RayBatch<float> rays32 = launcher->Batch32(points);
  const double count = static_cast<double>(rays.size());

  const Tracer tracer(model->system, w);
  RayResults<double> results;
  RayResults<float> results32;
  SetThreads(1);
  const Rate f64 = Measure([&] { tracer.Trace(rays, true, &results); });
  const Rate f32 = Measure([&] { tracer.Trace(rays32, true, &results32); });
  const Threading threads64 = CompareThreads([&] { tracer.Trace(rays, true, &results); });
  const Threading threads32 = CompareThreads([&] { tracer.Trace(rays32, true, &results32); });

  const size_t some = std::min<size_t>(rays.size(), 1000);
  double worst = 0, worst_opl = 0, worst32 = 0;
  for (size_t i = 0; i < rays.size(); ++i) {
    const Ray ray{rays.x[i], rays.y[i], rays.z[i], rays.l[i], rays.m[i], rays.n[i]};
    const RayResult r = TraceRay(model->system, w, ray, true);
    if (static_cast<uint8_t>(r.status) != results.status[i]) worst = 1e9;
    if (r.status != RayStatus::kOk) continue;
    worst = std::max({worst, std::abs(r.x - results.x[i]), std::abs(r.y - results.y[i])});
    worst_opl = std::max(worst_opl, std::abs(r.opl - results.opl[i]));
    worst32 = std::max({worst32, std::abs(r.x - results32.x[i]), std::abs(r.y - results32.y[i])});
  }
  double sink = 0;
  const Rate scalar = Measure([&] {
    for (size_t i = 0; i < some; ++i) {
      const Ray ray{rays.x[i], rays.y[i], rays.z[i], rays.l[i], rays.m[i], rays.n[i]};
      sink += TraceRay(model->system, w, ray, true).x;
    }
  });
  std::vector<uint8_t> from(1 << 18, 1), to(1 << 18);
  const Rate copy = Measure([&] {
    std::memcpy(to.data(), from.data(), from.size());
    sink += to[sink > 0 ? 5 : 6];
  });
  fmt::print("  {{\"lens\": \"{}\", \"surfaces\": {}, \"rays\": {}, \"passed\": {},\n", lens->name,
             model->system.size(), rays.size(), results.CountOk());
  fmt::print("   \"rays_per_second\": {{{},\n     {},\n     {},\n     {},\n     {}}},\n",
             Json("f64", f64, count), Json("f32", f32, count),
             Json("f64_two_threads", threads64.two, count),
             Json("f32_two_threads", threads32.two, count),
             Json("scalar", scalar, static_cast<double>(some)));
  fmt::print("   \"two_threads_over_one_wall\": {{\"f64\": {:.3g}, \"f32\": {:.3g}}},\n",
             threads64.gain, threads32.gain);
  fmt::print("   \"reference_copy_bytes_per_second\": {{\"best\": {:.4g}, \"median\": {:.4g}}},\n",
             copy.best * from.size(), copy.median * from.size());
  fmt::print(
      "   \"largest_difference_mm\": {{\"f64\": {:.3g}, \"f64_opl\": {:.3g}, \"f32\": "
      "{:.3g}}}, \"sink\": {}}}{}\n",
      worst, worst_opl, worst32, sink != 0, last ? "" : ",");
  std::fflush(stdout);
  return 0;
}

}  // namespace
}  // namespace petzval::optics

// trace [LENS...]: names or files; without any, those of the program's own lenses that are known
// from the literature on tracing speed.
int main(int argc, char** argv) {
  std::vector<std::string> names(argv + 1, argv + argc);
  if (names.empty()) {
    for (const auto& lens : petzval::optics::EmbeddedLenses()) {
      for (const char* usual : {"dgauss100f2", "cooke50f5", "phone_deeplens80"}) {
        if (lens.name == usual) names.push_back(usual);
      }
    }
  }
  int failed = 0;
  fmt::print("[\n");
  for (size_t i = 0; i < names.size(); ++i) {
    failed += petzval::optics::Report(names[i], 205, i + 1 == names.size());
  }
  fmt::print("]\n");
  return failed ? 1 : 0;
}
