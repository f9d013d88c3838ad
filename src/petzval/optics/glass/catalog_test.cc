// The glass catalogue: every entry loads and gives what its maker states; names and errors.
#include "petzval/optics/glass/catalog.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "petzval/base/toml_file.h"
#include "petzval/optics/glass/glass_entry.h"

namespace petzval::optics {
namespace {

namespace fs = std::filesystem;

const GlassCatalog& Catalog() { return GlassCatalog::BuiltIn(); }

TEST(GlassCatalog, EveryFileOfTheFolderIsReadAndEmbedded) {
  size_t files = 0, entries = 0;
  for (const auto& file : fs::directory_iterator(PETZVAL_SOURCE_DIR "/data/glass")) {
    if (file.path().extension() == ".toml") ++files;
  }
  EXPECT_EQ(EmbeddedGlassFiles().size(), files);
  for (const EmbeddedGlassFile& file : EmbeddedGlassFiles()) {
    const auto glasses = GlassCatalog::Parse(std::string(file.toml), std::string(file.name));
    ASSERT_TRUE(glasses) << glasses.error().message;
    entries += glasses->size();
  }
  EXPECT_EQ(Catalog().glasses().size(), entries);
  EXPECT_GE(entries, 125u);
}

// What the makers state is not used for the index, so it checks every set of coefficients.
TEST(GlassCatalog, EveryEntryGivesWhatItsMakerStates) {
  int stated = 0;
  for (const EmbeddedGlassFile& file : EmbeddedGlassFiles()) {
    const auto root = TomlTable::Parse(std::string(file.toml), std::string(file.name));
    ASSERT_TRUE(root);
    const auto tables = root->Tables("glass");
    for (const TomlTable& table : *tables) {
      const auto glass = Catalog().Find(std::string(file.name) + "/" + *table.String("name"));
      ASSERT_TRUE(glass) << glass.error().message;
      // Every entry has an index in the middle of its range (or near it).
      const double middle = std::clamp(kLineD_um, glass->min_um, glass->max_um);
      const auto n = glass->Index(middle);
      ASSERT_TRUE(n) << n.error().message;
      EXPECT_GT(*n, 1.3) << glass->name;
      EXPECT_LT(*n, 2.2) << glass->name;
      if (!table.Has("stated_nd")) continue;
      ++stated;
      EXPECT_NEAR(*n, *table.Number("stated_nd"), 1.1e-5) << glass->name;
      EXPECT_NEAR(glass->AbbeNumber() / *table.Number("stated_vd"), 1, 5e-4) << glass->name;
    }
  }
  EXPECT_GE(stated, 80);
}

// nd and vd as the makers' catalogues print them.
TEST(GlassCatalog, KnownGlassesHaveTheirCatalogueValues) {
  const std::map<std::string, std::pair<double, double>> known = {
      {"schott/N-BK7", {1.51680, 64.17}},
      {"schott/F2", {1.62004, 36.37}},
      {"schott/N-SF11", {1.78472, 25.68}},
      {"schott/N-LAK9", {1.69100, 54.71}},
      {"schott/SF6", {1.80518, 25.43}},
      {"ohara/S-FPL51", {1.49700, 81.54}},
      {"hoya/FCD1", {1.49700, 81.61}},
      {"cdgm/H-K9L", {1.51680, 64.20}},
      {"plastic/EP-5000", {1.636164, 23.92}},
      {"plastic/PMMA", {1.491756, 57.44}},
      {"crystal/CaF2-Malitson", {1.43385, 94.99}}};
  for (const auto& [name, values] : known) {
    const auto glass = Catalog().Find(name);
    ASSERT_TRUE(glass) << name;
    EXPECT_NEAR(*glass->Index(kLineD_um), values.first, 1e-5) << name;
    EXPECT_NEAR(glass->AbbeNumber(), values.second, 0.05) << name;
  }
  EXPECT_NEAR(Catalog().Find("schott/N-BK7")->dn_dt_per_k, 1.4e-6, 0.1e-6);
  EXPECT_TRUE(Catalog().Find("plastic/EP-5000")->plastic);
  EXPECT_FALSE(Catalog().Find("schott/N-BK7")->plastic);
}

// The one-term fits give Abbe numbers that are too low: they must not replace the model glasses.
TEST(GlassCatalog, SultanovaFitsKeepTheirOwnNames) {
  EXPECT_NEAR(Catalog().Find("plastic/PMMA-Sultanova")->AbbeNumber(), 53.2, 0.1);
  EXPECT_NEAR(Catalog().Find("plastic/ZEONEX-E48R-Sultanova")->AbbeNumber(), 51.8, 0.1);
  EXPECT_NEAR(Catalog().Find("plastic/ZEONEX-E48R")->AbbeNumber(), 55.75, 1e-9);
}

TEST(GlassCatalog, FindsBareNamesInAnyCase) {
  EXPECT_EQ(Catalog().Find("N-BK7")->name, "schott/N-BK7");
  EXPECT_EQ(Catalog().Find("n-bk7")->name, "schott/N-BK7");
  EXPECT_EQ(Catalog().Find("Schott/n-bk7")->name, "schott/N-BK7");
}

TEST(GlassCatalog, UnknownNamesGetTheNearest) {
  const auto message = [](const std::string& name) { return Catalog().Find(name).error().message; };
  EXPECT_TRUE(message("schott/N-BK8")
                  .starts_with("unknown glass 'schott/N-BK8', did you mean schott/N-BK7, "))
      << message("schott/N-BK8");
  EXPECT_NE(message("NBK7").find("schott/N-BK7"), std::string::npos) << message("NBK7");
  EXPECT_NE(message("schot/F2").find("schott/F2"), std::string::npos);
}

TEST(GlassCatalog, NamesOfSeveralMakersAreAsked) {
  const GlassCatalog two = GlassCatalog::Of(
      {ModelGlass("b/X1", 1.6, 50), ModelGlass("a/X1", 1.5, 60), ModelGlass("a/Y", 1.5, 60)});
  EXPECT_EQ(two.glasses().front().name, "a/X1");
  EXPECT_EQ(two.Find("x1").error().message, "glass 'x1' is in several catalogues: a/X1, b/X1");
  EXPECT_EQ(*two.Find("b/X1")->Index(0.5875618), 1.6);
  EXPECT_EQ(two.Find("Z").error().message, "unknown glass 'Z', did you mean a/Y, a/X1 or b/X1?");
  EXPECT_EQ(GlassCatalog::Of({}).Find("Z").error().message, "unknown glass 'Z'");
}

constexpr char kHead[] = "schema = 1\nmaker = \"m\"\nlicence = \"x\"\nsource = \"y\"\n";

std::string ParseError(const std::string& toml) {
  const auto glasses = GlassCatalog::Parse(toml, "m");
  return glasses ? "" : glasses.error().message;
}

TEST(GlassCatalog, BadFilesAreErrorsWithTheirLine) {
  const std::string head = kHead;
  const std::string entry = "[[glass]]\nname = \"a\"\nsource = \"s\"\n";
  EXPECT_EQ(ParseError(head + entry + "nd = 1.5\nvd = 60\n"), "");
  EXPECT_EQ(ParseError(head + entry),
            "m.toml: line 6: glass 'a' needs exactly one of nd, formula "
            "and um");
  EXPECT_EQ(ParseError(head + entry + "nd = 1.5\num = [0.5]\n"),
            "m.toml: line 6: glass 'a' needs exactly one of nd, formula and um");
  EXPECT_EQ(ParseError(head + entry + "nd = 0.5\n"),
            "m.toml: line 8: 'nd' is 0.5, which is not within 1 to 10");
  EXPECT_EQ(ParseError(head + entry + "nd = 1.5\ndPgF = 0.1\n"),
            "m.toml: line 9: 'dPgF' needs 'vd'");
  EXPECT_EQ(ParseError(head + entry + "nd = 1.5\nabbe = 60\n"),
            "m.toml: line 9: unknown key 'abbe', did you mean 'name'?");
  EXPECT_EQ(ParseError(head + entry + "formula = \"selmeier\"\ncoefficients = [0, 1, 2]\n"),
            "m.toml: line 8: unknown formula 'selmeier', did you mean 'sellmeier'?");
  EXPECT_EQ(ParseError(head + entry + "formula = \"schott\"\ncoefficients = [1, 2]\n"),
            "m.toml: line 9: glass 'a' has 2 coefficients, which do not fit its formula");
  EXPECT_EQ(ParseError(head + entry + "formula = \"sellmeier\"\ncoefficients = [1, 2]\n"),
            "m.toml: line 9: glass 'a' has 2 coefficients, which do not fit its formula");
  EXPECT_EQ(ParseError(head + entry + "um = [0.6, 0.5]\nn = [1.5, 1.4]\n"),
            "m.toml: line 8: glass 'a' has wavelengths that do not ascend from above 0");
  EXPECT_EQ(ParseError(head + entry + "um = [0.6]\nn = [1.5, 1.4]\n"),
            "m.toml: line 8: glass 'a' has 1 wavelengths and 2 indices, which make no table");
  EXPECT_EQ(ParseError(head + entry + "nd = 1.5\nrange_um = [2, 1]\n"),
            "m.toml: line 6: glass 'a' has the range 2 to 1 um, which holds no wavelength");
  EXPECT_EQ(ParseError(head + entry + "nd = 1.5\nrange_um = [1]\n"),
            "m.toml: line 9: 'range_um' must be [shortest, longest]");
  EXPECT_EQ(ParseError(head + entry + "nd = 1.5\n" + entry + "nd = 1.6\n"),
            "m.toml: line 10: glass 'm/a' is there twice");
  EXPECT_EQ(ParseError(head + "[[glass]]\nname = \"a\"\nnd = 1.5\n"),
            "m.toml: line 5: glass 'a' has no source");
  EXPECT_EQ(ParseError(head + "[[glass]]\nname = \"\"\nnd = 1.5\n"),
            "m.toml: line 6: a glass needs a name");
  EXPECT_EQ(ParseError("schema = 1\nmaker = \"other\"\n"),
            "m.toml: line 2: 'maker' must be 'm', as the file");
}

TEST(GlassEntry, WritesWhatItReads) {
  for (const Glass& glass : Catalog().glasses()) {
    const auto root = TomlTable::Parse("schema = 1\n" + GlassEntryToml(glass), glass.name);
    ASSERT_TRUE(root) << root.error().message;
    const auto again = ParseGlassEntry(root->Tables("glass")->front());
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_TRUE(*again == glass) << GlassEntryToml(glass);
  }
}

TEST(GlassEntry, EscapesStrings) {
  EXPECT_EQ(TomlString("a \"b\" \\ \n\t\x01"), R"("a \"b\" \\ \n\t\u0001")");
}

}  // namespace
}  // namespace petzval::optics
