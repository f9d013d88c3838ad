// Alignment of a frame to the reference: coarse search, global motion, field of tiles.
#ifndef PETZVAL_BURST_ALIGN_H_
#define PETZVAL_BURST_ALIGN_H_

#include "petzval/burst/motion.h"
#include "petzval/burst/pyramid.h"
#include "petzval/device/noise_model.h"

namespace petzval::burst {

// What the alignment has to know about a frame against the reference.
struct AlignInput {
  const Pyramid* reference = nullptr;
  const Pyramid* frame = nullptr;
  float gain = 1;   // frame * gain has the level of the reference
  NoiseLine noise;  // of the difference of one guide pixel of level 0 (both frames)
};

// Shift, rotation and magnification: exhaustive search at the coarsest level, then robust
// least squares over tiles at finer ones. Unit: pixels of level 0.
GlobalMotion AlignGlobal(const AlignInput& input);

// Refines `global` tile by tile (Lucas-Kanade, coarse to fine) and smooths the field: each tile's
// deviation counts as much as its texture tells against the noise; where it tells nothing the
// global motion and the neighbours decide. Also re-fits the global part.
MotionField AlignTiles(const AlignInput& input, const GlobalMotion& global);

}  // namespace petzval::burst

#endif  // PETZVAL_BURST_ALIGN_H_
