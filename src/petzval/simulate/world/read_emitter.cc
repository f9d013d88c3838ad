// Small lights of a scene file: discs that are sampled forward, and balls that rays meet.
#include <fmt/format.h>

#include <cmath>

#include "petzval/base/random.h"
#include "petzval/simulate/world/mesh.h"
#include "petzval/simulate/world/scene_builder.h"

namespace petzval::simulate {
namespace {

constexpr int kMaxEmitters = 2000;

Emitter MakeEmitter(V3 centre, float radius, double nits, const SpectralDistribution& lux,
                    const Motion& motion) {
  Emitter emitter;
  emitter.centre_mm = ToVec3(centre);
  emitter.velocity_mm_s = ToVec3(motion.Velocity(centre, 0));
  emitter.radius_mm = radius;
  emitter.radiance = nits * lux;  // `lux` has 683 lm of luminous integral 1: so nits is cd / m^2
  return emitter;
}

}  // namespace

Status SceneBuilder::ReadEmitters(const TomlTable& root) {
  PETZVAL_ASSIGN(const std::vector<TomlTable> tables, TablesOf(root, "emitter"));
  for (const TomlTable& table : tables) {
    PETZVAL_RETURN_IF_ERROR(table.CheckKeys(
        std::vector<std::string>{"name", "object", "position_mm", "extent_mm", "count", "radius_mm",
                                 "luminance_nits", "light", "seed", "repeat", "step_mm"}));
    Place place;
    PETZVAL_ASSIGN(const int object, ObjectOf(table, "emitter", &place));
    PETZVAL_ASSIGN(const V3 position, NeededVector(table, "position_mm"));
    PETZVAL_ASSIGN(const V3 extent, Vector(table, "extent_mm", {}));
    PETZVAL_ASSIGN(const int count, Integer(table, "count", 1, 1, kMaxEmitters));
    PETZVAL_ASSIGN(const double radius, table.Number("radius_mm", 1e-3, 1e5));
    PETZVAL_ASSIGN(const auto nits, Range(table, "luminance_nits", 0, 1e10));
    PETZVAL_ASSIGN(const int seed, Integer(table, "seed", 1, 0, 1000000));
    PETZVAL_ASSIGN(const int repeat, Integer(table, "repeat", 1, 1, kMaxEmitters));
    PETZVAL_ASSIGN(const V3 step, Vector(table, "step_mm", {}));
    std::vector<std::string> lights;
    if (auto one = table.String("light"); one) {
      lights.push_back(*one);
    } else {
      PETZVAL_ASSIGN(lights, table.Strings("light"));
    }
    if (lights.empty() || lights.size() > 100) {
      return Fail(table.ErrorAt("light", "'light' names no light"));
    }
    std::vector<int> slots;
    for (const std::string& light : lights) {
      PETZVAL_ASSIGN(const int slot, Slot(table, "light", light));
      slots.push_back(slot);
    }
    const int64_t all = static_cast<int64_t>(count) * repeat;
    const Mirror mirror = MirrorOf(object);
    if (static_cast<int64_t>(data_.emitters.size()) + all * (mirror.on ? 2 : 1) > kMaxEmitters) {
      return Fail(table.ErrorAt("count", fmt::format("more than {} emitters", kMaxEmitters)));
    }
    Shape shape = MakeSpheres({}, {});
    shape.emitters = true;
    shape.casts_shadow = false;
    shape.object = object;
    shape.piece = static_cast<uint32_t>(data_.emitters.size());
    for (int i = 0; i < all; ++i) {
      Random random(static_cast<uint64_t>(seed), static_cast<uint64_t>(i % count));
      const auto draw = [&] { return static_cast<float>(random.Uniform(-1, 1)); };
      const float x = draw(), y = draw(), z = draw();
      const V3 p =
          place.Point(position + static_cast<float>(i / count) * step + V3{x, y, z} * extent);
      const double level = random.Uniform(nits[0], nits[1]);
      const int slot = slots[random.Next() % slots.size()];
      const float r = place.scale * static_cast<float>(radius);
      shape.vertex.push_back(p);
      shape.radius.push_back(r);
      data_.emitters.push_back(MakeEmitter(p, r, level, data_.slots[slot], data_.motions[object]));
    }
    // Rays never shade an emitter; it needs a material all the same.
    if (data_.materials.empty())
      return Fail(table.ErrorAt("light", "the scene has no [[material]]"));
    data_.shapes.push_back(std::move(shape));
  }
  return {};
}

}  // namespace petzval::simulate
