// Tables leave and enter a text; everything else keeps its bytes.
#include "petzval/base/toml_edit.h"

#include <gtest/gtest.h>

#include "petzval/base/toml_file.h"

namespace petzval {
namespace {

const char kText[] =
    "# of the house\n"
    "schema = 1\n"
    "text = \"\"\"\n[a.b]\nnot a table\n\"\"\"\n"
    "list = [\n  [1, 2], # [a.b]\n  ['[a.b]'],\n]\n"
    "\n"
    "[a.b] # goes\n"
    "x = 1 # goes\n"
    "\n"
    "# about a.c\n"
    "[a.c]\n"
    "x = 2\n"
    "\n"
    "[[ a . \"b\" . 'd e' ]]\n"
    "y = \"]\\\"[\"\n"
    "\n"
    "# last words\n"
    "[z]\n"
    "a.b = 3\n";

TEST(TomlEdit, FindsSections) {
  const auto sections = TomlSections(kText);
  ASSERT_TRUE(sections) << sections.error().message;
  ASSERT_EQ(sections->size(), 4u);
  EXPECT_EQ((*sections)[0].path, (TomlKeyPath{"a", "b"}));
  EXPECT_EQ((*sections)[2].path, (TomlKeyPath{"a", "b", "d e"}));
  const std::string text = kText;
  const auto& first = (*sections)[0];
  EXPECT_EQ(text.substr(first.begin, first.end - first.begin), "[a.b] # goes\nx = 1 # goes\n");
}

TEST(TomlEdit, ReplacesAndKeepsTheRest) {
  const auto out = ReplaceTomlTables(kText, {"a", "b"}, "[a.b]\nx = 7\n");
  ASSERT_TRUE(out) << out.error().message;
  std::string expected = kText;
  const auto replace = [&](const std::string& from, const std::string& to) {
    const size_t at = expected.find(from);
    ASSERT_NE(at, std::string::npos);
    expected.replace(at, from.size(), to);
  };
  replace("[a.b] # goes\nx = 1 # goes\n", "[a.b]\nx = 7\n");
  replace("[[ a . \"b\" . 'd e' ]]\ny = \"]\\\"[\"\n\n", "\n");
  replace("x = 2\n\n\n", "x = 2\n\n");
  EXPECT_EQ(*out, expected);
  EXPECT_TRUE(TomlTable::Parse(*out, "out"));
  // Once more changes nothing.
  EXPECT_EQ(*ReplaceTomlTables(*out, {"a", "b"}, "[a.b]\nx = 7\n"), *out);
}

TEST(TomlEdit, AppendsWhatIsNew) {
  EXPECT_EQ(*ReplaceTomlTables("a = 1", {"t"}, "[t]"), "a = 1\n\n[t]\n");
  EXPECT_EQ(*ReplaceTomlTables("", {"t"}, "[t]\n"), "[t]\n");
  // A longer name is another table.
  EXPECT_EQ(*ReplaceTomlTables("[tt]\n", {"t"}, "[t]\n"), "[tt]\n\n[t]\n");
  // Windows' line ends.
  EXPECT_EQ(*ReplaceTomlTables("[t]\r\na = 1\r\n[u]\r\n", {"t"}, "[t]\n"), "[t]\n[u]\r\n");
}

TEST(TomlEdit, RefusesWhatDoesNotEnd) {
  for (const char* text : {"a = \"x", "a = [1, [2]", "[t", "[t\n", "[t.]", "a = '''x", "[[t]\n",
                           "a = \"\\", "a = \"\"\"\\", "[\"t"}) {
    EXPECT_FALSE(TomlSections(text)) << text;
    EXPECT_FALSE(ReplaceTomlTables(text, {"t"}, "[t]\n")) << text;
  }
}

TEST(TomlEdit, QuotesKeysAndTexts) {
  EXPECT_EQ(TomlKey("iso-100_a"), "iso-100_a");
  EXPECT_EQ(TomlKey("Leica M8"), "\"Leica M8\"");
  EXPECT_EQ(TomlKey(""), "\"\"");
  const std::string wild = "a \"quoted\" \\ path\n\x01 \xc3\xa9";
  const auto table = TomlTable::Parse("schema = 1\nt = " + TomlString(wild) + "\n", "t");
  ASSERT_TRUE(table) << table.error().message;
  EXPECT_EQ(*table->String("t"), wild);
}

}  // namespace
}  // namespace petzval
