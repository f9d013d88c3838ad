// Lights, sky and contact shadows of a scene file.
#include <fmt/format.h>

#include <cmath>

#include "petzval/base/nearest_name.h"
#include "petzval/device/device_file.h"
#include "petzval/simulate/world/scene_builder.h"

namespace petzval::simulate {
namespace {

constexpr float kRadians = static_cast<float>(M_PI / 180);

Result<V3> UnitVector(const TomlTable& table, const char* key) {
  PETZVAL_ASSIGN(const V3 v, SceneBuilder::NeededVector(table, key));
  if (Length(v) == 0) return Fail(table.ErrorAt(key, fmt::format("'{}' has no length", key)));
  return Unit(v);
}

Status ReadPoint(const TomlTable& table, Light* light) {
  PETZVAL_ASSIGN(light->position, SceneBuilder::NeededVector(table, "position_mm"));
  PETZVAL_ASSIGN(const double candela, table.Number("candela", 0, 1e9));
  light->candela_mm2 = static_cast<float>(1e6 * candela);
  PETZVAL_ASSIGN(const double size, SceneBuilder::Number(table, "size_mm", 20, 0.1, 1e6));
  light->size_mm = static_cast<float>(size);
  PETZVAL_ASSIGN(const double range, SceneBuilder::Number(table, "range_mm", 1e6, 1, 1e7));
  light->range_mm = static_cast<float>(range);
  if (table.Has("aim")) {
    PETZVAL_ASSIGN(light->aim, UnitVector(table, "aim"));
    PETZVAL_ASSIGN(const double cone, SceneBuilder::Number(table, "cone_deg", 50, 1, 175));
    light->cone_cos = std::cos(static_cast<float>(0.7 * cone) * kRadians);
    light->cone_edge_cos = std::cos(static_cast<float>(cone) * kRadians);
  }
  return {};
}

}  // namespace

Status SceneBuilder::ReadLights(const TomlTable& root) {
  static const std::vector<std::string> kKinds = {"uniform", "dome", "parallel", "point"};
  static const std::vector<std::string> kKeys = {
      "name",   "kind",       "light",       "illuminance_lux", "towards", "softness_deg",
      "shadow", "from_below", "position_mm", "candela",         "size_mm", "range_mm",
      "aim",    "cone_deg",   "repeat",      "step_mm"};
  PETZVAL_ASSIGN(const std::vector<TomlTable> tables, TablesOf(root, "light"));
  std::vector<std::string> names;
  for (const TomlTable& table : tables) {
    PETZVAL_RETURN_IF_ERROR(table.CheckKeys(kKeys));
    Light light;
    PETZVAL_ASSIGN(light.name, table.String("name"));
    names.push_back(light.name);
    PETZVAL_ASSIGN(const int kind, TomlChoice(table, "kind", kKinds));
    light.kind = static_cast<LightKind>(kind);
    PETZVAL_ASSIGN(const std::string spectrum, table.String("light"));
    PETZVAL_ASSIGN(light.slot, Slot(table, "light", spectrum));
    PETZVAL_ASSIGN(light.shadow, Bool(table, "shadow", false));
    if (light.kind == LightKind::kPoint) {
      PETZVAL_RETURN_IF_ERROR(ReadPoint(table, &light));
    } else {
      PETZVAL_ASSIGN(const double lux, table.Number("illuminance_lux", 0, 1e9));
      light.lux = static_cast<float>(lux);
    }
    if (light.kind == LightKind::kParallel) {
      PETZVAL_ASSIGN(light.towards, UnitVector(table, "towards"));
      PETZVAL_ASSIGN(const double softness, Number(table, "softness_deg", 0, 0, 60));
      light.softness = std::tan(static_cast<float>(softness) * kRadians);
    }
    if (light.kind == LightKind::kDome) {
      if (table.Has("towards")) {
        PETZVAL_ASSIGN(light.towards, UnitVector(table, "towards"));
      }
      PETZVAL_ASSIGN(const double below, Number(table, "from_below", 0.3, 0, 1));
      light.from_below = static_cast<float>(below);
    }
    if (light.shadow && (light.kind == LightKind::kUniform || light.kind == LightKind::kDome)) {
      return Fail(table.ErrorAt("shadow", "only parallel and point lights cast shadows"));
    }
    PETZVAL_ASSIGN(const int repeat, Integer(table, "repeat", 1, 1, 100));
    PETZVAL_ASSIGN(const V3 step, Vector(table, "step_mm", {}));
    for (int i = 0; i < repeat; ++i) {
      data_.lights.push_back(light);
      light.position = light.position + step;
    }
    if (data_.lights.size() > 200) return Fail(table.ErrorAt("name", "more than 200 lights"));
  }
  if (names.empty()) return Fail(root.ErrorAt("light", "no [[light]] is given"));
  PETZVAL_ASSIGN(const std::string key, root.String("key_light"));
  PETZVAL_ASSIGN(data_.illuminance_lux, root.Number("illuminance_lux", 1e-6, 1e9));
  for (const Light& light : data_.lights) {
    if (light.name == key) {
      data_.key_light = data_.slots[light.slot];
      return {};
    }
  }
  return Fail(root.ErrorAt(
      "key_light",
      fmt::format("no [[light]] is named '{}', did you mean '{}'?", key, NearestName(key, names))));
}

Status SceneBuilder::ReadSky(const TomlTable& root) {
  PETZVAL_ASSIGN(const std::vector<TomlTable> balls, TablesOf(root, "occluder"));
  for (const TomlTable& table : balls) {
    PETZVAL_RETURN_IF_ERROR(table.CheckKeys(std::vector<std::string>{"centre_mm", "radius_mm"}));
    Occluder ball;
    PETZVAL_ASSIGN(ball.centre, NeededVector(table, "centre_mm"));
    PETZVAL_ASSIGN(const double radius, table.Number("radius_mm", 0.01, 1e6));
    ball.radius = static_cast<float>(radius);
    data_.occluders.push_back(ball);
  }
  if (data_.occluders.size() > 100)
    return Fail(root.ErrorAt("occluder", "more than 100 occluders"));

  if (!root.Has("sky")) return {};
  PETZVAL_ASSIGN(const TomlTable table, root.Table("sky"));
  PETZVAL_RETURN_IF_ERROR(table.CheckKeys(std::vector<std::string>{
      "light", "zenith", "zenith_nits", "horizon", "horizon_nits", "cloud", "cloud_nits",
      "cloud_cover", "cloud_size", "stars", "star_nits", "below", "seed"}));
  Sky& sky = data_.sky;
  PETZVAL_ASSIGN(const std::string light, table.String("light"));
  PETZVAL_ASSIGN(sky.slot, Slot(table, "light", light));
  const auto part = [&](const char* colour, const char* nits, int* ink, float* lux) -> Status {
    PETZVAL_ASSIGN(const std::string text, table.String(colour));
    PETZVAL_ASSIGN(*ink, Ink(table, colour, text));
    PETZVAL_ASSIGN(const double level, table.Number(nits, 0, 1e9));
    *lux = static_cast<float>(M_PI * level);
    return {};
  };
  PETZVAL_RETURN_IF_ERROR(part("zenith", "zenith_nits", &sky.zenith_ink, &sky.zenith_lux));
  PETZVAL_RETURN_IF_ERROR(part("horizon", "horizon_nits", &sky.horizon_ink, &sky.horizon_lux));
  sky.cloud_ink = sky.horizon_ink;
  if (table.Has("cloud")) {
    PETZVAL_RETURN_IF_ERROR(part("cloud", "cloud_nits", &sky.cloud_ink, &sky.cloud_lux));
  }
  const auto number = [&](const char* key, float* value, double max) -> Status {
    PETZVAL_ASSIGN(const double read, Number(table, key, *value, 0, max));
    *value = static_cast<float>(read);
    return {};
  };
  PETZVAL_RETURN_IF_ERROR(number("cloud_cover", &sky.cloud_cover, 1));
  PETZVAL_RETURN_IF_ERROR(number("cloud_size", &sky.cloud_size, 100));
  PETZVAL_RETURN_IF_ERROR(number("stars", &sky.stars, 1));
  PETZVAL_RETURN_IF_ERROR(number("below", &sky.dark_below, 1));
  float star_nits = 0;
  PETZVAL_RETURN_IF_ERROR(number("star_nits", &star_nits, 1e9));
  sky.star_lux = static_cast<float>(M_PI) * star_nits;
  PETZVAL_ASSIGN(const int seed, Integer(table, "seed", 1, 0, 1000000));
  sky.seed = static_cast<uint32_t>(seed);
  return {};
}

}  // namespace petzval::simulate
