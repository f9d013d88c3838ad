// Shading of lens and micro-lenses as a grid of gains.
#include "petzval/simulate/shoot/shading_map.h"

#include <algorithm>
#include <cmath>

namespace petzval::simulate {
namespace {

constexpr int kPointsAcross = 33, kPointsDown = 25;

}  // namespace

GainMap ShadingMap(const CameraSetup& setup) {
  const auto light = [&](double radius_mm) {
    const double chief = setup.chief ? setup.chief->At(radius_mm) : 0;
    const double expected = setup.chief ? setup.sensor.ChiefRayAngleDeg(radius_mm) : 0;
    return setup.optics->Throughput(radius_mm) * setup.sensor.MicrolensShading(chief - expected);
  };
  GainMap map;
  map.area = {0, 0, setup.width, setup.height};
  map.points_h = kPointsAcross;
  map.points_v = kPointsDown;
  map.spacing_h = 1.0 / (kPointsAcross - 1);
  map.spacing_v = 1.0 / (kPointsDown - 1);
  const double middle = light(0);
  for (int j = 0; j < kPointsDown; ++j) {
    for (int i = 0; i < kPointsAcross; ++i) {
      const double x = i * map.spacing_h * setup.width - setup.center_x_px;
      const double y = j * map.spacing_v * setup.height - setup.center_y_px;
      const double here = light(std::hypot(x, y) * setup.pitch_mm);
      const double gain = here > 0 ? middle / here : kMostShadingGain;
      map.gain.push_back(
          static_cast<float>(std::clamp(gain, 1 / kMostShadingGain, kMostShadingGain)));
    }
  }
  return map;
}

}  // namespace petzval::simulate
