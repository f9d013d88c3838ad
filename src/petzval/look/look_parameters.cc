// The one table of look parameters, and looks read from TOML.
#include <fmt/format.h>

#include <algorithm>
#include <cassert>

#include "petzval/base/toml_file.h"
#include "petzval/look/embedded_looks.h"
#include "petzval/look/look.h"

namespace petzval {
namespace {

constexpr Parameter kParameters[] = {
    {"exposure_bias", "EV", -2, 2, 0, "shift of the automatic exposure"},
    {"contrast", "", 1, 2.5, 1.5, "slope of the tone curve at mid-grey, both axes logarithmic"},
    {"mid_grey", "", 0.1, 0.3, 0.1845, "linear value that the tone curve leaves where it is"},
    {"shadow_lift", "EV", 0, 3, 1, "largest local gain that dark regions may get"},
    {"highlight_hold", "EV", 0, 3, 0.7, "largest local attenuation that bright regions may get"},
    {"local_contrast", "", 0, 1, 0.1, "amplification of contrast at the scale of objects"},
    {"night_lightness", "L*", 10, 60, 30, "largest mean lightness of a scene without daylight"},
    {"hue_preservation", "", 0, 1, 0.75,
     "share of the tone curve's hue shift that is undone (0: film-like drift, 1: constant hue)"},
    {"skin_hue_preservation", "", 0, 1, 0.75, "the same for skin colours"},
    {"chroma", "", 0, 2, 1, "factor on chroma, all hues"},
    {"chroma_red", "", 0, 2, 1, "further factor on chroma around red"},
    {"chroma_blue", "", 0, 2, 1, "further factor on chroma around blue"},
    {"chroma_skin", "", 0, 2, 1, "largest saturation of skin colours relative to the scene"},
    {"adaptation", "", 0.5, 1, 1,
     "degree of adaptation to light below 3000 K, from 4000 K on; less than 1 keeps part of a warm "
     "cast"},
    {"sharpening", "", 0, 2, 1, "capture sharpening in develop; 1 restores what the lens lost"},
    {"vignette", "", 0, 1, 0, "share of the lens' natural fall-off that is kept"},
    {"vignette_field", "deg", 10, 55, 35,
     "half angle of view in the corners, where the natural fall-off is the cosine to the fourth"},
};

Result<Look> LookFromTable(const TomlTable& root) {
  PETZVAL_RETURN_IF_ERROR(
      root.CheckKeys(std::vector<std::string>{"name", "description", "source", "parameters"}));
  Look look;
  PETZVAL_ASSIGN(look.name, root.String("name"));
  PETZVAL_ASSIGN(look.description, root.String("description"));
  PETZVAL_RETURN_IF_ERROR(root.String("source"));
  PETZVAL_ASSIGN(const TomlTable values, root.Table("parameters"));
  std::vector<std::string> known;
  for (const Parameter& p : kParameters) known.push_back(p.name);
  PETZVAL_RETURN_IF_ERROR(values.CheckKeys(known));
  for (const Parameter& p : kParameters) {
    double value = p.default_value;
    if (values.Has(p.name)) {
      PETZVAL_ASSIGN(value, values.Number(p.name, p.min, p.max));
    }
    look.values.emplace_back(p.name, value);
  }
  return look;
}

}  // namespace

std::span<const Parameter> LookParameters() { return kParameters; }

double Look::Get(const std::string& parameter) const {
  for (const auto& [name, value] : values) {
    if (name == parameter) return value;
  }
  assert(false && "no such look parameter");
  return 0;
}

Result<Look> LoadLook(const std::string& name_or_file) {
  if (name_or_file.ends_with(".toml")) {
    PETZVAL_ASSIGN(const TomlTable root, TomlTable::Read(name_or_file));
    return LookFromTable(root);
  }
  for (const EmbeddedLook& look : EmbeddedLooks()) {
    if (look.name != name_or_file) continue;
    PETZVAL_ASSIGN(const TomlTable root,
                   TomlTable::Parse(std::string(look.toml), fmt::format("look {}", look.name)));
    return LookFromTable(root);
  }
  std::string list;
  for (const std::string& name : LookNames()) list += (list.empty() ? "" : ", ") + name;
  return Fail(ErrorCode::kInvalidInput,
              fmt::format("there is no look '{}' (known: {}; or a path that ends in .toml)",
                          name_or_file, list));
}

std::vector<std::string> LookNames() {
  std::vector<std::string> names;
  for (const EmbeddedLook& look : EmbeddedLooks()) names.emplace_back(look.name);
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace petzval
