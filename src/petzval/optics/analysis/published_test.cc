// Listings that other programs printed: CODE V, OpticStudio, ray-optics.
#include <gtest/gtest.h>

#include <filesystem>
#include <numbers>

#include "petzval/optics/analysis/field_curves.h"
#include "petzval/optics/analysis/golden_reference.h"
#include "petzval/optics/analysis/opd.h"
#include "petzval/optics/analysis/seidel.h"
#include "petzval/optics/analysis/spot.h"
#include "petzval/optics/lens/lens_file.h"

namespace petzval::optics {
namespace {

const std::string kData = PETZVAL_SOURCE_DIR "/../shared/data/optics";

class Published : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(kData)) GTEST_SKIP() << "no reference data beside the project";
  }
  void Load(const std::string& listing, const std::string& lens_name) {
    listing_ = golden::ReadJson(kData + "/published/" + listing + ".json");
    ASSERT_FALSE(listing_.is_discarded());
    const auto lens = ReadLensFile(kData + "/lenses/" + lens_name + ".toml");
    ASSERT_TRUE(lens) << lens.error().message;
    auto model = MakeModel(*lens);
    ASSERT_TRUE(model) << model.error().message;
    model_ = std::move(*model);
  }
  // Half a unit of the last printed digit, and a little for the rounding of what was computed.
  static double Digits(int decimals) { return 0.51 * std::pow(10, -decimals); }

  nlohmann::json listing_;
  LensModel model_;
};

TEST_F(Published, CodeVFirstOrder) {
  Load("codev_dgauss100f2", "dgauss100f2_codev");
  const auto& w = listing_["first_order"];
  const FirstOrder& f = model_.primary();
  EXPECT_NEAR(f.efl, w["EFL"], Digits(4));
  EXPECT_NEAR(f.bfl, w["BFL"], Digits(4));
  EXPECT_NEAR(f.ffl, w["FFL"], Digits(4));
  EXPECT_NEAR(f.f_number, w["FNO"], Digits(4));
  EXPECT_NEAR(f.image_distance, w["image_distance"], Digits(4));
  EXPECT_NEAR(f.epd, w["entrance_pupil_diameter"], Digits(4));
  EXPECT_NEAR(f.epl, w["entrance_pupil_from_s1"], Digits(4));
  EXPECT_NEAR(f.xpd, w["exit_pupil_diameter"], Digits(4));
  EXPECT_NEAR(f.xpl + f.image_distance, w["exit_pupil_from_last_surface"], Digits(4));
}

TEST_F(Published, CodeVThirdOrder) {
  Load("codev_dgauss100f2", "dgauss100f2_codev");
  const auto seidel = ComputeSeidel(model_);
  ASSERT_TRUE(seidel);
  ASSERT_TRUE(seidel->has_transverse);
  const auto expect = [](const TransverseTerms& t, const nlohmann::json& w) {
    const double got[] = {t.sa, t.tco, t.tas, t.sas, t.ptb, t.dst, t.ax, t.lat, t.ptz};
    for (int i = 0; i < 9; ++i) EXPECT_NEAR(got[i], w[i], Digits(6)) << "column " << i;
  };
  const auto& surfaces = listing_["third_order_per_surface"];
  ASSERT_EQ(seidel->transverse.size(), surfaces.size());
  for (size_t i = 0; i < surfaces.size(); ++i) {
    SCOPED_TRACE(i + 1);
    expect(seidel->transverse[i], surfaces[i]);
  }
  expect(seidel->transverse_sum, listing_["third_order_sum"]);
}

// A ray that starts on the plane wavefront of its field, displaced in it.
Ray Moved(Ray ray, double share, const std::array<double, 3>& displacement) {
  ray.x += share * displacement[0];
  ray.y += share * displacement[1];
  ray.z += share * displacement[2];
  return ray;
}

TEST_F(Published, CodeVRaysFansAndOpd) {
  Load("codev_dgauss100f2", "dgauss100f2_codev");
  const int w = model_.system.primary;
  const double unit = listing_["stop_radius_for_relative_1"];
  int rays = 0, errors = 0;
  for (const auto& listed : listing_["rays"]) {
    SCOPED_TRACE(rays++);
    // The file's fields are the listing's to more digits.
    double field = listed["field_deg"];
    for (double f : model_.lens.fields.values) {
      if (std::abs(f - field) < 1e-6) field = f;
    }
    const auto launcher = Launcher::Create(model_, field, w);
    ASSERT_TRUE(launcher);
    const Ray chief = launcher->At({0, 0});
    const RayResult chief_image = TraceRay(model_.system, w, chief, false);
    ASSERT_EQ(chief_image.status, RayStatus::kOk);
    const auto sphere = ReferenceSphere::Create(model_, w, chief_image);
    ASSERT_TRUE(sphere);

    // Through the listed point of surface 1.
    const auto& points = listed["surface_xyz"];
    std::array<double, 3> shift = {points[0][0].get<double>() - chief.x,
                                   points[0][1].get<double>() - chief.y,
                                   points[0][2].get<double>() - chief.z};
    const double along = shift[0] * chief.l + shift[1] * chief.m + shift[2] * chief.n;
    shift = {shift[0] - along * chief.l, shift[1] - along * chief.m, shift[2] - along * chief.n};
    std::vector<RayHit> hits;
    TraceRay(model_.system, w, Moved(chief, 1, shift), false, &hits);
    ASSERT_EQ(hits.size(), points.size());
    for (size_t i = 0; i < hits.size(); ++i) {
      EXPECT_NEAR(hits[i].x, points[i][0], 1.6e-6) << "surface " << i + 1;
      EXPECT_NEAR(hits[i].y, points[i][1], 1.6e-6) << "surface " << i + 1;
      EXPECT_NEAR(hits[i].z, points[i][2], 1.6e-6) << "surface " << i + 1;
    }
    if (listed.contains("chief")) {
      const auto& c = listed["chief"];
      EXPECT_NEAR(chief_image.y, c["y"], Digits(6));
      const FieldFocus focus = ComputeFieldCurves(model_, {field}, w).front();
      EXPECT_NEAR(focus.sagittal_mm.value(), c["sagittal_focus_mm"], 1e-6);
      EXPECT_NEAR(focus.tangential_mm.value(), c["tangential_focus_mm"], 2.5e-5);
    }
    if (!listed.contains("at_relative_stop")) continue;
    // Fan points at 1, 0.8, 0.6 and 0.4 of the way from the chief ray to a listed ray; those of the
    // lower ray stand with the upper one's.
    for (const auto& e : listed["at_relative_stop"]) {
      const double sx = e["stop_x_rel"], sy = e["stop_y_rel"];
      bool found = false;
      for (const double share : {1.0, 0.8, 0.6, 0.4}) {
        std::vector<RayHit> fan_hits;
        const RayResult ray =
            TraceRay(model_.system, w, Moved(chief, share, shift), false, &fan_hits);
        ASSERT_EQ(ray.status, RayStatus::kOk);
        const RayHit& stop = fan_hits[model_.system.stop];
        if (std::abs(stop.x / unit - sx) > 0.0051 || std::abs(stop.y / unit - sy) > 0.0051)
          continue;
        found = true;
        ++errors;
        EXPECT_NEAR(ray.x - chief_image.x, e["dx"], Digits(6)) << sx << " " << sy;
        EXPECT_NEAR(ray.y - chief_image.y, e["dy"], Digits(6)) << sx << " " << sy;
        EXPECT_NEAR(sphere->Opd(ray).value(), e["opd_waves"], 0.0032) << sx << " " << sy;
      }
      const bool other_ray = points[model_.system.stop][1].get<double>() * sy < 0 && sx == 0;
      EXPECT_TRUE(found || other_ray) << sx << " " << sy;
    }
  }
  EXPECT_EQ(rays, 9);
  EXPECT_GE(errors, 20);
}

TEST_F(Published, OpticStudioCooke) {
  Load("opticstudio_cooke50f5", "cooke50f5");
  const FirstOrder& f = model_.primary();
  const auto near = [&](double got, const char* key, double relative) {
    const double want = listing_[key];
    EXPECT_NEAR(got, want, relative * std::abs(want)) << key;
  };
  near(f.efl, "EFL", 1e-12);
  near(f.f_number, "FNO", 1e-12);
  near(f.epl, "entrance_pupil_from_s1", 1e-12);
  near(f.lagrange, "lagrange", 1e-12);
  near(f.xpd, "exit_pupil_diameter", 3e-8);
  near(f.xpl, "exit_pupil_from_image", 3e-8);
  near(f.bfl - f.image_distance, "back_focal_point_from_image", 1e-10);
  near(f.bfl - f.image_distance - f.efl, "rear_principal_from_image", 1e-12);
}

TEST_F(Published, OpticStudioSinglet) {
  Load("opticstudio_singlet_stop2", "singlet_stop2");
  const FirstOrder& f = model_.primary();
  EXPECT_NEAR(f.efl, listing_["EFL"], Digits(6));
  EXPECT_NEAR(f.epl, listing_["entrance_pupil_from_s1"], Digits(6));
  EXPECT_NEAR(f.xpd, listing_["exit_pupil_diameter"], Digits(5));
  EXPECT_NEAR(f.f_number, listing_["FNO"], Digits(6));
  EXPECT_NEAR(f.bfl - f.image_distance, listing_["back_focal_point_from_image"], Digits(6));
  EXPECT_NEAR(f.lagrange, listing_["lagrange"], Digits(6));
  const auto axis = ComputeSpot(model_, 0, listing_["spot_ray_density"]);
  ASSERT_TRUE(axis);
  for (int w = 0; w < 3; ++w) {
    EXPECT_NEAR(*axis->spots[w].rms_chief_um, listing_["on_axis_rms_um_F_d_C"][w], 1e-3);
    EXPECT_NEAR(*axis->spots[w].geo_chief_um, listing_["on_axis_geo_um_F_d_C"][w], 1e-3);
  }
}

TEST_F(Published, RayOpticsTriplet) {
  Load("rayoptics_sasian_triplet50f4", "sasian_triplet50f4");
  const FirstOrder& f = model_.primary();
  const auto& first = listing_["first_order"];
  EXPECT_NEAR(f.efl, first["EFL"], 0.005);
  EXPECT_NEAR(f.ffl, first["FFL"], 0.05);
  EXPECT_NEAR(f.bfl, first["BFL"], 0.005);
  EXPECT_NEAR(f.epl, first["entrance_pupil_from_s1"], 0.005);
  EXPECT_NEAR(f.xpl + f.image_distance, first["exit_pupil_from_last_surface"], 0.005);
  EXPECT_NEAR(f.xpd / 2, first["exit_pupil_radius"], 0.0005);
  EXPECT_NEAR(f.lagrange, first["invariant"], 0.0005);
  const auto seidel = ComputeSeidel(model_);
  ASSERT_TRUE(seidel);
  const auto expect = [](const SeidelTerms& t, const nlohmann::json& w) {
    const double got[] = {t.s1, t.s2, t.s3, t.s4, t.s5};
    for (int i = 0; i < 5; ++i) EXPECT_NEAR(got[i], w[i], Digits(6)) << "S" << i + 1;
  };
  for (size_t i = 0; i < listing_["seidel_per_surface"].size(); ++i) {
    SCOPED_TRACE(i + 1);
    expect(seidel->surfaces.at(i), listing_["seidel_per_surface"][i]);
  }
  expect(seidel->sum, listing_["seidel_sum"]);
  const auto& transverse = listing_["transverse"];
  const TransverseTerms& t = seidel->transverse_sum;
  EXPECT_NEAR(t.sa, transverse["TSA"], Digits(6));
  EXPECT_NEAR(t.tco, transverse["TCO"], Digits(6));
  EXPECT_NEAR(t.tas, transverse["TAS"], Digits(6));
  EXPECT_NEAR(t.sas, transverse["SAS"], Digits(5));
  EXPECT_NEAR(t.ptb, transverse["PTB"], Digits(5));
  EXPECT_NEAR(t.dst, transverse["DST"], Digits(6));
  const auto& waves = listing_["wavefront_waves"];
  const auto near = [&](double got, const char* key) {
    const double want = waves[key];
    EXPECT_NEAR(got, want, 1.5e-6 * std::abs(want)) << key;  // six digits
  };
  near(seidel->waves.w040, "W040");
  near(seidel->waves.w131, "W131");
  near(seidel->waves.w222, "W222");
  near(seidel->waves.w220, "W220");
  near(seidel->waves.w311, "W311");
}

}  // namespace
}  // namespace petzval::optics
