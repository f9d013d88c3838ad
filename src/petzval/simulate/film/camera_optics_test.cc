// Lenses as cameras use them: focus, defocus, throughput, errors.
#include "petzval/simulate/film/camera_optics.h"

#include <gtest/gtest.h>

#include <cmath>

#include "petzval/optics/trace/trace.h"
#include "petzval/simulate/film/sequence.h"
#include "petzval/simulate/film/test_scenes.h"
#include "petzval/simulate/film/traced_optics.h"

namespace petzval::simulate {
namespace {

struct Fan {
  SceneRays rays;
  std::vector<float> weight;
};

// Many rays of one film point.
Fan FanOf(const CameraOptics& optics, double x, double y, int count, int wavelength = 1) {
  const Sequence sequence(3, 5);
  FilmSamples samples;
  samples.Resize(count);
  for (int i = 0; i < count; ++i) {
    samples.x_mm[i] = static_cast<float>(x), samples.y_mm[i] = static_cast<float>(y);
    samples.u[i] = sequence.At(i)[0], samples.v[i] = sequence.At(i)[1];
    samples.wavelength[i] = static_cast<uint8_t>(wavelength);
  }
  Fan fan;
  fan.weight.resize(count);
  optics.ToScene(samples, &fan.rays, fan.weight.data());
  return fan;
}

double MeanWeight(const Fan& fan) {
  double sum = 0;
  for (const float w : fan.weight) sum += w;
  return sum / static_cast<double>(fan.weight.size());
}

TEST(CameraOptics, ThinLensIsSharpWhereItIsFocused) {
  const auto optics = ThinLens(50, 2, 2000);
  ASSERT_NE(optics, nullptr);
  const Fan fan = FanOf(*optics, 5, -3, 200);
  const double film = 1 / (1 / 50.0 - 1 / 2000.0);
  for (size_t i = 0; i < fan.weight.size(); ++i) {
    const double t = (2000 - fan.rays.z[i]) / fan.rays.dz[i];
    EXPECT_NEAR(fan.rays.x[i] + t * fan.rays.dx[i], 5 * 2000 / film, 2e-3);
    EXPECT_NEAR(fan.rays.y[i] + t * fan.rays.dy[i], -3 * 2000 / film, 2e-3);
  }
}

TEST(CameraOptics, ThroughputIsTheMeanWeight) {
  const auto thin = ThinLens(50, 1.4, 700);
  auto traced = Petzval85();
  ASSERT_TRUE(traced) << traced.error().message;
  for (const CameraOptics* optics : {thin.get(), traced->get()}) {
    for (const double r : {0.0, 3.3, 12.0, 21.0}) {
      const double mean = MeanWeight(FanOf(*optics, r * 0.6, r * 0.8, 1 << 16));
      EXPECT_NEAR(mean / optics->Throughput(r), 1, 1e-3) << r;
    }
  }
  // On the axis the working f-number of photographers: N (1 + m).
  EXPECT_NEAR(thin->f_number(), 1.4 * (1 + 50.0 / (700 - 50)), 1e-3);
}

// The box of the pupil leaves nothing out: the same integral over the whole rear disc.
TEST(CameraOptics, ImportanceIsUnbiased) {
  auto lens = optics::FindLens("petzval_kodak");
  ASSERT_TRUE(lens);
  OpticsParams params;
  params.scale = 0.85;
  auto optics = TracedOptics::Create(*lens, params);
  ASSERT_TRUE(optics);
  const FocusedLens& focused = (*optics)->lens();
  const optics::Tracer tracer(focused.reversed, 1);
  constexpr int kRays = 400000;
  const double rear = 1.3 * 15 * 0.85;
  const Sequence sequence(9, 1);
  for (const double r : {0.0, 7.0, 14.0, 18.5, 21.5}) {
    optics::RayBatch<double> rays;
    rays.Resize(kRays);
    for (int i = 0; i < kRays; ++i) {
      const double rho = rear * std::sqrt(sequence.At(i)[0]), turn = 2 * M_PI * sequence.At(i)[1];
      const double x = rho * std::cos(turn), y = rho * std::sin(turn);
      const double length = std::hypot(x + r, y, focused.film_mm);
      rays.Set(i, {x, y, 0, (x + r) / length, y / length, focused.film_mm / length});
    }
    optics::RayResults<double> results;
    tracer.Trace(rays, true, &results);
    double sum = 0;
    for (int i = 0; i < kRays; ++i) {
      if (results.status[i] == 0) sum += std::pow(rays.n[i], 4);
    }
    const double whole = sum / kRays * M_PI * rear * rear / (focused.film_mm * focused.film_mm);
    EXPECT_NEAR((*optics)->Throughput(r) / whole, 1, 1e-3) << r;
    const double sampled = MeanWeight(FanOf(**optics, -r, 0, 1 << 17));
    EXPECT_NEAR(sampled / whole, 1, 1e-3) << r;
  }
}

// Single precision is enough: 0.01 mm at 2 m.
TEST(CameraOptics, SinglePrecisionIsEnough) {
  for (const char* name : {"petzval_kodak", "flagship2022_wide", "biotar"}) {
    auto lens = optics::FindLens(name);
    ASSERT_TRUE(lens);
    OpticsParams params;
    params.film_radius_mm = name[0] == 'f' ? 4 : 21;
    params.wavelengths_um = {0.546};
    auto optics = TracedOptics::Create(*lens, params);
    ASSERT_TRUE(optics) << optics.error().message;
    const FocusedLens& focused = (*optics)->lens();
    const double r = 0.6 * params.film_radius_mm;
    const Fan fan = FanOf(**optics, r, 0, 4000, 0);
    int passed = 0;
    double worst = 0;
    for (size_t i = 0; i < fan.weight.size(); ++i) {
      if (!(fan.weight[i] > 0)) continue;
      // Forward in double precision, from 2 m: does the ray come back to its film point?
      const double t = 2000 / fan.rays.dz[i];
      optics::Ray ray;
      ray.x = fan.rays.x[i] + t * fan.rays.dx[i], ray.y = fan.rays.y[i] + t * fan.rays.dy[i];
      ray.z = focused.pupil_mm - fan.rays.z[i] - t * fan.rays.dz[i];
      ray.l = -fan.rays.dx[i], ray.m = -fan.rays.dy[i], ray.n = fan.rays.dz[i];
      const auto out = optics::TraceRay(focused.forward, 0, ray, false);
      if (out.status != optics::RayStatus::kOk) continue;
      ++passed;
      const double miss = std::hypot(out.x + r, out.y);
      worst = std::max(worst, miss * 2000 / focused.focal_mm);
    }
    EXPECT_GT(passed, 1000) << name;
    EXPECT_LT(worst, 0.02) << name;
  }
}

TEST(CameraOptics, TracedIsThinNearTheAxis) {
  OpticsParams params;
  params.f_number = 16;
  params.focus_mm = 3000;
  auto traced = Petzval85(params);
  ASSERT_TRUE(traced) << traced.error().message;
  params.kind = OpticsKind::kThin;
  auto thin = Petzval85(params);
  ASSERT_TRUE(thin) << thin.error().message;
  EXPECT_NEAR((*thin)->focal_mm(), (*traced)->focal_mm(), 1e-9);
  // Scale: the picture of the same angle, from the entrance pupil. A thick lens has its pupil
  // elsewhere than its principal plane, so only to the difference in distance.
  double point[3] = {0, 20, 3000}, a[2], b[2];
  ASSERT_TRUE((*traced)->Project(point, a));
  ASSERT_TRUE((*thin)->Project(point, b));
  EXPECT_NEAR(a[1] / b[1], 1, 0.02);
  // The size of the entrance pupil.
  const Fan fan = FanOf(**traced, 0, 0, 20000);
  double widest = 0;
  for (size_t i = 0; i < fan.weight.size(); ++i) {
    if (fan.weight[i] <= 0) continue;
    widest = std::max(widest, std::hypot<double>(fan.rays.x[i], fan.rays.y[i]));
  }
  EXPECT_NEAR(widest, (*traced)->focal_mm() / 16 / 2, 0.02);
  // All rays of a film point meet the plane in focus in nearly one point.
  double sum = 0, count = 0;
  for (size_t i = 0; i < fan.weight.size(); ++i) {
    if (fan.weight[i] <= 0) continue;
    const double t = (3000 - fan.rays.z[i]) / fan.rays.dz[i];
    sum += std::pow(fan.rays.x[i] + t * fan.rays.dx[i], 2) +
           std::pow(fan.rays.y[i] + t * fan.rays.dy[i], 2);
    ++count;
  }
  EXPECT_LT(std::sqrt(sum / count), 0.05);
}

// b = A m |z - s| / z on the film.
TEST(CameraOptics, DefocusDiscOfAThinLens) {
  const double focal = 85, n = 2, focus = 2000;
  const auto optics = ThinLens(focal, n, focus);
  for (const double z : {1000.0, 4000.0, 9000.0}) {
    const int count = 4000;
    SceneRays rays;
    rays.Resize(count);
    const Sequence sequence(2, 2);
    const double radius = optics->entrance_radius_mm();
    for (int i = 0; i < count; ++i) {
      const double rho = radius * std::sqrt(sequence.At(i)[0]), turn = 2 * M_PI * sequence.At(i)[1];
      const double x = rho * std::cos(turn), y = rho * std::sin(turn);
      const double length = std::hypot(x, y, z);
      rays.x[i] = static_cast<float>(x), rays.y[i] = static_cast<float>(y), rays.z[i] = 0;
      rays.dx[i] = static_cast<float>(x / length), rays.dy[i] = static_cast<float>(y / length);
      rays.dz[i] = static_cast<float>(-z / length);
    }
    const std::vector<uint8_t> wavelength(count, 0);
    std::vector<float> x(count), y(count);
    std::vector<uint8_t> passed(count);
    optics->ToFilm(rays, wavelength, x.data(), y.data(), passed.data());
    double widest = 0;
    for (int i = 0; i < count; ++i) {
      if (passed[i]) widest = std::max(widest, std::hypot<double>(x[i], y[i]));
    }
    const double m = focal / (focus - focal);
    EXPECT_NEAR(2 * widest / (focal / n * m * std::abs(z - focus) / z), 1, 0.002) << z;
  }
}

TEST(CameraOptics, LensesOfTheFolderAreTraced) {
  int traced = 0, index = 0;
  for (const auto& entry : optics::EmbeddedLenses()) {
    if (index++ % 2 != 0) continue;  // every other one: the test has to be quick
    auto lens = optics::FindLens(std::string(entry.name));
    ASSERT_TRUE(lens);
    OpticsParams params;
    params.focus_mm = 5000;
    params.film_radius_mm = 2;
    params.wavelengths_um = {0.546};
    auto optics = MakeOptics(&*lens, 0, params);
    if (!optics) {
      EXPECT_EQ(optics.error().code, ErrorCode::kUnsupported)
          << entry.name << ": " << optics.error().message;
      continue;
    }
    ++traced;
    const Fan fan = FanOf(**optics, 0.5, 0, 4096, 0);
    EXPECT_NEAR(MeanWeight(fan) / (*optics)->Throughput(0.5), 1, 0.02) << entry.name;
    double sum = 0, weight = 0;
    double film[2], middle[3], direction[3];
    ASSERT_TRUE((*optics)->ChiefRay(0.5, 0, middle, direction)) << entry.name;
    const double t0 = (5000 - middle[2]) / direction[2];
    const double point[3] = {middle[0] + t0 * direction[0], middle[1] + t0 * direction[1], 5000};
    ASSERT_TRUE((*optics)->Project(point, film)) << entry.name;
    EXPECT_NEAR(film[0], 0.5, 1e-6) << entry.name;
    for (size_t i = 0; i < fan.weight.size(); ++i) {
      const double t = (5000 - fan.rays.z[i]) / fan.rays.dz[i];
      sum += fan.weight[i] * std::hypot(fan.rays.x[i] + t * fan.rays.dx[i] - point[0],
                                        fan.rays.y[i] + t * fan.rays.dy[i] - point[1]);
      weight += fan.weight[i];
    }
    // In focus near the axis: a spot of less than a thousandth of the focal length.
    EXPECT_LT(sum / weight / 5000, 1e-3) << entry.name;
  }
  EXPECT_GT(traced, 15);
}

// A prism is unfolded; elements cut to 7 mm pass less along one axis.
TEST(CameraOptics, PeriscopeWithCutElements) {
  auto lens = optics::FindLens("flagship2022_periscope");
  ASSERT_TRUE(lens);
  OpticsParams params;
  params.film_radius_mm = 4;
  params.wavelengths_um = {0.546};
  auto optics = MakeOptics(&*lens, 0, params);
  ASSERT_TRUE(optics) << optics.error().message;
  EXPECT_FALSE((*optics)->round());
  EXPECT_NEAR((*optics)->focal_mm(), 22.2, 0.3);
  double mean = 0;
  for (int i = 0; i < 12; ++i) {
    const double turn = 2 * M_PI * (i + 0.5) / 12;
    mean += MeanWeight(FanOf(**optics, 3 * std::cos(turn), 3 * std::sin(turn), 1 << 13, 0)) / 12;
  }
  EXPECT_NEAR(mean / (*optics)->Throughput(3), 1, 0.01);
}

TEST(CameraOptics, StopsDown) {
  OpticsParams params;
  auto open = Petzval85(params);
  params.f_number = 5.6;
  auto stopped = Petzval85(params);
  ASSERT_TRUE(open && stopped);
  const double ratio = (*open)->Throughput(0) / (*stopped)->Throughput(0);
  EXPECT_NEAR(ratio, std::pow((*stopped)->f_number() / (*open)->f_number(), 2), 1e-9);
  EXPECT_NEAR((*stopped)->f_number() / (5.6 * 2.29 / 2.2), 1, 0.03);
  // Far less vignetting.
  EXPECT_GT((*stopped)->Throughput(15) / (*stopped)->Throughput(0),
            1.3 * (*open)->Throughput(15) / (*open)->Throughput(0));
  params.f_number = 0.5;  // wider than the lens is
  auto wide = Petzval85(params);
  ASSERT_TRUE(wide);
  EXPECT_DOUBLE_EQ((*wide)->f_number(), (*open)->f_number());
}

TEST(CameraOptics, PinholeSharesTheChiefRays) {
  OpticsParams params;
  auto traced = Petzval85(params);
  params.kind = OpticsKind::kPinhole;
  auto pinhole = Petzval85(params);
  ASSERT_TRUE(traced && pinhole);
  double a[3], b[3], da[3], db[3];
  ASSERT_TRUE((*traced)->ChiefRay(9, 4, a, da));
  ASSERT_TRUE((*pinhole)->ChiefRay(9, 4, b, db));
  for (int i = 0; i < 3; ++i) {
    EXPECT_DOUBLE_EQ(a[i], b[i]);
    EXPECT_DOUBLE_EQ(da[i], db[i]);
  }
  EXPECT_EQ((*pinhole)->entrance_radius_mm(), 0);
  const Fan fan = FanOf(**pinhole, 9, 4, 4);
  EXPECT_NEAR(fan.rays.dx[2], da[0], 1e-6);
  EXPECT_NEAR(fan.weight[0], (*pinhole)->Throughput(3), 1e-7);
}

TEST(CameraOptics, Errors) {
  auto lens = optics::FindLens("petzval_kodak");
  ASSERT_TRUE(lens);
  OpticsParams params;
  const auto refuse = [&](const optics::Lens* which, double focal, const char* words) {
    const auto optics = MakeOptics(which, focal, params);
    ASSERT_FALSE(optics) << words;
    EXPECT_NE(optics.error().message.find(words), std::string::npos) << optics.error().message;
  };
  params.focus_mm = -5;
  refuse(&*lens, 0, "positive");
  params.focus_mm = 90;
  refuse(&*lens, 0, "cannot be focused as near as 90.0 mm");
  params.kind = OpticsKind::kThin;
  params.f_number = 2;
  refuse(nullptr, 100, "cannot be focused as near as 90.0 mm");
  refuse(nullptr, 0, "positive focal length");
  params.kind = OpticsKind::kPinhole;
  refuse(nullptr, 0, "positive focal length");
  params = {};
  refuse(nullptr, 50, "prescription");
  params.film_radius_mm = 0;
  refuse(&*lens, 0, "film radius");
  params = {};
  // A stop that nothing gets through: the front blocks all that the stop would pass.
  optics::Lens dark = *lens;
  optics::Edge edge;
  edge.kind = optics::EdgeKind::kAnnulus;
  edge.inner_mm = 22.9;
  dark.surfaces[0].edge = edge;
  refuse(&dark, 0, "no ray passes");
  optics::Lens tilted = *lens;
  tilted.surfaces[1].pose = optics::Pose{0, 0, 1, 0, 0, false};
  refuse(&tilted, 0, "surface 2 is tilted or decentred");
}

}  // namespace
}  // namespace petzval::simulate
