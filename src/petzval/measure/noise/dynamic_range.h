// From saturation down to the level that is lost in noise.
#ifndef PETZVAL_MEASURE_NOISE_DYNAMIC_RANGE_H_
#define PETZVAL_MEASURE_NOISE_DYNAMIC_RANGE_H_

#include <span>

#include "petzval/base/result.h"
#include "petzval/measure/noise/patch_noise.h"
#include "petzval/measure/noise/photon_transfer.h"
#include "petzval/measure/subject/figure.h"

namespace petzval::measure {

// The level where signal / noise = `snr` for variance = read^2 + S + (prnu S)^2 (electrons).
// Infinite when PRNU alone keeps it from being reached.
double LevelOfSnr(double snr, double read_noise_e, double prnu);

struct DynamicRange {
  Findings findings;                       // dynamic_range, dynamic_range_snr10
  double stops_snr1 = 0, stops_snr10 = 0;  // NaN: not known
  double level_snr1 = 0, level_snr10 = 0;  // in the unit of the saturation
};

// Per pixel, at full size. `full_well_e`, `read_noise_e` > 0.
DynamicRange DynamicRangeOfModel(double full_well_e, double read_noise_e, double prnu);
// The same from a measured sensor. Errors: kInvalidInput when it lacks a number.
Result<DynamicRange> DynamicRangeOf(const PhotonTransfer& transfer);

// From grey patches of one channel at several levels (a stepped chart, several exposures):
// temporal noise where known, else total. Between patches log SNR is a straight line of log level;
// below the darkest patch, variance = a + b level + c level^2 fitted to all, and the report says
// that it was extrapolated. `saturation`: the level that clips, same unit (Subject::clip).
// Errors: kInvalidInput with fewer than 3 patches below saturation.
Result<DynamicRange> DynamicRangeOfPatches(std::span<const PatchNoise> patches, double saturation);

}  // namespace petzval::measure

#endif  // PETZVAL_MEASURE_NOISE_DYNAMIC_RANGE_H_
