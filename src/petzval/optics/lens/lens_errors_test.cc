// Bad lens files: which sentence refuses what, with its line.
#include <gtest/gtest.h>

#include "petzval/optics/lens/lens_file.h"

namespace petzval::optics {
namespace {

constexpr char kHead[] =
    "schema = 1\n"                                   // 1
    "name = \"x\"\n"                                 // 2
    "source = \"s\"\n"                               // 3
    "licence = \"l\"\n"                              // 4
    "stop = 1\n"                                     // 5
    "surfaces = [\n"                                 // 6
    "  [50, 5, 10, \"schott/N-BK7\"],\n"             // 7
    "  [-50, 48, 10, \"\"],\n"                       // 8
    "]\n"                                            // 9
    "[aperture]\nkind = \"epd\"\nvalue = 10\n"       // 10
    "[field]\nkind = \"angle_deg\"\nvalues = [0]\n"  // 13
    "[spectrum]\num = [0.5875618]\nprimary = 1\n";   // 16
constexpr int kLines = 18;

std::string Message(const std::string& toml) {
  const auto lens = ParseLens(toml, "x.toml");
  return lens ? "" : lens.error().message;
}
// The message for the file with `from` replaced by `to`.
std::string With(const std::string& from, const std::string& to) {
  std::string toml = kHead;
  const size_t at = toml.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return Message(toml.replace(at, from.size(), to));
}
// The message for the file with `tables` behind it; line 1 of them is line kLines + 1.
std::string And(const std::string& tables) { return Message(kHead + tables); }
std::string Line(int n) { return "x.toml: line " + std::to_string(kLines + n) + ": "; }

TEST(LensErrors, TheGoodFileIsRead) { EXPECT_EQ(Message(kHead), ""); }

TEST(LensErrors, Head) {
  EXPECT_EQ(With("source", "sorce"), "x.toml: line 3: unknown key 'sorce', did you mean 'source'?");
  EXPECT_EQ(With("source = \"s\"\n", ""), "x.toml: line 1: key 'source' is missing");
  EXPECT_EQ(With("licence = \"l\"", "licence = \"\""), "x.toml: line 4: 'licence' is empty");
  EXPECT_EQ(With("stop = 1", "stop = 3"),
            "x.toml: line 5: the stop is surface 3, the lens has surfaces 1 to 2");
  EXPECT_EQ(With("stop = 1", "stop = 1\nunit = \"inch\""),
            "x.toml: line 6: unknown unit 'inch', did you mean 'mm'?");
  EXPECT_EQ(With("stop = 1", "stop = 1\nlaunch = \"real\""),
            "x.toml: line 6: unknown launch 'real', did you mean 'real_stop'?");
  EXPECT_EQ(With("stop = 1", "stop = 1\nobject_mm = nan"),
            "x.toml: line 6: 'object_mm' must be a number");
  EXPECT_EQ(With("stop = 1", "stop = 1\nobject_mm = -1"),
            "x.toml: object_mm must be positive, it is -1");
  EXPECT_EQ(With("stop = 1", "stop = 1\nimage_circle_mm = -1"),
            "x.toml: line 6: 'image_circle_mm' is -1, which is not within 0 to 1000000");
  EXPECT_EQ(With("stop = 1", "stop = 1\nhousing_mm = { 3 = 12 }"),
            "x.toml: line 6: '3' of 'housing_mm' is no surface, the lens has surfaces 1 to 2");
  EXPECT_EQ(With("stop = 1", "stop = 1\nimage_curvature = inf"),
            "x.toml: line 6: 'image_curvature' must be a finite number");
  EXPECT_EQ(With("schema = 1", "schema = 2"),
            "x.toml: line 1: 'schema' is 2, only 1 is known here");
}

TEST(LensErrors, Surfaces) {
  const std::string row =
      "x.toml: line 8: surface 2 must be [radius, thickness, clear "
      "semi-diameter, \"medium behind\"]";
  EXPECT_EQ(With("[-50, 48, 10, \"\"]", "[-50, 48, 10]"), row);
  EXPECT_EQ(With("[-50, 48, 10, \"\"]", "[-50, \"48\", 10, \"\"]"), row);
  EXPECT_EQ(With("[-50, 48, 10, \"\"]", "[-50, 48, 10, 0]"), row);
  EXPECT_EQ(With("[-50, 48, 10, \"\"]", "[-50, inf, 10, \"\"]"),
            "x.toml: line 8: a row of 'surfaces' may hold only finite numbers and strings");
  EXPECT_EQ(With("[-50, 48, 10, \"\"]", "3"), "x.toml: line 8: a row of 'surfaces' must be a list");
  EXPECT_TRUE(
      With("schott/N-BK7", "schott/BK7")
          .starts_with("x.toml: line 7: surface 1: unknown glass 'schott/BK7', did you mean "
                       "schott/N-BK7, "));
  EXPECT_EQ(With("[50, 5,", "[50, -5,"),
            "x.toml: surfaces 1 and 2 overlap on the axis: the distance between them is -5 mm");
  std::string many;
  for (int i = 0; i < 501; ++i) many += "[0, 1, 0, \"\"],";
  EXPECT_EQ(With("  [50, 5, 10, \"schott/N-BK7\"],\n", many),
            "x.toml: line 6: 502 surfaces, the most is 500");
  EXPECT_EQ(
      With("[-50, 48, 10, \"\"]", "[-50, 48, 60, \"\"]"),
      "x.toml: line 8: surface 2: its clear semi-diameter 60 reaches beyond the surface, which "
      "ends at 50 mm");
}

TEST(LensErrors, Conditions) {
  EXPECT_EQ(With("epd", "f_numbr"),
            "x.toml: line 11: unknown kind 'f_numbr', did you mean 'f_number'?");
  EXPECT_EQ(With("value = 10", "value = 0"),
            "x.toml: line 12: 'value' is 0, which is not within 1e-09 to 1000000000");
  EXPECT_EQ(With("angle_deg", "angle"),
            "x.toml: line 14: unknown kind 'angle', did you mean 'angle_deg'?");
  EXPECT_EQ(With("[aperture]\nkind = \"epd\"\nvalue = 10\n", ""),
            "x.toml: line 1: table [aperture] is missing");
  EXPECT_EQ(With("primary = 1", "primary = 2"),
            "x.toml: line 18: 'primary' is 2, only 1 is known here");
  EXPECT_EQ(With("[0.5875618]", "[]"), "x.toml: line 17: 'um' must have at least one wavelength");
  EXPECT_EQ(
      With("[0.5875618]", "[0.2]"),
      "x.toml: line 7: surface 1: wavelength 0.2 um is outside the range of glass 'schott/N-BK7', "
      "0.3 to 2.5 um");
  EXPECT_EQ(With("values = [0]", "values = [0]\nweight = [1]"),
            "x.toml: line 16: unknown key 'weight', did you mean 'weights'?");
}

TEST(LensErrors, Aspheres) {
  const std::string first = "[[asphere]]\nsurface = 1\n";
  EXPECT_EQ(And(first + "r = { 1 = 0.1 }\n"),
            Line(3) + "a term of power 1, only 2 to 30 are possible");
  EXPECT_EQ(And(first + "r = { x = 0.1 }\n"), Line(3) + "'x' of 'r' is no power");
  EXPECT_EQ(And(first + "r = { 4 = inf }\n"), Line(3) + "'4' must be a finite number");
  EXPECT_EQ(And(first + first), Line(4) + "surface 1 has two [[asphere]] blocks");
  EXPECT_EQ(And("[[asphere]]\nsurface = 3\n"),
            Line(2) + "there is no surface 3, the lens has surfaces 1 to 2");
  EXPECT_EQ(And(first + "a = [1]\n"),
            Line(3) + "'a' is for kind 'qcon' or 'qbfs'; powers stand in 'r'");
  EXPECT_EQ(And(first + "kind = \"qcon\"\nr = { 4 = 1 }\n"),
            Line(4) + "'r' is for powers; kind 'qcon' has 'a'");
  EXPECT_EQ(And(first + "kind = \"qcon\"\na = [1]\n"), Line(3) + "kind 'qcon' needs 'norm_mm'");
  EXPECT_EQ(And(first + "kind = \"qcn\"\na = [1]\n"),
            Line(3) + "unknown kind 'qcn', did you mean 'qcon'?");
  EXPECT_EQ(And(first + "conik = 1\n"), Line(3) + "unknown key 'conik', did you mean 'conic'?");
  EXPECT_EQ(And(first + "norm_mm = 0\n"),
            Line(3) + "'norm_mm' is 0, which is not within 1e-09 to 1000000000");
}

TEST(LensErrors, PosesEdgesToroids) {
  const std::string pose = "[[pose]]\nsurface = 1\n";
  EXPECT_EQ(And(pose), Line(2) + "this pose says nothing");
  EXPECT_EQ(And(pose + "decentre_mm = [1]\n"), Line(3) + "'decentre_mm' must be [x, y]");
  EXPECT_EQ(And(pose + "tilt_deg = [1]\n"), Line(3) + "'tilt_deg' must be [x, y, z]");
  EXPECT_EQ(And(pose + "kind = \"mirror\"\n"),
            Line(3) + "unknown kind 'mirror', did you mean 'refract'?");
  EXPECT_EQ(And(pose + "carries = 1\n"), Line(3) + "'carries' must be true or false");
  const std::string edge = "[[edge]]\nsurface = 1\n";
  EXPECT_EQ(And(edge), Line(1) + "key 'kind' is missing");
  EXPECT_EQ(And(edge + "kind = \"circle\"\n"),
            Line(3) + "unknown kind 'circle', did you mean 'rect'?");
  EXPECT_EQ(And(edge + "kind = \"annulus\"\nhalf_x_mm = 1\n"),
            Line(4) + "'half_x_mm' is not for an edge of kind 'annulus'");
  EXPECT_EQ(And(edge + "kind = \"rect\"\nhalf_x_mm = 1\n"),
            "x.toml: line 7: surface 1: a rectangular edge needs half_x_mm and half_y_mm");
  EXPECT_EQ(And("[[toroid]]\nsurface = 1\n"), Line(1) + "key 'radius_x_mm' is missing");
}

TEST(LensErrors, OptionalTables) {
  EXPECT_EQ(And("[iris]\nblades = 200\n"),
            Line(2) + "'blades' is 200, which is not within 0 to 100");
  EXPECT_EQ(And("[iris]\nblades = 2\n"),
            "x.toml: an iris has 3 to 100 blades, or 0 when it is round; 2 is neither");
  EXPECT_EQ(And("[sensor_cra]\nimage_mm = [0, 1]\n"), Line(1) + "key 'deg' is missing");
  EXPECT_EQ(And("[expect]\nefl = 3\n").substr(0, Line(2).size() + 17),
            Line(2) + "unknown key 'efl'");
  EXPECT_EQ(And("[[glass]]\nname = \"g\"\n"),
            Line(2) + "glass 'g' needs exactly one of nd, formula and um");
  EXPECT_EQ(And("[[configuration]]\nname = \"n\"\nthickness = { 9 = 1 }\n"),
            Line(3) + "'9' of 'thickness' is no surface, the lens has surfaces 1 to 2");
  std::string states;
  for (int i = 0; i < 101; ++i) {
    states += "[[configuration]]\nname = \"" + std::to_string(i) + "\"\n";
  }
  EXPECT_EQ(And(states), "x.toml: the lens has 101 configurations, the most is 100");
  EXPECT_EQ(And("[[configuration]]\nname = \"n\"\nfield = []\n"),
            Line(3) + "'field' must have at least one value");
  EXPECT_EQ(And("[[configuration]]\nname = \"n\"\naperture = 0\n"),
            Line(3) + "'aperture' is 0, which is not within 1e-09 to 1000000000");
}

TEST(LensErrors, Design) {
  EXPECT_EQ(And("[[vary]]\nsurface = 1\nwhat = \"R\"\n"),
            Line(3) + "unknown quantity 'R', did you mean 'c'?");
  EXPECT_EQ(And("[[vary]]\nsurface = 0\nwhat = \"c\"\n"),
            Line(2) + "there is no surface 0, the lens has surfaces 1 to 2");
  EXPECT_EQ(And("[[vary]]\nsurface = 1\nwhat = \"c\"\nmin = 1\nmax = 0\n"),
            "x.toml: vary 1: the limits 1 to 0 leave no value");
  EXPECT_EQ(And("[[pickup]]\nsurface = 1\nwhat = \"c\"\n"),
            Line(1) + "key 'from_surface' is missing");
  EXPECT_EQ(And("[[pickup]]\nsurface = 1\nwhat = \"c\"\nfrom_surface = 2\nfrom_what = \"x\"\n"),
            Line(5) + "unknown quantity 'x', did you mean 'c'?");
  EXPECT_EQ(And("[[pickup]]\nsurface = 1\nwhat = \"c\"\nfrom_surface = 2\n"
                "[[pickup]]\nsurface = 2\nwhat = \"c\"\nfrom_surface = 1\n"),
            "x.toml: pickups and solves run in a circle: c of surface 2 and c of surface 1 need "
            "each other");
  EXPECT_EQ(And("[[solve]]\nsurface = 2\nkind = \"focus\"\n").substr(0, 37),
            Line(3) + "unknown kind 'focus'");
  EXPECT_EQ(And("[[tolerance]]\nkind = \"index\"\n"), Line(1) + "key 'value' is missing");
  EXPECT_EQ(And("[[tolerance]]\nkind = \"indices\"\nvalue = 1\n"),
            Line(2) + "unknown kind 'indices', did you mean 'index'?");
}

TEST(LensErrors, FilesOfOtherProgramsNameTheVerb) {
  const auto says = [](const std::string& text, const std::string& format) {
    EXPECT_EQ(Message(text), "x.toml: this is a " + format +
                                 " file, not a TOML lens: read it with 'petzval lens import'");
  };
  says("VERS 140124 258 36214\r\nMODE SEQ\r\n", "Zemax");
  says("\xef\xbb\xbfMODE SEQ\r\n", "Zemax");
  says(std::string("\xff\xfeV\0E\0", 6), "Zemax");
  says("{ \"surfaces\": [] }", "JSON");
  says("RDM;LEN\nTITLE 'x'\n", "CODE V");
  says("! a lens\nRDM\n", "CODE V");
  EXPECT_NE(Message(""), "");
  EXPECT_NE(Message("  \n"), "");
}

}  // namespace
}  // namespace petzval::optics
