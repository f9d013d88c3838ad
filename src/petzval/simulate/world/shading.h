// Light on a point of a surface, and what a channel sees of it.
#ifndef PETZVAL_SIMULATE_WORLD_SHADING_H_
#define PETZVAL_SIMULATE_WORLD_SHADING_H_

#include <span>
#include <vector>

#include "petzval/simulate/world/embree_scene.h"
#include "petzval/simulate/world/scene_data.h"

namespace petzval::simulate {

// A met point, ready to be lit.
struct SurfaceLight {
  const Material* material = nullptr;
  Blend blend;
  V3 point, normal, face;     // face: of the geometry itself, without relief
  float lux[kMaxSlots] = {};  // by spectrum, without the lights that cast shadows
};

// Illuminance of a light on a surface and the way to it: `distance` is infinite for parallel ones.
struct LightArrival {
  float lux = 0;
  V3 towards;
  float distance = 0;
};

class Shader {
 public:
  Shader(const World::Data& data, std::span<const SpectralDistribution> channels);

  // The surface that a ray met at `point` at time `s`, with the light of all lights that cast no
  // shadows, and its own glow.
  void Light(const Meeting& hit, V3 point, float s, SurfaceLight* out) const;
  // Light that arrives if nothing is in the way; lux 0 where none would.
  LightArrival Arrival(const struct Light& light, const SurfaceLight& surface) const;
  // Radiance of a lit surface in a channel.
  float Radiance(const SurfaceLight& surface, int channel) const;
  float SkyRadiance(V3 direction, int channel) const;

 private:
  float Entry(int ink, int slot, int channel) const {
    return table_[(static_cast<size_t>(channel) * inks_ + ink) * slots_ + slot];
  }
  const World::Data& data_;
  size_t inks_ = 0, slots_ = 0;
  std::vector<float> table_;  // integral of ink * slot * channel / pi, by channel, ink, slot
};

}  // namespace petzval::simulate

#endif  // PETZVAL_SIMULATE_WORLD_SHADING_H_
