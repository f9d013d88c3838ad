// Signal to noise of uniform patches: what changes from frame to frame, and what stays.
#ifndef PETZVAL_MEASURE_NOISE_PATCH_NOISE_H_
#define PETZVAL_MEASURE_NOISE_PATCH_NOISE_H_

#include <span>
#include <vector>

#include "petzval/base/result.h"
#include "petzval/measure/subject/figure.h"
#include "petzval/measure/subject/subject.h"

namespace petzval::measure {

struct PatchNoiseOptions {
  std::vector<Rect> rois;  // uniform patches; none: FindFlatAreas
  std::vector<Channel> channels = {Channel::kLuminance};
  int shading_order = 2;  // polynomial in x and y that is no noise: 0 (mean only)..4
};

// Variances split into rows, columns and single pixels (EMVA 1288 release 4). An estimate of a part
// that is not there may come out below zero.
struct NoiseParts {
  double row = 0, column = 0, pixel = 0;
  double total() const { return row + column + pixel; }
};

// One patch in one channel; linear units of the subject, 1 = white.
struct PatchNoise {
  Rect roi;
  Channel channel = Channel::kLuminance;
  int frames = 0;
  int64_t pixels = 0;
  double mean = 0;
  double clipped = 0;   // part of the samples
  double shading = 0;   // peak to peak of the fitted polynomial over the mean
  double frame_sd = 0;  // of the patch's mean from frame to frame (flicker), kept out of the rest
  double total_variance = 0;                              // of one frame
  NoiseParts temporal, fixed;                             // with two frames or more, else zero
  double total_snr = 0, temporal_snr = 0, fixed_snr = 0;  // NaN: not known, infinite: no noise
};

struct PatchNoiseReport {
  Findings findings;
  std::vector<PatchNoise> patches;  // patch by patch, channels within
};

// After ISO 15739: temporal = variance over the frames at each pixel; fixed pattern = variance of
// the mean frame - temporal / N, shading removed. One frame: total noise only, and a warning says
// so. `frames`: the same scene, camera and exposure. Errors: kInvalidInput when sizes or kinds
// differ, a patch lies outside, is smaller than 16 x 16 pixels or holds values that are no numbers,
// no flat area is found, or the sensor has none of the channels.
Result<PatchNoiseReport> MeasurePatchNoise(std::span<const Subject> frames,
                                           const PatchNoiseOptions& options);

}  // namespace petzval::measure

#endif  // PETZVAL_MEASURE_NOISE_PATCH_NOISE_H_
