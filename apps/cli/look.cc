// petzval look: the looks there are, what they set, tables of other programs as looks.
#include "petzval/look/look.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>
#include <memory>

#include "answer.h"
#include "look_verbs.h"
#include "petzval/base/file.h"
#include "petzval/camera/output_names.h"
#include "petzval/color/cube_file.h"
#include "petzval/look/hald_clut.h"

namespace petzval::cli {

using nlohmann::ordered_json;

namespace {

Status List(const CommonOptions& common) {
  ordered_json looks = ordered_json::array();
  for (const std::string& name : LookNames()) {
    PETZVAL_ASSIGN(const Look look, LoadLook(name));
    looks.push_back({{"look", name}, {"description", look.description}});
  }
  return Deliver({{"looks", std::move(looks)}}, common);
}

struct ShowArguments {
  std::string look = "authentic";
  bool toml = false;
};

Status Show(const ShowArguments& a, const CommonOptions& common) {
  PETZVAL_ASSIGN(const Look look, LoadLook(a.look));
  if (a.toml) {
    fmt::print("{}", LookToToml(look));
    return {};
  }
  ordered_json numbers = ordered_json::array(), lists = ordered_json::array();
  ordered_json texts = ordered_json::array();
  for (const Parameter& p : LookParameters()) {
    double written = 0;
    for (const auto& [name, value] : look.values) {
      if (name == p.name) written = value;
    }
    numbers.push_back({{"name", p.name},
                       {"value", Number(written)},
                       {"in_force", Number(look.Get(p.name))},
                       {"min", Number(p.min)},
                       {"max", Number(p.max)},
                       {"unit", p.unit},
                       {"help", p.help}});
  }
  for (const LookList& l : LookLists()) {
    lists.push_back({{"name", l.each.name},
                     {"value", fmt::format("{:g}", fmt::join(look.List(l.each.name), ","))},
                     {"of", fmt::format("{}", fmt::join(l.labels, ","))},
                     {"min", Number(l.each.min)},
                     {"max", Number(l.each.max)},
                     {"help", l.each.help}});
  }
  for (const LookText& t : LookTexts()) {
    texts.push_back({{"name", t.name},
                     {"value", look.Text(t.name)},
                     {"choices", fmt::format("{}", fmt::join(t.choices, ", "))},
                     {"help", t.help}});
  }
  return Deliver({{"look", look.name},
                  {"description", look.description},
                  {"source", look.source},
                  {"numbers", std::move(numbers)},
                  {"lists", std::move(lists)},
                  {"words", std::move(texts)}},
                 common);
}

struct ImportArguments {
  std::string table, output, base = "natural", input = "srgb";
  double strength = 1;
  bool overwrite = false;
};

// A look file that stands on `base` and applies the table, which stays where it is.
Status Import(const ImportArguments& a, const CommonOptions& common) {
  const std::string report = common.json == "-" ? "" : common.json;
  PETZVAL_RETURN_IF_ERROR(CheckOutputNames({a.table}, {a.output, report}, a.overwrite));
  if (LowerSuffix(a.output) != ".toml") {
    return Fail(ErrorCode::kUnsupported, fmt::format("a look is a .toml file, not {}", a.output));
  }
  std::string kind;
  int size = 0;
  if (LowerSuffix(a.table) == ".cube") {
    PETZVAL_ASSIGN(const ColorLut lut, ReadCube(a.table));
    kind = lut.cube ? "cube" : "curve";
    size = lut.cube ? lut.cube->size : static_cast<int>(lut.curve->value[0].size());
  } else {
    PETZVAL_ASSIGN(const Lut3d cube, ReadHaldClut(a.table));
    kind = "HaldCLUT";
    size = cube.size;
  }
  namespace fs = std::filesystem;
  const fs::path folder = fs::absolute(a.output).parent_path();
  const std::string relative = fs::absolute(a.table).lexically_relative(folder).string();
  PETZVAL_ASSIGN(Look look, LoadLook(a.base));
  look.name = fs::path(a.output).stem().string();
  look.description =
      fmt::format("{} with the table {}", a.base, fs::path(a.table).filename().string());
  look.source = "imported table";
  look.folder = folder.string();
  PETZVAL_RETURN_IF_ERROR(SetLookValue(&look, "lut_input", a.input));
  PETZVAL_RETURN_IF_ERROR(SetLookValue(&look, "lut_strength", fmt::format("{}", a.strength)));
  PETZVAL_RETURN_IF_ERROR(SetLookValue(&look, "lut", relative));
  const std::string toml = LookToToml(look, folder.string());
  PETZVAL_RETURN_IF_ERROR(
      WriteFile(a.output, {reinterpret_cast<const uint8_t*>(toml.data()), toml.size()}));
  return Deliver({{"look", a.output}, {"table", relative}, {"kind", kind}, {"size", size}}, common);
}

}  // namespace

Verb LookVerb(const CommonOptions& common) {
  Verb list;
  list.name = "list";
  list.summary = "the looks that are built in";
  list.run = [&common] { return List(common); };

  auto show_arguments = std::make_shared<ShowArguments>();
  Verb show;
  show.name = "show";
  show.summary = "everything a look sets, with range and meaning";
  show.options = {
      {"LOOK", "a look by name or a .toml file", &show_arguments->look, "LOOK"},
      {"--toml", "as the file of a look, to start one's own from", &show_arguments->toml, ""}};
  show.run = [show_arguments, &common] { return Show(*show_arguments, common); };

  auto import_arguments = std::make_shared<ImportArguments>();
  Verb import;
  import.name = "import";
  import.summary = "a table of another program (.cube, HaldCLUT) as a look";
  import.options = {
      {"TABLE",
       "a .cube file or a HaldCLUT picture",
       &import_arguments->table,
       "FILE",
       0,
       0,
       {},
       true},
      {"-o,--output", "the look", &import_arguments->output, "LOOK.toml", 0, 0, {}, true},
      {"--base", "look that renders before the table", &import_arguments->base, "LOOK"},
      {"--input",
       "what the table takes",
       &import_arguments->input,
       "KIND",
       0,
       0,
       { "srgb",
         "linear-rec2020",
         "log" }},
      {"--strength", "share of the table", &import_arguments->strength, "X", 0, 1},
      {"--force", "overwrite a look that exists", &import_arguments->overwrite, ""},
  };
  import.run = [ import_arguments, &common ] { return Import(*import_arguments, common);
};

Verb verb;
verb.name = "look";
verb.summary = "looks: list, show, compare on one sheet, import tables, learn from pairs";
verb.verbs = {list, show, LookSheetVerb(common), import, LookFitVerb(common)};
return verb;
}  // namespace petzval::cli

}  // namespace petzval::cli
