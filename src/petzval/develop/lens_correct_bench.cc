// Time that --lens-correct adds to a 12-megapixel frame, and what it needs of memory.
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <vector>

#include "petzval/base/parallel.h"
#include "petzval/develop/develop.h"
#include "petzval/develop/test_frame.h"
#include "petzval/optics/profile/test_profile.h"

namespace petzval {
namespace {

struct Time {
  double wall_ms = 1e9, cpu_ms = 1e9;
};

double CpuMs() {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  const auto ms = [](const timeval& t) { return 1e3 * t.tv_sec + 1e-3 * t.tv_usec; };
  return ms(usage.ru_utime) + ms(usage.ru_stime);
}

void KeepBest(const std::function<void()>& f, Time* best) {
  const double cpu0 = CpuMs();
  const auto wall0 = std::chrono::steady_clock::now();
  f();
  const std::chrono::duration<double, std::milli> wall = std::chrono::steady_clock::now() - wall0;
  best->wall_ms = std::min(best->wall_ms, wall.count());
  best->cpu_ms = std::min(best->cpu_ms, CpuMs() - cpu0);
}

int Main(int argc, char** argv) {
  constexpr int kWidth = 4096, kHeight = 3072, kStrip = 256;
  if (argc > 1) SetThreads(std::atoi(argv[1]));
  const int runs = argc > 2 ? std::atoi(argv[2]) : 7;
  RawFrame frame = TestFrame(
      kWidth, kHeight, BayerCfa(0, 0), {{0.5, 1, 0.6}}, {1e-4, 2e-6}, 1, [](int x, int y, int c) {
        const double wave = 0.5 + 0.5 * std::sin(0.0009 * x * (1 + 0.0011 * y) + c);
        return (((x / 97) ^ (y / 61)) & 1 ? 0.25 : 0.04) + 0.1 * wave;
      });
  // A program reads its profile too.
  const auto bytes =
      optics::EncodeLensProfile(optics::MakeTestProfile({}, {kWidth, kHeight, 2.0, true}));
  DevelopParams plain, corrected;
  Time load;
  for (int i = 0; i < runs; ++i) {
    KeepBest(
        [&] {
          auto profile = optics::DecodeLensProfile(bytes);
          if (!profile) std::exit(1);
          corrected.lens_profile = std::make_shared<optics::LensProfile>(std::move(*profile));
        },
        &load);
  }
  Image<float> strip(kWidth, kStrip, 3);
  Time create[2], render[2];
  for (int i = 0; i < runs; ++i) {
    for (int k = 0; k < 2; ++k) {
      std::optional<Developer> developer;
      KeepBest(
          [&] {
            auto made = Developer::Create(frame, {}, k ? corrected : plain);
            if (!made) std::exit(1);
            developer.emplace(std::move(*made));
          },
          &create[k]);
      KeepBest(
          [&] {
            for (int y = 0; y < kHeight; y += kStrip) {
              developer->Render({0, y, kWidth, std::min(kStrip, kHeight - y)}, &strip);
            }
          },
          &render[k]);
    }
  }
  const auto report = [](const char* name, const Time& t) {
    std::printf("%-36s %8.1f ms wall %8.1f ms cpu\n", name, t.wall_ms, t.cpu_ms);
  };
  std::printf("threads %d, best of %d, profile of %zu bytes\n", Threads(), runs, bytes.size());
  report("read profile", load);
  report("create", create[0]);
  report("create with lens correction", create[1]);
  report("render", render[0]);
  report("render with lens correction", render[1]);
  const Time added = {
      load.wall_ms + create[1].wall_ms - create[0].wall_ms + render[1].wall_ms - render[0].wall_ms,
      load.cpu_ms + create[1].cpu_ms - create[0].cpu_ms + render[1].cpu_ms - render[0].cpu_ms};
  report("the correction adds", added);
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  std::printf("peak memory %.0f MB\n", usage.ru_maxrss * 1024 / 1e6);
  return 0;
}

}  // namespace
}  // namespace petzval

int main(int argc, char** argv) { return petzval::Main(argc, argv); }
