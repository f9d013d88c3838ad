// Every lens of data/lenses keeps what its file claims, and light gets through it.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "petzval/optics/lens/lens_file.h"
#include "petzval/optics/trace/launch.h"

namespace petzval::optics {
namespace {

constexpr double kRelative = 1e-6;

void ExpectClaim(double claimed, double computed, const std::string& what) {
  if (claimed == 0) return;
  EXPECT_NEAR(computed / claimed, 1, kRelative) << what;
}

// Share of a disc of `radius` in the pupil that passes the clear diameters.
double PassingShare(const LensModel& model, double field, double radius) {
  const auto launcher = Launcher::Create(model, field, model.system.primary);
  if (!launcher) {
    ADD_FAILURE() << model.lens.name << ": " << launcher.error().message;
    return 0;
  }
  int count = 0, passed = 0;
  for (const PupilPoint& point : HexapolarGrid(6)) {
    const Ray ray = launcher->At({radius * point.x, radius * point.y});
    ++count;
    if (ray.n == 0) continue;
    if (TraceRay(model.system, model.system.primary, ray, true).status == RayStatus::kOk) ++passed;
  }
  return static_cast<double>(passed) / count;
}

TEST(Museum, HasItsClassics) {
  for (const char* name : {"petzval_portrait", "cooke50f5", "tessar", "biotar", "planar50f14",
                           "sonnar50f2", "summilux_r50f14", "dgauss100f2", "angenieux50f11",
                           "primoplan", "pbrt_tele250", "phone_us7535658", "phone_deeplens80"}) {
    EXPECT_TRUE(FindLens(name)) << name;
  }
}

TEST(Museum, EveryLensMeetsItsClaims) {
  for (const EmbeddedLens& embedded : EmbeddedLenses()) {
    const auto lens = FindLens(std::string(embedded.name));
    ASSERT_TRUE(lens) << lens.error().message;
    const auto model = MakeModel(*lens);
    ASSERT_TRUE(model) << lens->name << ": " << model.error().message;
    const FirstOrder& first = model->primary();
    EXPECT_NE(lens->expect.focal_length_mm, 0) << lens->name << " claims no focal length";
    ExpectClaim(lens->expect.focal_length_mm, first.efl, lens->name + " focal length");
    ExpectClaim(lens->expect.back_focus_mm, first.bfl, lens->name + " back focus");
    ExpectClaim(lens->expect.f_number, first.f_number, lens->name + " f-number");
  }
}

// The example of docs/howto/add-a-lens.md: the indented block that starts with the schema.
TEST(Museum, ExampleOfTheHowtoMeetsItsClaims) {
  std::ifstream page(PETZVAL_SOURCE_DIR "/docs/howto/add-a-lens.md");
  std::string toml;
  bool inside = false;
  for (std::string line; std::getline(page, line);) {
    if (line == "    schema = 1") inside = true;
    if (inside && !line.empty() && !line.starts_with("    ")) break;
    if (inside) toml += line.size() > 4 ? line.substr(4) + "\n" : "\n";
  }
  const auto lens = ParseLens(toml, "add-a-lens.md");
  ASSERT_TRUE(lens) << lens.error().message;
  const auto model = MakeModel(*lens);
  ASSERT_TRUE(model) << model.error().message;
  EXPECT_NE(lens->expect.focal_length_mm, 0);
  ExpectClaim(lens->expect.focal_length_mm, model->primary().efl, "focal length");
  ExpectClaim(lens->expect.back_focus_mm, model->primary().bfl, "back focus");
}

TEST(Museum, EveryLensPassesLightToItsCorners) {
  for (const EmbeddedLens& embedded : EmbeddedLenses()) {
    const auto lens = FindLens(std::string(embedded.name));
    ASSERT_TRUE(lens) << lens.error().message;
    const auto model = MakeModel(*lens);
    ASSERT_TRUE(model) << model.error().message;
    // Some clear diameters that were read from drawings clip the rim of the nominal aperture: the
    // Kodak Petzval passes f/2.2 of f/2.
    EXPECT_EQ(PassingShare(*model, 0, 0.9), 1) << lens->name;
    EXPECT_GT(PassingShare(*model, lens->fields.values.back(), 1), 0.1) << lens->name;
  }
}

TEST(Museum, ConfigurationsAreLenses) {
  int count = 0;
  for (const EmbeddedLens& embedded : EmbeddedLenses()) {
    const auto lens = FindLens(std::string(embedded.name));
    ASSERT_TRUE(lens) << lens.error().message;
    for (const Configuration& state : lens->configurations) {
      const auto configured = ConfiguredLens(*lens, state.name);
      ASSERT_TRUE(configured) << configured.error().message;
      const auto model = MakeModel(*configured);
      ASSERT_TRUE(model) << lens->name << ", " << state.name << ": " << model.error().message;
      ++count;
    }
  }
  EXPECT_GE(count, 5);
}

// What the patents print beside the table: magnification at the near end.
TEST(Museum, FocusStatesHaveThePatentsMagnifications) {
  const auto magnification = [](const char* name, const char* state) {
    const auto model = MakeModel(*ConfiguredLens(*FindLens(name), state));
    return model->primary().magnification;
  };
  EXPECT_NEAR(magnification("summilux_sl50f14", "858mm"), -0.0587, 1e-4);
  EXPECT_NEAR(magnification("summilux_sl50f14", "458mm"), -0.1076, 2e-4);
  EXPECT_NEAR(magnification("plena135f18", "677.1mm"), -0.20001, 1e-5);
}

TEST(Museum, ScalingScalesEveryLengthAndNothingElse) {
  for (const char* name : {"phone_us7535658", "distagon35f14", "plena135f18"}) {
    const Lens lens = *FindLens(name);
    const auto original = MakeModel(lens);
    const auto scaled = MakeModel(ScaledLens(lens, 2.5));
    ASSERT_TRUE(original && scaled) << name;
    EXPECT_NEAR(scaled->primary().efl, 2.5 * original->primary().efl, 1e-9) << name;
    EXPECT_NEAR(scaled->primary().epd, 2.5 * original->primary().epd, 1e-9) << name;
    const double field = lens.fields.values.back();
    const auto ray = [&](const LensModel& model) {
      const auto launcher = Launcher::Create(model, field, model.system.primary);
      return TraceRay(model.system, model.system.primary, launcher->At({0.3, -0.4}), false);
    };
    const RayResult a = ray(*original), b = ray(*scaled);
    ASSERT_EQ(a.status, RayStatus::kOk) << name;
    EXPECT_NEAR(b.x, 2.5 * a.x, 1e-8) << name;
    EXPECT_NEAR(b.y, 2.5 * a.y, 1e-8) << name;
    EXPECT_NEAR(b.m, a.m, 1e-10) << name;
  }
}

}  // namespace
}  // namespace petzval::optics
