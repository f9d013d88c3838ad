// Loading of scenes: data/scenes or a file of the user's.
#include <fmt/format.h>

#include <cmath>

#include "petzval/device/device_file.h"
#include "petzval/simulate/world/embedded_scenes.h"
#include "petzval/simulate/world/scene_builder.h"

namespace petzval::simulate {
namespace {

constexpr float kRadians = static_cast<float>(M_PI / 180);

// Columns are the axes of the camera in the world: right, up, along the view.
Mat3 Axes(V3 right, V3 up, V3 view) {
  Mat3 m;
  const V3 axis[3] = {right, up, view};
  for (int c = 0; c < 3; ++c) {
    m[0][c] = axis[c].x;
    m[1][c] = axis[c].y;
    m[2][c] = axis[c].z;
  }
  return m;
}

Result<SceneView> ReadView(const TomlTable& table) {
  PETZVAL_RETURN_IF_ERROR(table.CheckKeys(std::vector<std::string>{
      "name", "position_mm", "target_mm", "roll_deg", "focus_mm", "equivalent_mm", "dolly"}));
  SceneView view;
  PETZVAL_ASSIGN(view.name, table.String("name"));
  PETZVAL_ASSIGN(const V3 position, SceneBuilder::Vector(table, "position_mm", {}));
  PETZVAL_ASSIGN(const V3 target,
                 SceneBuilder::Vector(table, "target_mm", position + V3{0, 0, 1000}));
  PETZVAL_ASSIGN(const double roll, SceneBuilder::Number(table, "roll_deg", 0, -180, 180));
  PETZVAL_ASSIGN(view.focus_mm, SceneBuilder::Number(table, "focus_mm", 2000, 1, 1e9));
  PETZVAL_ASSIGN(view.equivalent_mm, SceneBuilder::Number(table, "equivalent_mm", 0, 0, 5000));
  PETZVAL_ASSIGN(view.dolly, SceneBuilder::Bool(table, "dolly", false));
  if (view.dolly && !(view.equivalent_mm > 0)) {
    return Fail(table.ErrorAt("dolly", "a view that goes nearer or further needs equivalent_mm"));
  }
  const V3 along = target - position;
  if (std::hypot(along.x, along.z) == 0) {
    return Fail(table.ErrorAt("target_mm", "the target lies above, below or in the camera"));
  }
  const V3 z = Unit(along);
  const V3 level = Unit(Cross({0, 1, 0}, z));  // to the right, for y up and z away
  const V3 raised = Cross(z, level);
  const float c = std::cos(static_cast<float>(roll) * kRadians);
  const float s = std::sin(static_cast<float>(roll) * kRadians);
  view.pose.position_mm = ToVec3(position);
  view.pose.world_from_camera = Axes(c * level + s * raised, c * raised - s * level, z);
  return view;
}

const std::vector<std::string>& RootKeys() {
  static const std::vector<std::string> keys = {
      "name",     "title", "source", "key_light", "illuminance_lux", "spectrum",
      "material", "light", "sky",    "occluder",  "object",          "quad",
      "plane",    "box",   "sphere", "cylinder",  "lathe",           "prism",
      "torus",    "tube",  "blend",  "terrain",   "leaves",          "grass",
      "balls",    "hair",  "tree",   "emitter",   "chart",           "view"};
  return keys;
}

}  // namespace

Status SceneBuilder::ReadViews(const TomlTable& root) {
  PETZVAL_ASSIGN(const std::vector<TomlTable> tables, TablesOf(root, "view"));
  for (const TomlTable& table : tables) {
    PETZVAL_ASSIGN(SceneView view, ReadView(table));
    data_.views.push_back(std::move(view));
  }
  if (data_.views.empty()) return Fail(root.ErrorAt("view", "no [[view]] is given"));
  return {};
}

Status SceneBuilder::Read(const TomlTable& root) {
  PETZVAL_RETURN_IF_ERROR(root.CheckKeys(RootKeys()));
  PETZVAL_ASSIGN(data_.name, root.String("name"));
  PETZVAL_ASSIGN(data_.title, root.String("title"));
  PETZVAL_RETURN_IF_ERROR(ReadSpectra(root));
  PETZVAL_RETURN_IF_ERROR(ReadMaterials(root));
  PETZVAL_RETURN_IF_ERROR(ReadLights(root));
  PETZVAL_RETURN_IF_ERROR(ReadSky(root));
  PETZVAL_RETURN_IF_ERROR(ReadObjects(root));
  PETZVAL_RETURN_IF_ERROR(ReadShapes(root));
  PETZVAL_RETURN_IF_ERROR(ReadScatter(root));
  PETZVAL_RETURN_IF_ERROR(ReadPlants(root));
  PETZVAL_RETURN_IF_ERROR(ReadCharts(root));
  PETZVAL_RETURN_IF_ERROR(ReadEmitters(root));
  return ReadViews(root);
}

Result<World> World::Load(const std::string& name_or_path) {
  PETZVAL_ASSIGN(const std::string toml, DeviceFileText(name_or_path, "scene", EmbeddedScenes()));
  PETZVAL_ASSIGN(const TomlTable root, TomlTable::Parse(toml, name_or_path));
  auto data = std::make_shared<Data>();
  PETZVAL_RETURN_IF_ERROR(SceneBuilder(data.get()).Read(root));
  return World(std::move(data));
}

std::vector<std::string> World::Names() {
  std::vector<std::string> names;
  for (const EmbeddedDeviceFile& file : EmbeddedScenes()) names.emplace_back(file.name);
  return names;
}

const std::string& World::name() const { return data_->name; }
const std::string& World::title() const { return data_->title; }
const std::vector<SceneView>& World::views() const { return data_->views; }
const std::vector<SceneChart>& World::charts() const { return data_->charts; }
const std::vector<Emitter>& World::emitters() const { return data_->emitters; }
const std::vector<std::string>& World::objects() const { return data_->objects; }
const SpectralDistribution& World::key_light() const { return data_->key_light; }
double World::illuminance_lux() const { return data_->illuminance_lux; }

}  // namespace petzval::simulate
