// The noise of a frame, estimated from the frame alone.
#ifndef PETZVAL_CAPTURE_NOISE_ESTIMATE_H_
#define PETZVAL_CAPTURE_NOISE_ESTIMATE_H_

#include "petzval/capture/raw_frame.h"
#include "petzval/device/noise_model.h"

namespace petzval {

struct NoiseEstimate {
  NoiseModel model;  // always usable: s > 0, o > 0
  int blocks = 0;    // flat blocks that the fit rests on
  // Where those blocks lie (signal 0..1, 5 % and 95 %): the model is an extrapolation elsewhere.
  double signal_low = 0, signal_high = 0;
  bool reliable = false;  // enough flat, unclipped blocks
};

// Estimates variance = s x + o per colour from the local variance of a sample of small blocks of
// pixels of one CFA position (second differences, so that gradients do not count), their lower end
// against texture, and a robust line fit; clipped blocks are left out. After Foi et al., "Practical
// Poissonian-Gaussian noise modeling and fitting for single-image raw-data" (2008), and Immerkaer,
// "Fast noise variance estimation" (1996). Uses the frame's levels; deterministic; some
// milliseconds.
NoiseEstimate EstimateNoise(const RawFrame& frame, int max_blocks = 8000);

}  // namespace petzval

#endif  // PETZVAL_CAPTURE_NOISE_ESTIMATE_H_
