// Adapter of Embree: the shapes of a scene over an interval, and rays that meet them.
#ifndef PETZVAL_SIMULATE_WORLD_EMBREE_SCENE_H_
#define PETZVAL_SIMULATE_WORLD_EMBREE_SCENE_H_

#include <cstdint>
#include <memory>

#include "petzval/simulate/world/scene_data.h"

namespace petzval::simulate {

inline constexpr uint32_t kNothing = ~0u;

// What a ray meets: primitive of a shape, or shape = kNothing.
struct Meeting {
  uint32_t shape = kNothing, primitive = 0;
  float distance = 0, u = 0, v = 0;
  V3 normal;  // of length 1, to the outside of the shape at the ray's time
};

// Rays as arrays; `time` 0..1 of the interval.
struct RayArrays {
  const float *x, *y, *z, *dx, *dy, *dz, *time;
};

class EmbreeScene {
 public:
  // Positions from open_s to close_s, moving straight between them. `data` must outlive this.
  EmbreeScene(const World::Data& data, double open_s, double close_s);
  ~EmbreeScene();
  EmbreeScene(const EmbreeScene&) = delete;
  EmbreeScene& operator=(const EmbreeScene&) = delete;

  // The nearest meetings. Rays that are not finite meet nothing.
  void Intersect(const RayArrays& rays, size_t count, Meeting* out) const;
  // blocked[i] = 1 where something lies before distance[i]. `shadow`: shapes that cast none do not
  // count.
  void Occluded(const RayArrays& rays, const float* distance, size_t count, bool shadow,
                uint8_t* blocked) const;

 private:
  struct Handles;
  std::unique_ptr<Handles> handles_;
};

}  // namespace petzval::simulate

#endif  // PETZVAL_SIMULATE_WORLD_EMBREE_SCENE_H_
