// What a scene file becomes: materials, lights and shapes in world coordinates at time 0.
#ifndef PETZVAL_SIMULATE_WORLD_SCENE_DATA_H_
#define PETZVAL_SIMULATE_WORLD_SCENE_DATA_H_

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "petzval/simulate/texture/pattern.h"
#include "petzval/simulate/world/vector3.h"
#include "petzval/simulate/world/world.h"

namespace petzval::simulate {

class EmbreeScene;

// Spectra of lights are few and shared: a point sums the illuminance of each of these slots.
inline constexpr int kMaxSlots = 12;

struct Material {
  std::string name;
  Pattern pattern;
  std::vector<int> inks;  // of the pattern, as indices into Data::inks
  float grain = 0;        // fine brightness noise, +-, beside the pattern
  float grain_mm = 1;
  float relief = 0;        // how steep the grain's bumps are
  float translucency = 0;  // share of the light on the far side that comes through
  float wrap = 0;          // 0: Lambert; 1: light reaches round to the far side (skin, cloth)
  CutKind cut = CutKind::kNone;
  int glow_slot = -1;  // spectrum of what it emits
  float glow_lux = 0;  // pi * cd / m^2
  bool receives_shadow = true;
};

enum class LightKind { kUniform, kDome, kParallel, kPoint };
struct Light {
  std::string name;
  LightKind kind = LightKind::kParallel;
  int slot = 0;
  float lux = 0;             // uniform, dome, parallel: on a surface that faces it
  float candela_mm2 = 0;     // point: lux at 1 mm
  V3 towards{0, 1, 0};       // unit vector to the light (dome: to its middle)
  V3 position;               // point
  float size_mm = 0;         // point: radius, softens the near field and the shadow
  float range_mm = 0;        // point: fades out there
  V3 aim{0, 0, 0};           // point: axis of its cone; zero: all around
  float cone_cos = -1;       // inside: full
  float cone_edge_cos = -1;  // outside: nothing
  float from_below = 0;      // dome: share that surfaces facing away receive
  float softness = 0;        // tangent of the radius of its disc
  bool shadow = false;
};

// Darkens the light of domes near it, as a ball would: contact shadows without rays.
struct Occluder {
  V3 centre;
  float radius = 1;
};

enum class MappingKind { kPosition, kPlanar, kCylinder, kBox, kUnit };
// How a point of a shape at rest becomes a SurfacePoint: its axes are unit vectors.
struct Mapping {
  MappingKind kind = MappingKind::kPosition;
  V3 origin, u{1, 0, 0}, v{0, 1, 0}, w{0, 0, 1};
  float scale = 1;  // cylinder: mm for a radian; unit: mm for the whole side
};

enum class ShapeKind { kTriangles, kQuads, kSpheres, kCurves };
struct Shape {
  int object = 0;  // index into Data::objects
  int material = 0;
  ShapeKind kind = ShapeKind::kTriangles;
  bool emitters = false;  // spheres that are also in Data::emitters
  bool casts_shadow = true;
  std::vector<V3> vertex;  // curves and spheres: with radius
  std::vector<float> radius;
  std::vector<V3> normal;       // of triangles: one each vertex, or none (flat)
  std::vector<uint32_t> index;  // 3, 4 or 1 (curve: its first vertex) for each primitive
  Mapping mapping;
  uint32_t piece = 0;     // added to the number of the primitive
  float shade = 1;        // factor on all that it shows: reflections are dimmer
  bool one_piece = true;  // or each primitive is a piece
  // Leaves sway: each vertex moves by amplitude * sin(2 pi (frequency t + phase of the primitive)).
  V3 sway_mm;
  float sway_hz = 0;

  size_t primitives() const { return kind == ShapeKind::kSpheres ? radius.size() : Corners(); }

 private:
  size_t Corners() const {
    return index.size() / (kind == ShapeKind::kTriangles ? 3 : kind == ShapeKind::kQuads ? 4 : 1);
  }
};

// How an object moves: x(t) = pivot + Turn(spin t) (x(0) - pivot) + velocity t.
struct Motion {
  V3 velocity_mm_s, spin_rad_s, pivot;
  bool moves() const { return velocity_mm_s != V3{} || spin_rad_s != V3{}; }
  V3 At(V3 p, float s) const {
    return pivot + Turn(s * spin_rad_s) * (p - pivot) + s * velocity_mm_s;
  }
  V3 Rest(V3 p, float s) const {
    return pivot + Turn(-s * spin_rad_s) * (p - s * velocity_mm_s - pivot);
  }
  V3 Velocity(V3 p, float s) const {
    return velocity_mm_s + Cross(spin_rad_s, p - s * velocity_mm_s - pivot);
  }
};

// What rays see that meet nothing; depends on the direction alone.
struct Sky {
  int zenith_ink = -1, horizon_ink = -1, cloud_ink = -1;  // -1: black
  int slot = 0;
  float zenith_lux = 0, horizon_lux = 0, cloud_lux = 0;  // pi * cd / m^2
  float cloud_cover = 0, cloud_size = 1;
  float star_lux = 0, stars = 0;  // of a star's small disc; share of the cells that have one
  float dark_below = 1;           // factor below the horizon
  uint32_t seed = 1;
};

struct World::Data {
  std::string name, title;
  std::vector<SpectralDistribution> inks;   // reflectances
  std::vector<SpectralDistribution> slots;  // 1 lux each: W / (m^2 nm)
  std::vector<Material> materials;
  std::vector<Light> lights;
  std::vector<Occluder> occluders;
  std::vector<Shape> shapes;
  std::vector<std::string> objects;
  std::vector<Motion> motions;  // one for each object
  Sky sky;
  std::vector<SceneView> views;
  std::vector<SceneChart> charts;
  std::vector<Emitter> emitters;
  SpectralDistribution key_light;
  double illuminance_lux = 0;

  bool moves = false;
  mutable std::mutex still_mutex;  // of what At shares when nothing moves
  mutable std::shared_ptr<const EmbreeScene> still;
};

}  // namespace petzval::simulate

#endif  // PETZVAL_SIMULATE_WORLD_SCENE_DATA_H_
