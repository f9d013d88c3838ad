// libFuzzer target: a scene of the virtual camera in TOML, from text to geometry.
#include <unistd.h>

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <string>

#include "petzval/simulate/world/world.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace petzval;
  // A scene is read from a file.
  static const std::string path = "/tmp/petzval-scene-fuzz-" + std::to_string(getpid()) + ".toml";
  std::ofstream(path, std::ios::binary).write(reinterpret_cast<const char*>(data), size);
  const auto world = simulate::World::Load(path);
  if (!world) return 0;
  if (world->views().empty()) std::abort();
  for (const simulate::SceneView& view : world->views()) {
    for (const double v : view.pose.position_mm.v) {
      if (!std::isfinite(v)) std::abort();
    }
  }
  return 0;
}
