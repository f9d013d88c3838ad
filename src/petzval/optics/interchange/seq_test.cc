// CODE V files: syntax, the examples, and what comes back after writing.
#include <gtest/gtest.h>

#include <cmath>

#include "petzval/optics/interchange/interchange_test_util.h"
#include "petzval/optics/interchange/paraxial.h"
#include "petzval/optics/interchange/seq_reader.h"
#include "petzval/optics/lens/lens_file.h"

namespace petzval::optics {
namespace {

using testing_interchange::ErrorOf;
using testing_interchange::FromText;
using testing_interchange::SharedOptics;
using testing_interchange::Warns;

TEST(SeqCommands, SeparatorsContinuationsCommentsAndQuotes) {
  const auto commands = SplitSeqCommands(
      "rdm y;len ! a comment; not a command\n"
      "TIT 'a; b ! c'\n"
      "wl 650 &  ! more\n"
      "  550\n"
      "CIR OBS L'A' 0.38\n");
  ASSERT_EQ(commands.size(), 5u);
  EXPECT_EQ(commands[0].words, (std::vector<std::string>{"RDM", "y"}));
  EXPECT_EQ(commands[1].words, (std::vector<std::string>{"LEN"}));
  EXPECT_EQ(commands[2].words, (std::vector<std::string>{"TIT", "a; b ! c"}));
  EXPECT_EQ(commands[3].words, (std::vector<std::string>{"WL", "650", "550"}));
  EXPECT_EQ(commands[3].line, 3);
  EXPECT_EQ(commands[4].words, (std::vector<std::string>{"CIR", "OBS", "L'A'", "0.38"}));
  EXPECT_EQ(commands[4].line, 5);
}

TEST(SeqCommands, GlassCodes) {
  EXPECT_EQ(ParseGlassCode("500.700")->nd, 1.5);
  EXPECT_EQ(ParseGlassCode("500.700")->vd, 70);
  EXPECT_EQ(ParseGlassCode("569.631")->vd, 63.1);
  EXPECT_EQ(ParseGlassCode("516800.641670")->nd, 1.5168);
  EXPECT_EQ(ParseGlassCode("516800.641670")->vd, 64.167);
  for (const char* word : {"1.5168", "NBK7", "500.", ".700", "50.700", "5a0.700"}) {
    EXPECT_FALSE(ParseGlassCode(word)) << word;
  }
}

TEST(Seq, DoubleGaussIsTheLensOfTheListing) {
  SKIP_WITHOUT_SHARED();
  const auto read = ImportLens(SharedOptics("interchange/ag_dblgauss.seq"));
  ASSERT_TRUE(read) << read.error().message;
  const auto codev = ReadLensFile(SharedOptics("lenses/dgauss100f2_codev.toml"));
  const auto golden = ReadLensFile(SharedOptics("lenses/dgauss100f2.toml"));
  ASSERT_TRUE(codev && golden);
  const Lens& lens = read->lens;
  for (const Lens* other : {&*codev, &*golden}) {
    ASSERT_EQ(lens.surfaces.size(), other->surfaces.size());
    for (size_t i = 0; i < lens.surfaces.size(); ++i) {
      EXPECT_NEAR(lens.surfaces[i].radius_mm, other->surfaces[i].radius_mm, 1e-9) << i;
      EXPECT_NEAR(lens.surfaces[i].thickness_mm, other->surfaces[i].thickness_mm, 1e-12) << i;
      EXPECT_EQ(lens.surfaces[i].medium, other->surfaces[i].medium) << i;
    }
    EXPECT_EQ(lens.stop, other->stop);
    EXPECT_EQ(lens.aperture, other->aperture);
    EXPECT_EQ(lens.fields.values, other->fields.values);
    EXPECT_EQ(lens.object_mm, other->object_mm);
  }
  ASSERT_EQ(lens.spectrum.um.size(), 3u);
  for (int w = 0; w < 3; ++w) {
    EXPECT_NEAR(lens.spectrum.um[w], codev->spectrum.um[w], 1e-15);
  }
  EXPECT_EQ(lens.spectrum.primary, 1);
  EXPECT_EQ(lens.launch, Launch::kRealStop);
  EXPECT_EQ(lens.title, "Double Gauss F/2 -  Available Glasses");
  const auto paraxial = ComputeFileParaxial(lens);
  ASSERT_TRUE(paraxial);
  EXPECT_NEAR(paraxial->first_order.efl, 100.00375702792962, 1e-9);
  EXPECT_NEAR(paraxial->image_mm, 61.48753641798204, 1e-9);
  EXPECT_TRUE(Warns(*read, "line 12: vignetting factors"));
}

TEST(Seq, EveryExampleIsRead) {
  SKIP_WITHOUT_SHARED();
  const auto read = [](const char* name) {
    auto lens = ImportLens(SharedOptics(std::string("interchange/") + name));
    EXPECT_TRUE(lens) << lens.error().message;
    return lens ? *lens : ImportedLens();
  };
  const auto efl = [](const Lens& lens) { return ComputeFileParaxial(lens)->first_order.efl; };

  const Lens asphere = read("asp46.seq").lens;
  EXPECT_EQ(asphere.surfaces[0].asphere.powers, (std::map<int, double>{{4, -0.1}, {6, 0.1}}));
  EXPECT_EQ(asphere.surfaces[0].semi_diameter_mm, 0);  // EDG stops no ray
  EXPECT_NEAR(*asphere.Medium(asphere.surfaces[0].medium)->Index(kLineD_um), 1.5, 1e-12);

  EXPECT_TRUE(Warns(read("landscape_lens.seq"), "line 12: paraxial image heights"));
  const Lens landscape = read("landscape_lens.seq").lens;  // curvatures when RDM says nothing
  EXPECT_EQ(landscape.surfaces[1].radius_mm, -5);
  EXPECT_NEAR(efl(landscape), 10, 1e-6);
  EXPECT_EQ(landscape.fields.kind, FieldKind::kImageMm);
  EXPECT_NEAR(landscape.spectrum.um[0], 0.65, 1e-15);

  const Lens paraboloid = read("paraboloid.seq").lens;
  EXPECT_TRUE(paraboloid.surfaces[0].mirror);
  EXPECT_EQ(paraboloid.surfaces[0].conic, -1);
  EXPECT_NEAR(efl(paraboloid), 100, 1e-12);

  const ImportedLens questar = read("questar35.seq");  // inches
  EXPECT_NEAR(questar.lens.aperture.value, 89, 1e-9);
  EXPECT_NEAR(efl(questar.lens), 1282.7, 0.05);
  EXPECT_EQ(questar.lens.surfaces[2].edge->kind, EdgeKind::kAnnulus);
  EXPECT_NEAR(questar.lens.surfaces[2].edge->inner_mm, 0.3757121532816294 * 25.4, 1e-12);
  EXPECT_EQ(questar.lens.solves.size(), 1u);
  EXPECT_TRUE(Warns(questar, "line 31: the pickup"));

  const Lens schmidt = read("schmidt.seq").lens;
  EXPECT_NEAR(schmidt.surfaces[0].asphere.powers.at(6), -0.12165914e-11, 1e-25);
  EXPECT_NEAR(efl(schmidt), 100, 1e-3);

  const Lens singlet = read("singlet.seq").lens;  // finite object, working f-number 5
  EXPECT_EQ(singlet.object_mm, 100);
  EXPECT_EQ(singlet.stop, 0);
  EXPECT_NEAR(singlet.aperture.value / 2 / 100, 0.5 / 5 * 14.500204 / 100, 2e-3);

  const Lens mirrors = read("threemir.seq").lens;
  EXPECT_EQ(mirrors.stop, 2);
  EXPECT_EQ(mirrors.surfaces[1].pose->tilt_x_deg, -8.438645);  // CODE V tilts left-handed
  EXPECT_EQ(mirrors.surfaces[1].pose->decentre_y_mm, 48.695345);
  EXPECT_FALSE(mirrors.surfaces[1].pose->carries);
  EXPECT_EQ(mirrors.surfaces.back().pose->decentre_y_mm, -47.681342);  // the turned image
  EXPECT_NEAR(mirrors.surfaces[4].asphere.powers.at(4), 3.6895e-11, 1e-20);
}

const char kSinglet[] =
    "RDM Y; EPD 5; WL 587.6; YAN 0 5\nSO 0 1e13\nS 50 3 NBK7_SCHOTT\n%sS -50 45\nSI 0 0\n";
std::string Singlet(const std::string& inside) {
  std::string text = kSinglet;
  return text.replace(text.find("%s"), 2, inside);
}

TEST(Seq, RefusesWhatItCannotTrace) {
  EXPECT_NE(ErrorOf(Singlet("GRT\n"), "a.seq").find("line 4: surfaces of type GRT"),
            std::string::npos);
  EXPECT_NE(ErrorOf(Singlet("ADE 3; REV\n"), "a.seq").find("line 4: decentres of kind REV"),
            std::string::npos);
  EXPECT_NE(ErrorOf(Singlet("K abc\n"), "a.seq").find("line 4: K lacks a number"),
            std::string::npos);
  EXPECT_NE(ErrorOf("SO 0 1e13\nS 50 3 XQ7_SCHOTT\nS 0 40\nSI 0 0\n", "a.seq")
                .find("line 2: unknown glass"),
            std::string::npos);
  EXPECT_NE(ErrorOf("SO 0 1e13\nS 50 3\n", "a.seq").find("SI is missing"), std::string::npos);
}

TEST(Seq, BendingMirrorTurnsTwice) {
  const auto read = FromText(
      "RDM Y; EPD 5; WL 500; YAN 0\nSO 0 1e13\nS 0 10\nSTO\n"
      "S 0 -30 REFL\nADE -45; BEN\nS 0 -5\nSI 0 0\n",
      "fold.seq");
  ASSERT_TRUE(read) << read.error().message;
  const auto& s = read->lens.surfaces;
  EXPECT_EQ(s[1].pose->tilt_x_deg, 45);
  // The axis is turned by 45 degrees more, then 30 mm are walked along it.
  EXPECT_NEAR(s[2].pose->tilt_x_deg, 45, 1e-12);
  EXPECT_NEAR(s[2].pose->decentre_y_mm, 30 * std::sqrt(0.5), 1e-12);
  EXPECT_NEAR(s[1].thickness_mm, -30 * std::sqrt(0.5), 1e-12);
}

TEST(Seq, ParaxialImageWhereTheFileHasNone) {
  const auto read = FromText(
      "RDM Y; EPD 5; WL 587.6; YAN 0 5\nSO 0 1e13\nS 50 3 516800.641670\n"
      "S -50 0\nPIM\nSI 0 -0.2\n",
      "a.seq");
  ASSERT_TRUE(read) << read.error().message;
  const auto paraxial = ComputeFileParaxial(read->lens);
  EXPECT_NEAR(read->lens.surfaces[1].thickness_mm, paraxial->image_mm - 0.2, 1e-12);
  ASSERT_EQ(read->lens.solves.size(), 1u);
  EXPECT_EQ(read->lens.solves[0].value, -0.2);
}

TEST(Seq, RoundTripOfTheLensFiles) {
  SKIP_WITHOUT_SHARED();
  int written = 0;
  for (const auto& file : std::filesystem::directory_iterator(SharedOptics("lenses"))) {
    const auto lens = ReadLensFile(file.path());
    ASSERT_TRUE(lens) << lens.error().message;
    const auto text = ExportSeq(*lens);
    if (!text) {
      EXPECT_NE(text.error().message.find("ASP has the even powers"), std::string::npos)
          << text.error().message;
      continue;
    }
    ++written;
    const auto back = FromText(*text, "back.seq");
    ASSERT_TRUE(back) << lens->name << ": " << back.error().message;
    EXPECT_TRUE(back->warnings.empty()) << lens->name << ": " << back->warnings.front();
    ASSERT_EQ(back->lens.surfaces.size(), lens->surfaces.size());
    for (size_t i = 0; i < lens->surfaces.size(); ++i) {
      const Surface &a = lens->surfaces[i], &b = back->lens.surfaces[i];
      EXPECT_EQ(a.radius_mm, b.radius_mm);
      EXPECT_NEAR(a.thickness_mm, b.thickness_mm, 1e-12);
      EXPECT_EQ(a.semi_diameter_mm, b.semi_diameter_mm);
      EXPECT_EQ(a.conic, b.conic);
      const auto one = lens->Medium(a.medium), two = back->lens.Medium(b.medium);
      ASSERT_TRUE(one && two);
      for (size_t w = 0; w < lens->spectrum.um.size(); ++w) {
        EXPECT_NEAR(*one->Index(lens->spectrum.um[w]), *two->Index(back->lens.spectrum.um[w]),
                    1e-13);
      }
    }
    const auto before = ComputeFileParaxial(*lens), after = ComputeFileParaxial(back->lens);
    EXPECT_NEAR(before->first_order.efl, after->first_order.efl, 1e-10 * before->first_order.efl);
    EXPECT_EQ(back->lens.stop, lens->stop);
  }
  EXPECT_GE(written, 24);
}

TEST(Seq, RoundTripOfImageHeights) {
  Lens lens;
  lens.name = lens.title = "heights";
  lens.surfaces.resize(2);
  lens.surfaces[0].radius_mm = 50;
  lens.surfaces[0].thickness_mm = 3;
  lens.surfaces[0].medium = "schott/N-BK7";
  lens.surfaces[1].thickness_mm = 95;
  lens.fields = {FieldKind::kImageMm, {0, 2.5}, {1, 3}};
  for (const auto& [text, name] :
       {std::pair{ExportSeq(lens), "a.seq"}, {ExportZmx(lens), "a.zmx"}}) {
    const auto read = FromText(*text, name);
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read->lens.fields, lens.fields);
    EXPECT_TRUE(read->warnings.empty());
  }
}

TEST(Seq, RoundTripOfTilts) {
  Lens lens;
  lens.name = lens.title = "tilted";
  Surface plate;
  plate.thickness_mm = 2;
  plate.medium = "schott/N-BK7";
  plate.pose = Pose{0.5, -0.25, 20, 7, -4, false};
  Surface back;
  back.thickness_mm = 50;
  back.pose = Pose{0, 1, -3, 0, 0, true};
  lens.surfaces = {plate, back};
  const auto read = FromText(*ExportSeq(lens), "a.seq");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->lens.surfaces[0].pose, plate.pose);
  EXPECT_EQ(read->lens.surfaces[1].pose, back.pose);
}

}  // namespace
}  // namespace petzval::optics
