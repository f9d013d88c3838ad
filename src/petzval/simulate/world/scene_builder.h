// Reading of scene files: what the readers of materials, lights and shapes share.
#ifndef PETZVAL_SIMULATE_WORLD_SCENE_BUILDER_H_
#define PETZVAL_SIMULATE_WORLD_SCENE_BUILDER_H_

#include <map>
#include <span>
#include <string>
#include <vector>

#include "petzval/base/toml_file.h"
#include "petzval/simulate/world/scene_data.h"

namespace petzval::simulate {

// From the space of a shape or of its object to the world at time 0.
struct Place {
  M3 turn;
  V3 shift;
  float scale = 1;
  V3 Point(V3 p) const { return shift + scale * (turn * p); }
  V3 Direction(V3 d) const { return turn * d; }
};
inline Place operator*(const Place& outer, const Place& inner) {
  return {outer.turn * inner.turn, outer.Point(inner.shift), outer.scale * inner.scale};
}

// A level mirror under an object: wet ground. Its picture is geometry below the ground.
struct Mirror {
  bool on = false;
  float y_mm = 0, share = 0.3f;
};

// turn_deg = [x, y, z]: about z first, then x, then y.
M3 PlaceTurn(V3 turn_deg);
void MovePlace(const Place& place, Shape* shape);
// y -> 2 * y_mm - y.
Place Upside(float y_mm);

// The limits of one scene: beyond them a file is refused before memory is taken.
inline constexpr size_t kMaxPrimitives = 4'000'000;

class SceneBuilder {
 public:
  explicit SceneBuilder(World::Data* data) : data_(*data) {}

  Status Read(const TomlTable& root);

  World::Data& data() { return data_; }

  // Reads with defaults and limits; errors name file and line.
  static Result<double> Number(const TomlTable& table, const char* key, double otherwise,
                               double min, double max);
  static Result<int> Integer(const TomlTable& table, const char* key, int otherwise, int min,
                             int max);
  static Result<bool> Bool(const TomlTable& table, const char* key, bool otherwise);
  static Result<V3> Vector(const TomlTable& table, const char* key, V3 otherwise);
  static Result<V3> NeededVector(const TomlTable& table, const char* key);
  // Two numbers in ascending order within min..max.
  static Result<std::array<float, 2>> Range(const TomlTable& table, const char* key, double min,
                                            double max);

  // A reflectance "#rrggbb" (sRGB), "grey 0.18" or "set/patch"; its index in Data::inks.
  Result<int> Ink(const TomlTable& table, const char* key, const std::string& text);
  // The spectrum of a light by name, scaled to 1 lux; its index in Data::slots.
  Result<int> Slot(const TomlTable& table, const char* key, const std::string& name);
  Result<int> MaterialOf(const TomlTable& table, const char* key);
  // The object that a shape belongs to, its own if it names none, and where it stands.
  Result<int> ObjectOf(const TomlTable& table, const char* what, Place* place);

  const Mirror& MirrorOf(int object) const { return object_mirror_[object]; }

  // Keys that every shape has.
  static std::vector<std::string> ShapeKeys(std::vector<std::string> more);
  // Adds a shape of local coordinates `repeat` times as the common keys say.
  Status Add(const TomlTable& table, const char* what, Shape shape);
  // Counts pieces before they are made.
  Status CheckRoom(const TomlTable& table, size_t primitives);

  Status ReadSpectra(const TomlTable& root);
  Status ReadMaterials(const TomlTable& root);
  Status ReadLights(const TomlTable& root);
  Status ReadSky(const TomlTable& root);
  Status ReadObjects(const TomlTable& root);
  Status ReadShapes(const TomlTable& root);
  Status ReadScatter(const TomlTable& root);
  Status ReadPlants(const TomlTable& root);
  Status ReadEmitters(const TomlTable& root);
  Status ReadViews(const TomlTable& root);
  Status ReadCharts(const TomlTable& root);

 private:
  World::Data& data_;
  std::map<std::string, SpectralDistribution> spectra_;  // of the file
  std::map<std::string, int> slot_of_, ink_of_, material_of_, object_of_;
  std::vector<Place> object_place_;
  std::vector<Mirror> object_mirror_;
  size_t primitives_ = 0;
};

// All tables `[[name]]` of the root, none if absent.
Result<std::vector<TomlTable>> TablesOf(const TomlTable& root, const char* name);

}  // namespace petzval::simulate

#endif  // PETZVAL_SIMULATE_WORLD_SCENE_BUILDER_H_
