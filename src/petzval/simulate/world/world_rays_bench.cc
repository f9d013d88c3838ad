// Rays per second in a scene: world_rays [SCENE] [--seconds S]. One thread, CPU time.
#include <fmt/format.h>

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <vector>

#include "petzval/base/random.h"
#include "petzval/simulate/world/world.h"

namespace {

using namespace petzval;
using namespace petzval::simulate;

double CpuSeconds() {
  timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

// Rays of the first view: coherent ones as a film sends them, 64 in a row from a 25 mm pupil to
// one point of the focal plane; else each to its own.
SceneRays MakeRays(const SceneView& view, size_t count, bool coherent) {
  SceneRays rays;
  rays.Resize(count);
  Random random(1, 0);
  const double half = 0.5 * 43.27 / (view.equivalent_mm > 0 ? view.equivalent_mm : 50);
  double px = 0, py = 0;
  for (size_t i = 0; i < count; ++i) {
    if (!coherent || i % 64 == 0) {
      const double radius = half * std::sqrt(random.Uniform()), turn = random.Uniform(0, 2 * M_PI);
      px = radius * std::cos(turn);
      py = 0.6 * radius * std::sin(turn);
    }
    const double r = 12 * std::sqrt(random.Uniform()), a = random.Uniform(0, 2 * M_PI);
    const Vec3 from{{r * std::cos(a), r * std::sin(a), 0}};
    const Vec3 to{{px * view.focus_mm, py * view.focus_mm, view.focus_mm}};
    const Vec3 d{{to[0] - from[0], to[1] - from[1], to[2]}};
    const double length = std::sqrt(d[0] * d[0] + d[1] * d[1] + d[2] * d[2]);
    const Vec3 start = view.pose.world_from_camera * from;
    const Vec3 way = view.pose.world_from_camera * d;
    rays.x[i] = static_cast<float>(view.pose.position_mm[0] + start[0]);
    rays.y[i] = static_cast<float>(view.pose.position_mm[1] + start[1]);
    rays.z[i] = static_cast<float>(view.pose.position_mm[2] + start[2]);
    rays.dx[i] = static_cast<float>(way[0] / length);
    rays.dy[i] = static_cast<float>(way[1] / length);
    rays.dz[i] = static_cast<float>(way[2] / length);
    rays.time[i] = 0.5f;
  }
  return rays;
}

template <class F>
double MillionPerSecond(size_t count, double seconds, const F& f) {
  f();
  double best = 0;
  const double start = CpuSeconds();
  do {
    const double begin = CpuSeconds();
    f();
    best = std::max(best, 1e-6 * static_cast<double>(count) / (CpuSeconds() - begin));
  } while (CpuSeconds() - start < seconds);
  return best;
}

}  // namespace

int main(int argc, char** argv) {
  std::string scene = "portrait-garden";
  double seconds = 1;
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--seconds") == 0 && i + 1 < argc) {
      seconds = std::atof(argv[++i]);
    } else {
      scene = argv[i];
    }
  }
  const auto world = World::Load(scene);
  if (!world) {
    fmt::print(stderr, "world_rays: {}\n", world.error().message);
    return 1;
  }
  const double begin = CpuSeconds();
  const auto tracer = world->At(0, 0, CieObserver1931());
  fmt::print("{}: tracer built in {:.2f} s\n", scene, CpuSeconds() - begin);
  constexpr size_t kCount = 1 << 18;
  for (const bool coherent : {true, false}) {
    const SceneRays rays = MakeRays(world->views()[0], kCount, coherent);
    const std::vector<uint8_t> which(kCount, 1);
    std::vector<float> radiance(kCount), distance(kCount, 1e5f);
    std::vector<SceneHit> hits(kCount);
    std::vector<uint8_t> blocked(kCount);
    fmt::print("{:10}: radiance {:.2f}, hits {:.2f}, occluded {:.2f} million rays / s\n",
               coherent ? "coherent" : "incoherent",
               MillionPerSecond(kCount, seconds,
                                [&] { tracer->Radiance(rays, which, true, radiance.data()); }),
               MillionPerSecond(kCount, seconds, [&] { tracer->Hits(rays, hits.data()); }),
               MillionPerSecond(kCount, seconds,
                                [&] { tracer->Occluded(rays, distance, blocked.data()); }));
  }
  return 0;
}
