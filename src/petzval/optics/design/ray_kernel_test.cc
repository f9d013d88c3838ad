#include "petzval/optics/design/ray_kernel.h"

#include <gtest/gtest.h>

#include <cmath>

#include "petzval/optics/design/raw_system.h"
#include "petzval/optics/trace/golden_file.h"

namespace petzval::optics {
namespace {

// One ray through a golden lens: x, y, OPL and their derivatives by every number, as published.
void CheckJacobian(const std::string& name) {
  const nlohmann::json golden = ReadJson(OpticsData() + "/golden/" + name + ".json");
  KernelSystem system;
  const int primary = golden["primary"];
  system.n = {{1.0}};
  ColumnPlan plan;
  std::vector<std::string> names;
  const auto column = [&](const std::string& kind, int surface) {
    names.push_back(fmt::format("{}@{}", kind, surface));
    return plan.columns++;
  };
  int index = 0;
  for (const auto& from : golden["surfaces"]) {
    ++index;
    KernelSurface s;
    const double radius = from["radius"].is_null() ? 0.0 : from["radius"].get<double>();
    s.c = radius == 0 || std::isinf(radius) ? 0 : 1 / radius;
    s.k = from["conic"];
    s.t = from["thickness"];
    for (const auto& [power, value] : from["asphere"].items()) {
      const size_t p = std::stoi(power);
      if (s.a.size() <= p) s.a.resize(p + 1, 0.0);
      s.a[p] = value;
    }
    system.n[0].push_back(from["n"][primary]);
    ColumnPlan::Surface wanted;
    wanted.c = column("c", index);
    wanted.t = column("t", index);
    wanted.k = column("k", index);
    wanted.n = column("n", index);
    wanted.power.assign(s.a.size(), -1);
    for (size_t p = 2; p < s.a.size(); ++p) {
      wanted.power[p] = column(fmt::format("A{}", p), index);
    }
    system.surfaces.push_back(std::move(s));
    plan.surfaces.push_back(std::move(wanted));
  }
  const auto& expected = golden["extra"]["ray_jacobian"];
  const auto filled = [](double v) { return std::vector<double>(kRayPad, v); };
  const std::vector<double> x = filled(expected["start"][0]), y = filled(expected["start"][1]);
  const std::vector<double> l = filled(expected["direction"][0]);
  const std::vector<double> m = filled(expected["direction"][1]);
  const std::vector<double> n = filled(expected["direction"][2]), one = filled(1);
  std::vector<double> rx = filled(0), ry = rx, opl = rx, failed = rx;
  std::vector<double> base(static_cast<size_t>(plan.columns) * 3 * kRayPad);
  KernelSeed seeds[3];
  seeds[0].x = one.data();
  seeds[1].y = one.data();
  seeds[2].opl = one.data();
  TraceAdjointKernel(system, 0, {x.data(), y.data(), l.data(), m.data(), n.data(), kRayPad}, seeds,
                     3, -1, plan,
                     {rx.data(), ry.data(), nullptr, nullptr, nullptr, opl.data(), failed.data()},
                     {base.data(), 3 * kRayPad, kRayPad});
  ASSERT_EQ(failed[0], -1) << name;
  EXPECT_NEAR(rx[0], expected["x_y_opl"][0].get<double>(), 1e-11) << name;
  EXPECT_NEAR(ry[0], expected["x_y_opl"][1].get<double>(), 1e-11) << name;
  EXPECT_NEAR(opl[0], expected["x_y_opl"][2].get<double>(), 1e-10) << name;
  double largest[5][3] = {}, off[5][3] = {};
  for (const auto& [key, values] : expected["d"].items()) {
    const size_t group = std::string("ctnkA").find(key[0]);
    const auto at = std::find(names.begin(), names.end(), key);
    if (at == names.end()) {
      // A power that the lens does not have: only asked for where it is varied.
      continue;
    }
    for (int s = 0; s < 3; ++s) {
      for (int lane = 0; lane < kRayPad; ++lane) {
        const double got = base[(at - names.begin()) * 3 * kRayPad + s * kRayPad + lane];
        off[group][s] = std::max(off[group][s], std::abs(got - values[s].get<double>()));
      }
      largest[group][s] = std::max(largest[group][s], std::abs(values[s].get<double>()));
    }
  }
  for (int group = 0; group < 5; ++group) {
    for (int s = 0; s < 3; ++s) {
      EXPECT_LE(off[group][s], 1e-9 * largest[group][s]) << name << " "
                                                         << "ctnkA"[group] << " " << s;
    }
  }
}

TEST(RayKernel, DerivativesOfTheReferenceLenses) {
  if (OpticsData().empty()) GTEST_SKIP() << "the reference data are not there";
  for (const std::string& name : GoldenNames()) CheckJacobian(name);
}

TEST(RayKernel, FailuresAreFoundAndLeaveZeros) {
  KernelSystem system;
  system.n = {{1.0, 1.5, 1.0}};
  system.surfaces = {{0.1, 0, 2, {}}, {0, 0, 10, {}}};
  const int n = kRayPad;
  std::vector<double> x(n, 0.0), y(n), zero(n, 0.0), one(n, 1.0);
  // The sphere of radius 10 reaches 10 mm; beyond about 6.7 mm the plane reflects totally.
  for (int i = 0; i < n; ++i) y[i] = i;
  std::vector<double> rx(n), ry(n), failed(n), base(2 * n);
  ColumnPlan plan;
  plan.surfaces.resize(2);
  plan.surfaces[0].c = 0;
  plan.columns = 1;
  KernelSeed seed;
  seed.y = one.data();
  TraceAdjointKernel(system, 0, {x.data(), y.data(), zero.data(), zero.data(), one.data(), n},
                     &seed, 1, -1, plan,
                     {rx.data(), ry.data(), nullptr, nullptr, nullptr, nullptr, failed.data()},
                     {base.data(), n, n});
  EXPECT_EQ(failed[2], -1);
  EXPECT_NE(base[2], 0);
  for (int i = 11; i < n; ++i) {
    EXPECT_EQ(failed[i], 0) << i;
    EXPECT_EQ(base[i], 0) << i;
  }
  for (int i = 0; i < n; ++i) EXPECT_TRUE(std::isfinite(ry[i])) << i;
}

// A surface that bends back towards its rim is still met, and where the reference tracer meets it.
TEST(RayKernel, WavyAspheres) {
  KernelSystem system;
  system.n = {{1.0, 1.54}};
  KernelSurface s;
  s.c = 0.108;
  s.k = -5;
  s.t = 1;
  s.a = {0, 0, 0, 0, -0.012, 0, 4e-4, 0, -2.5e-5};
  system.surfaces = {s};
  const int n = 2 * kRayPad;
  std::vector<double> x(n), y(n), l(n), m(n), nn(n), rx(n), ry(n), failed(n);
  for (int i = 0; i < n; ++i) {
    const double angle = 0.7 * i / n;
    x[i] = 0.3;
    y[i] = -1 + 4.0 * i / n;
    l[i] = 0;
    m[i] = std::sin(angle);
    nn[i] = std::cos(angle);
  }
  TraceKernel(system, 0, {x.data(), y.data(), l.data(), m.data(), nn.data(), n},
              {rx.data(), ry.data(), nullptr, nullptr, nullptr, nullptr, failed.data()});
  for (int i = 0; i < n; ++i) EXPECT_EQ(failed[i], -1) << i;
}

TEST(RawSystem, QconPolynomials) {
  const double expected[] = {1, -3.5, 6.25, -6.875, 4.05859375};
  for (int m = 0; m < 5; ++m) {
    double value = 0, at_one = 0;
    for (int j = 0; j <= m; ++j) {
      value += QconMonomial(m, j) * std::pow(0.25, j);
      at_one += QconMonomial(m, j);
    }
    EXPECT_NEAR(value, expected[m], 1e-12);
    EXPECT_NEAR(at_one, 1, 1e-12);
  }
}

}  // namespace
}  // namespace petzval::optics
