// Looks read from TOML, with inheritance.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>

#include "petzval/base/toml_file.h"
#include "petzval/look/embedded_looks.h"
#include "petzval/look/look.h"
#include "petzval/look/look_values.h"

namespace petzval {
namespace {

// A look may stand on a look that stands on a look; more is taken for a circle.
constexpr int kMaxBases = 8;

Result<Look> LoadAt(const std::string& name_or_file, int depth);

// Numbers, lists and words of [parameters] over what `look` holds.
Status ReadParameters(const TomlTable& table, Look* look) {
  PETZVAL_RETURN_IF_ERROR(table.CheckKeys(LookValueNames()));
  const auto known = LookParameters();
  for (size_t i = 0; i < known.size(); ++i) {
    if (!table.Has(known[i].name)) continue;
    PETZVAL_ASSIGN(look->values[i].second, table.Number(known[i].name, known[i].min, known[i].max));
  }
  const auto lists = LookLists();
  for (size_t i = 0; i < lists.size(); ++i) {
    const std::string key = lists[i].each.name;
    if (!table.Has(key)) continue;
    PETZVAL_ASSIGN(std::vector<double> numbers, table.Numbers(key));
    if (const Status fits = CheckLookList(lists[i], numbers); !fits) {
      return Fail(table.ErrorAt(key, fits.error().message));
    }
    look->lists[i].second = std::move(numbers);
  }
  const auto texts = LookTexts();
  for (size_t i = 0; i < texts.size(); ++i) {
    const std::string key = texts[i].name;
    if (!table.Has(key)) continue;
    PETZVAL_ASSIGN(std::string text, table.String(key));
    if (const Status fits = CheckLookText(texts[i], text); !fits) {
      return Fail(table.ErrorAt(key, fits.error().message));
    }
    look->texts[i].second = std::move(text);
  }
  return {};
}

Result<Look> FromTable(const TomlTable& root, const std::string& folder, int depth) {
  PETZVAL_RETURN_IF_ERROR(root.CheckKeys(
      std::vector<std::string>{"name", "description", "source", "base", "parameters"}));
  Look look = DefaultLook();
  const bool has_base = root.Has("base");
  if (has_base) {
    PETZVAL_ASSIGN(std::string base, root.String("base"));
    if (base.ends_with(".toml")) base = (std::filesystem::path(folder) / base).string();
    if (depth >= kMaxBases) {
      return Fail(root.ErrorAt(
          "base", fmt::format("looks stand on each other more than {} deep", kMaxBases)));
    }
    auto loaded = LoadAt(base, depth + 1);
    if (!loaded) return Fail(root.ErrorAt("base", loaded.error().message));
    look = std::move(*loaded);
  }
  PETZVAL_ASSIGN(look.name, root.String("name"));
  if (!has_base || root.Has("description")) {
    PETZVAL_ASSIGN(look.description, root.String("description"));
  }
  if (!has_base || root.Has("source")) {
    PETZVAL_ASSIGN(look.source, root.String("source"));
  }
  if (has_base && !root.Has("parameters")) return look;
  PETZVAL_ASSIGN(const TomlTable parameters, root.Table("parameters"));
  PETZVAL_RETURN_IF_ERROR(ReadParameters(parameters, &look));
  if (parameters.Has("lut") || !has_base) look.folder = folder;
  if (const Status sound = CheckLook(look); !sound) {
    return Fail(root.ErrorAt("parameters", sound.error().message));
  }
  if (parameters.Has("lut")) {
    if (const Status read = ReadLookLut(&look); !read) {
      return Fail(parameters.ErrorAt("lut", read.error().message));
    }
  }
  return look;
}

Result<Look> LoadAt(const std::string& name_or_file, int depth) {
  if (name_or_file.ends_with(".toml")) {
    PETZVAL_ASSIGN(const TomlTable root, TomlTable::Read(name_or_file));
    return FromTable(root, std::filesystem::path(name_or_file).parent_path().string(), depth);
  }
  for (const EmbeddedLook& look : EmbeddedLooks()) {
    if (look.name != name_or_file) continue;
    PETZVAL_ASSIGN(const TomlTable root,
                   TomlTable::Parse(std::string(look.toml), fmt::format("look {}", look.name)));
    return FromTable(root, "", depth);
  }
  return Fail(ErrorCode::kInvalidInput,
              fmt::format("there is no look '{}' (known: {}; or a path that ends in .toml)",
                          name_or_file, fmt::join(LookNames(), ", ")));
}

}  // namespace

Result<Look> LoadLook(const std::string& name_or_file) { return LoadAt(name_or_file, 0); }

Result<Look> ParseLook(const std::string& toml, const std::string& name,
                       const std::string& folder) {
  PETZVAL_ASSIGN(const TomlTable root, TomlTable::Parse(toml, name));
  return FromTable(root, folder, 0);
}

std::vector<std::string> LookNames() {
  std::vector<std::string> names;
  for (const EmbeddedLook& look : EmbeddedLooks()) names.emplace_back(look.name);
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace petzval
