// Strict TOML: what is read, and what is refused with which sentence.
#include "petzval/base/toml_file.h"

#include <gtest/gtest.h>

#include <limits>

#include "petzval/base/nearest_name.h"

namespace petzval {
namespace {

constexpr char kText[] =
    "schema = 1\n"
    "name = \"x\"\n"
    "count = 3\n"
    "\n"
    "[tone]\n"
    "contrast = 1.5\n"
    "list = [1, 2.5]\n"
    "words = [\"a\", \"b\"]\n"
    "on = true\n"
    "[[mode]]\n"
    "width = 10\n"
    "[[mode]]\n"
    "width = 20\n";

TomlTable Good() { return *TomlTable::Parse(kText, "x.toml"); }

std::string MessageOf(const std::string& text) {
  const auto table = TomlTable::Parse(text, "x.toml");
  return table ? "" : table.error().message;
}

TEST(TomlTable, ReadsTypedValues) {
  const TomlTable root = Good();
  EXPECT_EQ(*root.String("name"), "x");
  EXPECT_EQ(*root.Integer("count", 0, 10), 3);
  EXPECT_EQ(*root.Number("count"), 3.0);
  const TomlTable tone = *root.Table("tone");
  EXPECT_EQ(*tone.Number("contrast", 1, 2), 1.5);
  EXPECT_EQ(*tone.Numbers("list"), (std::vector<double>{1, 2.5}));
  EXPECT_EQ(*tone.Strings("words"), (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(*tone.Bool("on"));
  const auto modes = *root.Tables("mode");
  ASSERT_EQ(modes.size(), 2u);
  EXPECT_EQ(*modes[1].Number("width"), 20);
}

TEST(TomlTable, ATableOutlivesItsRoot) {
  TomlTable tone = *Good().Table("tone");
  EXPECT_EQ(*tone.Number("contrast"), 1.5);
}

TEST(TomlTable, UnknownKeyNamesNearestAndLine) {
  const std::vector<std::string> known{"contrast", "list", "words", "on", "exposure"};
  EXPECT_TRUE(Good().Table("tone")->CheckKeys(known));
  const auto table = TomlTable::Parse("schema = 1\n\n[tone]\ncontarst = 2\n", "x.toml");
  const auto status = table->Table("tone")->CheckKeys(known);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().message,
            "x.toml: line 4: unknown key 'contarst', did you mean 'contrast'?");
}

TEST(TomlTable, SchemaIsDemanded) {
  EXPECT_EQ(MessageOf("a = 1\n"), "x.toml: has no key schema = 1");
  EXPECT_EQ(MessageOf("schema = 2\n"), "x.toml: line 1: 'schema' is 2, only 1 is known here");
  EXPECT_EQ(MessageOf("schema = 1.0\n"), "x.toml: line 1: 'schema' must be an integer");
}

TEST(TomlTable, BrokenSyntaxNamesTheLine) {
  EXPECT_EQ(MessageOf("schema = 1\nx = = 2\n").rfind("x.toml: line 2: ", 0), 0u);
  EXPECT_EQ(MessageOf(std::string("schema = 1\n\0\0", 13)).rfind("x.toml: line ", 0), 0u);
}

TEST(TomlTable, WrongTypesAndRangesAreRefused) {
  const TomlTable root = Good();
  const TomlTable tone = *root.Table("tone");
  EXPECT_EQ(tone.Number("contrast", 2, 3).error().message,
            "x.toml: line 6: 'contrast' is 1.5, which is not within 2 to 3");
  EXPECT_EQ(tone.Number("nothing").error().message, "x.toml: line 5: key 'nothing' is missing");
  EXPECT_FALSE(tone.Number("on"));
  EXPECT_FALSE(tone.Integer("contrast", 0, 9));
  EXPECT_FALSE(tone.Bool("contrast"));
  EXPECT_FALSE(tone.String("contrast"));
  EXPECT_FALSE(tone.Numbers("words"));
  EXPECT_FALSE(tone.Strings("list"));
  EXPECT_FALSE(root.Table("name"));
  EXPECT_FALSE(root.Tables("tone"));
  EXPECT_FALSE(TomlTable::Parse("schema = 1\nx = nan\n", "x")->Number("x"));
  EXPECT_FALSE(TomlTable::Parse("schema = 1\nx = 2020-01-01\n", "x")->Number("x"));
}

TEST(NearestName, FindsTheLikelyOne) {
  const std::vector<std::string> known{"contrast", "exposure", "vignette"};
  EXPECT_EQ(NearestName("vignete", known), "vignette");
  EXPECT_EQ(NearestName("exposrue", known), "exposure");
  EXPECT_EQ(NearestName("x", {}), "");
}

TEST(TomlTableTest, LettersBeyondAsciiOnlyInStringsAndComments) {
  for (const char* good :
       {"schema = 1 # caf\u00e9", "schema = 1\nname = \"caf\u00e9\"", "schema = 1\nname = '\u00e9'",
        "schema = 1\nname = \"\"\"\u00e9\n\u00e9\"\"\"", "schema = 1\nname = \"a\\\"\u00e9\""}) {
    EXPECT_TRUE(TomlTable::Parse(good, "test")) << good;
  }
  for (const char* bad :
       {"schema = 1\nx = \u00e2", "schema = 1\n\u00e9 = 2", "schema = 1\nx = \"a\" \u00a0"}) {
    const auto parsed = TomlTable::Parse(bad, "test");
    ASSERT_FALSE(parsed) << bad;
    EXPECT_NE(parsed.error().message.find("line 2"), std::string::npos);
  }
}

TEST(TomlTable, RowsMixNumbersAndStrings) {
  const auto table = TomlTable::Parse(
      "schema = 1\nrows = [  # columns\n  [1, 2.5, \"a\"],\n  [],\n  [\"b\"],\n]\n", "x.toml");
  ASSERT_TRUE(table);
  const std::vector<TomlRow> rows = *table->Rows("rows");
  ASSERT_EQ(rows.size(), 3u);
  ASSERT_EQ(rows[0].cells.size(), 3u);
  EXPECT_EQ(std::get<double>(rows[0].cells[0]), 1.0);
  EXPECT_EQ(std::get<double>(rows[0].cells[1]), 2.5);
  EXPECT_EQ(std::get<std::string>(rows[0].cells[2]), "a");
  EXPECT_TRUE(rows[1].cells.empty());
  EXPECT_EQ(rows[2].line, 5);
}

TEST(TomlTable, RowsThatAreNoneAreErrorsWithTheirLine) {
  const auto message = [](const std::string& rows) {
    const auto table = TomlTable::Parse("schema = 1\nrows = " + rows + "\n", "x.toml");
    const auto read = table->Rows("rows");
    return read ? "" : read.error().message;
  };
  EXPECT_EQ(message("3"), "x.toml: line 2: 'rows' must be a list of rows");
  EXPECT_EQ(message("[\n[1],\n2]"), "x.toml: line 4: a row of 'rows' must be a list");
  EXPECT_EQ(message("[\n[1, nan]]"),
            "x.toml: line 3: a row of 'rows' may hold only finite numbers and strings");
  EXPECT_EQ(message("[[1, true]]"),
            "x.toml: line 2: a row of 'rows' may hold only finite numbers and strings");
  EXPECT_EQ(Good().Rows("rows").error().message, "x.toml: line 1: key 'rows' is missing");
}

TEST(TomlTable, InfinityIsANumberOnlyWhereAskedFor) {
  const auto table = TomlTable::Parse("schema = 1\na = inf\nb = nan\nc = 2\n", "x.toml");
  ASSERT_TRUE(table);
  EXPECT_FALSE(table->Number("a"));
  EXPECT_EQ(*table->NumberOrInfinity("a"), std::numeric_limits<double>::infinity());
  EXPECT_EQ(*table->NumberOrInfinity("c"), 2.0);
  EXPECT_EQ(table->NumberOrInfinity("b").error().message, "x.toml: line 3: 'b' must be a number");
  EXPECT_FALSE(table->NumberOrInfinity("d"));
}

TEST(TomlTable, KeysOfManyPartsAreRefusedBeforeTheParserRecurses) {
  const auto says = [](const std::string& text) {
    const auto table = TomlTable::Parse(text, "x.toml");
    return table ? "" : table.error().message;
  };
  std::string key = "a";
  for (int i = 0; i < 15; ++i) key += ".a";
  EXPECT_EQ(says("schema = 1\n" + key + " = 1.5\n"), "");
  EXPECT_EQ(says("schema = 1\n[" + key + "]\nx = '" + key + key + "'\n"), "");
  for (int i = 0; i < 200000; ++i) key += ".a";
  EXPECT_EQ(says("schema = 1\n" + key + " = 1\n"), "x.toml: line 2: a key of more than 16 parts");
  EXPECT_EQ(says("schema = 1\n[" + key + "]\n"), "x.toml: line 2: a key of more than 16 parts");
}

TEST(TomlTable, StrayLettersHaveTheirLineAfterAJoinedString) {
  EXPECT_EQ(MessageOf("schema = 1\nnote = \"\"\"\\\n  one \\\n  two\"\"\"\n\xc3\xa9 = 1\n"),
            "x.toml: line 5: a letter beyond ASCII outside quotes");
}

}  // namespace
}  // namespace petzval
