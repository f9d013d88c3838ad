// Launching: real-stop aiming, finite objects, field kinds and pupil sampling.
#include "petzval/optics/trace/launch.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "petzval/base/parallel.h"

namespace petzval::optics {
namespace {

Surface Row(double radius, double thickness, const char* medium = "") {
  Surface s;
  s.radius_mm = radius, s.thickness_mm = thickness, s.medium = medium;
  return s;
}

// A retrofocus lens of a strong negative front, a stop and a positive group: the chief ray moves
// far from the paraxial pupil.
Lens Retrofocus() {
  Lens lens;
  lens.name = lens.title = lens.source = lens.licence = "test";
  lens.glasses = {ModelGlass("crown", 1.62, 60), ModelGlass("flint", 1.7, 35)};
  lens.surfaces = {Row(60, 2, "crown"), Row(11, 14),         Row(30, 5, "flint"),  Row(-45, 6),
                   Row(0, 2),           Row(60, 4, "crown"), Row(-16, 1, "flint"), Row(-40, 26)};
  lens.stop = 4;
  lens.launch = Launch::kRealStop;
  lens.aperture = {ApertureKind::kStopSemiDiameter, 3};
  lens.fields.values = {0, 30, 60};
  lens.spectrum.um = {0.4861327, 0.5875618, 0.6562725};
  lens.spectrum.primary = 1;
  return lens;
}

LensModel Model(const Lens& lens) {
  auto model = MakeModel(lens);
  EXPECT_TRUE(model) << model.error().message;
  return model ? *model : LensModel{};
}

void ExpectAimed(const LensModel& model, double field, int w, double extent) {
  const auto launcher = Launcher::Create(model, field, w);
  ASSERT_TRUE(launcher) << launcher.error().message;
  const std::vector<PupilPoint> points = MidpointGrid(21, true, extent);
  const RayBatch<double> rays = launcher->Batch(points);
  ASSERT_GT(points.size(), 250u);  // so that the pupil map is used
  const double radius = model.primary().stop_radius;
  // Over a long way rounding limits it.
  const double object = model.system.object_mm;
  const double tolerance = 4e-12 + (std::isfinite(object) ? 1e-15 * object : 0);
  size_t found = 0;
  for (size_t i = 0; i < points.size(); ++i) {
    if (rays.n[i] == 0) continue;
    ++found;
    const Ray ray{rays.x[i], rays.y[i], rays.z[i], rays.l[i], rays.m[i], rays.n[i]};
    double x, y;
    ASSERT_TRUE(TraceToStop(model.system, w, ray, &x, &y));
    EXPECT_NEAR(x / radius, points[i].x, tolerance);
    EXPECT_NEAR(y / radius, points[i].y, tolerance);
    if (i % 16) continue;
    const Ray alone = launcher->At(points[i]);
    EXPECT_NEAR(alone.x, ray.x, 1e-9);
    EXPECT_NEAR(alone.y, ray.y, 1e-9);
  }
  EXPECT_EQ(found, points.size()) << field;
}

TEST(Launch, RaysCrossTheStopWhereTheyAreWanted) {
  const LensModel model = Model(Retrofocus());
  for (const double field : {0.0, 20.0, 45.0, 62.0, -30.0}) ExpectAimed(model, field, 1, 1);
  ExpectAimed(model, 45, 0, 1);
  ExpectAimed(model, 45, 2, 1);
}

TEST(Launch, FiniteObjects) {
  Lens lens = Retrofocus();
  for (const double object : {40.0, 1000.0, 1e6}) {
    lens.object_mm = object;
    const LensModel model = Model(lens);
    for (const double field : {0.0, 25.0, 65.0}) ExpectAimed(model, field, 1, 1);
    const auto launcher = Launcher::Create(model, 25, 1, Launch::kParaxialPupil);
    ASSERT_TRUE(launcher);
    const Ray ray = launcher->At({0.5, 0.25});
    EXPECT_DOUBLE_EQ(ray.z, -object);
    EXPECT_NEAR(ray.y, -(object + model.primary().epl) * std::tan(25 * std::numbers::pi / 180),
                1e-12 * object);
    // Through the paraxial pupil.
    const double s = (model.primary().epl - ray.z) / ray.n;
    EXPECT_NEAR(ray.x + s * ray.l, 0.25 * model.primary().epd, 1e-9 * (1 + object / 1e3));
    EXPECT_NEAR(ray.y + s * ray.m, 0.125 * model.primary().epd, 1e-9 * (1 + object / 1e3));
  }
}

TEST(Launch, ParallelRaysStartOnOneWavefront) {
  const LensModel model = Model(Retrofocus());
  for (const Launch launch : {Launch::kParaxialPupil, Launch::kRealStop}) {
    const auto launcher = Launcher::Create(model, 40, 1, launch);
    ASSERT_TRUE(launcher);
    const Ray a = launcher->At({0, 0}), b = launcher->At({0.7, -0.4});
    const double along = (b.x - a.x) * a.l + (b.y - a.y) * a.m + (b.z - a.z) * a.n;
    EXPECT_NEAR(along, 0, 1e-11);
    EXPECT_EQ(a.m, b.m);
    EXPECT_NEAR(a.m, std::sin(40 * std::numbers::pi / 180), 1e-15);
  }
}

TEST(Launch, ImageHeightsAreThoseOfTheRealChiefRay) {
  Lens lens = Retrofocus();
  lens.fields.kind = FieldKind::kImageMm;
  lens.fields.values = {0, 5, 9};
  for (const double object : {kInfinity, 500.0}) {
    lens.object_mm = object;
    const LensModel model = Model(lens);
    for (const double height : {0.0, 3.0, 9.0, -6.0}) {
      const auto launcher = Launcher::Create(model, height, model.system.primary);
      ASSERT_TRUE(launcher) << launcher.error().message;
      const RayResult chief =
          TraceRay(model.system, model.system.primary, launcher->At({0, 0}), false);
      EXPECT_NEAR(chief.y, height, 1e-10);
    }
    const auto beyond = Launcher::Create(model, 900, 0);
    ASSERT_FALSE(beyond);
    EXPECT_NE(beyond.error().message.find("900"), std::string::npos);
  }
}

TEST(Launch, ObjectHeights) {
  Lens lens = Retrofocus();
  lens.fields.kind = FieldKind::kObjectMm;
  lens.fields.values = {0, 100};
  lens.object_mm = 500;
  const LensModel model = Model(lens);
  const auto launcher = Launcher::Create(model, 100, 1);
  ASSERT_TRUE(launcher);
  EXPECT_NEAR(launcher->At({0, 0}).y, 100, 1e-9);
  EXPECT_LT(launcher->field_angle_rad(), 0);
}

TEST(Launch, ImpossibleFieldsAndPointsAreReported) {
  const LensModel model = Model(Retrofocus());
  EXPECT_FALSE(Launcher::Create(model, 90, 1));
  EXPECT_FALSE(Launcher::Create(model, 89, 1));
  // Far outside the glass no ray exists.
  const auto launcher = Launcher::Create(model, 30, 1);
  ASSERT_TRUE(launcher);
  const std::vector<PupilPoint> points = {{0, 0}, {40, 0}, {0, 0.5}};
  const RayBatch<double> rays = launcher->Batch(points);
  EXPECT_EQ(rays.n[1], 0);
  RayResults<double> results;
  Tracer(model.system, 1).Trace(rays, false, &results);
  EXPECT_EQ(results.status[0], 0);
  EXPECT_EQ(results.status[1], static_cast<uint8_t>(RayStatus::kMissed));
  EXPECT_EQ(results.status[2], 0);
  EXPECT_EQ(results.CountOk(), 2u);
  EXPECT_EQ(TraceRay(model.system, 1, launcher->At({40, 0}), false).status, RayStatus::kMissed);
}

TEST(PupilGrid, SizesAndMoments) {
  EXPECT_EQ(HexapolarGrid(6).size(), 127u);
  EXPECT_EQ(HexapolarGrid(24).size(), 1801u);
  EXPECT_DOUBLE_EQ(HexapolarGrid(2)[7].x, 1);
  EXPECT_EQ(MidpointGrid(4, false).size(), 16u);
  EXPECT_DOUBLE_EQ(MidpointGrid(4, false, 2)[1].x, -0.5);
  EXPECT_DOUBLE_EQ(MidpointGrid(4, false, 2)[1].y, -1.5);
  EXPECT_EQ(MidpointGrid(4, true).size(), 12u);
  // Exact for even powers of the radius up to 4 rings - 2 and for azimuthal orders below the arms.
  for (const int rings : {1, 2, 3, 6}) {
    const PupilQuadrature q = GaussianPupil(rings, 6);
    double weight = 0, x = 0;
    std::vector<double> moments(2 * rings, 0.0);
    for (size_t i = 0; i < q.points.size(); ++i) {
      const double r2 = q.points[i].x * q.points[i].x + q.points[i].y * q.points[i].y;
      weight += q.weights[i], x += q.weights[i] * q.points[i].x;
      for (int p = 0; p < 2 * rings; ++p) moments[p] += q.weights[i] * std::pow(r2, p);
    }
    EXPECT_NEAR(weight, 1, 1e-14);
    EXPECT_NEAR(x, 0, 1e-15);
    for (int p = 0; p < 2 * rings; ++p) EXPECT_NEAR(moments[p], 1.0 / (p + 1), 1e-14);
  }
}

}  // namespace
}  // namespace petzval::optics
