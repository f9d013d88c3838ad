// Reading what a designer may change: variables, pickups, solves and tolerances.
#include <fmt/format.h>

#include "petzval/optics/lens/lens_tables.h"
#include "petzval/optics/lens/quantity.h"

namespace petzval::optics {
namespace {

using Keys = std::vector<std::string>;

// Calls read(table) for each [[name]] table.
template <class Read>
Status ForEachTable(const TomlTable& root, const std::string& name, const Keys& known, Read read) {
  if (!root.Has(name)) return {};
  PETZVAL_ASSIGN(const std::vector<TomlTable> tables, root.Tables(name));
  for (const TomlTable& table : tables) {
    PETZVAL_RETURN_IF_ERROR(table.CheckKeys(known));
    PETZVAL_RETURN_IF_ERROR(read(table));
  }
  return {};
}

Result<Quantity> ParseQuantity(const TomlTable& table, const std::string& kind_key,
                               const std::string& surface_key, const Lens& lens) {
  Quantity quantity;
  PETZVAL_ASSIGN(quantity.kind, table.String(kind_key));
  PETZVAL_ASSIGN(quantity.surface, SurfaceIndex(table, surface_key, lens));
  if (auto status = CheckQuantity(lens, quantity); !status) {
    return Fail(table.ErrorAt(kind_key, status.error().message));
  }
  return quantity;
}

Status ParseVary(const TomlTable& table, Lens* lens) {
  Vary vary;
  PETZVAL_ASSIGN(vary.what, ParseQuantity(table, "what", "surface", *lens));
  if (table.Has("min")) {
    PETZVAL_ASSIGN(vary.min, table.NumberOrInfinity("min"));
  }
  if (table.Has("max")) {
    PETZVAL_ASSIGN(vary.max, table.NumberOrInfinity("max"));
  }
  lens->vary.push_back(vary);
  return {};
}

Status ParsePickup(const TomlTable& table, Lens* lens) {
  Pickup pickup;
  PETZVAL_ASSIGN(pickup.what, ParseQuantity(table, "what", "surface", *lens));
  const std::string from_kind = table.Has("from_what") ? "from_what" : "what";
  PETZVAL_ASSIGN(pickup.from, ParseQuantity(table, from_kind, "from_surface", *lens));
  if (table.Has("scale")) {
    PETZVAL_ASSIGN(pickup.scale, table.Number("scale"));
  }
  if (table.Has("offset")) {
    PETZVAL_ASSIGN(pickup.offset, table.Number("offset"));
  }
  lens->pickups.push_back(pickup);
  return {};
}

Status ParseSolve(const TomlTable& table, Lens* lens) {
  Solve solve;
  PETZVAL_ASSIGN(const int kind, Word(table, "kind", SolveWords()));
  solve.kind = static_cast<SolveKind>(kind);
  solve.what.kind = std::string(solve.kind == SolveKind::kMarginalAngle ? "c" : "t");
  PETZVAL_ASSIGN(solve.what.surface, SurfaceIndex(table, "surface", *lens));
  if (table.Has("value")) {
    PETZVAL_ASSIGN(solve.value, table.Number("value"));
  }
  lens->solves.push_back(solve);
  return {};
}

Status ParseTolerance(const TomlTable& table, Lens* lens) {
  static const std::vector<std::string> kinds(ToleranceKinds().begin(), ToleranceKinds().end());
  Tolerance tolerance;
  PETZVAL_ASSIGN(const int kind, Word(table, "kind", kinds));
  tolerance.kind = kinds[kind];
  if (table.Has("surface")) {
    PETZVAL_ASSIGN(tolerance.surface, SurfaceIndex(table, "surface", *lens));
  }
  PETZVAL_ASSIGN(tolerance.value, table.Number("value", 0, 1e6));
  lens->tolerances.push_back(tolerance);
  return {};
}

}  // namespace

Status ParseDesign(const TomlTable& root, Lens* lens) {
  PETZVAL_RETURN_IF_ERROR(
      ForEachTable(root, "vary", {"surface", "what", "min", "max"},
                   [&](const TomlTable& table) { return ParseVary(table, lens); }));
  PETZVAL_RETURN_IF_ERROR(ForEachTable(
      root, "pickup", {"surface", "what", "from_surface", "from_what", "scale", "offset"},
      [&](const TomlTable& table) { return ParsePickup(table, lens); }));
  PETZVAL_RETURN_IF_ERROR(
      ForEachTable(root, "solve", {"surface", "kind", "value"},
                   [&](const TomlTable& table) { return ParseSolve(table, lens); }));
  return ForEachTable(root, "tolerance", {"surface", "kind", "value"},
                      [&](const TomlTable& table) { return ParseTolerance(table, lens); });
}

}  // namespace petzval::optics
