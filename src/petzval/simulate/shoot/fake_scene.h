// For tests: a wall at a distance, painted with spectra by a function of place and time.
#ifndef PETZVAL_SIMULATE_SHOOT_FAKE_SCENE_H_
#define PETZVAL_SIMULATE_SHOOT_FAKE_SCENE_H_

#include <functional>
#include <memory>
#include <vector>

#include "petzval/simulate/shoot/scene_source.h"

namespace petzval::simulate {

// Index into `paint` at a place of the wall (mm) and a time (s).
using Painter = std::function<size_t(double x_mm, double y_mm, double s)>;

class WallTracer : public SceneTracer {
 public:
  WallTracer(double z_mm, Painter painter, const std::vector<SpectralDistribution>& paint,
             std::span<const SpectralDistribution> channels, double open_s, double close_s)
      : z_mm_(z_mm), painter_(std::move(painter)), open_s_(open_s), length_s_(close_s - open_s) {
    for (const SpectralDistribution& channel : channels) {
      for (const SpectralDistribution& p : paint) level_.push_back(Integral(channel, p));
    }
    paints_ = paint.size();
  }

  void Radiance(const SceneRays& rays, std::span<const uint8_t> which, bool,
                float* out) const override {
    for (size_t i = 0; i < rays.size(); ++i) {
      const double t = (z_mm_ - rays.z[i]) / rays.dz[i];
      out[i] = 0;
      if (!(t > 0)) continue;
      const size_t p = painter_(rays.x[i] + t * rays.dx[i], rays.y[i] + t * rays.dy[i],
                                open_s_ + length_s_ * rays.time[i]);
      out[i] = static_cast<float>(level_[which[i] * paints_ + p]);
    }
  }
  void Hits(const SceneRays& rays, SceneHit* out) const override {
    for (size_t i = 0; i < rays.size(); ++i) {
      const double t = (z_mm_ - rays.z[i]) / rays.dz[i];
      out[i] = {};
      if (!(t > 0)) continue;
      out[i].hit = true;
      out[i].x = static_cast<float>(rays.x[i] + t * rays.dx[i]);
      out[i].y = static_cast<float>(rays.y[i] + t * rays.dy[i]);
      out[i].z = static_cast<float>(z_mm_);
      out[i].object = 1;
    }
  }
  void Occluded(const SceneRays& rays, std::span<const float>, uint8_t* blocked) const override {
    std::fill(blocked, blocked + rays.size(), 0);
  }
  double EmitterRadiance(int, int) const override { return 0; }

 private:
  double z_mm_;
  Painter painter_;
  double open_s_, length_s_;
  size_t paints_ = 0;
  std::vector<double> level_;  // [channel][paint]
};

inline SceneSource WallScene(double z_mm, const SpectralDistribution& light,
                             std::vector<SpectralDistribution> paint, Painter painter) {
  SceneSource scene;
  scene.name = "wall";
  scene.view.name = "front";
  scene.view.focus_mm = z_mm;
  scene.objects = {"wall"};
  scene.key_light = light;
  scene.illuminance_lux = 100;
  scene.at = [=](double open_s, double close_s,
                 std::span<const SpectralDistribution> channels) -> std::unique_ptr<SceneTracer> {
    return std::make_unique<WallTracer>(z_mm, painter, paint, channels, open_s, close_s);
  };
  return scene;
}

}  // namespace petzval::simulate

#endif  // PETZVAL_SIMULATE_SHOOT_FAKE_SCENE_H_
