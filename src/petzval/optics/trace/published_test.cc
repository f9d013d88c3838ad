// Listings that other programs printed: CODE V, OpticStudio and ray-optics.
#include <gtest/gtest.h>

#include <cmath>

#include "petzval/optics/lens/lens_file.h"
#include "petzval/optics/trace/golden_file.h"
#include "petzval/optics/trace/launch.h"

namespace petzval::optics {
namespace {

class Published : public testing::Test {
 protected:
  void SetUp() override {
    if (OpticsData().empty()) GTEST_SKIP() << "the reference data are not beside the sources";
  }
  void Load(const std::string& lens_name, const std::string& listing_name) {
    const auto lens = ReadLensFile(OpticsData() + "/lenses/" + lens_name + ".toml");
    ASSERT_TRUE(lens) << lens.error().message;
    const auto model = MakeModel(*lens);
    ASSERT_TRUE(model) << model.error().message;
    model_ = *model;
    listing_ = ReadJson(OpticsData() + "/published/" + listing_name + ".json");
  }
  double Number(const char* key) const { return listing_[key].get<double>(); }

  LensModel model_;
  nlohmann::json listing_;
};

TEST_F(Published, CodeVDoubleGauss) {
  Load("dgauss100f2_codev", "codev_dgauss100f2");
  const FirstOrder& first = model_.primary();
  const auto& printed = listing_["first_order"];
  EXPECT_NEAR(first.efl, printed["EFL"].get<double>(), 5e-5);
  EXPECT_NEAR(first.bfl, printed["BFL"].get<double>(), 5e-5);
  EXPECT_NEAR(first.ffl, printed["FFL"].get<double>(), 5e-5);
  EXPECT_NEAR(first.epl, printed["entrance_pupil_from_s1"].get<double>(), 5e-5);
  EXPECT_NEAR(first.xpd, printed["exit_pupil_diameter"].get<double>(), 5e-5);
  EXPECT_NEAR(first.xpl + first.image_distance,
              printed["exit_pupil_from_last_surface"].get<double>(), 5e-5);

  const int w = model_.system.primary;
  const double relative = listing_["stop_radius_for_relative_1"];
  for (const auto& given : listing_["rays"]) {
    const double degrees = given["field_deg"];
    const auto launcher = Launcher::Create(model_, degrees, w);
    ASSERT_TRUE(launcher);
    const auto& xyz = given["surface_xyz"];
    const auto aim = [&](double x, double y) {
      return launcher->At({x / first.stop_radius, y / first.stop_radius});
    };
    const RayResult chief = TraceRay(model_.system, w, launcher->At({0, 0}), false);
    std::vector<RayHit> hits;
    const int stop = model_.system.stop;
    TraceRay(model_.system, w, aim(xyz[stop][0], xyz[stop][1]), false, &hits);
    ASSERT_EQ(hits.size(), xyz.size());
    for (size_t i = 0; i < hits.size(); ++i) {
      EXPECT_NEAR(hits[i].x, xyz[i][0].get<double>(), 2e-6);
      EXPECT_NEAR(hits[i].y, xyz[i][1].get<double>(), 2e-6);
      EXPECT_NEAR(hits[i].z, xyz[i][2].get<double>(), 2e-6);
    }
    if (given.contains("chief")) {
      EXPECT_NEAR(chief.y, given["chief"]["y"].get<double>(), 1e-6);
    }
    if (!given.contains("at_relative_stop")) continue;
    for (const auto& row : given["at_relative_stop"]) {
      // The relative coordinates are printed with two digits, the largest are those of the ray.
      const double px = row["stop_x_rel"], py = row["stop_y_rel"];
      if (std::max(std::abs(px), std::abs(py)) != 1 || degrees != 0) continue;
      const RayResult ray = TraceRay(model_.system, w, aim(px * relative, py * relative), false);
      EXPECT_NEAR(ray.x - chief.x, row["dx"].get<double>(), 1e-6);
      EXPECT_NEAR(ray.y - chief.y, row["dy"].get<double>(), 1e-6);
    }
  }
}

TEST_F(Published, OpticStudioTriplet) {
  Load("cooke50f5", "opticstudio_cooke50f5");
  const FirstOrder& first = model_.primary();
  EXPECT_NEAR(first.efl, Number("EFL"), 1e-11);
  EXPECT_NEAR(first.f_number, Number("FNO"), 1e-12);
  EXPECT_NEAR(first.epl, Number("entrance_pupil_from_s1"), 1e-11);
  EXPECT_NEAR(first.xpd, Number("exit_pupil_diameter"), 1e-6);
  EXPECT_NEAR(first.xpl, Number("exit_pupil_from_image"), 1e-6);
  EXPECT_NEAR(first.lagrange, Number("lagrange"), 1e-12);
}

TEST_F(Published, OpticStudioSinglet) {
  Load("singlet_stop2", "opticstudio_singlet_stop2");
  const FirstOrder& first = model_.primary();
  EXPECT_NEAR(first.efl, Number("EFL"), 5e-7);
  EXPECT_NEAR(first.epl, Number("entrance_pupil_from_s1"), 5e-7);
  EXPECT_NEAR(first.xpd, Number("exit_pupil_diameter"), 5e-6);
  for (int w = 0; w < 3; ++w) {
    const auto launcher = Launcher::Create(model_, 0, w);
    ASSERT_TRUE(launcher);
    RayResults<double> results;
    Tracer(model_.system, w).Trace(launcher->Batch(HexapolarGrid(6)), false, &results);
    double sum = 0, largest = 0;
    for (size_t i = 0; i < results.size(); ++i) {
      const double r = 1e3 * std::hypot(results.x[i], results.y[i]);
      sum += r * r, largest = std::max(largest, r);
    }
    EXPECT_NEAR(std::sqrt(sum / 127), listing_["on_axis_rms_um_F_d_C"][w].get<double>(), 1e-3);
    EXPECT_NEAR(largest, listing_["on_axis_geo_um_F_d_C"][w].get<double>(), 1e-3);
  }
}

TEST_F(Published, RayOpticsPhoneWithOddPowers) {
  Load("phone_us7535658", "rayoptics_phone_us7535658");
  const int w = model_.system.primary;
  RayBatch<double> batch;
  batch.Resize(listing_["rays"].size());
  size_t count = 0;
  std::vector<double> image_y;
  for (const auto& given : listing_["rays"]) {
    const auto& rows = given["rows"];
    Ray ray;
    ray.y = rows[1][1], ray.m = rows[1][4];
    ray.n = std::sqrt(1 - ray.m * ray.m);
    std::vector<RayHit> hits;
    const RayResult end = TraceRay(model_.system, w, ray, false, &hits);
    ASSERT_EQ(hits.size() + 2, rows.size());
    for (size_t i = 0; i < hits.size(); ++i) {
      EXPECT_NEAR(hits[i].y, rows[i + 1][1].get<double>(), 1.2e-5);
      EXPECT_NEAR(hits[i].z, rows[i + 1][2].get<double>(), 1.2e-5);
      EXPECT_NEAR(hits[i].m, rows[i + 1][4].get<double>(), 4e-6);
      EXPECT_NEAR(hits[i].n, rows[i + 1][5].get<double>(), 4e-6);
    }
    EXPECT_NEAR(end.y, rows.back()[1].get<double>(), 1.2e-5);
    image_y.push_back(end.y);
    batch.Set(count++, ray);
  }
  RayResults<double> results;
  Tracer(model_.system, w).Trace(batch, false, &results);
  for (size_t i = 0; i < count; ++i) EXPECT_NEAR(results.y[i], image_y[i], 1e-12);
}

}  // namespace
}  // namespace petzval::optics
