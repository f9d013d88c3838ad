// A World as the virtual camera sees it.
#include "petzval/simulate/shoot/scene_source.h"

#include <fmt/format.h>

#include "petzval/base/nearest_name.h"

namespace petzval::simulate {

Result<SceneSource> SourceOf(const World& world, const std::string& view) {
  SceneSource source;
  source.name = world.name();
  std::vector<std::string> names;
  bool found = false;
  for (const SceneView& known : world.views()) {
    names.push_back(known.name);
    if (found || (!view.empty() && known.name != view)) continue;
    source.view = known;
    found = true;
  }
  if (!found) {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("scene '{}' has no view '{}', did you mean '{}'?", world.name(), view,
                            NearestName(view, names)));
  }
  source.charts = world.charts();
  source.emitters = world.emitters();
  source.objects = world.objects();
  source.key_light = world.key_light();
  source.illuminance_lux = world.illuminance_lux();
  source.at = [&world](double open_s, double close_s,
                       std::span<const SpectralDistribution> channels) {
    return world.At(open_s, close_s, channels);
  };
  return source;
}

}  // namespace petzval::simulate
