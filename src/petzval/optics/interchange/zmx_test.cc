// Zemax files: what is read, what is refused, what comes back after writing.
#include <gtest/gtest.h>

#include <cmath>

#include "petzval/optics/interchange/interchange_test_util.h"
#include "petzval/optics/interchange/paraxial.h"
#include "petzval/optics/lens/lens_file.h"

namespace petzval::optics {
namespace {

using testing_interchange::ErrorOf;
using testing_interchange::FromText;
using testing_interchange::SharedOptics;
using testing_interchange::Warns;

const char kHead[] =
    "MODE SEQ\r\nUNIT MM X W X CM MR CPMM\r\nENPD 5\r\nGCAT SCHOTT\r\nFTYP 0 0 2 1 0 0 0\r\n"
    "YFLN 0 10 0 0\r\nWAVM 1 0.55 1\r\nWAVM 2 0.6 1\r\n"
    "SURF 0\r\n  TYPE STANDARD\r\n  CURV 0 0 0 0 0 \"\"\r\n  DISZ INFINITY\r\n";
const char kImage[] = "SURF 9\r\n  TYPE STANDARD\r\n  CURV 0\r\n  DISZ 0\r\n";

std::string WithSurfaces(const std::string& surfaces) { return kHead + surfaces + kImage; }

TEST(Zmx, ReadsASinglet) {
  const auto read = FromText(
      WithSurfaces("SURF 1\r\n  STOP\r\n  TYPE STANDARD\r\n  CURV 0.02\r\n  DISZ 4\r\n"
                   "  GLAS N-BK7 0 0 1.5 40 0 0 0 0 0 0\r\n  DIAM 6 1 0 0 1 \"\"\r\n"
                   "SURF 2\r\n  TYPE EVENASPH\r\n  CURV -0.01\r\n  CONI -0.5\r\n  PARM 1 1E-3\r\n"
                   "  PARM 2 2E-5\r\n  PARM 8 1e-20\r\n  DISZ 60\r\n  DIAM 5 0 0 0 1 \"\"\r\n"),
      "a.zmx");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_TRUE(read->warnings.empty());
  const Lens& lens = read->lens;
  ASSERT_EQ(lens.surfaces.size(), 2u);
  EXPECT_EQ(lens.stop, 0);
  EXPECT_EQ(lens.surfaces[0].radius_mm, 50);
  EXPECT_EQ(lens.surfaces[0].medium, "schott/N-BK7");
  EXPECT_EQ(lens.surfaces[0].semi_diameter_mm, 6);
  EXPECT_EQ(lens.surfaces[1].semi_diameter_mm, 0);  // follows the rays, clips none
  EXPECT_EQ(lens.surfaces[1].conic, -0.5);
  const std::map<int, double> powers = {{2, 1e-3}, {4, 2e-5}, {16, 1e-20}};
  EXPECT_EQ(lens.surfaces[1].asphere.powers, powers);
  EXPECT_EQ(lens.surfaces[1].thickness_mm, 60);
  EXPECT_EQ(lens.fields.values, (std::vector<double>{0, 10}));
  EXPECT_EQ(lens.spectrum.um, (std::vector<double>{0.55}));  // FTYP announces one
  EXPECT_EQ(lens.aperture.kind, ApertureKind::kEntrancePupilDiameter);
}

TEST(Zmx, UnitsAndModelGlasses) {
  std::string text = WithSurfaces(
      "SURF 1\n  STOP\n  TYPE STANDARD\n  CURV 0.5\n  DISZ 0.2\n"
      "  GLAS ___BLANK 1 0 1.62 60.3 0.01 0 0 0 0 0\nSURF 2\n  TYPE STANDARD\n  CURV 0\n  DISZ "
      "3\n");
  text.replace(text.find("UNIT MM"), 7, "UNIT IN");
  const auto read = FromText(text, "a.zmx");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_DOUBLE_EQ(read->lens.surfaces[0].radius_mm, 50.8);
  EXPECT_DOUBLE_EQ(read->lens.aperture.value, 5 * 25.4);
  const auto glass = read->lens.Medium(read->lens.surfaces[0].medium);
  ASSERT_TRUE(glass);
  EXPECT_NEAR(*glass->Index(kLineD_um), 1.62, 1e-12);
  EXPECT_NEAR(glass->AbbeNumber(), 60.3, 1e-9);
}

TEST(Zmx, CoordinateBreaksBecomePoses) {
  SKIP_WITHOUT_SHARED();
  const auto read = ImportLens(SharedOptics("interchange/optiland_simple_fold_mirror_up.zmx"));
  ASSERT_TRUE(read) << read.error().message;
  const auto& s = read->lens.surfaces;
  ASSERT_EQ(s.size(), 5u);  // two planes, two mirrors, the plane of the turned image
  EXPECT_TRUE(s[2].mirror);
  ASSERT_TRUE(s[2].pose);
  EXPECT_EQ(s[2].pose->tilt_x_deg, 45);
  EXPECT_TRUE(s[2].pose->carries);
  // From the first mirror, 50 mm along its reflected axis: up by 50 in space.
  ASSERT_TRUE(s[3].pose);
  EXPECT_NEAR(s[3].pose->decentre_y_mm, 50 * std::sqrt(0.5), 1e-12);
  EXPECT_NEAR(s[2].thickness_mm, -50 * std::sqrt(0.5), 1e-12);
  EXPECT_NEAR(s[3].pose->tilt_x_deg, 0, 1e-12);
  ASSERT_TRUE(s[4].pose);
  EXPECT_NEAR(s[4].pose->tilt_x_deg, -45, 1e-12);
}

TEST(Zmx, ToroidAndFoldedSystem) {
  SKIP_WITHOUT_SHARED();
  const auto read = ImportLens(SharedOptics("interchange/HoO-V2C18Ex46.zmx"));
  ASSERT_TRUE(read) << read.error().message;
  const auto& s = read->lens.surfaces;
  EXPECT_EQ(read->lens.stop, 1);
  EXPECT_NEAR(s[1].radius_mm, -1015.0, 1e-9);
  EXPECT_EQ(s[1].conic, -4.278);
  EXPECT_EQ(s[1].pose->tilt_x_deg, -3.5);
  EXPECT_EQ(s[3].radius_x_mm, 1035);
  EXPECT_NEAR(s[3].radius_mm, 1045.72, 1e-2);
  EXPECT_TRUE(s[3].mirror);
  EXPECT_TRUE(Warns(*read, "fields beside the y-z plane"));
}

TEST(Zmx, Utf16AndSubstitutesForUnknownGlasses) {
  SKIP_WITHOUT_SHARED();
  const std::string path = SharedOptics("interchange/diffoptics_US02532751-1.zmx");
  const auto refused = ImportLens(path);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("line 99: unknown glass 'SSK4'"), std::string::npos)
      << refused.error().message;
  ImportOptions options;
  options.glasses = {{"SSK4", "1.61765,55.14"},
                     {"SK1", "1.61025,56.71"},
                     {"F15", "1.60565,37.83"},
                     {"SK16", "schott/N-SK16"}};
  const auto read = ImportLens(path, options);
  ASSERT_TRUE(read) << read.error().message;
  const Lens& lens = read->lens;
  EXPECT_EQ(lens.aperture.kind, ApertureKind::kStopSemiDiameter);
  EXPECT_EQ(lens.aperture.value, 2.443);
  EXPECT_EQ(lens.stop, 6);
  EXPECT_EQ(lens.surfaces[1].asphere.powers,
            (std::map<int, double>{{4, 1e-6}, {6, 1e-8}, {8, -3e-10}}));
  const auto paraxial = ComputeFileParaxial(lens);
  ASSERT_TRUE(paraxial);
  EXPECT_NEAR(paraxial->image_mm, lens.surfaces[11].thickness_mm, 0.3);  // in focus, so it fits
}

TEST(Zmx, EveryExampleIsReadOrSaysWhyNot) {
  SKIP_WITHOUT_SHARED();
  const auto lithography = ImportLens(SharedOptics("interchange/US05831776-1.zmx"));
  ASSERT_TRUE(lithography) << lithography.error().message;
  EXPECT_EQ(lithography->lens.surfaces.size(), 42u);
  EXPECT_EQ(lithography->lens.aperture.kind, ApertureKind::kObjectNa);
  EXPECT_NEAR(lithography->lens.object_mm, 110.8588354359, 1e-12);
  EXPECT_TRUE(Warns(*lithography, "telecentric"));

  const auto unknown = ImportLens(SharedOptics("interchange/US08427765-1.ZMX"));
  ASSERT_FALSE(unknown);
  EXPECT_NE(unknown.error().message.find("'J-LAK14'"), std::string::npos);
  ImportOptions options;
  options.glasses = {{"J-LAK14", "schott/N-LAK14"},
                     {"L-TIM28_MOLD", "1.68893,31.16"},
                     {"SF11", "schott/N-SF11"},
                     {"TAF3", "1.8042,46.5"},
                     {"TAFD30", "1.883,40.8"}};
  const auto read = ImportLens(SharedOptics("interchange/US08427765-1.ZMX"), options);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->lens.aperture.kind, ApertureKind::kFNumber);
  EXPECT_EQ(read->lens.fields.kind, FieldKind::kImageMm);
  EXPECT_EQ(read->lens.surfaces[3].asphere.powers.at(6), 1.837e-7);

  const auto plain = ImportLens(SharedOptics("interchange/optiland_lens1.zmx"));
  ASSERT_TRUE(plain) << plain.error().message;
  EXPECT_TRUE(Warns(*plain, "N-SF2 is not in the catalogue"));
}

TEST(Zmx, RefusesWhatItCannotTrace) {
  EXPECT_NE(ErrorOf(WithSurfaces("SURF 1\n  STOP\n  TYPE DGRATING\n  CURV 0\n  DISZ 1\n"), "a.zmx")
                .find("line 13: surface type DGRATING is not supported"),
            std::string::npos);
  EXPECT_NE(
      ErrorOf(WithSurfaces("SURF 1\n  STOP\n  TYPE ODDASPHE\n  PARM 1 0.1\n  DISZ 1\n"), "a.zmx")
          .find("line 16: a term in r^1"),
      std::string::npos);
  EXPECT_NE(ErrorOf(WithSurfaces("SURF 1\n  STOP\n  TYPE STANDARD\n  CURV x\n  DISZ 1\n"), "a.zmx")
                .find("line 16: the curvature is not a number"),
            std::string::npos);
  EXPECT_NE(ErrorOf("SURF 0\n", "a.zmx").find("no surface"), std::string::npos);
}

TEST(Zmx, WarnsByLine) {
  const auto read =
      FromText(WithSurfaces("SURF 1\n  STOP\n  TYPE STANDARD\n  WXYZ 3\n  DISZ 1\n"), "a.zmx");
  ASSERT_TRUE(read) << read.error().message;
  ASSERT_EQ(read->warnings.size(), 1u);
  EXPECT_EQ(read->warnings[0], "line 16: WXYZ of a surface is not understood");
}

// What is written reads back to the same prescription.
void ExpectRoundTrip(const Lens& lens) {
  const auto text = ExportZmx(lens);
  ASSERT_TRUE(text) << lens.name << ": " << text.error().message;
  const auto back = FromText(*text, "back.zmx");
  ASSERT_TRUE(back) << lens.name << ": " << back.error().message;
  EXPECT_TRUE(back->warnings.empty()) << lens.name << ": " << back->warnings.front();
  const Lens& read = back->lens;
  ASSERT_EQ(read.surfaces.size(), lens.surfaces.size()) << lens.name;
  for (size_t i = 0; i < lens.surfaces.size(); ++i) {
    const Surface &a = lens.surfaces[i], &b = read.surfaces[i];
    EXPECT_NEAR(a.curvature(), b.curvature(), 1e-15 * (1 + std::abs(a.curvature())));
    EXPECT_NEAR(a.thickness_mm, b.thickness_mm, 1e-12);
    EXPECT_EQ(a.semi_diameter_mm, b.semi_diameter_mm);
    EXPECT_EQ(a.conic, b.conic);
    EXPECT_EQ(a.mirror, b.mirror);
    EXPECT_EQ(a.asphere.powers, b.asphere.powers);
    EXPECT_EQ(a.edge, b.edge);
    const auto one = lens.Medium(a.medium), two = read.Medium(b.medium);
    ASSERT_TRUE(one && two);
    EXPECT_EQ(*one->Index(0.55), *two->Index(0.55)) << a.medium << " " << b.medium;
  }
  EXPECT_EQ(read.stop, lens.stop);
  EXPECT_EQ(read.launch, lens.launch);
  EXPECT_EQ(read.object_mm, lens.object_mm);
  EXPECT_EQ(read.aperture, lens.aperture);
  EXPECT_EQ(read.fields.values, lens.fields.values);
  EXPECT_EQ(read.spectrum.um, lens.spectrum.um);
  EXPECT_EQ(read.spectrum.primary, lens.spectrum.primary);
}

TEST(Zmx, RoundTripOfTheLensFiles) {
  SKIP_WITHOUT_SHARED();
  int written = 0;
  for (const auto& file : std::filesystem::directory_iterator(SharedOptics("lenses"))) {
    const auto lens = ReadLensFile(file.path());
    ASSERT_TRUE(lens) << lens.error().message;
    if (!ExportZmx(*lens)) continue;  // a dispersion formula of its own
    ExpectRoundTrip(*lens);
    ++written;
  }
  EXPECT_GE(written, 20);
}

TEST(Zmx, RoundTripOfTiltsAndEdges) {
  Lens lens;
  lens.name = lens.title = "tilted";
  lens.object_mm = 300;
  Surface mirror;
  mirror.radius_mm = -400;
  mirror.mirror = true;
  mirror.thickness_mm = -100;
  mirror.pose = Pose{1, 2, 10, -5, 3, true};
  Surface plate;
  plate.thickness_mm = -2;
  plate.medium = "schott/N-BK7";
  plate.semi_diameter_mm = 8;
  plate.edge = Edge{EdgeKind::kAnnulus, 0, 0, 2};
  plate.pose = Pose{0.5, -0.25, 20, 7, -4, false};
  Surface back;
  back.thickness_mm = -50;
  back.edge = Edge{EdgeKind::kRectangle, 3, 4, 0};
  back.semi_diameter_mm = 5;
  lens.surfaces = {mirror, plate, back};
  lens.stop = 1;
  ExpectRoundTrip(lens);

  const auto read = FromText(*ExportZmx(lens), "a.zmx");
  ASSERT_TRUE(read);
  for (size_t i = 0; i < lens.surfaces.size(); ++i) {
    EXPECT_EQ(read->lens.surfaces[i].pose, lens.surfaces[i].pose) << i;
  }
}

TEST(Zmx, RefusesToWriteWhatItCannotSay) {
  Lens lens;
  lens.surfaces.resize(1);
  lens.surfaces[0].thickness_mm = 10;
  lens.surfaces[0].asphere.kind = AsphereKind::kQcon;
  lens.surfaces[0].asphere.norm_mm = 2;
  lens.surfaces[0].asphere.q = {0.1};
  const auto text = ExportZmx(lens);
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(text.error().message, "surface 1: Zemax surfaces written here have no Q polynomials");
}

}  // namespace
}  // namespace petzval::optics
