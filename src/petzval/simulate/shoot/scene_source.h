// What the virtual camera needs of a scene: a World, or in tests anything that is traced.
#ifndef PETZVAL_SIMULATE_SHOOT_SCENE_SOURCE_H_
#define PETZVAL_SIMULATE_SHOOT_SCENE_SOURCE_H_

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "petzval/simulate/world/world.h"

namespace petzval::simulate {

struct SceneSource {
  std::string name;
  SceneView view;
  std::vector<SceneChart> charts;
  std::vector<Emitter> emitters;
  std::vector<std::string> objects;
  SpectralDistribution key_light;
  double illuminance_lux = 0;
  std::function<std::unique_ptr<SceneTracer>(double open_s, double close_s,
                                             std::span<const SpectralDistribution> channels)>
      at;
};

// `view`: of the world; empty: its first. The world must outlive the source. Errors: kInvalidInput
// naming the nearest view.
Result<SceneSource> SourceOf(const World& world, const std::string& view);

}  // namespace petzval::simulate

#endif  // PETZVAL_SIMULATE_SHOOT_SCENE_SOURCE_H_
