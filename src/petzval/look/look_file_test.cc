// Looks that stand on others, single values, looks written and read again, mistakes.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "petzval/color/cube_file.h"
#include "petzval/look/look.h"
#include "petzval/look/look_knobs.h"
#include "petzval/look/look_test_names.h"

namespace petzval {
namespace {

const std::string kHead = "schema = 1\nname = \"mine\"\ndescription = \"d\"\nsource = \"s\"\n";

std::string MessageOf(const std::string& parameters) {
  const auto look = ParseLook(kHead + "[parameters]\n" + parameters, "mine.toml", "");
  return look ? "" : look.error().message;
}

std::string SetMessage(const std::string& name, const std::string& value) {
  Look look = *LoadLook("natural");
  const Status set = SetLookValue(&look, name, value);
  return set ? "" : set.error().message;
}

void ExpectSame(const Look& a, const Look& b) {
  EXPECT_EQ(a.name, b.name);
  EXPECT_EQ(a.description, b.description);
  EXPECT_EQ(a.source, b.source);
  EXPECT_EQ(a.values, b.values);
  EXPECT_EQ(a.lists, b.lists);
  EXPECT_EQ(a.texts, b.texts);
}

class EveryLookFile : public testing::TestWithParam<std::string> {};

TEST_P(EveryLookFile, WrittenAndReadItIsTheSame) {
  const Look look = *LoadLook(GetParam());
  const auto again = ParseLook(LookToToml(look), "again", "");
  ASSERT_TRUE(again) << again.error().message;
  ExpectSame(look, *again);
}

INSTANTIATE_TEST_SUITE_P(Looks, EveryLookFile, testing::ValuesIn(LookNames()), LookTestName);

TEST(LookFile, EveryKindOfValueSurvives) {
  Look look = *LoadLook("natural");
  look.name = "quotes \" and \\ and\nlines";
  look.description = "\xc3\xa4";  // UTF-8
  ASSERT_TRUE(SetLookValue(&look, "contrast", "1.2345678901234567"));
  ASSERT_TRUE(SetLookValue(&look, "hue_chroma", "[1, 1.1, 0.3333333333333333,1,1,1,1,0]"));
  ASSERT_TRUE(SetLookValue(&look, "mono_weights", "0.5,0.5,-0.1"));
  ASSERT_TRUE(SetLookValue(&look, "caption", "{camera} \"{iso}\""));
  ASSERT_TRUE(SetLookValue(&look, "tone_operator", "agx"));
  const auto again = ParseLook(LookToToml(look), "again", "");
  ASSERT_TRUE(again) << again.error().message;
  ExpectSame(look, *again);
}

TEST(LookFile, ALookMayStandOnAnother) {
  const Look vivid = *LoadLook("vivid");
  const auto mine = ParseLook(
      "schema = 1\nname = \"mine\"\nbase = \"vivid\"\n[parameters]\ncontrast = 1.9\n", "m", "");
  ASSERT_TRUE(mine) << mine.error().message;
  EXPECT_EQ(mine->name, "mine");
  EXPECT_EQ(mine->description, vivid.description);
  for (const auto& [name, value] : vivid.values) {
    EXPECT_EQ(mine->Get(name), name == "contrast" ? 1.9 : value) << name;
  }
  EXPECT_TRUE(ParseLook("schema = 1\nname = \"m\"\nbase = \"vivid\"\n", "m", ""));
  const auto missing = ParseLook("schema = 1\nname = \"m\"\nbase = \"vivd\"\n", "m", "");
  ASSERT_FALSE(missing);
  EXPECT_NE(missing.error().message.find("m: line 3: there is no look 'vivd'"), std::string::npos);
}

TEST(LookFile, FilesStandOnFilesBesideThemAndCirclesEnd) {
  const std::string folder = testing::TempDir() + "/petzval_look_base";
  std::filesystem::create_directories(folder);
  std::ofstream(folder + "/a.toml")
      << "schema = 1\nname = \"a\"\nbase = \"b.toml\"\n[parameters]\nchroma = 1.5\n";
  std::ofstream(folder + "/b.toml") << kHead << "[parameters]\nchroma = 1.2\ncontrast = 1.8\n";
  const auto a = LoadLook(folder + "/a.toml");
  ASSERT_TRUE(a) << a.error().message;
  EXPECT_EQ(a->Get("chroma"), 1.5);
  EXPECT_EQ(a->Get("contrast"), 1.8);
  std::ofstream(folder + "/b.toml") << "schema = 1\nname = \"b\"\nbase = \"a.toml\"\n";
  const auto circle = LoadLook(folder + "/a.toml");
  ASSERT_FALSE(circle);
  EXPECT_NE(circle.error().message.find("stand on each other"), std::string::npos);
}

TEST(LookFile, ATableBesideTheFileIsRead) {
  const std::string folder = testing::TempDir() + "/petzval_look_lut";
  std::filesystem::create_directories(folder);
  ColorLut lut;
  lut.cube = Lut3d::Identity(2);
  ASSERT_TRUE(WriteCube(folder + "/film.cube", lut));
  std::ofstream(folder + "/x.toml") << kHead << "[parameters]\nlut = \"film.cube\"\n";
  const auto look = LoadLook(folder + "/x.toml");
  ASSERT_TRUE(look) << look.error().message;
  ASSERT_TRUE(look->lut);
  EXPECT_EQ(look->lut->cube->size, 2);
  // Written for the same folder the name stays, for another one it still leads there.
  EXPECT_NE(LookToToml(*look, folder).find("lut = \"film.cube\""), std::string::npos);
  EXPECT_TRUE(ParseLook(LookToToml(*look), "elsewhere", ""));
  // Inherited, it is still the file beside the base.
  std::filesystem::create_directories(folder + "/below");
  std::ofstream(folder + "/below/y.toml")
      << "schema = 1\nname = \"y\"\nbase = \"../x.toml\"\n[parameters]\nlut_strength = 0.5\n";
  const auto below = LoadLook(folder + "/below/y.toml");
  ASSERT_TRUE(below) << below.error().message;
  EXPECT_TRUE(below->lut);
  EXPECT_TRUE(ParseLook(LookToToml(*below), "elsewhere", ""));
  // A look without the table over one that has it.
  const auto none = ParseLook(
      "schema = 1\nname = \"z\"\nbase = \"x.toml\"\n[parameters]\nlut = \"\"\n", "z", folder);
  ASSERT_TRUE(none) << none.error().message;
  EXPECT_FALSE(none->lut);
}

TEST(LookFile, MistakesNameLineAndNearest) {
  const auto says = [](const std::string& parameters, const std::string& part) {
    const std::string message = MessageOf(parameters);
    EXPECT_NE(message.find(part), std::string::npos) << parameters << " -> " << message;
  };
  says("hue_chroma = [1, 1]\n", "line 6: 'hue_chroma' has 2 numbers and needs 8 (red, orange");
  says("hue_chroma = [1, 1, 1, 1, 1, 1, 1, 9]\n", "has 9 for magenta, which is not within 0 to 3");
  says("hue_chroma = 1\n", "line 6: 'hue_chroma' must be a list of finite numbers");
  says("hue_chrome = 1\n", "did you mean 'hue_chroma'?");
  says("mono_filter = \"rde\"\n", "line 6: 'mono_filter' is \"rde\", did you mean \"red\"?");
  says("tone_operator = 3\n", "must be a string");
  says("tone_operator = \"aces\"\n", "did you mean \"aces2\"?");
  says("curve = [0, 0, 0, 20, 0, 0, 0, 0, 0]\n", "'curve' falls between its numbers 4 and 5");
  says("hue_shift_deg = [40, 0, 0, 0, 0, 0, 0, 0]\n", "turns red past orange");
  says("mono_weights = [1, -1, 0]\n", "'mono_weights' add up to nothing");
  says("lut = \"nowhere.cube\"\n", "line 6: ");
  says("lut = \"film.txt\"\n", "film.txt is named otherwise");
}

TEST(LookFile, ValuesAreSetAsOnACommandLine) {
  Look look = *LoadLook("custom");
  EXPECT_TRUE(SetLookValue(&look, "contrast", "1.7"));
  EXPECT_EQ(look.Get("contrast"), 1.7);
  EXPECT_TRUE(SetLookValue(&look, "mono_filter", "red"));
  EXPECT_EQ(look.Text("mono_filter"), "red");
  EXPECT_TRUE(SetLookValue(&look, "curve", "0,0,0,0,0,0,0,0,-4"));
  EXPECT_EQ(look.List("curve")[8], -4);
  EXPECT_NE(SetMessage("contarst", "1").find("the nearest is \"contrast\""), std::string::npos);
  EXPECT_NE(SetMessage("contrast", "1.7x").find("which is no number"), std::string::npos);
  EXPECT_NE(SetMessage("contrast", "nan").find("which is no number"), std::string::npos);
  EXPECT_NE(SetMessage("contrast", "7").find("not within 1..2.5"), std::string::npos);
  EXPECT_NE(SetMessage("curve", "1,2").find("needs 9"), std::string::npos);
  EXPECT_NE(SetMessage("curve", "").find("which is no number"), std::string::npos);
  EXPECT_NE(SetMessage("frame", "whit").find("did you mean \"white\"?"), std::string::npos);
  // A look that a mistake was tried on is as it was.
  const Look before = look;
  EXPECT_FALSE(SetLookValue(&look, "curve", "0,0,0,20,0,0,0,0,0"));
  ExpectSame(before, look);
}

TEST(LookKnobs, MoveWhatTheySayAndNothingInTheMiddle) {
  const Look custom = *LoadLook("custom");
  for (const KnobEffect& effect : KnobEffects()) {
    for (const double turn : {-100.0, -40.0, 30.0, 100.0}) {
      Look look = custom;
      ASSERT_TRUE(SetLookValue(&look, effect.knob, fmt::format("{}", turn)));
      const double change = turn > 0 ? effect.at_plus * turn / 100 : -effect.at_minus * turn / 100;
      const double was = custom.Get(effect.parameter);
      EXPECT_NEAR(look.Get(effect.parameter), effect.scale ? was * (1 + change) : was + change,
                  1e-9)
          << effect.knob << " " << effect.parameter << " " << turn;
      // What is written stays as it was written.
      EXPECT_EQ(ParseLook(LookToToml(look), "again", "")->Get(effect.parameter),
                look.Get(effect.parameter));
    }
  }
}

TEST(LookKnobs, StayWithinTheTable) {
  Look look = *LoadLook("classic-slide");
  ASSERT_TRUE(SetLookValue(&look, "contrast", "2.4"));
  ASSERT_TRUE(SetLookValue(&look, "tonality", "100"));
  EXPECT_EQ(look.Get("contrast"), 2.5);
}

}  // namespace
}  // namespace petzval
