// Worlds: files that are wrong, exact colours, meetings, shadows, motion, and every shipped scene.
#include "petzval/simulate/world/world.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>
#include <vector>

namespace petzval::simulate {
namespace {

// The start of a small scene: an even light and one view.
constexpr char kStart[] = R"(schema = 1
name = "test"
title = "A test"
key_light = "even"
illuminance_lux = 500
)";
constexpr char kRest[] = R"(
[[light]]
name = "even"
kind = "uniform"
light = "D50"
illuminance_lux = 500
[[view]]
name = "front"
[[material]]
name = "grey"
colours = ["grey 0.5"]
)";

Result<World> LoadText(const std::string& text) {
  const std::string path = ::testing::TempDir() + "petzval_world_test.toml";
  std::ofstream(path) << text;
  auto world = World::Load(path);
  std::remove(path.c_str());
  return world;
}
Result<World> Small(const std::string& more) {
  return LoadText(kStart + std::string(kRest) + more);
}

std::string ErrorOf(const std::string& more) {
  const auto world = Small(more);
  return world ? "loaded" : world.error().message;
}

SceneRays OneRay(Vec3 from, Vec3 way, float time = 0) {
  SceneRays rays;
  rays.Resize(1);
  const double length = std::sqrt(way[0] * way[0] + way[1] * way[1] + way[2] * way[2]);
  rays.x[0] = static_cast<float>(from[0]);
  rays.y[0] = static_cast<float>(from[1]);
  rays.z[0] = static_cast<float>(from[2]);
  rays.dx[0] = static_cast<float>(way[0] / length);
  rays.dy[0] = static_cast<float>(way[1] / length);
  rays.dz[0] = static_cast<float>(way[2] / length);
  rays.time[0] = time;
  return rays;
}

SceneHit HitOf(const SceneTracer& tracer, const SceneRays& rays) {
  SceneHit hit;
  tracer.Hits(rays, &hit);
  return hit;
}

float RadianceOf(const SceneTracer& tracer, const SceneRays& rays, uint8_t channel,
                 bool emitters = true) {
  float value = -1;
  tracer.Radiance(rays, std::span<const uint8_t>(&channel, 1), emitters, &value);
  return value;
}

TEST(WorldFile, SaysWhatIsWrongAndWhere) {
  EXPECT_EQ(ErrorOf(""), "loaded");
  EXPECT_NE(ErrorOf("[[sphere]]\nmaterial = \"grey\"\nradius_m = 1\n").find("radius_mm"),
            std::string::npos);
  const std::string negative = ErrorOf("[[sphere]]\nmaterial = \"grey\"\nradius_mm = -3\n");
  EXPECT_NE(negative.find("line 19"), std::string::npos) << negative;
  EXPECT_NE(ErrorOf("[[sphere]]\nmaterial = \"gray\"\nradius_mm = 3\n").find("did you mean 'grey'"),
            std::string::npos);
  EXPECT_NE(ErrorOf("[[spere]]\nradius_mm = 3\n").find("sphere"), std::string::npos);
  EXPECT_NE(ErrorOf("[[material]]\nname = \"x\"\ncolours = [\"grey 1.5\"]\n").find("grey 0..1"),
            std::string::npos);
  EXPECT_NE(ErrorOf("[[material]]\nname = \"x\"\ncolours = [\"colorchecker24/dark_skim\"]\n")
                .find("dark"),
            std::string::npos);
  EXPECT_NE(ErrorOf("[[material]]\nname = \"x\"\ncolours = [\"#12345\"]\n").find("#rrggbb"),
            std::string::npos);
  EXPECT_NE(ErrorOf("[[material]]\nname = \"x\"\ncolours = [\"grey 1\"]\npattern = \"brick\"\n")
                .find("bricks"),
            std::string::npos);
  EXPECT_NE(ErrorOf("[[material]]\nname = \"x\"\ncolours = [\"grey 1\"]\npattern = \"text\"\n")
                .find("two colours"),
            std::string::npos);
  EXPECT_NE(ErrorOf("[[box]]\nmaterial = \"grey\"\nsize_mm = [1, 0, 1]\n").find("positive"),
            std::string::npos);
  EXPECT_NE(ErrorOf("[[box]]\nmaterial = \"grey\"\nsize_mm = [1, 2]\n").find("three numbers"),
            std::string::npos);
  EXPECT_NE(ErrorOf("[[blend]]\nmaterial = \"grey\"\ncell_mm = 1\nparts = [[\"ball\", 0, 0]]\n")
                .find("a part is"),
            std::string::npos);
  EXPECT_NE(ErrorOf("[[blend]]\nmaterial = \"grey\"\ncell_mm = 0.1\nparts = [[\"ball\", 0, 0, 0, "
                    "900, 900, 900, 0]]\n")
                .find("cell_mm"),
            std::string::npos);
  EXPECT_NE(ErrorOf("[[balls]]\nmaterial = \"grey\"\ncentre_mm = [0, 0, 0]\nextent_mm = [1, 1, 1]\n"
                    "radius_mm = [5, 2]\n")
                .find("ascending"),
            std::string::npos);
  EXPECT_NE(ErrorOf("[[light]]\nname = \"x\"\nkind = \"dome\"\nlight = \"D51\"\n"
                    "illuminance_lux = 1\n")
                .find("D5"),
            std::string::npos);
  EXPECT_NE(ErrorOf("[[view]]\nname = \"up\"\ntarget_mm = [0, 5, 0]\n").find("target"),
            std::string::npos);
  const std::string crowd = ErrorOf(
      "[[hair]]\nmaterial = \"grey\"\ncentre_mm = [0, 0, 0]\nextent_mm = [1, 1, 1]\n"
      "length_mm = [1, 2]\nradius_mm = [1, 2]\npoints = 64\ncount = 1000000\n");
  EXPECT_NE(crowd.find("line 24"), std::string::npos) << crowd;
  EXPECT_NE(crowd.find("more than 4000000 pieces"), std::string::npos) << crowd;
  EXPECT_NE(ErrorOf("[[balls]]\nmaterial = \"grey\"\ncentre_mm = [0, 0, 0]\nextent_mm = [1, 1, 1]\n"
                    "radius_mm = [1, 2]\ncount = 1000000000\n")
                .find("count"),
            std::string::npos);
  EXPECT_NE(ErrorOf("[[tube]]\nmaterial = \"grey\"\npoints_mm = [[0, 0, 0], [9, 0, 0]]\n"
                    "bead_gap_mm = 1e-30\n")
                .find("beads"),
            std::string::npos);
  EXPECT_NE(ErrorOf("[[sphere]]\nmaterial = \"grey\"\nradius_mm = nan\n").find("radius_mm"),
            std::string::npos);
  EXPECT_NE(ErrorOf("[[sphere]]\nmaterial = \"grey\"\nradius_mm = 1\nposition_mm = [0, inf, 0]\n")
                .find("position_mm"),
            std::string::npos);
  EXPECT_NE(ErrorOf("[[view]]\nname = \"v\"\ndolly = true\n").find("equivalent_mm"),
            std::string::npos);
  EXPECT_FALSE(World::Load("portait-garden"));
  EXPECT_FALSE(LoadText(kStart));  // no light, no view
}

TEST(World, PatchHasTheRadianceOfItsSpectrum) {
  const auto world = World::Load("chart-wall");
  ASSERT_TRUE(world) << world.error().message;
  const auto tracer = world->At(0, 0, CieObserver1931());
  const auto set = FindReflectances("colorchecker24");
  const auto light = FindLight("D50");
  ASSERT_TRUE(set && light);
  const SceneChart* chart = nullptr;
  for (const SceneChart& c : world->charts()) {
    if (c.name == "colorchecker24") chart = &c;
  }
  ASSERT_NE(chart, nullptr);
  const double lux = 683 * Integral(*light, CieObserver1931()[1]);
  // Corners are those of the corner patches, whose pitch is 1 and whose side is 0.88.
  const double wide = 5.88, high = 3.88;
  for (int patch = 0; patch < 24; ++patch) {
    const double u = (patch % 6 + 0.44) / wide, v = (patch / 6 + 0.44) / high;
    Vec3 p;
    for (int i = 0; i < 3; ++i) {
      p[i] = chart->corner_mm[0][i] + u * (chart->corner_mm[1][i] - chart->corner_mm[0][i]) +
             v * (chart->corner_mm[3][i] - chart->corner_mm[0][i]);
    }
    for (uint8_t c = 0; c < 3; ++c) {
      const double expected =
          1000 / lux / M_PI * Integral(set->reflectance[patch] * CieObserver1931()[c], *light);
      EXPECT_NEAR(RadianceOf(*tracer, OneRay({}, p), c), expected, 1e-5 * expected) << patch;
    }
  }
}

TEST(World, MeetsShapesWhereTheyAre) {
  const auto world = Small(R"(
[[sphere]]
name = "ball"
material = "grey"
position_mm = [0, 0, 1000]
radius_mm = 100
[[quad]]
name = "wall"
material = "grey"
position_mm = [0, 0, 2000]
width_mm = 1000
height_mm = 1000
[[tube]]
name = "rod"
material = "grey"
points_mm = [[300, -500, 1500], [300, 500, 1500]]
radius_mm = 10
)");
  ASSERT_TRUE(world) << world.error().message;
  const auto tracer = world->At(0, 0, CieObserver1931());
  SceneHit hit = HitOf(*tracer, OneRay({}, {{0, 0, 1}}));
  ASSERT_TRUE(hit.hit);
  EXPECT_NEAR(hit.z, 900, 1e-2);
  EXPECT_EQ(world->objects()[hit.object - 1], "ball");
  hit = HitOf(*tracer, OneRay({{200, 0, 0}}, {{0, 0, 1}}));
  EXPECT_NEAR(hit.z, 2000, 1e-2);
  EXPECT_EQ(world->objects()[hit.object - 1], "wall");
  hit = HitOf(*tracer, OneRay({{300, 0, 0}}, {{0, 0, 1}}));
  EXPECT_NEAR(hit.z, 1490, 1e-1);
  EXPECT_EQ(world->objects()[hit.object - 1], "rod");
  EXPECT_FALSE(HitOf(*tracer, OneRay({}, {{0, 0, -1}})).hit);
  EXPECT_EQ(RadianceOf(*tracer, OneRay({}, {{0, 0, -1}}), 1), 0);

  // Rays that are none meet nothing.
  SceneRays broken = OneRay({}, {{0, 0, 1}});
  broken.dx[0] = std::nanf("");
  EXPECT_FALSE(HitOf(*tracer, broken).hit);
  EXPECT_EQ(RadianceOf(*tracer, broken, 0), 0);

  uint8_t blocked = 9;
  const float near = 850, far = 950;
  tracer->Occluded(OneRay({}, {{0, 0, 1}}), std::span<const float>(&near, 1), &blocked);
  EXPECT_EQ(blocked, 0);
  tracer->Occluded(OneRay({}, {{0, 0, 1}}), std::span<const float>(&far, 1), &blocked);
  EXPECT_EQ(blocked, 1);
}

TEST(World, ShadowsAndCosinesOfAParallelLight) {
  const auto world = Small(R"(
[[light]]
name = "sun"
kind = "parallel"
light = "D50"
illuminance_lux = 1000
towards = [0, 1, -1]
shadow = true
[[quad]]
name = "floor"
material = "grey"
position_mm = [0, -500, 2000]
turn_deg = [90, 0, 0]
width_mm = 4000
height_mm = 4000
[[sphere]]
material = "grey"
position_mm = [0, 0, 1500]
radius_mm = 100
)");
  ASSERT_TRUE(world) << world.error().message;
  const auto tracer = world->At(0, 0, CieObserver1931());
  // Y in W: 683 * Y * pi / 0.5 is the illuminance.
  const auto lux = [&](Vec3 point) {
    return 683 * M_PI / 0.5 *
           RadianceOf(*tracer,
                      OneRay({{0, 3000, -500}}, {{point[0], point[1] - 3000, point[2] + 500}}), 1);
  };
  EXPECT_NEAR(lux({{800, -500, 2000}}), 500 + 1000 * std::sqrt(0.5), 1);
  EXPECT_NEAR(lux({{0, -500, 2000}}), 500, 0.1);  // behind the ball on the way to the light
}

TEST(World, ThingsMoveStraightDuringTheExposure) {
  const auto world = Small(R"(
[[object]]
name = "mover"
position_mm = [0, 0, 1000]
velocity_mm_s = [1000, 0, 0]
[[box]]
object = "mover"
material = "grey"
position_mm = [0, -50, 0]
size_mm = [100, 100, 100]
[[object]]
name = "turner"
position_mm = [0, 2000, 1000]
spin_deg_s = [0, 0, 90]
[[sphere]]
object = "turner"
material = "grey"
position_mm = [500, 0, 0]
radius_mm = 50
)");
  ASSERT_TRUE(world) << world.error().message;
  const auto tracer = world->At(0, 1, CieObserver1931());
  EXPECT_TRUE(HitOf(*tracer, OneRay({}, {{0, 0, 1}}, 0)).hit);
  EXPECT_FALSE(HitOf(*tracer, OneRay({}, {{0, 0, 1}}, 1)).hit);
  const SceneHit hit = HitOf(*tracer, OneRay({{500, 0, 0}}, {{0, 0, 1}}, 0.5f));
  ASSERT_TRUE(hit.hit);
  EXPECT_NEAR(hit.vx, 1000, 0.1);
  EXPECT_NEAR(hit.vy, 0, 0.1);
  EXPECT_NEAR(hit.z, 950, 0.1);
  // After a second the ball has turned to the top.
  const auto later = world->At(1, 1, CieObserver1931());
  const SceneHit ball = HitOf(*later, OneRay({{0, 2500, 0}}, {{0, 0, 1}}));
  ASSERT_TRUE(ball.hit);
  EXPECT_NEAR(ball.vx, -500 * M_PI / 2, 1);
}

TEST(World, EmittersShineWhenAskedTo) {
  const auto world = Small(R"(
[[emitter]]
name = "lamp"
position_mm = [0, 0, 1000]
radius_mm = 20
luminance_nits = [5000, 5000]
light = "A"
[[quad]]
material = "grey"
position_mm = [0, 0, 2000]
width_mm = 1000
height_mm = 1000
)");
  ASSERT_TRUE(world) << world.error().message;
  ASSERT_EQ(world->emitters().size(), 1u);
  EXPECT_NEAR(XyzAbsolute(world->emitters()[0].radiance)[1], 5000, 1e-6 * 5000);
  const auto tracer = world->At(0, 0, CieObserver1931());
  EXPECT_NEAR(683 * tracer->EmitterRadiance(0, 1), 5000, 1e-6 * 5000);
  EXPECT_NEAR(683 * RadianceOf(*tracer, OneRay({}, {{0, 0, 1}}), 1), 5000, 1e-2);
  EXPECT_EQ(RadianceOf(*tracer, OneRay({}, {{0, 0, 1}}), 1, false), 0);
}

TEST(World, LeavesAreCutOut) {
  const auto world = Small(R"(
[[material]]
name = "disc"
colours = ["grey 0.5"]
cut = "disc"
[[quad]]
material = "disc"
position_mm = [0, 0, 1000]
width_mm = 200
height_mm = 200
)");
  ASSERT_TRUE(world) << world.error().message;
  const auto tracer = world->At(0, 0, CieObserver1931());
  EXPECT_TRUE(HitOf(*tracer, OneRay({{65, 65, 0}}, {{0, 0, 1}})).hit);
  EXPECT_FALSE(HitOf(*tracer, OneRay({{80, 80, 0}}, {{0, 0, 1}})).hit);
}

// Rays through a grid of the first view.
SceneRays GridOf(const SceneView& view, int side) {
  SceneRays rays;
  rays.Resize(static_cast<size_t>(side) * side);
  const double half = 0.4 * 43.27 / (view.equivalent_mm > 0 ? view.equivalent_mm : 50);
  for (int i = 0; i < side * side; ++i) {
    const double x = half * (2.0 * (i % side + 0.5) / side - 1);
    const double y = 0.66 * half * (2.0 * (i / side + 0.5) / side - 1);
    const SceneRays one =
        OneRay(view.pose.position_mm, view.pose.world_from_camera * Vec3{{x, y, 1}}, 0.5f);
    rays.x[i] = one.x[0];
    rays.y[i] = one.y[0];
    rays.z[i] = one.z[0];
    rays.dx[i] = one.dx[0];
    rays.dy[i] = one.dy[0];
    rays.dz[i] = one.dz[0];
    rays.time[i] = 0.5f;
  }
  return rays;
}

TEST(Scenes, AllLoadAndShowSomethingAlike) {
  const std::vector<std::string> names = World::Names();
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(PETZVAL_SOURCE_DIR "/data/scenes")) {
    files += entry.path().extension() == ".toml";
  }
  EXPECT_EQ(static_cast<int>(names.size()), files);
  for (const std::string& name : names) {
    const auto world = World::Load(name);
    ASSERT_TRUE(world) << world.error().message;
    EXPECT_EQ(world->name(), name);
    EXPECT_GT(world->illuminance_lux(), 0);
    const auto tracer = world->At(0, 0.02, CieObserver1931());
    const auto again = world->At(0, 0.02, CieObserver1931());
    for (const SceneView& view : world->views()) {
      const SceneRays rays = GridOf(view, 40);
      const std::vector<uint8_t> which(rays.size(), 1);
      std::vector<float> first(rays.size()), second(rays.size());
      std::vector<SceneHit> hits(rays.size());
      tracer->Radiance(rays, which, true, first.data());
      again->Radiance(rays, which, true, second.data());
      tracer->Hits(rays, hits.data());
      EXPECT_EQ(first, second) << name;
      int met = 0, lit = 0;
      for (size_t i = 0; i < rays.size(); ++i) {
        ASSERT_TRUE(std::isfinite(first[i]) && first[i] >= 0) << name;
        met += hits[i].hit;
        lit += first[i] > 0;
      }
      EXPECT_GT(met, 400) << name << " " << view.name;
      EXPECT_GT(lit, 400) << name << " " << view.name;
    }
  }
}

}  // namespace
}  // namespace petzval::simulate
