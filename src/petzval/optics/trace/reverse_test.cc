// A ray that went through a lens comes back through the lens turned around.
#include "petzval/optics/trace/reverse.h"

#include <gtest/gtest.h>

#include <cmath>

#include "petzval/optics/lens/lens_file.h"
#include "petzval/optics/trace/trace.h"

namespace petzval::optics {
namespace {

// Out and back, for spheres, power aspheres and stops before the first vertex.
TEST(Reverse, RaysComeBack) {
  for (const char* name : {"petzval_kodak", "flagship2022_wide", "distagon35f14", "biotar"}) {
    const auto lens = FindLens(name);
    ASSERT_TRUE(lens) << lens.error().message;
    const auto system = MakeSystem(*lens);
    ASSERT_TRUE(system) << system.error().message;
    const auto reversed = ReversedSystem(*system);
    ASSERT_TRUE(reversed) << reversed.error().message;
    const double film = system->surfaces.back().t, radius = lens->surfaces.front().semi_diameter_mm;
    int passed = 0;
    for (int i = 0; i < 60; ++i) {
      Ray ray;
      ray.x = radius * 0.4 * std::sin(1.7 * i), ray.y = radius * 0.4 * std::cos(2.3 * i);
      ray.l = 0.1 * std::sin(0.9 * i), ray.m = 0.1 * std::cos(1.1 * i);
      ray.n = std::sqrt(1 - ray.l * ray.l - ray.m * ray.m);
      const RayResult out = TraceRay(*system, 0, ray, true);
      if (out.status != RayStatus::kOk) continue;
      ++passed;
      // In the frame of the turned lens z points to the scene: the direction is exchanged.
      const Ray back{out.x, out.y, -film, -out.l, -out.m, out.n};
      const RayResult home = TraceRay(*reversed, 0, back, true);
      ASSERT_EQ(home.status, RayStatus::kOk) << name;
      EXPECT_NEAR(home.x, ray.x, 1e-9) << name;
      EXPECT_NEAR(home.y, ray.y, 1e-9) << name;
      EXPECT_NEAR(home.l, -ray.l, 1e-10) << name;
      EXPECT_NEAR(home.m, -ray.m, 1e-10) << name;
      EXPECT_NEAR(home.n, ray.n, 1e-10) << name;
    }
    EXPECT_GT(passed, 20) << name;
  }
}

TEST(Reverse, TwiceIsTheSame) {
  const auto lens = FindLens("flagship2022_wide");
  ASSERT_TRUE(lens);
  const auto system = MakeSystem(*lens);
  ASSERT_TRUE(system);
  const auto twice = ReversedSystem(*ReversedSystem(*system));
  ASSERT_TRUE(twice);
  EXPECT_EQ(twice->stop, system->stop);
  EXPECT_EQ(twice->n, system->n);
  for (int i = 0; i < system->size(); ++i) {
    EXPECT_EQ(twice->surfaces[i].c, system->surfaces[i].c);
    EXPECT_EQ(twice->surfaces[i].a, system->surfaces[i].a);
    if (i + 1 < system->size()) {
      EXPECT_EQ(twice->surfaces[i].t, system->surfaces[i].t);
    }
  }
}

TEST(Reverse, MirrorsAreRefused) {
  const auto lens = FindLens("flagship2022_periscope");
  ASSERT_TRUE(lens);
  const auto system = MakeSystem(*lens);
  ASSERT_TRUE(system);
  const auto reversed = ReversedSystem(*system);
  ASSERT_FALSE(reversed);
  EXPECT_EQ(reversed.error().code, ErrorCode::kUnsupported);
  EXPECT_NE(reversed.error().message.find("is a mirror"), std::string::npos)
      << reversed.error().message;
}

}  // namespace
}  // namespace petzval::optics
