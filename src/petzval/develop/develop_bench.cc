// Time of develop on a 12-megapixel frame: decisions, strips, and what copying the frame would
// cost.
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <functional>
#include <vector>

#include "petzval/base/parallel.h"
#include "petzval/develop/develop.h"
#include "petzval/develop/test_frame.h"

namespace petzval {
namespace {

struct Time {
  double wall_ms = 0, cpu_ms = 0;
};

double CpuMs() {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  const auto ms = [](const timeval& t) { return 1e3 * t.tv_sec + 1e-3 * t.tv_usec; };
  return ms(usage.ru_utime) + ms(usage.ru_stime);
}

// Medians of several runs.
Time Measure(int runs, const std::function<void()>& f) {
  std::vector<double> wall, cpu;
  for (int i = 0; i < runs; ++i) {
    const double cpu0 = CpuMs();
    const auto wall0 = std::chrono::steady_clock::now();
    f();
    wall.push_back(
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - wall0)
            .count());
    cpu.push_back(CpuMs() - cpu0);
  }
  std::sort(wall.begin(), wall.end());
  std::sort(cpu.begin(), cpu.end());
  return {wall[runs / 2], cpu[runs / 2]};
}

double PeakMb() {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss / 1024.0;
}

int Main(int argc, char** argv) {
  constexpr int kWidth = 4032, kHeight = 3024, kStrip = 256, kRuns = 7;
  if (argc > 1) SetThreads(std::atoi(argv[1]));
  // Something with edges, texture, colours and a few clipped places, at the noise of ISO 400.
  RawFrame frame =
      TestFrame(kWidth, kHeight, BayerCfa(0, 0), {{0.5, 1, 0.6}}, {7.2e-4, 5.1e-5}, 1,
                [](int x, int y, int c) {
                  const double wave = 0.5 + 0.5 * std::sin(0.0009 * x * (1 + 0.0011 * y) + c);
                  const double step = ((x / 97) ^ (y / 61)) & 1 ? 0.25 : 0.04;
                  return (x / 500 + y / 500) % 9 == 0 && x % 500 < 60 ? 1.2 : step + 0.1 * wave;
                });
  std::printf("threads %d\n", Threads());
  std::vector<uint16_t> copy(static_cast<size_t>(kWidth) * kHeight);
  const Time memcpy_time = Measure(kRuns, [&] {
    std::memcpy(copy.data(), frame.mosaic.row(0), copy.size() * sizeof(uint16_t));
  });
  const auto report = [&](const char* name, const Time& t) {
    std::printf("%-36s %8.1f ms wall %8.1f ms cpu %7.1f x memcpy\n", name, t.wall_ms, t.cpu_ms,
                t.cpu_ms / std::max(0.1, memcpy_time.cpu_ms));
  };
  report("memcpy of the mosaic (24 MB)", memcpy_time);
  const double before_mb = PeakMb();

  DevelopParams params;
  const auto create = [&] {
    auto developer = Developer::Create(frame, {}, params);
    if (!developer) std::exit(1);
    return std::move(*developer);
  };
  report("create", Measure(kRuns, [&] { create(); }));
  const Developer developer = create();
  Image<float> strip(kWidth, kStrip, 3);
  const auto render = [&](const Developer& d) {
    for (int y = 0; y < kHeight; y += kStrip) {
      d.Render({0, y, kWidth, std::min(kStrip, kHeight - y)}, &strip);
    }
  };
  report("render, all strips", Measure(kRuns, [&] { render(developer); }));
  std::printf("peak memory beyond frame and copy, with a strip of output: %.0f MB\n",
              PeakMb() - before_mb);

  frame.warp = WarpRectilinear{};
  frame.warp->plane.resize(3);
  for (int p = 0; p < 3; ++p) frame.warp->plane[p].radial = {1.0, 0.02 + 0.001 * p, -0.01, 0.002};
  const Developer warped = create();
  report("render with lens correction", Measure(kRuns, [&] { render(warped); }));
  frame.warp.reset();

  params.luma_noise_reduction = params.chroma_noise_reduction = 0;
  report("create without noise reduction", Measure(kRuns, [&] { create(); }));
  return 0;
}

}  // namespace
}  // namespace petzval

int main(int argc, char** argv) { return petzval::Main(argc, argv); }
