// Things that are strewn: leaves, blades of grass, balls, hair.
#include <fmt/format.h>

#include <cmath>

#include "petzval/base/random.h"
#include "petzval/device/device_file.h"
#include "petzval/simulate/world/mesh.h"
#include "petzval/simulate/world/scatter.h"
#include "petzval/simulate/world/scene_builder.h"

namespace petzval::simulate {
namespace {

constexpr int kMaxCount = 1'000'000;

Result<uint64_t> Seed(const TomlTable& table) {
  PETZVAL_ASSIGN(const int seed, SceneBuilder::Integer(table, "seed", 1, 0, 1000000));
  return static_cast<uint64_t>(seed);
}

// Where things are: a box or an ellipsoid of half axes `extent`.
struct Region {
  V3 centre, extent;
  bool round = false;
  float shell = 0;  // ellipsoid: 0 fills it, 1 keeps to its surface
};

Result<Region> ReadRegion(const TomlTable& table) {
  static const std::vector<std::string> kKinds = {"box", "ellipsoid"};
  Region region;
  PETZVAL_ASSIGN(region.centre, SceneBuilder::NeededVector(table, "centre_mm"));
  PETZVAL_ASSIGN(region.extent, SceneBuilder::NeededVector(table, "extent_mm"));
  if (region.extent.x < 0 || region.extent.y < 0 || region.extent.z < 0) {
    return Fail(table.ErrorAt("extent_mm", "an extent is negative"));
  }
  if (table.Has("region")) {
    PETZVAL_ASSIGN(const int kind, TomlChoice(table, "region", kKinds));
    region.round = kind == 1;
  }
  PETZVAL_ASSIGN(const double shell, SceneBuilder::Number(table, "shell", 0.3, 0, 1));
  region.shell = static_cast<float>(shell);
  return region;
}

V3 Draw(const Region& region, Random* random) {
  if (!region.round) {
    const float x = static_cast<float>(random->Uniform(-1, 1));
    const float y = static_cast<float>(random->Uniform(-1, 1));
    const float z = static_cast<float>(random->Uniform(-1, 1));
    return region.centre + V3{x, y, z} * region.extent;
  }
  const V3 d = RandomDirection(random);
  const float radius = std::cbrt(static_cast<float>(random->Uniform()));
  return region.centre + (region.shell + (1 - region.shell) * radius) * (d * region.extent);
}

}  // namespace

V3 RandomDirection(Random* random) {
  const double y = random->Uniform(-1, 1), turn = random->Uniform(0, 2 * M_PI);
  const double r = std::sqrt(1 - y * y);
  return {static_cast<float>(r * std::cos(turn)), static_cast<float>(y),
          static_cast<float>(r * std::sin(turn))};
}

void AddLeaf(V3 stem, V3 along, V3 normal, float length, float width, Shape* shape) {
  const V3 side = 0.5f * width * Unit(Cross(along, normal));
  const V3 tip = stem + length * along;
  const uint32_t first = static_cast<uint32_t>(shape->vertex.size());
  for (const V3 p : {stem - side, tip - side, tip + side, stem + side}) {
    shape->vertex.push_back(p);
  }
  for (uint32_t i = 0; i < 4; ++i) shape->index.push_back(first + i);
}

Shape LeafShape(float size) {
  Shape shape;
  shape.kind = ShapeKind::kQuads;
  shape.one_piece = false;
  shape.mapping.kind = MappingKind::kUnit;
  shape.mapping.scale = size;
  return shape;
}

namespace {

Status ReadSway(const TomlTable& table, SceneBuilder* builder, Shape* shape) {
  PETZVAL_ASSIGN(shape->sway_mm, SceneBuilder::Vector(table, "sway_mm", {}));
  PETZVAL_ASSIGN(const double hz, SceneBuilder::Number(table, "sway_hz", 0, 0, 100));
  shape->sway_hz = shape->sway_mm == V3{} ? 0 : static_cast<float>(hz);
  if (shape->sway_hz > 0) builder->data().moves = true;
  return {};
}

Result<Shape> ReadLeaves(const TomlTable& table, SceneBuilder* builder) {
  PETZVAL_ASSIGN(const Region region, ReadRegion(table));
  PETZVAL_ASSIGN(const auto size, SceneBuilder::Range(table, "size_mm", 0.01, 1e6));
  PETZVAL_ASSIGN(const int count, SceneBuilder::Integer(table, "count", 100, 1, kMaxCount));
  PETZVAL_ASSIGN(const double slim, SceneBuilder::Number(table, "width", 0.6, 0.01, 10));
  PETZVAL_ASSIGN(const V3 lean, SceneBuilder::Vector(table, "lean", {}));
  PETZVAL_ASSIGN(const V3 face, SceneBuilder::Vector(table, "face", {}));
  PETZVAL_ASSIGN(const uint64_t seed, Seed(table));
  Shape shape = LeafShape(0.5f * (size[0] + size[1]));
  PETZVAL_RETURN_IF_ERROR(ReadSway(table, builder, &shape));
  for (int i = 0; i < count; ++i) {
    Random random(seed, static_cast<uint64_t>(i));
    const V3 stem = Draw(region, &random);
    const V3 along = Unit(RandomDirection(&random) + lean);
    V3 normal = RandomDirection(&random) + face;
    normal = Unit(normal - Dot(normal, along) * along);
    const float length = static_cast<float>(random.Uniform(size[0], size[1]));
    AddLeaf(stem, along, normal, length, length * static_cast<float>(slim), &shape);
  }
  return shape;
}

// Blades on the ground of a box region: they stand, lean and bend towards `lean`.
Result<Shape> ReadGrass(const TomlTable& table, SceneBuilder* builder) {
  PETZVAL_ASSIGN(const Region region, ReadRegion(table));
  PETZVAL_ASSIGN(const auto size, SceneBuilder::Range(table, "size_mm", 0.01, 1e6));
  PETZVAL_ASSIGN(const int count, SceneBuilder::Integer(table, "count", 100, 1, kMaxCount));
  PETZVAL_ASSIGN(const double slim, SceneBuilder::Number(table, "width", 0.3, 0.01, 10));
  PETZVAL_ASSIGN(const V3 lean, SceneBuilder::Vector(table, "lean", {}));
  PETZVAL_ASSIGN(const uint64_t seed, Seed(table));
  Shape shape = LeafShape(0.5f * (size[0] + size[1]));
  PETZVAL_RETURN_IF_ERROR(ReadSway(table, builder, &shape));
  for (int i = 0; i < count; ++i) {
    Random random(seed, static_cast<uint64_t>(i));
    const V3 root = Draw(region, &random);
    const V3 along = Unit(0.35f * RandomDirection(&random) + V3{0, 1, 0} + lean);
    V3 normal = RandomDirection(&random);
    normal = Unit(normal - Dot(normal, along) * along);
    const float length = static_cast<float>(random.Uniform(size[0], size[1]));
    AddLeaf(root, along, normal, length, length * static_cast<float>(slim), &shape);
  }
  return shape;
}

Result<Shape> ReadBalls(const TomlTable& table, SceneBuilder*) {
  PETZVAL_ASSIGN(const Region region, ReadRegion(table));
  PETZVAL_ASSIGN(const auto radius, SceneBuilder::Range(table, "radius_mm", 1e-3, 1e6));
  PETZVAL_ASSIGN(const int count, SceneBuilder::Integer(table, "count", 10, 1, kMaxCount));
  PETZVAL_ASSIGN(const bool lie, SceneBuilder::Bool(table, "on_ground", false));
  PETZVAL_ASSIGN(const uint64_t seed, Seed(table));
  std::vector<V3> centres;
  std::vector<float> radii;
  for (int i = 0; i < count; ++i) {
    Random random(seed, static_cast<uint64_t>(i));
    V3 p = Draw(region, &random);
    const float r = static_cast<float>(random.Uniform(radius[0], radius[1]));
    if (lie) p.y = region.centre.y - region.extent.y + r;
    centres.push_back(p);
    radii.push_back(r);
  }
  Shape shape = MakeSpheres(std::move(centres), std::move(radii));
  shape.one_piece = false;
  return shape;
}

// Strands from the skin of an ellipsoid, above the plane through its centre that `part` is the
// normal of, shifted by part_from; they leave along the normal, and bend towards `fall`.
Result<Shape> ReadHair(const TomlTable& table, SceneBuilder*) {
  PETZVAL_ASSIGN(const Region skin, ReadRegion(table));
  PETZVAL_ASSIGN(const auto length, SceneBuilder::Range(table, "length_mm", 0.01, 1e6));
  PETZVAL_ASSIGN(const auto radius, SceneBuilder::Range(table, "radius_mm", 1e-3, 1e4));
  PETZVAL_ASSIGN(const int count, SceneBuilder::Integer(table, "count", 100, 1, kMaxCount));
  PETZVAL_ASSIGN(const int points, SceneBuilder::Integer(table, "points", 8, 2, 64));
  PETZVAL_ASSIGN(const V3 part, SceneBuilder::Vector(table, "part", {0, 1, 0}));
  PETZVAL_ASSIGN(const double from, SceneBuilder::Number(table, "part_from", 0, -2, 2));
  PETZVAL_ASSIGN(const V3 fall, SceneBuilder::Vector(table, "fall", {0, -1, 0}));
  PETZVAL_ASSIGN(const V3 comb, SceneBuilder::Vector(table, "comb", {}));
  PETZVAL_ASSIGN(const double curl, SceneBuilder::Number(table, "curl", 0.1, 0, 10));
  PETZVAL_ASSIGN(const double rise, SceneBuilder::Number(table, "rise", 0.5, 0, 3));
  PETZVAL_ASSIGN(const uint64_t seed, Seed(table));
  if (!(skin.extent.x > 0 && skin.extent.y > 0 && skin.extent.z > 0)) {
    return Fail(
        table.ErrorAt("extent_mm", "hair needs an ellipsoid with three positive half axes"));
  }
  // Before memory is taken for them: the pieces of strands are many more than strands.
  const auto pieces = static_cast<size_t>(count) * static_cast<size_t>(points - 1);
  if (pieces > kMaxPrimitives) {
    return Fail(
        table.ErrorAt("count", fmt::format("{} strands of {} points are more than {} pieces", count,
                                           points, kMaxPrimitives)));
  }
  Shape shape;
  shape.kind = ShapeKind::kCurves;
  shape.one_piece = false;
  for (int i = 0; i < count; ++i) {
    Random random(seed, static_cast<uint64_t>(i));
    V3 d;
    int tries = 0;
    do {
      d = RandomDirection(&random);
    } while (Dot(d, Unit(part)) < static_cast<float>(from) && ++tries < 1000);
    V3 p = skin.centre + d * skin.extent;
    const V3 normal = Unit(V3{d.x / skin.extent.x, d.y / skin.extent.y, d.z / skin.extent.z});
    V3 way = Unit(static_cast<float>(rise) * normal + comb +
                  0.25f * static_cast<float>(curl) * RandomDirection(&random));
    const float step =
        static_cast<float>(random.Uniform(length[0], length[1])) / static_cast<float>(points - 1);
    const float thick = static_cast<float>(random.Uniform(radius[0], radius[1]));
    for (int k = 0; k < points; ++k) {
      if (k + 1 < points) shape.index.push_back(static_cast<uint32_t>(shape.vertex.size()));
      shape.vertex.push_back(p);
      shape.radius.push_back(thick * (k + 1 == points ? 0.4f : 1.0f));
      way = Unit(way + 0.35f * fall + static_cast<float>(curl) * RandomDirection(&random));
      V3 next = p + step * way;
      // Strands lie on the skin; they do not enter it.
      const V3 q = next - skin.centre;
      const float level = Length({q.x / skin.extent.x, q.y / skin.extent.y, q.z / skin.extent.z});
      if (level < 1.02f) next = skin.centre + (1.02f / std::max(level, 0.1f)) * q;
      p = next;
    }
  }
  return shape;
}

struct ScatterReader {
  const char* name;
  Result<Shape> (*read)(const TomlTable&, SceneBuilder*);
  std::vector<std::string> keys;
};

const std::vector<ScatterReader>& Readers() {
  static const std::vector<ScatterReader> readers = {
      {"leaves", ReadLeaves, {"size_mm", "width", "lean", "face", "sway_mm", "sway_hz"}},
      {"grass", ReadGrass, {"size_mm", "width", "lean", "sway_mm", "sway_hz"}},
      {"balls", ReadBalls, {"radius_mm", "on_ground"}},
      {"hair",
       ReadHair,
       {"length_mm", "radius_mm", "points", "part", "part_from", "fall", "comb", "curl", "rise"}},
  };
  return readers;
}

}  // namespace

Status SceneBuilder::ReadScatter(const TomlTable& root) {
  for (const ScatterReader& reader : Readers()) {
    PETZVAL_ASSIGN(const std::vector<TomlTable> tables, TablesOf(root, reader.name));
    for (const TomlTable& table : tables) {
      std::vector<std::string> keys = ShapeKeys(reader.keys);
      for (const char* key : {"centre_mm", "extent_mm", "region", "shell", "count", "seed"}) {
        keys.emplace_back(key);
      }
      PETZVAL_RETURN_IF_ERROR(table.CheckKeys(keys));
      PETZVAL_ASSIGN(const int count, Integer(table, "count", 100, 1, kMaxCount));
      PETZVAL_RETURN_IF_ERROR(CheckRoom(table, static_cast<size_t>(count)));
      PETZVAL_ASSIGN(Shape shape, reader.read(table, this));
      PETZVAL_RETURN_IF_ERROR(Add(table, reader.name, std::move(shape)));
    }
  }
  return {};
}

}  // namespace petzval::simulate
