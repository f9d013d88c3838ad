// Horizontal bands of flickering light: one gain per row and frame.
#ifndef PETZVAL_BURST_FLICKER_H_
#define PETZVAL_BURST_FLICKER_H_

#include <vector>

#include "petzval/burst/motion.h"
#include "petzval/burst/pyramid.h"

namespace petzval::burst {

// One frame; `motion` leads from the reference to it (nullptr: it is the reference), `gain` brings
// it to the reference's level.
struct FlickerFrame {
  const Pyramid* pyramid = nullptr;
  const GlobalMotion* motion = nullptr;
  float gain = 1;
};

// Gains for every mosaic row (`rows` of them) of every frame that take bands away: bands move from
// frame to frame over the same scene, so the geometric mean of all frames at a scene point is
// nearly free of them. Smooth along y. Empty when the bands are weaker than about 1 %.
std::vector<std::vector<float>> RowGains(const std::vector<FlickerFrame>& frames, int rows);

}  // namespace petzval::burst

#endif  // PETZVAL_BURST_FLICKER_H_
