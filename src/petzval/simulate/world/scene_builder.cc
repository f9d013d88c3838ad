// What the readers of scene files share.
#include "petzval/simulate/world/scene_builder.h"

#include <fmt/format.h>

#include <cmath>

#include "petzval/base/nearest_name.h"

namespace petzval::simulate {
namespace {

constexpr double kFarthest = 1e8;  // mm: 100 km
constexpr int kMaxRepeat = 1000;

Result<V3> ThreeNumbers(const TomlTable& table, const char* key) {
  PETZVAL_ASSIGN(const std::vector<double> n, table.Numbers(key));
  if (n.size() != 3) return Fail(table.ErrorAt(key, fmt::format("'{}' is not three numbers", key)));
  for (const double x : n) {
    if (!(std::fabs(x) <= kFarthest)) {
      return Fail(table.ErrorAt(key, fmt::format("'{}' has a number beyond 1e8", key)));
    }
  }
  return ToV3({{n[0], n[1], n[2]}});
}

}  // namespace

Result<std::vector<TomlTable>> TablesOf(const TomlTable& root, const char* name) {
  if (!root.Has(name)) return std::vector<TomlTable>{};
  return root.Tables(name);
}

Result<double> SceneBuilder::Number(const TomlTable& table, const char* key, double otherwise,
                                    double min, double max) {
  if (!table.Has(key)) return otherwise;
  return table.Number(key, min, max);
}

Result<int> SceneBuilder::Integer(const TomlTable& table, const char* key, int otherwise, int min,
                                  int max) {
  if (!table.Has(key)) return otherwise;
  PETZVAL_ASSIGN(const int64_t value, table.Integer(key, min, max));
  return static_cast<int>(value);
}

Result<bool> SceneBuilder::Bool(const TomlTable& table, const char* key, bool otherwise) {
  if (!table.Has(key)) return otherwise;
  return table.Bool(key);
}

Result<V3> SceneBuilder::Vector(const TomlTable& table, const char* key, V3 otherwise) {
  if (!table.Has(key)) return otherwise;
  return ThreeNumbers(table, key);
}

Result<V3> SceneBuilder::NeededVector(const TomlTable& table, const char* key) {
  return ThreeNumbers(table, key);
}

Result<std::array<float, 2>> SceneBuilder::Range(const TomlTable& table, const char* key,
                                                 double min, double max) {
  PETZVAL_ASSIGN(const std::vector<double> n, table.Numbers(key));
  if (n.size() != 2 || !(n[0] >= min && n[0] <= n[1] && n[1] <= max)) {
    return Fail(table.ErrorAt(
        key, fmt::format("'{}' is not two ascending numbers in {} to {}", key, min, max)));
  }
  return std::array<float, 2>{static_cast<float>(n[0]), static_cast<float>(n[1])};
}

Result<int> SceneBuilder::MaterialOf(const TomlTable& table, const char* key) {
  PETZVAL_ASSIGN(const std::string name, table.String(key));
  const auto it = material_of_.find(name);
  if (it != material_of_.end()) return it->second;
  std::vector<std::string> known;
  for (const Material& material : data_.materials) known.push_back(material.name);
  return Fail(table.ErrorAt(key, fmt::format("no [[material]] is named '{}', did you mean '{}'?",
                                             name, NearestName(name, known))));
}

Status SceneBuilder::ReadObjects(const TomlTable& root) {
  PETZVAL_ASSIGN(const std::vector<TomlTable> tables, TablesOf(root, "object"));
  for (const TomlTable& table : tables) {
    PETZVAL_RETURN_IF_ERROR(table.CheckKeys(
        std::vector<std::string>{"name", "position_mm", "turn_deg", "scale", "velocity_mm_s",
                                 "spin_deg_s", "mirror_y_mm", "mirror_share"}));
    PETZVAL_ASSIGN(const std::string name, table.String("name"));
    if (object_of_.count(name)) {
      return Fail(table.ErrorAt("name", fmt::format("a second [[object]] '{}'", name)));
    }
    Place place;
    Motion motion;
    PETZVAL_ASSIGN(place.shift, Vector(table, "position_mm", {}));
    PETZVAL_ASSIGN(const V3 turn, Vector(table, "turn_deg", {}));
    place.turn = PlaceTurn(turn);
    PETZVAL_ASSIGN(const double scale, Number(table, "scale", 1, 1e-4, 1e4));
    place.scale = static_cast<float>(scale);
    PETZVAL_ASSIGN(motion.velocity_mm_s, Vector(table, "velocity_mm_s", {}));
    PETZVAL_ASSIGN(const V3 spin, Vector(table, "spin_deg_s", {}));
    motion.spin_rad_s = static_cast<float>(M_PI / 180) * spin;
    motion.pivot = place.shift;
    object_of_[name] = static_cast<int>(data_.objects.size());
    data_.objects.push_back(name);
    data_.motions.push_back(motion);
    object_place_.push_back(place);
    Mirror mirror;
    mirror.on = table.Has("mirror_y_mm");
    PETZVAL_ASSIGN(const double level, Number(table, "mirror_y_mm", 0, -1e8, 1e8));
    PETZVAL_ASSIGN(const double share, Number(table, "mirror_share", 0.3, 0, 1));
    mirror.y_mm = static_cast<float>(level);
    mirror.share = static_cast<float>(share);
    if (mirror.on && motion.spin_rad_s != V3{}) {
      return Fail(table.ErrorAt("mirror_y_mm", "an object that spins has no mirror"));
    }
    object_mirror_.push_back(mirror);
    data_.moves = data_.moves || motion.moves();
  }
  return {};
}

Result<int> SceneBuilder::ObjectOf(const TomlTable& table, const char* what, Place* place) {
  *place = {};
  if (table.Has("object")) {
    PETZVAL_ASSIGN(const std::string name, table.String("object"));
    const auto it = object_of_.find(name);
    if (it == object_of_.end()) {
      return Fail(
          table.ErrorAt("object", fmt::format("no [[object]] is named '{}', did you mean '{}'?",
                                              name, NearestName(name, data_.objects))));
    }
    *place = object_place_[it->second];
    return it->second;
  }
  std::string name = fmt::format("{} {}", what, data_.objects.size() + 1);
  if (table.Has("name")) {
    PETZVAL_ASSIGN(name, table.String("name"));
  }
  data_.objects.push_back(name);
  data_.motions.emplace_back();
  object_place_.emplace_back();
  object_mirror_.emplace_back();
  return static_cast<int>(data_.objects.size()) - 1;
}

M3 PlaceTurn(V3 turn_deg) {
  const float k = static_cast<float>(M_PI / 180);
  return Turn({0, k * turn_deg.y, 0}) * Turn({k * turn_deg.x, 0, 0}) * Turn({0, 0, k * turn_deg.z});
}

Place Upside(float y_mm) {
  Place place;
  place.turn.row[1] = {0, -1, 0};
  place.shift = {0, 2 * y_mm, 0};
  return place;
}

std::vector<std::string> SceneBuilder::ShapeKeys(std::vector<std::string> more) {
  for (const char* key : {"name", "object", "material", "position_mm", "turn_deg", "repeat",
                          "step_mm", "casts_shadow"}) {
    more.emplace_back(key);
  }
  return more;
}

Status SceneBuilder::CheckRoom(const TomlTable& table, size_t primitives) {
  primitives_ += primitives;
  if (primitives_ <= kMaxPrimitives) return {};
  return Fail(table.ErrorAt("", fmt::format("the scene has more than {} pieces", kMaxPrimitives)));
}

void MovePlace(const Place& place, Shape* shape) {
  for (V3& p : shape->vertex) p = place.Point(p);
  for (float& r : shape->radius) r *= place.scale;
  for (V3& n : shape->normal) n = place.Direction(n);
  shape->sway_mm = place.scale * place.Direction(shape->sway_mm);
  Mapping& mapping = shape->mapping;
  mapping.origin = place.Point(mapping.origin);
  mapping.u = place.Direction(mapping.u);
  mapping.v = place.Direction(mapping.v);
  mapping.w = place.Direction(mapping.w);
}

Status SceneBuilder::Add(const TomlTable& table, const char* what, Shape shape) {
  Place outer, own;
  PETZVAL_ASSIGN(shape.object, ObjectOf(table, what, &outer));
  PETZVAL_ASSIGN(shape.material, MaterialOf(table, "material"));
  PETZVAL_ASSIGN(own.shift, Vector(table, "position_mm", {}));
  PETZVAL_ASSIGN(const V3 turn, Vector(table, "turn_deg", {}));
  own.turn = PlaceTurn(turn);
  PETZVAL_ASSIGN(const int repeat, Integer(table, "repeat", 1, 1, kMaxRepeat));
  PETZVAL_ASSIGN(const V3 step, Vector(table, "step_mm", {}));
  PETZVAL_ASSIGN(shape.casts_shadow, Bool(table, "casts_shadow", true));
  const size_t copies = static_cast<size_t>(repeat) * (object_mirror_[shape.object].on ? 2 : 1);
  PETZVAL_RETURN_IF_ERROR(CheckRoom(table, shape.primitives() * copies));
  for (int i = 0; i < repeat; ++i) {
    Shape copy = shape;
    copy.piece = shape.piece + static_cast<uint32_t>(data_.shapes.size()) * 7919u;
    MovePlace(outer * own, &copy);
    if (const Mirror& mirror = object_mirror_[shape.object]; mirror.on) {
      Shape image = copy;
      MovePlace(Upside(mirror.y_mm), &image);
      image.shade *= mirror.share;
      image.casts_shadow = false;
      data_.shapes.push_back(std::move(image));
    }
    data_.shapes.push_back(std::move(copy));
    own.shift = own.shift + step;
  }
  return {};
}

}  // namespace petzval::simulate
