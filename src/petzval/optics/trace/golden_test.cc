// The reference lenses: first order, chief rays, ray errors, spots and path lengths.
#include <gtest/gtest.h>

#include <cmath>

#include "petzval/optics/lens/lens_file.h"
#include "petzval/optics/trace/golden_file.h"
#include "petzval/optics/trace/launch.h"

namespace petzval::optics {
namespace {

class Golden : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    if (OpticsData().empty()) GTEST_SKIP() << "the reference data are not beside the sources";
    golden_ = ReadJson(OpticsData() + "/golden/" + GetParam() + ".json");
    auto model = MakeModel(LensOfGolden(golden_));
    ASSERT_TRUE(model) << model.error().message;
    model_ = *model;
  }
  nlohmann::json golden_;
  LensModel model_;
};
INSTANTIATE_TEST_SUITE_P(Lenses, Golden, testing::ValuesIn(GoldenNames()),
                         [](const auto& info) { return info.param; });

TEST_P(Golden, FirstOrder) {
  const auto& expected = golden_["first_order"];
  const FirstOrder& first = model_.primary();
  const auto check = [&](const char* key, double value) {
    const double want = expected[key];
    EXPECT_NEAR(value, want, 1e-9 * std::abs(want) + 1e-12) << key;
  };
  check("EFL", first.efl), check("BFL", first.bfl), check("FFL", first.ffl);
  check("FNO", first.f_number), check("EPD", first.epd), check("EPL_from_s1", first.epl);
  check("XPD", first.xpd), check("XPL_from_image", first.xpl);
  check("image_distance", first.image_distance);
  check("total_track_s1_to_image", first.total_track);
  check("lagrange_H", first.lagrange), check("stop_radius_paraxial", first.stop_radius);
  const auto& per_wavelength = golden_["extra"]["per_wavelength"];
  for (int w = 0; w < model_.system.wavelengths(); ++w) {
    EXPECT_NEAR(model_.first_order[w].efl, per_wavelength["EFL"][w].get<double>(), 1e-7);
    EXPECT_NEAR(model_.first_order[w].bfl, per_wavelength["BFL"][w].get<double>(), 1e-7);
  }
}

TEST_P(Golden, RaysAndSpots) {
  for (const auto& field : golden_["fields"]) {
    std::vector<RayResult> chiefs;
    for (int w = 0; w < model_.system.wavelengths(); ++w) {
      const auto launcher = Launcher::Create(model_, field["angle_deg"], w);
      ASSERT_TRUE(launcher) << launcher.error().message;
      const RayResult chief = TraceRay(model_.system, w, launcher->At({0, 0}), false);
      ASSERT_EQ(chief.status, RayStatus::kOk)
          << field["angle_deg"] << " deg, surface " << chief.surface;
      EXPECT_NEAR(chief.y, field["chief_y"][w].get<double>(), 1e-9) << "wavelength " << w;

      const Tracer tracer(model_.system, w);
      RayResults<double> results;
      tracer.Trace(launcher->Batch(HexapolarGrid(6)), false, &results);
      EXPECT_EQ(results.CountOk(), field["n_rays_ok_hexapolar6"][w].get<size_t>());
      double sum = 0;
      for (size_t i = 0; i < results.size(); ++i) {
        if (results.status[i]) continue;
        sum += std::pow(results.x[i] - chief.x, 2) + std::pow(results.y[i] - chief.y, 2);
      }
      const double rms = 1e3 * std::sqrt(sum / results.CountOk());
      const double want = field["rms_spot_chief_um_hexapolar6"][w];
      EXPECT_NEAR(rms, want, 1e-6 * want);
      if (w != model_.system.primary) continue;
      const std::map<std::string, PupilPoint> named = {{"Py+1", {0, 1}},
                                                       {"Py-1", {0, -1}},
                                                       {"Py+.5", {0, 0.5}},
                                                       {"Px+1", {1, 0}},
                                                       {"Px+.5", {0.5, 0}}};
      for (const auto& [name, errors] : field["ray_dx_dy_um"].items()) {
        const RayResult ray = TraceRay(model_.system, w, launcher->At(named.at(name)), false);
        if (errors.is_null()) {
          EXPECT_NE(ray.status, RayStatus::kOk) << name;
          continue;
        }
        ASSERT_EQ(ray.status, RayStatus::kOk) << name;
        EXPECT_NEAR(ray.x - chief.x, 1e-3 * errors[0].get<double>(), 2e-9) << name;
        EXPECT_NEAR(ray.y - chief.y, 1e-3 * errors[1].get<double>(), 2e-9) << name;
      }
    }
  }
}

// Single precision, against the vertex-to-image length of the lens. The roundings of a ray's own
// coordinates between two surfaces make half of what is seen.
TEST_P(Golden, SinglePrecision) {
  const double size = std::max(model_.primary().total_track, std::abs(model_.primary().efl));
  const auto points = HexapolarGrid(12);
  std::vector<double> errors;
  for (int w = 0; w < model_.system.wavelengths(); ++w) {
    const Tracer tracer(model_.system, w);
    for (const double field : model_.lens.fields.values) {
      const auto launcher = Launcher::Create(model_, field, w);
      ASSERT_TRUE(launcher);
      RayResults<double> exact;
      RayResults<float> results;
      tracer.Trace(launcher->Batch(points), false, &exact);
      tracer.Trace(launcher->Batch32(points), false, &results);
      ASSERT_EQ(results.status[0], 0);
      EXPECT_NEAR(results.x[0], exact.x[0], 1e-12);
      EXPECT_NEAR(results.y[0], exact.y[0], std::max(5e-6, 4.5e-8 * size)) << field;
      for (size_t i = 0; i < points.size(); ++i) {
        if (exact.status[i] || results.status[i]) continue;
        errors.push_back(
            std::max(std::abs(results.x[i] - exact.x[i]), std::abs(results.y[i] - exact.y[i])));
      }
    }
  }
  std::sort(errors.begin(), errors.end());
  EXPECT_LT(errors[errors.size() / 2], 4e-8 * size);
  EXPECT_LT(errors[errors.size() * 99 / 100], 2.2e-7 * size);
  // Rays that graze a surface may be off by more.
  EXPECT_LT(errors[errors.size() * 995 / 1000], 5e-7 * size);
}

TEST_P(Golden, PathLength) {
  const auto& given = golden_["extra"]["ray_jacobian"];
  const auto start = given["start"].get<std::vector<double>>();
  const auto direction = given["direction"].get<std::vector<double>>();
  const Ray ray{start[0], start[1], start[2], direction[0], direction[1], direction[2]};
  const RayResult result = TraceRay(model_.system, model_.system.primary, ray, false);
  ASSERT_EQ(result.status, RayStatus::kOk);
  EXPECT_NEAR(result.x, given["x_y_opl"][0].get<double>(), 1e-10);
  EXPECT_NEAR(result.y, given["x_y_opl"][1].get<double>(), 1e-10);
  EXPECT_NEAR(result.opl, given["x_y_opl"][2].get<double>(), 1e-10);
}

// A lens of the reference folder whose glasses are simple models.
TEST(WideChief, EveryAngle) {
  if (OpticsData().empty()) GTEST_SKIP() << "the reference data are not beside the sources";
  const auto golden = ReadJson(OpticsData() + "/golden/wide_chief.json");
  for (const auto& [name, expected] : golden.items()) {
    const auto lens = ReadLensFile(OpticsData() + "/lenses/" + name + ".toml");
    ASSERT_TRUE(lens) << lens.error().message;
    const auto model = MakeModel(*lens);
    ASSERT_TRUE(model) << model.error().message;
    EXPECT_NEAR(model->primary().efl, expected["EFL"].get<double>(), 1e-7);
    EXPECT_NEAR(model->primary().epl, expected["EPL_from_s1"].get<double>(), 1e-7);
    for (const auto& row : expected["chief"]) {
      const double angle = row["angle_deg"];
      const auto launcher =
          Launcher::Create(*model, angle, model->system.primary, Launch::kRealStop);
      ASSERT_TRUE(launcher) << name << " " << angle << " deg: " << launcher.error().message;
      EXPECT_NEAR(launcher->chief_shift_y_mm(), row["pupil_shift_mm"].get<double>(), 1e-8);
      std::vector<RayHit> hits;
      const RayResult chief =
          TraceRay(model->system, model->system.primary, launcher->At({0, 0}), false, &hits);
      ASSERT_EQ(chief.status, RayStatus::kOk) << name << " " << angle << " deg";
      EXPECT_NEAR(chief.y, row["chief_y"].get<double>(), 1e-8) << name << " " << angle << " deg";
      EXPECT_NEAR(hits[0].y, row["surface1_y"].get<double>(), 1e-8);
      EXPECT_NEAR(hits[0].z, row["surface1_z"].get<double>(), 1e-8);
      EXPECT_NEAR(hits[model->system.stop].y, 0, 1e-11);
    }
  }
}

}  // namespace
}  // namespace petzval::optics
