// Systems with errors against the golden perturbations and against the rules they follow.
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "petzval/optics/design/perturb_form.h"
#include "petzval/optics/design/tolerance_rays.h"
#include "petzval/optics/lens/lens_file.h"
#include "petzval/optics/lens/test_surface.h"

namespace petzval::optics {
namespace {

using Json = nlohmann::json;

std::string Shared(const std::string& path) {
  return std::string(PETZVAL_SOURCE_DIR) + "/../shared/data/optics/" + path;
}
Json Golden(const std::string& name) {
  std::ifstream in(Shared("golden/" + name + ".json"));
  return Json::parse(in, nullptr, false);
}
LensModel SharedModel(const std::string& name) {
  return *MakeModel(*ReadLensFile(Shared("lenses/" + name + ".toml")));
}
#define SKIP_WITHOUT_GOLDEN()                     \
  if (!std::filesystem::exists(Shared("golden"))) \
  GTEST_SKIP() << "../shared/data/optics is "     \
                  "absent"

// A doublet in front of a singlet, with numbers of no known lens.
Lens TestLens() {
  Lens lens;
  lens.name = "test";
  AddSurface(60, 6, "A", &lens);
  AddSurface(-45, 2, "B", &lens);
  AddSurface(-200, 5, "", &lens);
  AddSurface(80, 4, "A", &lens);
  AddSurface(-120, 44, "", &lens);
  lens.glasses = {ModelGlass("A", 1.517, 64.2), ModelGlass("B", 1.62, 36.4)};
  lens.stop = 3;
  lens.aperture.value = 12;
  lens.fields.values = {0, 5};
  lens.spectrum.um = {kLineF_um, kLineD_um, kLineC_um};
  lens.spectrum.primary = 1;
  return lens;
}

// RMS about the centroid and the chief ray's y at the primary wavelength, um, six rings.
struct PrimaryFigures {
  double rms_um, chief_y_um;
};
PrimaryFigures Primary(const LensModel& model, const System& system, double field) {
  const int w = model.system.primary;
  const auto launcher = Launcher::Create(model, field, w);
  RayResults<double> r;
  Tracer(system, w).Trace(launcher->Batch(HexapolarGrid(6)), false, &r);
  double x = 0, y = 0, sum = 0, n = static_cast<double>(r.size());
  for (size_t i = 0; i < r.size(); ++i) x += r.x[i] / n, y += r.y[i] / n;
  for (size_t i = 0; i < r.size(); ++i) {
    sum += (std::pow(r.x[i] - x, 2) + std::pow(r.y[i] - y, 2)) / n;
  }
  return {1e3 * std::sqrt(sum), 1e3 * r.y[0]};
}

TEST(PerturbSystem, GoldenElementPerturbations) {
  SKIP_WITHOUT_GOLDEN();
  for (const char* name : {"cooke50f5", "dgauss100f2"}) {
    const Json golden = Golden(name);
    const LensModel model = SharedModel(name);
    const double field = model.lens.fields.values.back();
    int checked = 0;
    for (const Json& row : golden["extra"]["element_perturbations_hexapolar6_primary"]) {
      const bool tilt = row["change"].get<std::string>().substr(0, 4) == "tilt";
      const int first = row["surfaces"][0].get<int>() - 1, last = row["surfaces"][1].get<int>() - 1;
      const auto perturber = Perturber::Create(
          model, {{tilt ? ErrorKind::kTiltX_deg : ErrorKind::kDecentreY_mm, first, last, 1}});
      ASSERT_TRUE(perturber);
      System system;
      const double value = tilt ? 0.1 : 0.05;
      perturber->Apply(std::vector<double>{value}, &system);
      const PrimaryFigures axis = Primary(model, system, 0);
      EXPECT_NEAR(axis.chief_y_um, row["on_axis_chief_y_um"].get<double>(), 1e-5);
      const auto expect = [&](double rms, const std::string& key) {
        const double truth = row[key].get<double>();
        EXPECT_NEAR(rms, truth, 1e-6 * truth) << name << " " << row["change"] << " " << key;
      };
      expect(axis.rms_um, "on_axis_rms_centroid_um");
      expect(Primary(model, system, field).rms_um,
             "rms_centroid_um_field_+" + std::to_string(static_cast<int>(std::lround(field))));
      expect(Primary(model, system, -field).rms_um,
             "rms_centroid_um_field_-" + std::to_string(static_cast<int>(std::lround(field))));
      ++checked;
    }
    EXPECT_GE(checked, 6) << name;
  }
}

TEST(PerturbSystem, GoldenFirstOrderChanges) {
  SKIP_WITHOUT_GOLDEN();
  for (const char* name : {"cooke50f5", "dgauss100f2"}) {
    const Json golden = Golden(name);
    const LensModel model = SharedModel(name);
    for (const Json& row : golden["extra"]["first_order_changes"]) {
      const int surface = std::stoi(row["change"].get<std::string>().substr(1)) - 1;
      const auto perturber =
          Perturber::Create(model, {{ErrorKind::kRadiusPercent, surface, surface, 1}});
      System system;
      perturber->Apply(std::vector<double>{0.1}, &system);
      const FirstOrder after = ComputeFirstOrder(model.lens, system, system.primary);
      const double efl = row["dEFL"].get<double>(), bfl = row["dBFL"].get<double>();
      EXPECT_NEAR(after.efl - model.primary().efl, efl, 1e-6 * std::abs(efl) + 1e-11) << name;
      EXPECT_NEAR(after.bfl - model.primary().bfl, bfl, 1e-6 * std::abs(bfl) + 1e-11) << name;
    }
  }
}

TEST(PerturbSystem, NumbersChangeAsTheirNamesSay) {
  const LensModel model = *MakeModel(TestLens());
  const auto with = [&](ErrorKind kind, int surface, double value) {
    System system;
    const auto perturber = Perturber::Create(model, {{kind, surface, surface, 1}});
    EXPECT_TRUE(perturber);
    perturber->Apply(std::vector<double>{value}, &system);
    return system;
  };
  EXPECT_DOUBLE_EQ(with(ErrorKind::kRadiusPercent, 0, 1).surfaces[0].c, 1 / 60.6);
  EXPECT_DOUBLE_EQ(with(ErrorKind::kThickness_mm, 1, -0.1).surfaces[1].t, 1.9);
  const System index = with(ErrorKind::kIndex, 3, 1e-3);
  EXPECT_NEAR(index.n[1][4], 1.518, 1e-12);
  EXPECT_NEAR(index.n[1][1], 1.517, 1e-12);  // only that piece of the glass
  const System abbe = with(ErrorKind::kAbbePercent, 0, 2);
  EXPECT_NEAR(abbe.n[1][1], 1.517, 1e-12);
  EXPECT_NEAR(0.517 / (abbe.n[0][1] - abbe.n[2][1]), 64.2 * 1.02, 1e-9);
  // One fringe over the used radius h is half a wavelength of sag.
  const auto fringes = Perturber::Create(model, {{ErrorKind::kFringes, 0, 0, 1}});
  System bent;
  fringes->Apply(std::vector<double>{1}, &bent);
  const double h = fringes->used_radius_mm(0);
  EXPECT_GT(h, 5.9);
  EXPECT_NEAR((bent.surfaces[0].c - 1.0 / 60) * h * h / 2, 0.54607e-3 / 2, 1e-12);
}

TEST(PerturbSystem, MovedTwiceIsMovedByTheSum) {
  const LensModel model = *MakeModel(TestLens());
  // Both axes at once, against the analysis module's element motion.
  const auto perturber = Perturber::Create(model, {{ErrorKind::kDecentreY_mm, 0, 2, 1},
                                                   {ErrorKind::kTiltX_deg, 0, 2, 1},
                                                   {ErrorKind::kTiltY_deg, 0, 2, 1}});
  System system;
  perturber->Apply(std::vector<double>{0.03, 0.2, -0.1}, &system);
  const auto moved =
      MovedElement(model, {0, 2}, {.shift_y_mm = 0.03, .tilt_x_deg = 0.2, .tilt_y_deg = -0.1});
  ASSERT_TRUE(moved);
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j < 3; ++j) {
      EXPECT_NEAR(system.surfaces[i].motion->offset_mm[j],
                  moved->system.surfaces[i].motion->offset_mm[j], 1e-14);
    }
  }
  // Nothing moved: exactly the nominal rays.
  perturber->Apply(std::vector<double>{0, 0, 0}, &system);
  EXPECT_EQ(Primary(model, system, 5).rms_um, Primary(model, model.system, 5).rms_um);
}

TEST(PerturbSystem, RefusesSurfacesThatAreNotThere) {
  const LensModel model = *MakeModel(TestLens());
  EXPECT_FALSE(Perturber::Create(model, {{ErrorKind::kIndex, 9, 9, 1}}));
  EXPECT_FALSE(Perturber::Create(model, {{ErrorKind::kTiltX_deg, -1, 2, 1}}));
}

// A form error that is a paraboloid is a change of curvature: what the ray does must agree with the
// system whose curvature was changed; that tests sag, slopes, refraction and the way behind.
TEST(PerturbForm, NoErrorIsTheNominalTrace) {
  const LensModel model = *MakeModel(TestLens());
  const RayBatch<double> rays = Launcher::Create(model, 5, 1)->Batch(HexapolarGrid(4));
  RayResults<double> nominal, form;
  Tracer(model.system, 1).Trace(rays, false, &nominal);
  for (int surface = 0; surface < model.system.size(); ++surface) {
    TraceWithForm(model.system, 1, {ErrorKind::kFormSpherical_um, surface, surface, 1}, 8, 0, rays,
                  &form);
    for (size_t i = 0; i < rays.size(); ++i) {
      EXPECT_NEAR(form.x[i], nominal.x[i], 1e-12);
      EXPECT_NEAR(form.y[i], nominal.y[i], 1e-12);
      EXPECT_NEAR(form.m[i], nominal.m[i], 1e-14);
    }
  }
}

TEST(PerturbForm, SphericalTermIsAnAsphere) {
  const LensModel model = *MakeModel(TestLens());
  const RayBatch<double> rays = Launcher::Create(model, 5, 1)->Batch(HexapolarGrid(4));
  const double h = 8, value_um = 0.5, unit = value_um * 1e-3 / 1.5;
  for (int surface : {0, 1, 4}) {
    System asphere = model.system;
    // 6 r^4 - 6 r^2; the constant shifts the vertex.
    asphere.surfaces[surface].a = {0, 0, -6 * unit / (h * h), 0, 6 * unit / std::pow(h, 4)};
    asphere.surfaces[surface].motion =
        FrameMotion{{0, 0, unit}, {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}}};
    RayResults<double> truth, form;
    Tracer(asphere, 1).Trace(rays, false, &truth);
    TraceWithForm(model.system, 1, {ErrorKind::kFormSpherical_um, surface, surface, 1}, h, value_um,
                  rays, &form);
    for (size_t i = 0; i < rays.size(); ++i) {
      EXPECT_NEAR(form.x[i], truth.x[i], 1e-9);
      EXPECT_NEAR(form.y[i], truth.y[i], 1e-9);
    }
  }
}

TEST(PerturbForm, AstigmatismIsAToroid) {
  const LensModel model = *MakeModel(TestLens());
  const RayBatch<double> rays = Launcher::Create(model, 0, 1)->Batch(HexapolarGrid(4));
  const double h = 8, value_um = 0.5, dc = value_um * 1e-3 / (h * h);
  System toroid = model.system;
  // r^2 cos 2a / 2: curvature in x up, in y down.
  toroid.surfaces[3].toroid = true;
  toroid.surfaces[3].c_x = toroid.surfaces[3].c + dc;
  toroid.surfaces[3].c -= dc;
  RayResults<double> truth, form;
  Tracer(toroid, 1).Trace(rays, false, &truth);
  TraceWithForm(model.system, 1, {ErrorKind::kFormAstigmatism0_um, 3, 3, 1}, h, value_um, rays,
                &form);
  RayResults<double> nominal;
  Tracer(model.system, 1).Trace(rays, false, &nominal);
  double largest = 0;
  for (size_t i = 0; i < rays.size(); ++i) {
    largest = std::max(largest, std::abs(truth.x[i] - nominal.x[i]));
    // The two differ in the fourth order of the sag.
    EXPECT_NEAR(form.x[i], truth.x[i], 1e-5);
    EXPECT_NEAR(form.y[i], truth.y[i], 1e-5);
  }
  EXPECT_GT(largest, 2e-4);
}

}  // namespace
}  // namespace petzval::optics
