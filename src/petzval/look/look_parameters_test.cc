// Looks as files: every file of data/looks loads, is compiled in, and mistakes are named.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "petzval/look/look.h"

namespace petzval {
namespace {

const std::string kFolder = std::string(PETZVAL_SOURCE_DIR) + "/data/looks";

std::string WriteLook(const std::string& text) {
  const std::string path = testing::TempDir() + "/petzval_look_test.toml";
  std::ofstream(path) << text;
  return path;
}

std::string MessageOf(const std::string& text) {
  const auto look = LoadLook(WriteLook(text));
  return look ? "" : look.error().message;
}

TEST(LookFiles, EveryFileIsALookAndCompiledIn) {
  size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
    if (entry.path().extension() != ".toml") continue;
    SCOPED_TRACE(entry.path().string());
    ++files;
    const auto from_file = LoadLook(entry.path().string());
    ASSERT_TRUE(from_file) << from_file.error().message;
    const auto built_in = LoadLook(entry.path().stem().string());
    ASSERT_TRUE(built_in) << built_in.error().message;
    EXPECT_EQ(from_file->name, entry.path().stem().string());
    EXPECT_EQ(from_file->values, built_in->values);
    EXPECT_EQ(from_file->description, built_in->description);
    EXPECT_FALSE(from_file->description.empty());
  }
  EXPECT_EQ(LookNames().size(), files);
  EXPECT_GE(files, 2u);
}

TEST(LookFiles, LooksDifferTheWayTheyAreMeantTo) {
  const Look authentic = *LoadLook("authentic"), vivid = *LoadLook("vivid");
  EXPECT_LT(authentic.Get("exposure_bias"), vivid.Get("exposure_bias"));
  EXPECT_NEAR(authentic.Get("shadow_lift") / vivid.Get("shadow_lift"), 0.5, 0.1);
  EXPECT_NEAR(authentic.Get("highlight_hold") / vivid.Get("highlight_hold"), 0.5, 0.1);
  EXPECT_LT(authentic.Get("night_lightness"), vivid.Get("night_lightness"));
  EXPECT_EQ(vivid.Get("vignette"), 0);
  EXPECT_GE(authentic.Get("vignette"), 0.4);
  EXPECT_LE(authentic.Get("vignette"), 0.6);
  // What the two main looks are specified to be.
  EXPECT_EQ(authentic.Get("exposure_bias"), 0);
  EXPECT_GE(vivid.Get("exposure_bias"), 0.2);
  EXPECT_LE(vivid.Get("exposure_bias"), 0.4);
  EXPECT_EQ(authentic.Get("chroma"), 1);
  EXPECT_GE(vivid.Get("chroma"), 1.10);
  EXPECT_LE(vivid.Get("chroma"), 1.18);
  EXPECT_GE(authentic.Get("adaptation"), 0.8);
  EXPECT_LE(authentic.Get("adaptation"), 0.9);
  EXPECT_EQ(vivid.Get("adaptation"), 1);
  EXPECT_EQ(authentic.Get("hue_preservation"), 0.75);
  EXPECT_EQ(vivid.Get("hue_preservation"), 0.85);
  EXPECT_EQ(vivid.Get("skin_hue_preservation"), 1);
}

TEST(LookFiles, TheLooksThatPhotographersExpectAreThere) {
  const std::vector<std::string> names = LookNames();
  for (const char* name :
       {"authentic", "vivid", "natural", "monochrom", "monochrom-high-contrast", "sepia", "blue",
        "portrait-warm", "classic-slide", "classic-negative", "custom"}) {
    EXPECT_NE(std::find(names.begin(), names.end(), name), names.end()) << name;
  }
}

TEST(LookFiles, TheTableIsSound) {
  for (const Parameter& p : LookParameters()) {
    SCOPED_TRACE(p.name);
    EXPECT_LT(p.min, p.max);
    EXPECT_GE(p.default_value, p.min);
    EXPECT_LE(p.default_value, p.max);
    EXPECT_GT(std::string(p.help).size(), 10u);
  }
}

TEST(LookFiles, TheHowtoListsThisTable) {
  const std::string path = std::string(PETZVAL_SOURCE_DIR) + "/docs/howto/add-a-look.md";
  std::ifstream file(path);
  ASSERT_TRUE(file) << path;
  std::stringstream text;
  text << file.rdbuf();
  const auto expect_row = [&](const std::string& row) {
    EXPECT_NE(text.str().find(row), std::string::npos) << "missing in " << path << ":\n" << row;
  };
  for (const Parameter& p : LookParameters()) {
    expect_row(fmt::format("| {} | {} | {} to {} | {} | {} |\n", p.name, p.unit, p.min, p.max,
                           p.default_value, p.help));
  }
  for (const LookList& l : LookLists()) {
    expect_row(fmt::format("| {} = [{}] | {} | {} to {} | {} |\n", l.each.name,
                           fmt::join(l.labels.begin(), l.labels.end(), ", "), l.each.unit,
                           l.each.min, l.each.max, l.each.help));
  }
  for (const LookText& t : LookTexts()) {
    expect_row(fmt::format(
        "| {} | {} | {} |\n", t.name,
        t.choices.empty() ? "any text"
                          : fmt::format("{}", fmt::join(t.choices.begin(), t.choices.end(), ", ")),
        t.help));
  }
}

TEST(LookFiles, MissingParametersTakeTheirDefaults) {
  const auto look = LoadLook(
      WriteLook("schema = 1\nname = \"x\"\ndescription = \"d\"\nsource = \"s\"\n[parameters]\n"));
  ASSERT_TRUE(look) << look.error().message;
  for (const Parameter& p : LookParameters()) EXPECT_EQ(look->Get(p.name), p.default_value);
}

TEST(LookFiles, MistakesAreNamedWithTheirLine) {
  const std::string head = "schema = 1\nname = \"x\"\ndescription = \"d\"\nsource = \"s\"\n";
  EXPECT_NE(MessageOf(head + "[parameters]\ncontarst = 1.5\n")
                .find("line 6: unknown key 'contarst', did you mean 'contrast'?"),
            std::string::npos);
  EXPECT_NE(MessageOf(head + "[parameters]\ncontrast = 9\n").find("not within 1 to 2.5"),
            std::string::npos);
  EXPECT_NE(MessageOf(head + "[parameters]\ncontrast = \"high\"\n").find("must be a finite number"),
            std::string::npos);
  EXPECT_NE(MessageOf(head).find("[parameters] is missing"), std::string::npos);
  EXPECT_NE(MessageOf(head + "colour = 1\n[parameters]\n").find("unknown key 'colour'"),
            std::string::npos);
  EXPECT_NE(LoadLook("vivd").error().message.find("(known: authentic, blue, "), std::string::npos);
  EXPECT_FALSE(LoadLook("/nowhere/x.toml"));
}

}  // namespace
}  // namespace petzval
