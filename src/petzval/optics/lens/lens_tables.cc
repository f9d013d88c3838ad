// Reading what a lens file says about single surfaces, and its configurations.
#include "petzval/optics/lens/lens_tables.h"

#include <fmt/format.h>

#include <charconv>
#include <set>

namespace petzval::optics {
namespace {

using Keys = std::vector<std::string>;

// Calls read(table, surface index) for each [[name]] table; a surface may have only one.
template <class Read>
Status ForEachSurfaceTable(const TomlTable& root, const std::string& name, const Keys& known,
                           const Lens& lens, Read read) {
  if (!root.Has(name)) return {};
  PETZVAL_ASSIGN(const std::vector<TomlTable> tables, root.Tables(name));
  std::set<int> seen;
  for (const TomlTable& table : tables) {
    PETZVAL_RETURN_IF_ERROR(table.CheckKeys(known));
    PETZVAL_ASSIGN(const int surface, SurfaceIndex(table, "surface", lens));
    if (!seen.insert(surface).second) {
      return Fail(table.ErrorAt(
          "surface", fmt::format("surface {} has two [[{}]] blocks", surface + 1, name)));
    }
    PETZVAL_RETURN_IF_ERROR(read(table, surface));
  }
  return {};
}

Result<std::map<int, double>> ParsePowers(const TomlTable& table) {
  PETZVAL_ASSIGN(const TomlTable terms, table.Table("r"));
  std::map<int, double> powers;
  for (const std::string& key : terms.Keys()) {
    int power = 0;
    const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), power);
    if (error != std::errc() || end != key.data() + key.size()) {
      return Fail(terms.ErrorAt(key, fmt::format("'{}' of 'r' is no power", key)));
    }
    if (power < 2 || power > kMaxAspherePower) {
      return Fail(terms.ErrorAt(key, fmt::format("a term of power {}, only 2 to {} are possible",
                                                 power, kMaxAspherePower)));
    }
    PETZVAL_ASSIGN(powers[power], terms.Number(key));
  }
  return powers;
}

Status ParseAsphere(const TomlTable& table, Surface* surface) {
  if (table.Has("conic")) {
    PETZVAL_ASSIGN(surface->conic, table.Number("conic"));
  }
  Asphere& asphere = surface->asphere;
  if (table.Has("norm_mm")) {
    PETZVAL_ASSIGN(asphere.norm_mm, table.Number("norm_mm", 1e-9, 1e9));
  }
  int kind = 0;
  if (table.Has("kind")) {
    PETZVAL_ASSIGN(kind, Word(table, "kind", AsphereWords()));
  }
  if (kind == 0) {
    if (table.Has("a")) {
      return Fail(table.ErrorAt("a", "'a' is for kind 'qcon' or 'qbfs'; powers stand in 'r'"));
    }
    if (table.Has("r")) {
      asphere.kind = AsphereKind::kPower;
      PETZVAL_ASSIGN(asphere.powers, ParsePowers(table));
    }
    return {};
  }
  if (table.Has("r")) {
    return Fail(table.ErrorAt(
        "r", fmt::format("'r' is for powers; kind '{}' has 'a'", AsphereWords()[kind])));
  }
  if (!table.Has("norm_mm")) {
    return Fail(
        table.ErrorAt("kind", fmt::format("kind '{}' needs 'norm_mm'", AsphereWords()[kind])));
  }
  asphere.kind = kind == 1 ? AsphereKind::kQcon : AsphereKind::kQbfs;
  PETZVAL_ASSIGN(asphere.q, table.Numbers("a"));
  return {};
}

Status ParsePose(const TomlTable& table, Surface* surface) {
  static const std::vector<std::string> kKinds = {"refract", "reflect"};
  if (table.Has("kind")) {
    PETZVAL_ASSIGN(const int kind, Word(table, "kind", kKinds));
    surface->mirror = kind == 1;
  }
  Pose pose;
  if (table.Has("decentre_mm")) {
    PETZVAL_ASSIGN(const std::vector<double> d, table.Numbers("decentre_mm"));
    if (d.size() != 2) return Fail(table.ErrorAt("decentre_mm", "'decentre_mm' must be [x, y]"));
    pose.decentre_x_mm = d[0];
    pose.decentre_y_mm = d[1];
  }
  if (table.Has("tilt_deg")) {
    PETZVAL_ASSIGN(const std::vector<double> t, table.Numbers("tilt_deg"));
    if (t.size() != 3) return Fail(table.ErrorAt("tilt_deg", "'tilt_deg' must be [x, y, z]"));
    pose.tilt_x_deg = t[0];
    pose.tilt_y_deg = t[1];
    pose.tilt_z_deg = t[2];
  }
  if (table.Has("carries")) {
    PETZVAL_ASSIGN(pose.carries, table.Bool("carries"));
  }
  if (table.Has("decentre_mm") || table.Has("tilt_deg") || table.Has("carries")) {
    surface->pose = pose;
  } else if (!table.Has("kind")) {
    return Fail(table.ErrorAt("surface", "this pose says nothing"));
  }
  return {};
}

Status ParseEdge(const TomlTable& table, Surface* surface) {
  PETZVAL_ASSIGN(const int kind, Word(table, "kind", EdgeWords()));
  Edge edge;
  edge.kind = static_cast<EdgeKind>(kind + 1);
  static const std::pair<const char*, double Edge::*> kLengths[] = {{"half_x_mm", &Edge::half_x_mm},
                                                                    {"half_y_mm", &Edge::half_y_mm},
                                                                    {"inner_mm", &Edge::inner_mm}};
  for (const auto& [key, member] : kLengths) {
    if (!table.Has(key)) continue;
    if ((edge.kind == EdgeKind::kAnnulus) != (member == &Edge::inner_mm)) {
      return Fail(table.ErrorAt(
          key, fmt::format("'{}' is not for an edge of kind '{}'", key, EdgeWords()[kind])));
    }
    PETZVAL_ASSIGN(edge.*member, table.Number(key, 0, 1e6));
  }
  surface->edge = edge;
  return {};
}

}  // namespace

Status ParseAspheres(const TomlTable& root, Lens* lens) {
  return ForEachSurfaceTable(root, "asphere", {"surface", "kind", "conic", "norm_mm", "r", "a"},
                             *lens, [&](const TomlTable& table, int surface) {
                               return ParseAsphere(table, &lens->surfaces[surface]);
                             });
}

Status ParseToroids(const TomlTable& root, Lens* lens) {
  return ForEachSurfaceTable(root, "toroid", {"surface", "radius_x_mm"}, *lens,
                             [&](const TomlTable& table, int surface) -> Status {
                               PETZVAL_ASSIGN(const double radius, table.Number("radius_x_mm"));
                               lens->surfaces[surface].radius_x_mm = radius;
                               lens->surfaces[surface].cylinder_x = radius == 0;
                               return {};
                             });
}

Status ParsePoses(const TomlTable& root, Lens* lens) {
  return ForEachSurfaceTable(root, "pose",
                             {"surface", "kind", "decentre_mm", "tilt_deg", "carries"}, *lens,
                             [&](const TomlTable& table, int surface) {
                               return ParsePose(table, &lens->surfaces[surface]);
                             });
}

Status ParseEdges(const TomlTable& root, Lens* lens) {
  return ForEachSurfaceTable(root, "edge",
                             {"surface", "kind", "half_x_mm", "half_y_mm", "inner_mm"}, *lens,
                             [&](const TomlTable& table, int surface) {
                               return ParseEdge(table, &lens->surfaces[surface]);
                             });
}

Status ParseHousing(const TomlTable& root, Lens* lens) {
  if (!root.Has("housing_mm")) return {};
  PETZVAL_ASSIGN(const auto housing, NumberOfSurface(root, "housing_mm", *lens));
  for (const auto& [surface, radius] : housing) lens->surfaces[surface].housing_mm = radius;
  return {};
}

Status ParseConfigurations(const TomlTable& root, Lens* lens) {
  if (!root.Has("configuration")) return {};
  PETZVAL_ASSIGN(const std::vector<TomlTable> tables, root.Tables("configuration"));
  for (const TomlTable& table : tables) {
    PETZVAL_RETURN_IF_ERROR(
        table.CheckKeys(Keys{"name", "object_mm", "thickness", "aperture", "field"}));
    Configuration state;
    PETZVAL_ASSIGN(state.name, table.String("name"));
    state.object_mm = lens->object_mm;
    if (table.Has("object_mm")) {
      PETZVAL_ASSIGN(state.object_mm, table.NumberOrInfinity("object_mm"));
    }
    if (table.Has("thickness")) {
      PETZVAL_ASSIGN(state.thickness_mm, NumberOfSurface(table, "thickness", *lens));
    }
    if (table.Has("aperture")) {
      PETZVAL_ASSIGN(state.aperture_value, table.Number("aperture", 1e-9, 1e9));
    }
    if (table.Has("field")) {
      PETZVAL_ASSIGN(state.field_values, table.Numbers("field"));
      if (state.field_values.empty()) {
        return Fail(table.ErrorAt("field", "'field' must have at least one value"));
      }
    }
    lens->configurations.push_back(std::move(state));
  }
  return {};
}

}  // namespace petzval::optics
