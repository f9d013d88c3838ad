// Small scenes in closed form for tests.
#ifndef PETZVAL_SIMULATE_FILM_TEST_SCENES_H_
#define PETZVAL_SIMULATE_FILM_TEST_SCENES_H_

#include <cmath>
#include <functional>
#include <limits>
#include <memory>
#include <vector>

#include "petzval/optics/lens/lens_file.h"
#include "petzval/simulate/film/film.h"

namespace petzval::simulate {

// A plane at z = depth_mm that shows a pattern and may move sideways, balls that glow and a screen
// that blocks; the world is seen by channels that differ by a factor.
class PlaneScene : public SceneTracer {
 public:
  double depth_mm = 1e4;
  double velocity_x_mm_s = 0, interval_s = 0;
  std::function<double(double x, double y)> pattern = [](double, double) { return 1.0; };
  std::vector<Emitter> emitters;
  std::vector<double> emitter_radiance;
  std::vector<double> channel_gain = {1, 1, 1};
  // Blocks everything with x > 0 at this depth; infinite: nothing.
  double screen_mm = std::numeric_limits<double>::infinity();

  void Radiance(const SceneRays& rays, std::span<const uint8_t> which, bool with_emitters,
                float* out) const override {
    for (size_t i = 0; i < rays.size(); ++i) {
      const double s = rays.time[i] * interval_s;
      double reach = Screen(rays, i), value = 0;
      if (reach == std::numeric_limits<double>::infinity()) {
        const double t = (depth_mm - rays.z[i]) / rays.dz[i];
        value =
            pattern(rays.x[i] + t * rays.dx[i] - velocity_x_mm_s * s, rays.y[i] + t * rays.dy[i]);
        reach = t;
      }
      for (size_t e = 0; e < emitters.size(); ++e) {
        double away[3], along = 0, square = 0;
        const float start[3] = {rays.x[i], rays.y[i], rays.z[i]};
        const float towards[3] = {rays.dx[i], rays.dy[i], rays.dz[i]};
        for (int k = 0; k < 3; ++k) {
          away[k] = emitters[e].centre_mm[k] + s * emitters[e].velocity_mm_s[k] - start[k];
          along += away[k] * towards[k];
        }
        for (int k = 0; k < 3; ++k) square += std::pow(away[k] - along * towards[k], 2);
        if (square > emitters[e].radius_mm * emitters[e].radius_mm || along > reach) continue;
        reach = along;
        value = with_emitters ? emitter_radiance[e] : 0;
      }
      out[i] = static_cast<float>(value * channel_gain[which[i]]);
    }
  }
  void Hits(const SceneRays& rays, SceneHit* out) const override {
    for (size_t i = 0; i < rays.size(); ++i) {
      const double t = (depth_mm - rays.z[i]) / rays.dz[i];
      out[i].hit = true;
      out[i].x = static_cast<float>(rays.x[i] + t * rays.dx[i]);
      out[i].y = static_cast<float>(rays.y[i] + t * rays.dy[i]);
      out[i].z = static_cast<float>(depth_mm);
      out[i].vx = static_cast<float>(velocity_x_mm_s);
      out[i].object = 7;
    }
  }
  void Occluded(const SceneRays& rays, std::span<const float> distance_mm,
                uint8_t* blocked) const override {
    for (size_t i = 0; i < rays.size(); ++i) blocked[i] = Screen(rays, i) < distance_mm[i];
  }
  double EmitterRadiance(int emitter, int channel) const override {
    return emitter_radiance[emitter] * channel_gain[channel];
  }

 private:
  double Screen(const SceneRays& rays, size_t i) const {
    const double t = (screen_mm - rays.z[i]) / rays.dz[i];
    return rays.x[i] + t * rays.dx[i] > 0 ? t : std::numeric_limits<double>::infinity();
  }
};

inline FilmJob SmallJob(const SceneTracer& scene, const CameraOptics& optics, int width, int height,
                        double pitch_mm) {
  FilmJob job;
  job.tracer = &scene;
  job.optics = &optics;
  job.width = width, job.height = height;
  job.pitch_mm = pitch_mm;
  job.center_x_px = width / 2.0, job.center_y_px = height / 2.0;
  job.channels = 3;
  job.wavelengths_of_channel = {{0}, {1}, {2}};
  return job;
}

// The lens of the reference photograph: the 1950 Petzval at 85 mm, focused at 2 m.
inline Result<std::unique_ptr<CameraOptics>> Petzval85(OpticsParams params = {}) {
  PETZVAL_ASSIGN(const optics::Lens lens, optics::FindLens("petzval_kodak"));
  params.scale = 0.85;
  return MakeOptics(&lens, 0, params);
}

inline std::unique_ptr<CameraOptics> ThinLens(double focal_mm, double f_number, double focus_mm) {
  OpticsParams params;
  params.kind = OpticsKind::kThin;
  params.f_number = f_number;
  params.focus_mm = focus_mm;
  auto optics = MakeOptics(nullptr, focal_mm, params);
  return optics ? std::move(*optics) : nullptr;
}

}  // namespace petzval::simulate

#endif  // PETZVAL_SIMULATE_FILM_TEST_SCENES_H_
