// Test charts that hang in a scene.
#include <fmt/format.h>

#include <cmath>

#include "petzval/device/device_file.h"
#include "petzval/simulate/world/mesh.h"
#include "petzval/simulate/world/scene_builder.h"

namespace petzval::simulate {
namespace {

constexpr float kPatchGap = 0.12f;  // of the distance between patches, as data/charts has it

struct ChartKind {
  const char* name;
  PatternKind pattern;
  std::vector<std::string> colours;
  float ratio;
};

const std::vector<ChartKind>& Kinds() {
  static const std::vector<ChartKind> kinds = {
      {"colorchecker24", PatternKind::kPatches, {}, kPatchGap},
      {"slanted", PatternKind::kSlanted, {"grey 0.6", "grey 0.06"}, 0.56f},
      {"dead-leaves", PatternKind::kDeadLeaves, {"grey 0.05", "grey 0.55"}, 1},
      {"siemens", PatternKind::kSiemens, {"grey 0.6", "grey 0.04"}, 1},
      {"zone-plate", PatternKind::kZonePlate, {"grey 0.6", "grey 0.04"}, 2},
      {"dots", PatternKind::kDots, {"grey 0.85", "grey 0.03"}, 0.3f},
      {"grey-steps", PatternKind::kSteps, {}, 1},
  };
  return kinds;
}

}  // namespace

Status SceneBuilder::ReadCharts(const TomlTable& root) {
  std::vector<std::string> names;
  for (const ChartKind& kind : Kinds()) names.emplace_back(kind.name);
  PETZVAL_ASSIGN(const std::vector<TomlTable> tables, TablesOf(root, "chart"));
  for (const TomlTable& table : tables) {
    PETZVAL_RETURN_IF_ERROR(table.CheckKeys(std::vector<std::string>{
        "kind", "name", "object", "position_mm", "turn_deg", "width_mm", "height_mm", "colours",
        "angle_deg", "count", "cell_mm", "ratio", "seed", "density_step"}));
    PETZVAL_ASSIGN(const int choice, TomlChoice(table, "kind", names));
    const ChartKind& kind = Kinds()[static_cast<size_t>(choice)];
    PETZVAL_ASSIGN(const double width, table.Number("width_mm", 0.1, 1e6));
    Material material;
    material.name = fmt::format("chart {}", data_.charts.size() + 1);
    material.receives_shadow = false;
    Pattern& pattern = material.pattern;
    pattern.kind = kind.pattern;
    PETZVAL_ASSIGN(const double ratio, Number(table, "ratio", kind.ratio, 1e-3, 1000));
    pattern.ratio = static_cast<float>(ratio);
    PETZVAL_ASSIGN(const double angle, Number(table, "angle_deg", 5, -360, 360));
    pattern.angle_deg = static_cast<float>(angle);
    PETZVAL_ASSIGN(const int seed, Integer(table, "seed", 1, 0, 1000000));
    pattern.seed = static_cast<uint32_t>(seed);

    SceneChart chart;
    chart.name = kind.name;
    std::vector<std::string> colours = kind.colours;
    float w = static_cast<float>(width), inset = 0;
    float h = w;
    pattern.size_mm = w;
    if (kind.pattern == PatternKind::kPatches) {
      PETZVAL_ASSIGN(const ReflectanceSet set, FindReflectances(kind.name));
      for (const std::string& patch : set.patch) colours.push_back(set.name + "/" + patch);
      colours.emplace_back("grey 0.04");
      chart.reflectances = set.name;
      pattern.count = 6;
      pattern.size_mm = w / (6 + kPatchGap);
      h = pattern.size_mm * (4 + kPatchGap);
      inset = kPatchGap * pattern.size_mm;
    } else if (kind.pattern == PatternKind::kSteps) {
      PETZVAL_ASSIGN(const int steps, Integer(table, "count", 16, 2, 100));
      PETZVAL_ASSIGN(const double density, Number(table, "density_step", 0.12, 0.001, 2));
      for (int i = 0; i < steps; ++i) {
        colours.push_back(fmt::format("grey {:.6g}", 0.9 * std::pow(10.0, -density * i)));
      }
      h = w / static_cast<float>(steps);
    } else if (kind.pattern == PatternKind::kSiemens) {
      PETZVAL_ASSIGN(pattern.count, Integer(table, "count", 72, 1, 1000));
    } else if (kind.pattern == PatternKind::kDots || kind.pattern == PatternKind::kDeadLeaves) {
      PETZVAL_ASSIGN(const double cell, Number(table, "cell_mm", width / 12, 1e-3, 1e6));
      pattern.size_mm = static_cast<float>(cell);
    }
    PETZVAL_ASSIGN(const double height, Number(table, "height_mm", h, 0.1, 1e6));
    h = static_cast<float>(height);
    if (table.Has("colours") && kind.pattern != PatternKind::kPatches) {
      PETZVAL_ASSIGN(colours, table.Strings("colours"));
      if (colours.size() < 2 || colours.size() > 200) {
        return Fail(table.ErrorAt("colours", "'colours' of a chart needs 2 to 200 entries"));
      }
    }
    for (const std::string& colour : colours) {
      PETZVAL_ASSIGN(const int ink, Ink(table, "colours", colour));
      material.inks.push_back(ink);
    }
    pattern.inks = static_cast<int>(colours.size());

    Place outer, own;
    Shape shape = MakeQuad(w, h);
    PETZVAL_ASSIGN(shape.object, ObjectOf(table, kind.name, &outer));
    PETZVAL_ASSIGN(own.shift, NeededVector(table, "position_mm"));
    PETZVAL_ASSIGN(const V3 turn, Vector(table, "turn_deg", {}));
    own.turn = PlaceTurn(turn);
    const Place place = outer * own;
    const float x = 0.5f * w - inset, y = 0.5f * h - inset;
    const V3 corners[4] = {{-x, y, 0}, {x, y, 0}, {x, -y, 0}, {-x, -y, 0}};
    for (int i = 0; i < 4; ++i) chart.corner_mm[i] = ToVec3(place.Point(corners[i]));
    MovePlace(place, &shape);
    shape.material = static_cast<int>(data_.materials.size());
    PETZVAL_RETURN_IF_ERROR(CheckRoom(table, shape.primitives()));
    data_.materials.push_back(std::move(material));
    data_.shapes.push_back(std::move(shape));
    data_.charts.push_back(std::move(chart));
  }
  return {};
}

}  // namespace petzval::simulate
