// JSON: our own form comes back exactly, DeepLens files give the true focal lengths.
#include <gtest/gtest.h>

#include "petzval/optics/interchange/interchange_test_util.h"
#include "petzval/optics/interchange/paraxial.h"
#include "petzval/optics/lens/lens_file.h"

namespace petzval::optics {
namespace {

using testing_interchange::ErrorOf;
using testing_interchange::FromText;
using testing_interchange::SharedOptics;
using testing_interchange::Warns;

// A lens with something in every field.
Lens Everything() {
  Lens lens;
  lens.name = "all";
  lens.title = "Everything \"quoted\" \xC3\xA9";
  lens.source = "a test";
  lens.licence = "Apache-2.0";
  lens.note = "line\nline";
  Surface s;
  s.radius_mm = 1.0 / 3;
  s.thickness_mm = 0.1;
  s.semi_diameter_mm = 0.2;
  s.housing_mm = 0.25;
  s.medium = "M";
  s.conic = -1.7e-13;
  s.asphere = {AsphereKind::kPower, 0.7, {{2, 1e-300}, {3, 0.1}, {4, -2.5e-17}}, {}};
  s.pose = Pose{1, -2, 3, -4, 5, true};
  s.edge = Edge{EdgeKind::kAnnulus, 0, 0, 0.05};
  Surface q;
  q.thickness_mm = 5;
  q.asphere = {AsphereKind::kQcon, 2.0, {}, {0.1, 0, -0.01}};
  Surface mirror;
  mirror.mirror = true;
  mirror.radius_x_mm = 40;
  mirror.thickness_mm = -8;
  lens.surfaces = {s, q, mirror};
  lens.stop = 1;
  lens.launch = Launch::kRealStop;
  lens.object_mm = 1e3 / 7;
  lens.image_circle_mm = 9;
  lens.image_curvature = 1e-3;
  lens.aperture = {ApertureKind::kObjectNa, 0.1};
  lens.fields = {FieldKind::kObjectMm, {0, 1.5}, {1, 2}};
  lens.spectrum = {{0.5, 0.6}, {1, 3}, 1};
  Glass glass = ModelGlass("M", 1.5, 60);
  Glass table;
  table.name = "T";
  table.source = "typed";
  table.dispersion = Dispersion::kTable;
  table.coefficients.clear();
  table.table_um = {0.4, 0.5, 0.7};
  table.table_n = {1.6, 1.59, 1.58};
  table.min_um = 0.4;
  table.max_um = 0.7;
  table.dn_dt_per_k = -1e-4;
  table.plastic = true;
  lens.glasses = {glass, table};
  lens.configurations = {{"near", 500, {{0, 0.2}, {2, -9}}, 0.2, {0, 1}}, {"far", 2000, {}}};
  lens.iris = Iris{7, 0.5, 12};
  lens.sensor_cra = SensorCra{{0, 1}, {0, 30}};
  lens.vary = {{{"c", 0}, -0.1, kInfinity}, {{"t", 1}}};
  lens.pickups = {{{"c", 1}, {"c", 0}, -1, 0.5}};
  lens.solves = {{{"t", 2}, SolveKind::kTotalTrack, 12}};
  lens.tolerances = {{"tilt_deg", -1, 0.04}, {"thickness_mm", 0, 0.003}};
  lens.expect = {1, 2, 3};
  return lens;
}

TEST(JsonLens, EveryFieldComesBackExactly) {
  const Lens lens = Everything();
  const auto checked = CheckLens(lens);
  ASSERT_TRUE(checked) << checked.error().message;
  const auto text = ExportJson(lens);
  ASSERT_TRUE(text) << text.error().message;
  const auto back = FromText(*text, "all.json");
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_TRUE(back->lens == lens);
  EXPECT_EQ(*ExportJson(back->lens), *text);
}

TEST(JsonLens, LensFilesComeBackExactly) {
  for (const EmbeddedLens& file : EmbeddedLenses()) {
    const auto lens = ParseLens(std::string(file.toml), std::string(file.name));
    ASSERT_TRUE(lens);
    const auto back = FromText(*ExportJson(*lens), "a.json");
    ASSERT_TRUE(back) << file.name << ": " << back.error().message;
    EXPECT_TRUE(back->lens == *lens) << file.name;
  }
  SKIP_WITHOUT_SHARED();
  for (const auto& file : std::filesystem::directory_iterator(SharedOptics("lenses"))) {
    const auto lens = ReadLensFile(file.path());
    ASSERT_TRUE(lens) << lens.error().message;
    const auto back = FromText(*ExportJson(*lens), "a.json");
    ASSERT_TRUE(back) << back.error().message;
    EXPECT_TRUE(back->lens == *lens) << lens->name;
  }
}

TEST(JsonLens, SaysWhatIsWrongAndWhere) {
  const std::string good = *ExportJson(Everything());
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string text = good;
    text.replace(text.find(from), from.size(), to);
    return ErrorOf(text, "a.json");
  };
  EXPECT_EQ(with("\"conic\"", "\"conick\""), "a.json: surfaces[1].conick is not a known key");
  EXPECT_EQ(with("\"real_stop\"", "\"real\""),
            "a.json: launch is not one of paraxial_pupil, real_stop");
  EXPECT_EQ(with("\"stop\": 2", "\"stop\": \"2\""), "a.json: stop is not an integer");
  EXPECT_EQ(ErrorOf("{\n\"a\": 1,\n,}", "a.json"), "a.json: line 3: not valid JSON");
  EXPECT_NE(ErrorOf("{\"format\": \"petzval-lens\", \"schema\": 2}", "a.json").find("schema"),
            std::string::npos);
  EXPECT_NE(with("\"stop\": 2", "\"stop\": 99").find("stop"), std::string::npos);
}

TEST(DeepLens, FocalLengthsAreThoseOfTheLens) {
  SKIP_WITHOUT_SHARED();
  struct Case {
    const char* file;
    double efl, tolerance;
    const char* claim;
  };
  // optics.md, section 4: paraxial truth against the keys of the files.
  for (const Case& c :
       {Case{"cellphone80deg", 5.16208, 5e-6, "foclen 4.3458"},
        Case{"cellphone68deg", 5.62495, 1e-5, "foclen 6.5256"},
        Case{"ef50mm_f1.8", 51.417, 5e-4, "foclen 50.5203"},
        Case{"rf16mm_f2.8", 16.480, 5e-4, "foclen 13.0532"},
        Case{"ef100mm_f2.8", 100.035, 5e-4, "fnum"}, Case{"rf50mm_f1.8", 49.5616, 5e-5, "fnum"}}) {
    const auto read = ImportLens(SharedOptics(std::string("deeplens/") + c.file + ".json"));
    ASSERT_TRUE(read) << read.error().message;
    const auto paraxial = ComputeFileParaxial(read->lens);
    ASSERT_TRUE(paraxial);
    EXPECT_NEAR(paraxial->first_order.efl, c.efl, c.tolerance) << c.file;
    EXPECT_TRUE(Warns(*read, std::string(c.claim).substr(0, 8))) << c.file;
  }
}

TEST(DeepLens, PhoneLensIsThatOfTheLensFile) {
  SKIP_WITHOUT_SHARED();
  const auto read = ImportLens(SharedOptics("deeplens/cellphone80deg.json"));
  const auto file = ReadLensFile(SharedOptics("lenses/phone_deeplens80.toml"));
  ASSERT_TRUE(read && file);
  ASSERT_EQ(read->lens.surfaces.size(), file->surfaces.size());
  for (size_t i = 0; i < file->surfaces.size(); ++i) {
    const Surface &a = read->lens.surfaces[i], &b = file->surfaces[i];
    EXPECT_NEAR(a.curvature(), b.curvature(), 1e-14);
    EXPECT_NEAR(a.thickness_mm, b.thickness_mm, 1e-14);
    EXPECT_EQ(a.conic, b.conic);
    ASSERT_EQ(a.asphere.powers.size(), b.asphere.powers.size());
    for (const auto& [power, value] : b.asphere.powers) {
      EXPECT_NEAR(a.asphere.powers.at(power), value, 1e-13 * std::abs(value));
    }
    EXPECT_EQ(*read->lens.Medium(a.medium)->Index(0.55), *file->Medium(b.medium)->Index(0.55)) << i;
  }
  EXPECT_EQ(read->lens.aperture, file->aperture);
  EXPECT_EQ(read->lens.launch, file->launch);
}

TEST(DeepLens, RefusesWhatItDoesNotKnow) {
  const auto with = [](const std::string& surface) {
    return ErrorOf(
        "{\"surfaces\": [{\"type\": \"Aperture\", \"r\": 1, \"d_next\": 1}, " + surface + "]}",
        "a.json");
  };
  EXPECT_EQ(with("{\"type\": \"Diffractive\"}"),
            "a.json: surface 2: type 'Diffractive' is not supported");
  EXPECT_EQ(with("{\"type\": \"Spheric\", \"roc\": 5, \"mat2\": \"butter\", \"d_next\": 1}"),
            "a.json: surface 2: material 'butter' is not known");
  EXPECT_EQ(with("{\"type\": \"Spheric\", \"roc\": 5}"), "a.json: surface 2: 'd_next' is missing");
  EXPECT_NE(ErrorOf("{}", "a.json").find("no list of surfaces"), std::string::npos);
}

}  // namespace
}  // namespace petzval::optics
