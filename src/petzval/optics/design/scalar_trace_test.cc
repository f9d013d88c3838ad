// Rays that fail: the same ones as in the tracer of the analyses, and how far from passing.
#include "petzval/optics/design/scalar_trace.h"

#include <gtest/gtest.h>

#include <cmath>

#include "petzval/optics/trace/intersect.h"

namespace petzval::optics {
namespace {

struct Start {
  double x, y, l, m, n;
};

Start Towards(double x, double y, double m) { return {x, y, 0.1, m, std::sqrt(0.99 - m * m)}; }

// A weak surface, so that the direction at the one in question depends on numbers too, and that.
RawSystem TwoSurfaces(double c, double k, std::vector<double> a) {
  RawSystem system;
  system.layout = {2, 1};
  system.kernel.surfaces = {{0.01, 0, 0.3, {}}, {c, k, 1, std::move(a)}};
  system.kernel.n = {{1.0, 1.2, 1.5}};
  return system;
}

bool TracerMeets(const KernelSurface& surface, Start s) {
  TraceSurface of;
  of.c = surface.c;
  of.k = surface.k;
  of.a = surface.a;
  Ray ray{s.x, s.y, 0, s.l, s.m, s.n};
  double way = 0;
  return Intersect(of, &ray, &way);
}

// Converging rays reach a sphere beyond its equator, and a conic beyond its vertex sheet; an
// asphere ends where the conic under it does. No index changes: only misses fail.
TEST(ScalarTrace, SurfacesEndWhereTheTracerSaysSo) {
  const std::vector<KernelSurface> surfaces = {
      {0.5, 0, 1, {}},
      {0.5, 1.5, 1, {}},
      {-0.5, 0.4, 1, {}},
      {0.5, 3, 1, {0, 0, 0, 0, 1e-3, 0, -1e-4}},
  };
  int met[4] = {}, missed[4] = {}, careful[4] = {}, beyond = 0;
  for (size_t i = 0; i < surfaces.size(); ++i) {
    RawSystem system;
    system.layout = {1, 1};
    system.kernel.surfaces = {surfaces[i]};
    system.kernel.n = {{1.0, 1.0}};
    for (double y = 0.05; y < 4; y += 0.05) {
      for (double m = -0.7; m <= 0.5; m += 0.05) {
        const Start s = Towards(0.1, y, m);
        const RayFailure failure = MeasureFailure(system, 0, s.x, s.y, s.l, s.m, s.n, false);
        const bool traced = failure.surface < 0, meets = TracerMeets(surfaces[i], s);
        // Only what the tracer meets counts as traced; the other way around almost grazing rays
        // and, of aspheres, those close to the end of the conic may fail here alone.
        EXPECT_TRUE(!traced || meets) << i << " y " << y << " m " << m;
        met[i] += traced;
        missed[i] += !meets;
        careful[i] += meets && !traced;
        beyond += !traced && failure.depth > 0;
      }
    }
    EXPECT_GT(met[i], 300) << i;
    EXPECT_GT(missed[i], 100) << i;
    EXPECT_LT(careful[i], met[i] / (i < 3 ? 50 : 10)) << i;
  }
  EXPECT_GT(beyond, 100);
}

TEST(ScalarTrace, DepthOfAFailureHasExactDerivatives) {
  struct Case {
    const char* name;
    RawSystem system;
    Start start;
  };
  const Case cases[] = {
      {"missed", TwoSurfaces(0.5, 0, {}), Towards(0.1, 2.5, 0.1)},
      {"beyond the equator", TwoSurfaces(0.5, 0, {}), Towards(0.1, 2.95, -0.4)},
      {"beyond the vertex sheet", TwoSurfaces(0.5, 0.5, {}), Towards(0.1, 2.55, -0.5)},
      {"close to the conic's end from beyond", TwoSurfaces(0.5, 3, {0, 0, 0, 0, 1e-3, 0, -1e-4}),
       Towards(0.1, 1.2, -0.5)},
      {"beyond the conic", TwoSurfaces(0.5, 3, {0, 0, 0, 0, 1e-2, 0, -1e-3}),
       Towards(0.1, 1.2, 0.1)},
  };
  for (const Case& c : cases) {
    const auto depth = [&](const RawSystem& system, const Start& s, bool derivatives) {
      return MeasureFailure(system, 0, s.x, s.y, s.l, s.m, s.n, derivatives);
    };
    const RayFailure at = depth(c.system, c.start, true);
    ASSERT_EQ(at.surface, 1) << c.name;
    ASSERT_GT(at.depth, 1e-3) << c.name;
    ASSERT_FALSE(at.gradient.empty()) << c.name;
    constexpr double h = 1e-5;
    const RawLayout& layout = c.system.layout;
    std::vector<int> raws = {layout.C(0), layout.T(0), layout.N(0, 0), layout.C(1), layout.K(1)};
    if (!c.system.kernel.surfaces[1].a.empty()) raws.push_back(layout.A(1, 4));
    for (const int raw : raws) {
      const int surface = raw / layout.stride(), slot = raw % layout.stride();
      const KernelSurface& s = c.system.kernel.surfaces[surface];
      const double value = slot == 0                       ? s.c
                           : slot == 1                     ? s.t
                           : slot == 2                     ? s.k
                           : slot < RawLayout::kFirstIndex ? s.a[slot - RawLayout::kFirstPower + 2]
                                                           : c.system.kernel.n[0][surface + 1];
      RawSystem low = c.system, high = c.system;
      low.Set(raw, value - h);
      high.Set(raw, value + h);
      const double slope =
          (depth(high, c.start, false).depth - depth(low, c.start, false).depth) / (2 * h);
      EXPECT_NEAR(at.gradient[raw], slope, 1e-5 * (1 + std::abs(slope))) << c.name << " " << raw;
    }
    Start left = c.start, right = c.start;
    left.y -= h;
    right.y += h;
    const double slope =
        (depth(c.system, right, false).depth - depth(c.system, left, false).depth) / (2 * h);
    EXPECT_NEAR(at.by_start[1], slope, 1e-5 * (1 + std::abs(slope))) << c.name;
    EXPECT_NE(slope, 0) << c.name;
  }
}

}  // namespace
}  // namespace petzval::optics
