// The scalar tracer on cases with known answers: roots, failures, mirrors, moved surfaces, shapes.
#include "petzval/optics/trace/trace.h"

#include <gtest/gtest.h>

#include <cmath>

#include "petzval/base/parallel.h"
#include "petzval/optics/trace/first_order.h"
#include "petzval/optics/trace/surface_shape.h"

namespace petzval::optics {
namespace {

TraceSurface Conic(double c, double k, double t, double sd = 0) {
  TraceSurface s;
  s.c = c, s.k = k, s.t = t, s.sd = sd;
  return s;
}

System Simple(std::vector<TraceSurface> surfaces, std::vector<double> n) {
  System system;
  system.surfaces = std::move(surfaces);
  system.um = {0.55};
  system.weights = {1};
  system.n = {std::move(n)};
  return system;
}

// The vector tracer must say the same of every ray.
void ExpectSame(const System& system, const Ray& ray, bool clip) {
  const RayResult want = TraceRay(system, 0, ray, clip);
  RayBatch<double> batch;
  batch.Resize(1);
  batch.Set(0, ray);
  RayResults<double> results;
  Tracer(system, 0).Trace(batch, clip, &results);
  EXPECT_EQ(results.status[0], static_cast<uint8_t>(want.status));
  if (want.status != RayStatus::kOk) return;
  EXPECT_NEAR(results.x[0], want.x, 1e-11);
  EXPECT_NEAR(results.y[0], want.y, 1e-11);
  EXPECT_NEAR(results.opl[0], want.opl, 1e-11);
}

// Rays from all sides: each hit must lie on the vertex sheet, where the sag formula puts it.
TEST(TraceRay, ConicsAreHitOnTheVertexSheet) {
  for (const double k : {-9.0, -2.5, -1.0, -0.5, 0.0, 1.5, 30.0}) {
    for (const double c : {0.1, -0.1}) {
      const System system = Simple({Conic(c, k, 5)}, {1, 1.000001});
      int hit = 0, missed = 0;
      for (int i = -9; i <= 9; ++i) {
        for (int j = -8; j <= 8; ++j) {
          Ray ray{0.3, 1.7 * i, -20, 0.05, std::sin(0.15 * j), 0};
          ray.n = std::sqrt(1 - ray.l * ray.l - ray.m * ray.m);
          std::vector<RayHit> hits;
          const RayResult result = TraceRay(system, 0, ray, false, &hits);
          ExpectSame(system, ray, false);
          if (result.status != RayStatus::kOk) {
            EXPECT_EQ(result.status, RayStatus::kMissed);
            EXPECT_EQ(result.surface, 0);
            ++missed;
            continue;
          }
          ++hit;
          const double r2 = hits[0].x * hits[0].x + hits[0].y * hits[0].y;
          const double arg = 1 - (1 + k) * c * c * r2;
          ASSERT_GE(arg, -1e-9);
          EXPECT_NEAR(hits[0].z, c * r2 / (1 + std::sqrt(std::max(arg, 0.0))),
                      1e-7 * (1 + std::abs(hits[0].z)));
          // And it is where the ray goes: the step is along the direction.
          const double s = (hits[0].z - ray.z) / ray.n;
          EXPECT_NEAR(hits[0].y, ray.y + s * ray.m, 1e-9);
        }
      }
      EXPECT_GT(hit, 5);
      if (k > -1) {
        EXPECT_GT(missed, 10) << k;
      }
    }
  }
}

// Stigmatic surfaces: all rays meet in one point with equal paths.
TEST(TraceRay, CartesianSurfacesAreStigmatic) {
  const double n = 1.5, f = 50;
  // From air into glass, parallel light to a point: an ellipsoid with k = -1/n^2.
  const double r = f * (n - 1) / n;
  const System into = Simple({Conic(1 / r, -1 / (n * n), f)}, {1, n});
  // Out of glass into air: a hyperboloid with k = -n^2.
  const System out = Simple({Conic(-1 / (f * (n - 1)), -n * n, f)}, {n, 1});
  for (const System& system : {into, out}) {
    const RayResult axis = TraceRay(system, 0, {0, 0, -3}, false);
    for (const double y : {1.0, 5.0, 14.0}) {
      const RayResult ray = TraceRay(system, 0, {0.3 * y, y, -3}, false);
      ASSERT_EQ(ray.status, RayStatus::kOk);
      EXPECT_NEAR(ray.x, 0, 1e-12);
      EXPECT_NEAR(ray.y, 0, 1e-12);
      EXPECT_NEAR(ray.opl, axis.opl, 1e-12);
    }
  }
}

TEST(TraceRay, FailuresAreToldApart) {
  // A sphere of 10 mm radius, glass to air on its far side, and an aperture.
  const System system =
      Simple({Conic(0.1, 0, 3, 8), Conic(-0.05, 0, 2), Conic(0, 0, 10, 3)}, {1, 1.8, 1, 1});
  RayBatch<double> batch;
  const std::vector<Ray> rays = {{0, 1, -1}, {0, 12, -1}, {0, 9, -1}, {0, 7.5, -1}, {3.9, 0, -1}};
  batch.Resize(rays.size());
  for (size_t i = 0; i < rays.size(); ++i) batch.Set(i, rays[i]);
  RayResults<double> results;
  Tracer(system, 0).Trace(batch, true, &results);
  const std::vector<RayStatus> want = {RayStatus::kOk, RayStatus::kMissed, RayStatus::kClipped,
                                       RayStatus::kTotalReflection, RayStatus::kOk};
  for (size_t i = 0; i < rays.size(); ++i) {
    EXPECT_EQ(results.status[i], static_cast<uint8_t>(want[i])) << i;
    EXPECT_EQ(TraceRay(system, 0, rays[i], true).status, want[i]) << i;
  }
  EXPECT_EQ(results.CountOk(), 2u);
  // Without clipping the third gets past the first surface.
  EXPECT_EQ(TraceRay(system, 0, rays[2], false).surface, 1);
  EXPECT_EQ(TraceRay(system, 0, rays[2], true).surface, 0);
  EXPECT_EQ(TraceRay(system, 0, rays[3], true).surface, 1);
}

TEST(TraceRay, EdgesCutWhatTheySay) {
  const auto passes = [](EdgeKind kind, double x, double y) {
    TraceSurface s = Conic(0, 0, 1, 5);
    s.edge = Edge{kind, 3, 0, 2};
    if (kind == EdgeKind::kRectangle) s.edge->half_y_mm = 1;
    const System system = Simple({s}, {1, 1});
    ExpectSame(system, {x, y, -1}, true);
    return TraceRay(system, 0, {x, y, -1}, true).status == RayStatus::kOk;
  };
  EXPECT_TRUE(passes(EdgeKind::kRectangle, 2.9, 0.9));
  EXPECT_FALSE(passes(EdgeKind::kRectangle, 3.1, 0.9));
  EXPECT_FALSE(passes(EdgeKind::kRectangle, 2.9, -1.1));
  EXPECT_TRUE(passes(EdgeKind::kDCut, -2.9, 4));
  EXPECT_FALSE(passes(EdgeKind::kDCut, -3.1, 0));
  EXPECT_FALSE(passes(EdgeKind::kDCut, 2.9, 4.2));  // outside the clear diameter
  EXPECT_TRUE(passes(EdgeKind::kAnnulus, 0, 2.1));
  EXPECT_FALSE(passes(EdgeKind::kAnnulus, 0, -1.9));
  EXPECT_TRUE(passes(EdgeKind::kCircle, 0, 0));
}

// A parabolic mirror: parallel light to its focus, equal paths, positive lengths.
TEST(TraceRay, ParabolicMirror) {
  TraceSurface mirror = Conic(-1.0 / 200, -1, -100);
  mirror.mirror = true;
  System system = Simple({mirror}, {1, -1});
  Lens lens;
  lens.aperture.value = 20;
  const FirstOrder first = ComputeFirstOrder(lens, system, 0);
  EXPECT_NEAR(first.efl, 100, 1e-12);
  EXPECT_NEAR(first.bfl, -100, 1e-12);
  for (const double y : {0.0, 10.0, 40.0}) {
    const RayResult ray = TraceRay(system, 0, {0, y, -150}, false);
    ASSERT_EQ(ray.status, RayStatus::kOk);
    EXPECT_NEAR(ray.y, 0, 1e-12);
    EXPECT_NEAR(ray.opl, 250, 1e-12);
    ExpectSame(system, {0, y, -150}, false);
  }
}

// A plane mirror at 45 degrees turns the axis; what follows stands on the new one.
TEST(TraceRay, FoldedPath) {
  const auto turned = [](double degrees) {
    FrameMotion motion;
    const double a = degrees * M_PI / 180;
    motion.rotation = {{{1, 0, 0}, {0, std::cos(a), std::sin(a)}, {0, -std::sin(a), std::cos(a)}}};
    motion.carries = true;
    return motion;
  };
  TraceSurface fold = Conic(0, 0, 0);
  fold.mirror = true;
  fold.motion = turned(45);
  TraceSurface after = Conic(0, 0, -30);
  after.motion = turned(45);
  const System folded =
      Simple({Conic(0, 0, 20), fold, after, Conic(-0.01, 0, -5), Conic(0.01, 0, -40)},
             {1, 1, -1, -1, -1.5, -1});
  const System straight =
      Simple({Conic(0, 0, 50), Conic(0.01, 0, 5), Conic(-0.01, 0, 40)}, {1, 1, 1.5, 1});
  for (const double y : {0.0, 2.0, -5.0}) {
    const Ray ray{1, y, 0, 0, 0.02, std::sqrt(1 - 0.0004)};
    const RayResult a = TraceRay(folded, 0, ray, false), b = TraceRay(straight, 0, ray, false);
    ASSERT_EQ(a.status, RayStatus::kOk);
    EXPECT_NEAR(a.x, b.x, 1e-12);
    EXPECT_NEAR(std::abs(a.y), std::abs(b.y), 1e-12);
    EXPECT_NEAR(a.opl, b.opl, 1e-11);
    ExpectSame(folded, ray, false);
  }
}

TEST(Shape, SlopesAreDerivativesOfTheSag) {
  TraceSurface power = Conic(0.02, -3, 0), qcon = power, qbfs = power, toroid = power;
  power.a = {0, 0, 1e-3, 2e-4, -1e-5, 0, 1e-7};
  qcon.q_kind = AsphereKind::kQcon, qbfs.q_kind = AsphereKind::kQbfs;
  qcon.norm_mm = qbfs.norm_mm = 8;
  qcon.q = qbfs.q = {0.1, -0.2, 0.05, 0.03, -0.01, 0.02};
  toroid.toroid = true, toroid.c_x = 0.05, toroid.a = {0, 0, 0, 0, 1e-5};
  for (const TraceSurface& s : {power, qcon, qbfs, toroid}) {
    for (const double x : {-3.0, 0.0, 4.0}) {
      for (const double y : {-2.0, 0.0, 5.0}) {
        const double h = 1e-5;
        const Shape shape = ShapeAt(s, x, y);
        ASSERT_TRUE(shape.valid);
        EXPECT_NEAR(shape.dz_dx, (ShapeAt(s, x + h, y).z - ShapeAt(s, x - h, y).z) / (2 * h), 1e-9);
        EXPECT_NEAR(shape.dz_dy, (ShapeAt(s, x, y + h).z - ShapeAt(s, x, y - h).z) / (2 * h), 1e-9);
      }
    }
    // Curvature at the vertex, in the y-z section.
    const double h = 1e-3;
    EXPECT_NEAR(2 * ShapeAt(s, 0, h).z / (h * h), s.effective_curvature(), 1e-6);
  }
  // Fourth order at the vertex of the Forbes forms: sag minus conic minus a2 r^2.
  for (const TraceSurface& s : {qcon, qbfs}) {
    const VertexTerms terms = DepartureAtVertex(s);
    const double r = 0.02;
    const double departure = ShapeAt(s, r, 0).z - ShapeAt(Conic(s.c, s.k, 0), r, 0).z;
    EXPECT_NEAR((departure - terms.a2 * r * r) / std::pow(r, 4), terms.a4,
                2e-3 * std::abs(terms.a4));
  }
}

TEST(Shape, ForbesPolynomials) {
  // Values of Q_con at 1/4, and 1 at the rim; the second of Q_bfs is (13 - 16 x) / sqrt(19).
  const double want[] = {1, -3.5, 6.25, -6.875, 4.05859375};
  for (int m = 0; m < 5; ++m) {
    std::vector<double> q(m + 1, 0.0);
    q[m] = 1;
    double value, slope;
    EvaluateQ(MakeQBasis(AsphereKind::kQcon, q), 0.25, &value, &slope);
    EXPECT_NEAR(value, want[m], 1e-13);
    EvaluateQ(MakeQBasis(AsphereKind::kQcon, q), 1, &value, &slope);
    EXPECT_NEAR(value, 1, 1e-12);
  }
  for (const double x : {0.0, 0.3, 1.0}) {
    double value, slope;
    EvaluateQ(MakeQBasis(AsphereKind::kQbfs, {0, 1}), x, &value, &slope);
    EXPECT_NEAR(value, (13 - 16 * x) / std::sqrt(19.0), 1e-14);
    EXPECT_NEAR(slope, -16 / std::sqrt(19.0), 1e-13);
    EvaluateQ(MakeQBasis(AsphereKind::kQbfs, {0, 0, 1}), x, &value, &slope);
    EXPECT_NEAR(value, std::sqrt(2.0 / 95) * (29 - 4 * x * (25 - 19 * x)), 1e-13);
  }
}

TEST(Tracer, SameBitsForAnyNumberOfThreads) {
  TraceSurface asphere = Conic(0.02, -0.5, 3, 9);
  asphere.a = {0, 0, 0.003, 0, -2e-5, 0, 1e-7};
  const System system = Simple({Conic(0.03, 0, 4), asphere}, {1, 1.5, 1});
  RayBatch<double> rays;
  rays.Resize(50001);
  for (size_t i = 0; i < rays.size(); ++i) {
    const double a = 2.4 * static_cast<double>(i), r = 9.5 * std::sqrt(i / 50001.0);
    rays.Set(i, {r * std::cos(a), r * std::sin(a), -5});
  }
  const Tracer tracer(system, 0);
  RayResults<double> one, two;
  const int threads = Threads();
  SetThreads(1);
  tracer.Trace(rays, true, &one);
  SetThreads(2);
  tracer.Trace(rays, true, &two);
  SetThreads(threads);
  EXPECT_GT(one.CountOk(), 10000u);
  EXPECT_LT(one.CountOk(), one.size());
  EXPECT_EQ(one.status, two.status);
  EXPECT_EQ(one.x, two.x);
  EXPECT_EQ(one.y, two.y);
  EXPECT_EQ(one.opl, two.opl);
}

}  // namespace
}  // namespace petzval::optics
