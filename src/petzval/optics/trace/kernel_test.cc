// The vector kernels against the scalar tracer.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <hwy/targets.h>

#include <cmath>
#include <cstring>
#include <random>

#include "petzval/base/parallel.h"
#include "petzval/optics/trace/golden_file.h"
#include "petzval/optics/trace/launch.h"

namespace petzval::optics {
namespace {

System Simple(std::vector<TraceSurface> surfaces, std::vector<double> n) {
  System system;
  system.surfaces = std::move(surfaces);
  system.um = {0.55};
  system.weights = {1};
  system.n = {std::move(n)};
  return system;
}

TraceSurface Conic(double c, double k, double t, double sd = 0) {
  TraceSurface s;
  s.c = c, s.k = k, s.t = t, s.sd = sd;
  return s;
}

// Every form of surface in one lens.
System AllForms() {
  TraceSurface even = Conic(0.02, -0.5, 3, 9);
  even.a = {0, 0, 0.003, 0, -2e-5, 0, 1e-7};
  TraceSurface odd = Conic(-0.01, 2, 2);
  odd.a = {0, 0, 0, 1e-4, 1e-5, -1e-6};
  TraceSurface qcon = Conic(0.03, -1.2, 4);
  qcon.q_kind = AsphereKind::kQcon, qcon.norm_mm = 12, qcon.q = {0.05, -0.02, 0.01, 0.004};
  TraceSurface qbfs = Conic(-0.02, 0, 1);
  qbfs.q_kind = AsphereKind::kQbfs, qbfs.norm_mm = 12, qbfs.q = {0.06, 0.03, -0.01, 0.002, 0.001};
  TraceSurface toroid = Conic(0.015, 0, 2);
  toroid.toroid = true, toroid.c_x = -0.02;
  TraceSurface cylinder = Conic(0.01, 0, 2);
  cylinder.toroid = true, cylinder.a = {0, 0, 0, 0, 1e-6};
  TraceSurface moved = Conic(-0.02, 0, 3);
  moved.motion = FrameMotion{};
  moved.motion->offset_mm = {0.3, -0.2, 0.1};
  moved.motion->rotation = {
      {{1, 0, 0}, {0, std::cos(0.1), std::sin(0.1)}, {0, -std::sin(0.1), std::cos(0.1)}}};
  TraceSurface carrying = moved;
  carrying.motion->carries = true;
  carrying.edge = Edge{EdgeKind::kRectangle, 7, 6, 0};
  TraceSurface mirror = Conic(-0.004, -1, -30);
  mirror.mirror = true;
  TraceSurface cut = Conic(0, 0, -5, 11);
  cut.edge = Edge{EdgeKind::kAnnulus, 0, 0, 0.5};
  return Simple({Conic(0.02, 0, 4), even, odd, Conic(0, 0, 1), qcon, qbfs, toroid, cylinder, moved,
                 carrying, Conic(-0.03, -3, 5), mirror, cut},
                {1, 1.5, 1, 1.6, 1.6, 1, 1.5, 1, 1.4, 1, 1.5, 1.0, -1.0, -1.0});
}

RayBatch<double> RandomRays(size_t count, double height, double slope, unsigned seed = 1) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> uniform(-1, 1);
  RayBatch<double> rays;
  rays.Resize(count);
  for (size_t i = 0; i < count; ++i) {
    Ray ray{height * uniform(random), height * uniform(random), -5 + uniform(random)};
    ray.l = slope * uniform(random), ray.m = slope * uniform(random);
    ray.n = std::sqrt(1 - ray.l * ray.l - ray.m * ray.m);
    rays.Set(i, ray);
  }
  return rays;
}

Ray At(const RayBatch<double>& rays, size_t i) {
  return {rays.x[i], rays.y[i], rays.z[i], rays.l[i], rays.m[i], rays.n[i]};
}

// Largest differences from the scalar tracer; statuses must be the same.
struct Difference {
  double position = 0, direction = 0, path = 0;
  size_t passed = 0;
};
Difference Compare(const System& system, const RayBatch<double>& rays, bool clip) {
  const Tracer tracer(system, 0);
  RayResults<double> results;
  tracer.Trace(rays, clip, &results);
  Difference difference;
  EXPECT_EQ(results.size(), rays.size());
  EXPECT_EQ(results.opl.size(), rays.size());
  for (size_t i = 0; i < rays.size(); ++i) {
    const RayResult want = TraceRay(system, 0, At(rays, i), clip);
    EXPECT_EQ(results.status[i], static_cast<uint8_t>(want.status)) << "ray " << i;
    EXPECT_TRUE(std::isfinite(results.x[i] + results.y[i] + results.opl[i] + results.l[i] +
                              results.m[i] + results.n[i]));
    if (want.status != RayStatus::kOk) continue;
    ++difference.passed;
    const auto larger = [](double* worst, double value) { *worst = std::max(*worst, value); };
    larger(&difference.position, std::abs(results.x[i] - want.x));
    larger(&difference.position, std::abs(results.y[i] - want.y));
    larger(&difference.direction, std::abs(results.l[i] - want.l));
    larger(&difference.direction, std::abs(results.m[i] - want.m));
    larger(&difference.direction, std::abs(results.n[i] - want.n));
    larger(&difference.path, std::abs(results.opl[i] - want.opl));
  }
  return difference;
}

// Runs the test once for each SIMD target of this machine.
class EveryTarget : public testing::TestWithParam<int64_t> {
 protected:
  void SetUp() override { hwy::SetSupportedTargetsForTest(GetParam()); }
  void TearDown() override { hwy::SetSupportedTargetsForTest(0); }
};
std::vector<int64_t> Targets() {
  std::vector<int64_t> targets;
  for (int64_t left = hwy::SupportedTargets() & HWY_TARGETS; left != 0; left &= left - 1) {
    targets.push_back(left & -left);
  }
  return targets;
}
INSTANTIATE_TEST_SUITE_P(Kernels, EveryTarget, testing::ValuesIn(Targets()),
                         [](const auto& info) { return std::string(hwy::TargetName(info.param)); });

TEST_P(EveryTarget, AllFormsAgreeWithTheScalarTracer) {
  const System system = AllForms();
  const RayBatch<double> rays = RandomRays(3000, 8, 0.15);
  for (const bool clip : {false, true}) {
    const Difference difference = Compare(system, rays, clip);
    EXPECT_GT(difference.passed, clip ? 300u : 1000u);
    EXPECT_LT(difference.passed, rays.size());
    EXPECT_LT(difference.position, 1e-10);
    EXPECT_LT(difference.direction, 1e-12);
    EXPECT_LT(difference.path, 1e-10);
  }
}

// A ball's second surface is the far side of the first: every ray starts on the very sphere that it
// is to be intersected with, on the other sheet.
std::vector<System> Balls() {
  std::vector<System> systems;
  for (const double sign : {1.0, -1.0}) {
    const double c = sign / 20;
    for (const double off : {0.0, 1e-12, -1e-12, 1e-6, -1e-6, 0.01, -1.0}) {
      systems.push_back(Simple({Conic(c, 0, sign * 40 + off), Conic(-c, 0, 9)}, {1, 1.5, 1}));
    }
    systems.push_back(Simple({Conic(c, 0, sign * 20), Conic(0, 0, 30)}, {1, 1.5, 1}));
    systems.push_back(Simple({Conic(0, 0, sign * 20), Conic(-c, 0, 30)}, {1, 1.5, 1}));
    // Whole ellipsoids, long and flat, and the sphere that an asphere's search starts from.
    for (const double k : {-0.5, 0.7, 3.0}) {
      systems.push_back(Simple({Conic(c, k, sign * 40 / (1 + k)), Conic(-c, k, 9)}, {1, 1.5, 1}));
    }
    TraceSurface asphere = Conic(-c, 0, 9);
    asphere.a = {0, 0, 0, 0, 1e-7};
    systems.push_back(Simple({Conic(c, 0, sign * 40), asphere}, {1, 1.5, 1}));
  }
  return systems;
}

TEST_P(EveryTarget, Balls) {
  const RayBatch<double> rays = RandomRays(400, 6, 0.1);
  RayBatch<float> rays32;
  rays32.Resize(rays.size());
  for (size_t i = 0; i < rays.size(); ++i) rays32.Set(i, At(rays, i));
  for (const System& system : Balls()) {
    const std::string name = fmt::format("c {} t {} k {}", system.surfaces[0].c,
                                         system.surfaces[0].t, system.surfaces[0].k);
    const Difference difference = Compare(system, rays, false);
    EXPECT_GT(difference.passed, 300u) << name;
    EXPECT_LT(difference.position, 1e-11) << name;
    EXPECT_LT(difference.direction, 1e-13) << name;
    EXPECT_LT(difference.path, 1e-11) << name;
    RayResults<float> results;
    Tracer(system, 0).Trace(rays32, false, &results);
    for (size_t i = 0; i < rays.size(); ++i) {
      const RayResult want = TraceRay(system, 0, At(rays, i), false);
      ASSERT_EQ(results.status[i], static_cast<uint8_t>(want.status)) << name;
      if (want.status != RayStatus::kOk) continue;
      EXPECT_NEAR(results.x[i], want.x, 1e-5) << name;
      EXPECT_NEAR(results.y[i], want.y, 1e-5) << name;
    }
  }
}

TEST_P(EveryTarget, AnyBatchSize) {
  const System system = AllForms();
  for (const size_t count : {0, 1, 7, 8, 9, 255, 256, 257, 1000}) {
    Compare(system, RandomRays(count, 6, 0.1, 7), true);
  }
}

TEST_P(EveryTarget, ARayDoesNotDependOnItsNeighbours) {
  const System system = AllForms();
  const RayBatch<double> rays = RandomRays(300, 14, 0.4);
  const Tracer tracer(system, 0);
  RayResults<double> together, alone;
  tracer.Trace(rays, true, &together);
  for (size_t i = 0; i < rays.size(); ++i) {
    RayBatch<double> one;
    one.Resize(1);
    one.Set(0, At(rays, i));
    tracer.Trace(one, true, &alone);
    ASSERT_EQ(alone.status[0], together.status[i]);
    if (alone.status[0]) continue;
    ASSERT_EQ(alone.x[0], together.x[i]);
    ASSERT_EQ(alone.y[0], together.y[i]);
    ASSERT_EQ(alone.opl[0], together.opl[i]);
  }
}

TEST_P(EveryTarget, SinglePrecision) {
  const System system = AllForms();
  const RayBatch<double> rays = RandomRays(2000, 5, 0.1);
  RayBatch<float> rays32;
  rays32.Resize(rays.size());
  for (size_t i = 0; i < rays.size(); ++i) rays32.Set(i, At(rays, i));
  RayResults<float> results;
  Tracer(system, 0).Trace(rays32, true, &results);
  EXPECT_TRUE(results.opl.empty());
  size_t other = 0;
  double worst = 0;
  for (size_t i = 0; i < rays.size(); ++i) {
    const RayResult want = TraceRay(system, 0, At(rays, i), true);
    other += results.status[i] != static_cast<uint8_t>(want.status);
    if (results.status[i] || want.status != RayStatus::kOk) continue;
    worst = std::max({worst, std::abs(results.x[i] - want.x), std::abs(results.y[i] - want.y)});
  }
  EXPECT_LE(other, 2u);  // at an aperture's very edge
  EXPECT_LT(worst, 2e-5);
}

}  // namespace
}  // namespace petzval::optics
