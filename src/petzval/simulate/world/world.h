// A scene in space: what a file of data/scenes says, as geometry that rays can meet.
#ifndef PETZVAL_SIMULATE_WORLD_WORLD_H_
#define PETZVAL_SIMULATE_WORLD_WORLD_H_

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "petzval/base/matrix.h"
#include "petzval/base/result.h"
#include "petzval/color/spectral.h"

namespace petzval::simulate {

// World: mm, x to the right, y up, z away from the camera of the first view.
// Where a camera stands: `world_from_camera` turns its axes (x right, y up, z along the view).
struct CameraPose {
  Vec3 position_mm;
  Mat3 world_from_camera = Mat3::Identity();
};

// A place for the tripod that the scene suggests.
struct SceneView {
  std::string name;
  CameraPose pose;
  double focus_mm = 2000;    // distance of the subject along z of the camera
  double equivalent_mm = 0;  // focal length that frames it (diagonal of 43.27 mm); 0: any
  // Whether a camera of another focal length goes nearer or further, until what lies at focus_mm
  // is framed as with equivalent_mm: a flat chart fills the frame of any lens. Such a camera of e
  // stands at position + (1 - e / equivalent_mm) * focus_mm along the view and focuses at
  // focus_mm * e / equivalent_mm.
  bool dolly = false;
};

// A chart that hangs in the scene, so that its truth is known.
struct SceneChart {
  std::string name;               // "colorchecker24", "slanted", "dead-leaves", ...
  std::array<Vec3, 4> corner_mm;  // as seen: top left, top right, bottom right, bottom left
  std::string reflectances;       // set of data/spectra; empty when it has none
};

// A small light that is sampled forward: a disc that faces whoever looks at it. Its shape and
// radiance in a channel are the same from everywhere.
struct Emitter {
  Vec3 centre_mm;
  Vec3 velocity_mm_s;
  double radius_mm = 1;
  SpectralDistribution radiance;  // W / (sr m^2 nm)
};

struct SceneRays {  // structure of arrays; directions of length 1, starts in mm
  std::vector<float> x, y, z, dx, dy, dz;
  std::vector<float> time;  // 0..1 of the tracer's interval
  size_t size() const { return x.size(); }
  void Resize(size_t count);
};

struct SceneHit {
  bool hit = false;
  float x = 0, y = 0, z = 0;     // mm at the ray's time
  float vx = 0, vy = 0, vz = 0;  // velocity of the surface there, mm / s
  uint32_t object = 0;           // index into World::objects(), from 1; 0: nothing
};

// The scene over a short interval, in which everything moves straight, seen by channels. Radiance
// depends on the point only, never on the direction of view: cameras differ by their optics alone.
// Thread-safe; each call is serial, callers run tiles in parallel.
class SceneTracer {
 public:
  virtual ~SceneTracer() = default;
  // out[i] = integral over wavelength of channel[which[i]] * radiance that ray i meets. With
  // `emitters` false a ray that meets an Emitter gives 0 (it blocks all the same).
  virtual void Radiance(const SceneRays& rays, std::span<const uint8_t> which, bool emitters,
                        float* out) const = 0;
  virtual void Hits(const SceneRays& rays, SceneHit* out) const = 0;
  // blocked[i] = 1 where something lies between the start and `distance_mm[i]` along ray i.
  virtual void Occluded(const SceneRays& rays, std::span<const float> distance_mm,
                        uint8_t* blocked) const = 0;
  // Radiance of emitter e in a channel, for forward sampling.
  virtual double EmitterRadiance(int emitter, int channel) const = 0;
};

class World {
 public:
  // `name_or_path`: a scene of data/scenes (compiled in) or a .toml file. Errors: kInvalidInput
  // "FILE: line N: ..." for anything unknown or out of range; naming the nearest scene.
  static Result<World> Load(const std::string& name_or_path);
  static std::vector<std::string> Names();

  const std::string& name() const;
  const std::string& title() const;
  const std::vector<SceneView>& views() const;  // at least one
  const std::vector<SceneChart>& charts() const;
  const std::vector<Emitter>& emitters() const;
  const std::vector<std::string>& objects() const;  // names; object i of a hit is objects()[i - 1]
  // The light that a white balance should make neutral, and its illuminance on the subject.
  const SpectralDistribution& key_light() const;
  double illuminance_lux() const;

  // Geometry from `open_s` to `close_s` (equal: still), for `channels`: response curves that
  // radiance in W / (sr m^2 nm) is integrated with. The world must outlive the tracer.
  std::unique_ptr<SceneTracer> At(double open_s, double close_s,
                                  std::span<const SpectralDistribution> channels) const;

  struct Data;

 private:
  explicit World(std::shared_ptr<const Data> data) : data_(std::move(data)) {}
  std::shared_ptr<const Data> data_;
};

}  // namespace petzval::simulate

#endif  // PETZVAL_SIMULATE_WORLD_WORLD_H_
