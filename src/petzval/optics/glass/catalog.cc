// The glass catalogue and the search by name.
#include "petzval/optics/glass/catalog.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "petzval/base/nearest_name.h"
#include "petzval/base/toml_file.h"
#include "petzval/optics/glass/glass_entry.h"

namespace petzval::optics {
namespace {

std::string UpperCase(std::string text) {
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

std::string WithoutMaker(const std::string& name) { return name.substr(name.find('/') + 1); }

// Up to three names nearest to `name`, as "a, b or c"; without a maker in `name`, nearness is that
// of the bare names.
std::string NearestGlasses(const std::string& name, std::span<const Glass> glasses) {
  const bool bare = name.find('/') == std::string::npos;
  std::vector<std::string> left, full;
  for (const Glass& glass : glasses) {
    full.push_back(glass.name);
    left.push_back(UpperCase(bare ? WithoutMaker(glass.name) : glass.name));
  }
  std::string text;
  for (int i = 0; i < 3 && !left.empty(); ++i) {
    const std::string nearest = NearestName(UpperCase(name), left);
    const auto at = std::find(left.begin(), left.end(), nearest) - left.begin();
    if (i > 0) text += i == 2 || left.size() == 1 ? " or " : ", ";
    text += full[at];
    left.erase(left.begin() + at);
    full.erase(full.begin() + at);
  }
  return text;
}

}  // namespace

const GlassCatalog& GlassCatalog::BuiltIn() {
  static const GlassCatalog catalog = [] {
    std::vector<Glass> all;
    for (const EmbeddedGlassFile& file : EmbeddedGlassFiles()) {
      const auto glasses = Parse(std::string(file.toml), std::string(file.name));
      if (glasses) all.insert(all.end(), glasses->begin(), glasses->end());
    }
    return Of(std::move(all));
  }();
  return catalog;
}

GlassCatalog GlassCatalog::Of(std::vector<Glass> glasses) {
  GlassCatalog catalog;
  catalog.glasses_ = std::move(glasses);
  std::sort(catalog.glasses_.begin(), catalog.glasses_.end(),
            [](const Glass& a, const Glass& b) { return a.name < b.name; });
  return catalog;
}

Result<std::vector<Glass>> GlassCatalog::Parse(const std::string& toml, const std::string& maker) {
  PETZVAL_ASSIGN(const TomlTable root, TomlTable::Parse(toml, maker + ".toml"));
  PETZVAL_RETURN_IF_ERROR(
      root.CheckKeys(std::vector<std::string>{"maker", "licence", "source", "glass"}));
  PETZVAL_ASSIGN(const std::string named, root.String("maker"));
  if (named != maker) {
    return Fail(root.ErrorAt("maker", fmt::format("'maker' must be '{}', as the file", maker)));
  }
  PETZVAL_RETURN_IF_ERROR(root.String("licence"));
  PETZVAL_RETURN_IF_ERROR(root.String("source"));
  PETZVAL_ASSIGN(const std::vector<TomlTable> tables, root.Tables("glass"));
  std::vector<Glass> glasses;
  for (const TomlTable& table : tables) {
    PETZVAL_ASSIGN(Glass glass, ParseGlassEntry(table));
    if (glass.source.empty()) {
      return Fail(table.ErrorAt("source", fmt::format("glass '{}' has no source", glass.name)));
    }
    glass.name = maker + "/" + glass.name;
    for (const Glass& other : glasses) {
      if (UpperCase(other.name) == UpperCase(glass.name)) {
        return Fail(table.ErrorAt("name", fmt::format("glass '{}' is there twice", glass.name)));
      }
    }
    glasses.push_back(std::move(glass));
  }
  return glasses;
}

Result<Glass> GlassCatalog::Find(const std::string& name) const {
  // Tracing asks for every surface: the exact name, the usual case, must not cost the whole list.
  const auto exact =
      std::lower_bound(glasses_.begin(), glasses_.end(), name,
                       [](const Glass& a, const std::string& b) { return a.name < b; });
  if (exact != glasses_.end() && exact->name == name) return *exact;
  const std::string wanted = UpperCase(name);
  const bool bare = name.find('/') == std::string::npos;
  std::vector<const Glass*> found;
  for (const Glass& glass : glasses_) {
    if (UpperCase(bare ? WithoutMaker(glass.name) : glass.name) == wanted) {
      found.push_back(&glass);
    }
  }
  if (found.size() == 1) return *found[0];
  if (found.size() > 1) {
    std::string makers;
    for (const Glass* glass : found) makers += (makers.empty() ? "" : ", ") + glass->name;
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("glass '{}' is in several catalogues: {}", name, makers));
  }
  if (glasses_.empty()) {
    return Fail(ErrorCode::kInvalidInput, fmt::format("unknown glass '{}'", name));
  }
  return Fail(ErrorCode::kInvalidInput, fmt::format("unknown glass '{}', did you mean {}?", name,
                                                    NearestGlasses(name, glasses_)));
}

}  // namespace petzval::optics
