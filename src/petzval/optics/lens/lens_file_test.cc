// Lens files: what is read, and that writing gives the same lens.
#include "petzval/optics/lens/lens_file.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "petzval/base/file.h"

namespace petzval::optics {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> TomlFiles(const std::string& folder) {
  std::vector<std::string> files;
  if (!fs::is_directory(folder)) return files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == ".toml") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

void ExpectSameWhenWrittenAndRead(const Lens& lens) {
  const std::string toml = LensToml(lens);
  const auto again = ParseLens(toml, lens.name);
  ASSERT_TRUE(again) << again.error().message << "\n" << toml;
  EXPECT_TRUE(*again == lens) << toml;
  EXPECT_EQ(LensToml(*again), toml);
}

TEST(LensFile, GoldenLensesAreReadAndWrittenBack) {
  const auto files = TomlFiles(PETZVAL_SOURCE_DIR "/../shared/data/optics/lenses");
  if (files.empty()) GTEST_SKIP() << "the golden lenses of ../shared are not there";
  EXPECT_GE(files.size(), 28u);
  for (const std::string& file : files) {
    const auto lens = ReadLensFile(file);
    ASSERT_TRUE(lens) << lens.error().message;
    EXPECT_EQ(lens->name, fs::path(file).stem());
    ExpectSameWhenWrittenAndRead(*lens);
  }
}

TEST(LensFile, MuseumIsCompiledInAndWrittenBack) {
  const auto files = TomlFiles(PETZVAL_SOURCE_DIR "/data/lenses");
  EXPECT_EQ(EmbeddedLenses().size(), files.size());
  for (const EmbeddedLens& embedded : EmbeddedLenses()) {
    const auto lens = FindLens(std::string(embedded.name));
    ASSERT_TRUE(lens) << lens.error().message;
    EXPECT_EQ(lens->name, embedded.name);
    EXPECT_FALSE(lens->title.empty()) << lens->name;
    EXPECT_FALSE(lens->note.empty()) << lens->name;
    ExpectSameWhenWrittenAndRead(*lens);
  }
}

// Everything that a file can say, once.
constexpr char kAll[] = R"toml(schema = 1
name = "all"
title = "Everything at once"
source = "a test, with \"quotes\" and a \\"
licence = "none"
unit = "mm"
note = """\
    One two \
    three."""
stop = 3
launch = "real_stop"
object_mm = 1000
image_circle_mm = 12.5
image_curvature = -0.001
housing_mm = { 1 = 9.5, 2 = 9 }
surfaces = [
  [ 20.0, 3.0, 8.0, "own"],
  [-40,   1.0, 7.0, ""],
  [  0,   1.5, 4.0, ""],
  [-30.0, 2.0, 6.0, "schott/N-BK7"],
  [ 50.0, 4.0, 6.0, ""],
  [  0.0, -5.0, 9.0, ""],
  [  0.0, -3.0, 9.0, "table"],
  [  0.0, -4.0, 9.0, ""],
]
[aperture]
kind = "object_na"
value = 0.01
[field]
kind = "object_mm"
values = [0, 5.5]
weights = [1, 0.5]
[spectrum]
um = [0.4861327, 0.5875618, 0.6562725]
weights = [1, 2, 1]
primary = 2
[iris]
blades = 9
roundness = 0.25
rotation_deg = 10
[sensor_cra]
image_mm = [0, 2, 4]
deg = [0, 12.5, 30]
[[glass]]
name = "own"
nd = 1.62
vd = 36.5
dPgF = 0.002
[[glass]]
name = "table"
um = [0.48, 0.55, 0.66]
n = [1.53, 1.52, 1.51]
[[asphere]]
surface = 1
conic = -0.5
norm_mm = 8
r = { 2 = 0.001, 4 = -0.01, 5 = 1e-3 }
[[asphere]]
surface = 2
conic = 2
[[asphere]]
surface = 4
kind = "qcon"
norm_mm = 6.5
a = [0.01, -0.002]
[[asphere]]
surface = 5
kind = "qbfs"
norm_mm = 6.5
a = [0.01, 0.001, 1e-5]
[[toroid]]
surface = 7
radius_x_mm = 0
[[toroid]]
surface = 8
radius_x_mm = 80
[[pose]]
surface = 6
kind = "reflect"
decentre_mm = [0, 0.5]
tilt_deg = [45, 0, 0]
carries = true
[[pose]]
surface = 7
tilt_deg = [0, 0, 90]
[[edge]]
surface = 1
kind = "d_cut"
half_y_mm = 6
[[edge]]
surface = 6
kind = "rect"
half_x_mm = 5
half_y_mm = 7
[[edge]]
surface = 8
kind = "annulus"
inner_mm = 1
[[configuration]]
name = "near"
object_mm = 500
thickness = { 5 = 4.5 }
[[configuration]]
name = "wide"
aperture = 0.02
field = [0, 3]
[[vary]]
surface = 1
what = "c"
min = 0.01
[[vary]]
surface = 4
what = "Q0"
max = 1
[[pickup]]
surface = 2
what = "c"
from_surface = 1
scale = -1
[[pickup]]
surface = 5
what = "k"
from_surface = 4
from_what = "t"
offset = 0.5
[[solve]]
surface = 8
kind = "paraxial_focus"
[[solve]]
surface = 5
kind = "marginal_angle"
value = -0.1
[[tolerance]]
kind = "thickness_mm"
value = 0.01
[[tolerance]]
kind = "tilt_deg"
surface = 4
value = 0.05
[expect]
focal_length_mm = 30
)toml";

TEST(LensFile, EveryKeyIsReadIntoItsPlace) {
  const auto read = ParseLens(kAll, "all.toml");
  ASSERT_TRUE(read) << read.error().message;
  const Lens& lens = *read;
  EXPECT_EQ(lens.source, "a test, with \"quotes\" and a \\");
  EXPECT_EQ(lens.note, "One two three.");
  EXPECT_EQ(lens.stop, 2);
  EXPECT_EQ(lens.launch, Launch::kRealStop);
  EXPECT_EQ(lens.object_mm, 1000);
  EXPECT_EQ(lens.image_circle_mm, 12.5);
  EXPECT_EQ(lens.image_curvature, -0.001);
  ASSERT_EQ(lens.surfaces.size(), 8u);
  const auto& s = lens.surfaces;
  EXPECT_EQ(s[0].radius_mm, 20);
  EXPECT_EQ(s[0].thickness_mm, 3);
  EXPECT_EQ(s[0].semi_diameter_mm, 8);
  EXPECT_EQ(s[0].housing_mm, 9.5);
  EXPECT_EQ(s[0].medium, "own");
  EXPECT_EQ(s[0].conic, -0.5);
  EXPECT_EQ(s[0].asphere.kind, AsphereKind::kPower);
  EXPECT_EQ(s[0].asphere.norm_mm, 8);
  EXPECT_EQ(s[0].asphere.powers, (std::map<int, double>{{2, 0.001}, {4, -0.01}, {5, 1e-3}}));
  EXPECT_EQ(s[0].edge->kind, EdgeKind::kDCut);
  EXPECT_EQ(s[0].edge->half_y_mm, 6);
  EXPECT_EQ(s[1].conic, 2);
  EXPECT_EQ(s[1].asphere.kind, AsphereKind::kNone);
  EXPECT_EQ(s[3].asphere.kind, AsphereKind::kQcon);
  EXPECT_EQ(s[3].asphere.q, (std::vector<double>{0.01, -0.002}));
  EXPECT_EQ(s[4].asphere.kind, AsphereKind::kQbfs);
  EXPECT_TRUE(s[5].mirror);
  EXPECT_EQ(s[5].pose->tilt_x_deg, 45);
  EXPECT_EQ(s[5].pose->decentre_y_mm, 0.5);
  EXPECT_TRUE(s[5].pose->carries);
  EXPECT_EQ(s[5].edge->half_x_mm, 5);
  EXPECT_TRUE(s[6].cylinder_x);
  EXPECT_FALSE(s[6].mirror);
  EXPECT_FALSE(s[6].pose->carries);
  EXPECT_EQ(s[7].radius_x_mm, 80);
  EXPECT_EQ(s[7].edge->inner_mm, 1);
  EXPECT_EQ(lens.aperture.kind, ApertureKind::kObjectNa);
  EXPECT_EQ(lens.fields.kind, FieldKind::kObjectMm);
  EXPECT_EQ(lens.fields.weights, (std::vector<double>{1, 0.5}));
  EXPECT_EQ(lens.spectrum.primary, 1);
  EXPECT_EQ(lens.iris->blades, 9);
  EXPECT_EQ(lens.sensor_cra->deg[2], 30);
  ASSERT_EQ(lens.configurations.size(), 2u);
  EXPECT_EQ(lens.configurations[0].object_mm, 500);
  EXPECT_EQ(lens.configurations[0].thickness_mm.at(4), 4.5);
  EXPECT_EQ(lens.configurations[1].object_mm, 1000);
  EXPECT_EQ(lens.configurations[1].aperture_value, 0.02);
  EXPECT_EQ(lens.vary[0].what, (Quantity{"c", 0}));
  EXPECT_EQ(lens.vary[0].min, 0.01);
  EXPECT_EQ(lens.vary[0].max, kInfinity);
  EXPECT_EQ(lens.pickups[0].what, (Quantity{"c", 1}));
  EXPECT_EQ(lens.pickups[0].scale, -1);
  EXPECT_EQ(lens.pickups[1].from, (Quantity{"t", 3}));
  EXPECT_EQ(lens.solves[0].what, (Quantity{"t", 7}));
  EXPECT_EQ(lens.solves[1].what, (Quantity{"c", 4}));
  EXPECT_EQ(lens.solves[1].value, -0.1);
  EXPECT_EQ(lens.tolerances[0].surface, -1);
  EXPECT_EQ(lens.tolerances[1].surface, 3);
  EXPECT_EQ(lens.expect.focal_length_mm, 30);
  ExpectSameWhenWrittenAndRead(lens);
}

TEST(LensFile, WritesAlignedRowsAndJoinsLongTexts) {
  Lens lens = *ParseLens(kAll, "all.toml");
  lens.note = "A long note";
  for (int i = 0; i < 40; ++i) lens.note += " with many words";
  const std::string toml = LensToml(lens);
  EXPECT_NE(toml.find("  [ 20,  3,   8, \"own\"         ],  #  1\n"
                      "  [-40,  1,   7, \"\"            ],  #  2\n"
                      "  [  0,  1.5, 4, \"\"            ],  #  3 stop\n"),
            std::string::npos)
      << toml;
  std::istringstream lines(toml);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 130u) << line;
  ExpectSameWhenWrittenAndRead(lens);
  for (const char* text : {"two  spaces", " leading", "trailing ", "line\nbreak\tand \x01"}) {
    lens.note = std::string(120, 'x') + text;
    ExpectSameWhenWrittenAndRead(lens);
    lens.note = text + std::string(120, 'x');
    ExpectSameWhenWrittenAndRead(lens);
  }
}

TEST(LensFile, ConfigurationsReplaceWhatTheySay) {
  const Lens lens = *ParseLens(kAll, "all.toml");
  const Lens near = *ConfiguredLens(lens, "near");
  EXPECT_EQ(near.object_mm, 500);
  EXPECT_EQ(near.surfaces[4].thickness_mm, 4.5);
  EXPECT_EQ(near.aperture.value, 0.01);
  const Lens wide = *ConfiguredLens(lens, "wide");
  EXPECT_EQ(wide.surfaces[4].thickness_mm, 4);
  EXPECT_EQ(wide.aperture.value, 0.02);
  EXPECT_EQ(wide.fields.values, (std::vector<double>{0, 3}));
  EXPECT_EQ(ConfiguredLens(lens, "wode").error().message,
            "lens 'all' has no configuration 'wode', did you mean 'wide'?");
  EXPECT_EQ(ConfiguredLens(Lens{.name = "x"}, "a").error().message,
            "lens 'x' has no configurations, so none named 'a'");
}

TEST(LensFile, FindsByNameOrPath) {
  EXPECT_FALSE(FindLens("/nowhere/lens.toml"));
  EXPECT_EQ(FindLens("/nowhere/lens.toml").error().code, ErrorCode::kIo);
  const auto unknown = FindLens("tesar");
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().message,
            "no lens is named 'tesar', did you mean 'tessar'? (a file ends in .toml)");
  const std::string path = testing::TempDir() + "petzval_lens_file_test.toml";
  std::ofstream(path) << kAll;
  EXPECT_EQ(FindLens(path)->name, "all");
  fs::remove(path);
}

// The example of docs/howto/add-a-lens.md: the indented block that starts with the schema.
TEST(LensFile, ExampleOfTheHowtoIsALens) {
  std::ifstream page(PETZVAL_SOURCE_DIR "/docs/howto/add-a-lens.md");
  ASSERT_TRUE(page);
  std::string toml;
  bool inside = false;
  for (std::string line; std::getline(page, line);) {
    if (line == "    schema = 1") inside = true;
    if (inside && !line.empty() && !line.starts_with("    ")) break;
    if (inside) toml += line.size() > 4 ? line.substr(4) + "\n" : "\n";
  }
  const auto lens = ParseLens(toml, "add-a-lens.md");
  ASSERT_TRUE(lens) << lens.error().message;
  EXPECT_GE(lens->surfaces.size(), 4u);
  ExpectSameWhenWrittenAndRead(*lens);
}

}  // namespace
}  // namespace petzval::optics
