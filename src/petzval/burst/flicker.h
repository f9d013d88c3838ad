// Horizontal bands of flickering light: one gain per row and frame.
#ifndef PETZVAL_BURST_FLICKER_H_
#define PETZVAL_BURST_FLICKER_H_

#include <vector>

#include "petzval/burst/motion.h"
#include "petzval/burst/pyramid.h"
#include "petzval/device/noise_model.h"

namespace petzval::burst {

// One frame; `motion` leads from the reference to it (nullptr: it is the reference), `gain` brings
// it to the reference's level, `noise` is that of one of its guide pixels of level 0.
struct FlickerFrame {
  const Pyramid* pyramid = nullptr;
  const GlobalMotion* motion = nullptr;
  float gain = 1;
  NoiseLine noise;
};

// Gains for every mosaic row (`rows` of them) of every frame that take bands away: bands move from
// frame to frame over the same scene, so the mean of all frames' logs at a scene point is nearly
// free of them. Smooth along y, at most e^0.25.
//
// Careful, since a wrong gain spoils even what the reference saw: a row counts only when nine
// tenths of its width agree, so objects do not pass for light. Empty (no correction) unless most
// frames show bands that are stronger than about 1 %, clear of the noise, and of at least two
// different phases against the reference.
std::vector<std::vector<float>> RowGains(const std::vector<FlickerFrame>& frames, int rows);

}  // namespace petzval::burst

#endif  // PETZVAL_BURST_FLICKER_H_
