// Trees: branches that fork, and leaves at their ends.
#include <cmath>

#include "petzval/simulate/world/mesh.h"
#include "petzval/simulate/world/scatter.h"
#include "petzval/simulate/world/scene_builder.h"

namespace petzval::simulate {
namespace {

struct TreeParams {
  float height = 3000, trunk = 0.35f, radius = 60, spread = 0.7f, rise = 0.15f;
  int forks = 3, levels = 6, leaves = 20000;
  std::array<float, 2> leaf_mm{60, 90};
  uint64_t seed = 1;
};

struct Twig {
  V3 from, to;
};

// A branch of wood as a chain of round pieces, its forks, and the last ones as twigs.
void Grow(const TreeParams& params, V3 p, V3 way, float length, float radius, int level,
          Random* random, Shape* wood, std::vector<Twig>* twigs) {
  constexpr int kPieces = 4;
  V3 from = p;
  for (int i = 0; i < kPieces; ++i) {
    wood->index.push_back(static_cast<uint32_t>(wood->vertex.size()));
    wood->vertex.push_back(p);
    wood->radius.push_back(radius * (1 - 0.09f * static_cast<float>(i)));
    way = Unit(way + 0.13f * RandomDirection(random) + V3{0, params.rise * 0.3f, 0});
    p = p + (length / kPieces) * way;
  }
  wood->vertex.push_back(p);
  wood->radius.push_back(radius * 0.64f);
  if (level >= params.levels - 2) twigs->push_back({from, p});
  if (level + 1 >= params.levels) return;
  const float turn = static_cast<float>(random->Uniform(0, 2 * M_PI));
  const V3 across = AnyAcross(way), other = Cross(way, across);
  for (int i = 0; i < params.forks; ++i) {
    const float a = turn + 6.2831853f * static_cast<float>(i) / static_cast<float>(params.forks) +
                    static_cast<float>(random->Uniform(-0.4, 0.4));
    const float lean = params.spread * static_cast<float>(random->Uniform(0.7, 1.3));
    const V3 branch =
        Unit(way + lean * (std::cos(a) * across + std::sin(a) * other) + V3{0, params.rise, 0});
    const float shorter = static_cast<float>(random->Uniform(0.62, 0.86));
    Grow(params, p, branch, length * shorter, radius * 0.60f, level + 1, random, wood, twigs);
  }
}

Status AddLeaves(const TreeParams& params, const std::vector<Twig>& twigs, Shape* shape) {
  for (int i = 0; i < params.leaves; ++i) {
    Random random(params.seed, 1000 + static_cast<uint64_t>(i));
    const Twig& twig = twigs[random.Next() % twigs.size()];
    const float along = static_cast<float>(random.Uniform(0.15, 1.1));
    const V3 stem = twig.from + along * (twig.to - twig.from);
    const V3 out =
        Unit(RandomDirection(&random) + 0.5f * Unit(twig.to - twig.from) + V3{0, -0.3f, 0});
    V3 normal = RandomDirection(&random) + V3{0, 0.9f, 0};
    normal = Unit(normal - Dot(normal, out) * out);
    const float length = static_cast<float>(random.Uniform(params.leaf_mm[0], params.leaf_mm[1]));
    AddLeaf(stem, out, normal, length, 0.7f * length, shape);
  }
  return {};
}

}  // namespace

Status SceneBuilder::ReadPlants(const TomlTable& root) {
  PETZVAL_ASSIGN(const std::vector<TomlTable> tables, TablesOf(root, "tree"));
  for (const TomlTable& table : tables) {
    PETZVAL_RETURN_IF_ERROR(table.CheckKeys(
        ShapeKeys({"leaf_material", "height_mm", "trunk", "radius_mm", "spread", "rise", "forks",
                   "levels", "leaves", "leaf_mm", "sway_mm", "sway_hz", "seed"})));
    TreeParams params;
    PETZVAL_ASSIGN(const double height, table.Number("height_mm", 1, 1e6));
    PETZVAL_ASSIGN(const double trunk, Number(table, "trunk", 0.3, 0.02, 0.9));
    PETZVAL_ASSIGN(const double radius, Number(table, "radius_mm", 0.02 * height, 0.01, 1e5));
    PETZVAL_ASSIGN(const double spread, Number(table, "spread", 0.7, 0, 3));
    PETZVAL_ASSIGN(const double rise, Number(table, "rise", 0.15, -1, 1));
    PETZVAL_ASSIGN(params.forks, Integer(table, "forks", 3, 1, 6));
    PETZVAL_ASSIGN(params.levels, Integer(table, "levels", 6, 2, 9));
    PETZVAL_ASSIGN(params.leaves, Integer(table, "leaves", 10000, 0, 1000000));
    if (table.Has("leaf_mm")) {
      PETZVAL_ASSIGN(params.leaf_mm, Range(table, "leaf_mm", 0.1, 1e5));
    }
    PETZVAL_ASSIGN(const int seed, Integer(table, "seed", 1, 0, 1000000));
    params.height = static_cast<float>(height);
    params.trunk = static_cast<float>(trunk);
    params.radius = static_cast<float>(radius);
    params.spread = static_cast<float>(spread);
    params.rise = static_cast<float>(rise);
    params.seed = static_cast<uint64_t>(seed);
    const double branches = std::pow(params.forks, params.levels);
    PETZVAL_RETURN_IF_ERROR(CheckRoom(table, static_cast<size_t>(4 * branches) + params.leaves));

    Random random(params.seed, 0);
    Shape wood;
    wood.kind = ShapeKind::kCurves;
    std::vector<Twig> twigs;
    Grow(params, {}, {0, 1, 0}, params.trunk * params.height, params.radius, 0, &random, &wood,
         &twigs);
    PETZVAL_RETURN_IF_ERROR(Add(table, "tree", std::move(wood)));
    if (params.leaves == 0) continue;
    Shape leaves = LeafShape(0.5f * (params.leaf_mm[0] + params.leaf_mm[1]));
    PETZVAL_RETURN_IF_ERROR(AddLeaves(params, twigs, &leaves));
    PETZVAL_ASSIGN(leaves.sway_mm, Vector(table, "sway_mm", {}));
    PETZVAL_ASSIGN(const double hz, Number(table, "sway_hz", 0, 0, 100));
    leaves.sway_hz = leaves.sway_mm == V3{} ? 0 : static_cast<float>(hz);
    data_.moves = data_.moves || leaves.sway_hz > 0;
    const size_t first = data_.shapes.size();
    const int object = data_.shapes.back().object;
    PETZVAL_RETURN_IF_ERROR(Add(table, "tree", std::move(leaves)));
    PETZVAL_ASSIGN(const int material, MaterialOf(table, "leaf_material"));
    for (size_t i = first; i < data_.shapes.size(); ++i) {
      data_.shapes[i].material = material;
      data_.shapes[i].object = object;
    }
  }
  return {};
}

}  // namespace petzval::simulate
