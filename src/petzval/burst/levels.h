// Levels of the frames of a burst: which are comparable, how bright each is, what the output uses.
#ifndef PETZVAL_BURST_LEVELS_H_
#define PETZVAL_BURST_LEVELS_H_

#include "petzval/burst/merge.h"
#include "petzval/burst/pyramid.h"
#include "petzval/capture/raw_frame.h"

namespace petzval::burst {

// Pixels and levels of the reference times `factor` plus `offset` fill 16 bits.
struct OutputScale {
  float factor = 1, offset = 0;
};
// The black level is raised where noise below it would otherwise be clipped at 0.
OutputScale ChooseOutputScale(const RawFrame& reference);
MergeLevels ScaledLevels(const RawFrame& reference, const OutputScale& scale);

// Mean of a guide, 0..1.
double MeanLevel(const Pyramid& pyramid);

// Gain that brings a frame to the level of the reference: ratio of the sums of both guides, ...
// ... over everything (before alignment),
float RoughGain(const Pyramid& reference, const Pyramid& frame);
// ... robustly over blocks of the aligned guides (after the global alignment). `error`: its
// standard error.
float AlignedGain(const Pyramid& reference, const Pyramid& frame, const GlobalMotion& motion,
                  float rough_gain, float* error);

// How much too dark a frame's black level makes it against the reference, in units of its own
// range: what a straight line through the means of aligned blocks has left at black. A converter
// that cuts its fractions off is half a step too dark, which counts where a scene fills few steps.
// 0 where a gain alone explains the blocks nearly as well.
float BlackOffset(const Pyramid& reference, const Pyramid& frame, const GlobalMotion& motion,
                  float rough_gain);
// Adds an offset, in units of the range, to a guide.
void AddOffset(float offset, Pyramid* pyramid);

// Energy of the gradients of the guide without the share of the noise, relative to the squared mean
// signal, so that exposure does not count; without clipped areas. Higher is sharper.
double Sharpness(const Pyramid& pyramid, const NoiseModel& noise);

// Noise of one pixel of guide level 0.
NoiseLine GuideNoise(const RawFrame& frame);

}  // namespace petzval::burst

#endif  // PETZVAL_BURST_LEVELS_H_
