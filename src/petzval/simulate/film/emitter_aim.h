// Where the light of one emitter enters the lens and reaches the film.
#ifndef PETZVAL_SIMULATE_FILM_EMITTER_AIM_H_
#define PETZVAL_SIMULATE_FILM_EMITTER_AIM_H_

#include "petzval/simulate/film/emitter_splat.h"

namespace petzval::simulate {

// The part of the entrance plane that passes light to the film, where on the film (pixels), and
// when rows there are exposed. `sees` false: no light of the emitter gets into the picture.
struct EmitterAim {
  bool sees = false;
  float x0 = 0, x1 = 0, y0 = 0, y1 = 0;  // mm in the entrance plane
  int left = 0, top = 0, right = 0, bottom = 0;
  double first_s = 0, last_s = 0;
  double efficiency = 0;  // share of the pilot's rays in the rectangle that passed
  double seen = 0;        // share of what passed that nothing blocks and that lands on the film
  double disc_px = 1;     // pixels over which it is spread
  double flux = 0;        // into the whole rectangle, per radiance: mm^2 sr
};

// The emitter's centre in the camera frame at a time.
void EmitterInCamera(const Emitter& emitter, const PoseTable& poses, double s, double centre[3]);

// How far the way back is looked along for what blocks it: not as far as the light itself, mm.
float ReachOfLight(const Emitter& emitter, float distance_mm);

// The way from the entrance plane back to the light in the world: ray i of `to_lens`, reversed,
// becomes ray j of `back`. `s` is seconds after the tracer's interval began.
void TurnBack(const SplatJob& splat, const SceneRays& to_lens, size_t i, double s, SceneRays* back,
              size_t j);

// By pilot rays at the begin, middle and end of the exposure.
EmitterAim AimEmitter(const SplatJob& splat, const Emitter& emitter);

// The ray from an emitter to a point (x, y) of the entrance plane, from the point (u, v) of its
// disc, which faces the point: `to_lens` has its start in the entrance plane. Returns the radiant
// flux per radiance and area of the entrance plane (mm^2 sr / mm^2).
double EmitterRay(const double centre[3], double radius, double entrance_z, float x, float y,
                  float u, float v, float direction[3], float* distance_mm);

}  // namespace petzval::simulate

#endif  // PETZVAL_SIMULATE_FILM_EMITTER_AIM_H_
