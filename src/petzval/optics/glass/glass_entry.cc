// Reading and writing a [[glass]] table.
#include "petzval/optics/glass/glass_entry.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <cmath>

#include "petzval/base/nearest_name.h"

namespace petzval::optics {
namespace {

struct FormulaName {
  Dispersion dispersion;
  const char* name;
};
constexpr std::array<FormulaName, 6> kFormulas = {{
    {Dispersion::kSellmeier, "sellmeier"},
    {Dispersion::kSellmeier2, "sellmeier2"},
    {Dispersion::kPolynomial, "polynomial"},
    {Dispersion::kCauchy, "cauchy"},
    {Dispersion::kSchott, "schott"},
    {Dispersion::kConrady, "conrady"},
}};

Status ParseFormula(const TomlTable& table, Glass* glass) {
  PETZVAL_ASSIGN(const std::string name, table.String("formula"));
  const FormulaName* found = nullptr;
  std::vector<std::string> names;
  for (const FormulaName& formula : kFormulas) {
    if (name == formula.name) found = &formula;
    names.push_back(formula.name);
  }
  if (!found) {
    return Fail(table.ErrorAt("formula", fmt::format("unknown formula '{}', did you mean '{}'?",
                                                     name, NearestName(name, names))));
  }
  glass->dispersion = found->dispersion;
  PETZVAL_ASSIGN(glass->coefficients, table.Numbers("coefficients"));
  return {};
}

Status ParseTable(const TomlTable& table, Glass* glass) {
  glass->dispersion = Dispersion::kTable;
  glass->coefficients.clear();
  PETZVAL_ASSIGN(glass->table_um, table.Numbers("um"));
  PETZVAL_ASSIGN(glass->table_n, table.Numbers("n"));
  if (!glass->table_um.empty()) {
    glass->min_um = glass->table_um.front();
    glass->max_um = glass->table_um.back();
  }
  return {};
}

Status ParseModel(const TomlTable& table, Glass* glass) {
  PETZVAL_ASSIGN(const double nd, table.Number("nd", 1, 10));
  *glass = ModelGlass(glass->name, nd, 0);
  if (table.Has("vd")) {
    PETZVAL_ASSIGN(const double vd, table.Number("vd", 1, 1000));
    *glass = ModelGlass(glass->name, nd, vd);
  }
  if (table.Has("dPgF")) {
    if (!table.Has("vd")) return Fail(table.ErrorAt("dPgF", "'dPgF' needs 'vd'"));
    PETZVAL_ASSIGN(const double deviation, table.Number("dPgF", -1, 1));
    glass->coefficients.push_back(deviation);
  }
  return {};
}

Result<Glass> ParseDispersion(const TomlTable& table) {
  Glass glass;
  PETZVAL_ASSIGN(glass.name, table.String("name"));
  if (glass.name.empty()) return Fail(table.ErrorAt("name", "a glass needs a name"));
  const int forms = table.Has("nd") + table.Has("formula") + table.Has("um");
  if (forms != 1) {
    return Fail(table.ErrorAt(
        "name", fmt::format("glass '{}' needs exactly one of nd, formula and um", glass.name)));
  }
  std::vector<std::string> known = {"name",      "source",    "range_um", "dn_dt_per_k",
                                    "stated_nd", "stated_vd", "plastic"};
  if (table.Has("formula")) {
    known.insert(known.end(), {"formula", "coefficients"});
    PETZVAL_RETURN_IF_ERROR(table.CheckKeys(known));
    PETZVAL_RETURN_IF_ERROR(ParseFormula(table, &glass));
  } else if (table.Has("um")) {
    known.insert(known.end(), {"um", "n"});
    PETZVAL_RETURN_IF_ERROR(table.CheckKeys(known));
    PETZVAL_RETURN_IF_ERROR(ParseTable(table, &glass));
  } else {
    known.insert(known.end(), {"nd", "vd", "dPgF"});
    PETZVAL_RETURN_IF_ERROR(table.CheckKeys(known));
    PETZVAL_RETURN_IF_ERROR(ParseModel(table, &glass));
  }
  return glass;
}

}  // namespace

Result<Glass> ParseGlassEntry(const TomlTable& table) {
  PETZVAL_ASSIGN(Glass glass, ParseDispersion(table));
  if (table.Has("source")) {
    PETZVAL_ASSIGN(glass.source, table.String("source"));
  }
  if (table.Has("range_um")) {
    PETZVAL_ASSIGN(const std::vector<double> range, table.Numbers("range_um"));
    if (range.size() != 2) {
      return Fail(table.ErrorAt("range_um", "'range_um' must be [shortest, longest]"));
    }
    glass.min_um = range[0];
    glass.max_um = range[1];
  }
  if (table.Has("dn_dt_per_k")) {
    PETZVAL_ASSIGN(glass.dn_dt_per_k, table.Number("dn_dt_per_k"));
  }
  if (table.Has("plastic")) {
    PETZVAL_ASSIGN(glass.plastic, table.Bool("plastic"));
  }
  for (const char* key : {"stated_nd", "stated_vd"}) {
    if (table.Has(key)) PETZVAL_RETURN_IF_ERROR(table.Number(key));
  }
  if (auto status = CheckGlass(glass); !status) {
    const char* key = glass.dispersion == Dispersion::kTable ? "um"
                      : table.Has("coefficients")            ? "coefficients"
                                                             : "name";
    return Fail(table.ErrorAt(key, status.error().message));
  }
  return glass;
}

std::string TomlString(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      out += fmt::format("\\u{:04X}", static_cast<unsigned char>(c));
    } else {
      out += c;
    }
  }
  return out + "\"";
}

std::string GlassEntryToml(const Glass& glass) {
  std::string out = fmt::format("[[glass]]\nname = {}\n", TomlString(glass.name));
  if (!glass.source.empty()) out += fmt::format("source = {}\n", TomlString(glass.source));
  const std::vector<double>& c = glass.coefficients;
  bool range_known = false;
  if (glass.dispersion == Dispersion::kTable) {
    out += fmt::format("um = [{}]\nn = [{}]\n", fmt::join(glass.table_um, ", "),
                       fmt::join(glass.table_n, ", "));
    range_known = !glass.table_um.empty() && glass.min_um == glass.table_um.front() &&
                  glass.max_um == glass.table_um.back();
  } else if (glass.dispersion == Dispersion::kConstant || glass.dispersion == Dispersion::kModel) {
    constexpr const char* kKeys[] = {"nd", "vd", "dPgF"};
    for (size_t i = 0; i < c.size() && i < 3; ++i) out += fmt::format("{} = {}\n", kKeys[i], c[i]);
  } else {
    for (const FormulaName& formula : kFormulas) {
      if (formula.dispersion == glass.dispersion) {
        out += fmt::format("formula = \"{}\"\ncoefficients = [{}]\n", formula.name,
                           fmt::join(c, ", "));
      }
    }
  }
  const Glass any;
  const bool table = glass.dispersion == Dispersion::kTable;
  if (!range_known && (table || glass.min_um != any.min_um || glass.max_um != any.max_um)) {
    out += fmt::format("range_um = [{}, {}]\n", glass.min_um, glass.max_um);
  }
  if (glass.dn_dt_per_k != 0) out += fmt::format("dn_dt_per_k = {}\n", glass.dn_dt_per_k);
  if (glass.plastic) out += "plastic = true\n";
  return out;
}

}  // namespace petzval::optics
