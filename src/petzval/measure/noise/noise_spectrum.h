// How the power of noise is spread over spatial frequencies.
#ifndef PETZVAL_MEASURE_NOISE_NOISE_SPECTRUM_H_
#define PETZVAL_MEASURE_NOISE_NOISE_SPECTRUM_H_

#include <span>
#include <vector>

#include "petzval/base/result.h"
#include "petzval/measure/subject/figure.h"
#include "petzval/measure/subject/subject.h"

namespace petzval::measure {

// Power density in (units of the subject)^2 per (cycles/pixel)^2: its integral over the square of
// frequencies is the variance. Frequencies are those of the full grid, also for a mosaic, where
// only every second or fourth pixel has the channel and the spectrum ends the sooner.
struct NoiseSpectrum {
  Findings findings;  // curves "noise_spectrum", "noise_spectrum_x" and "_y" (along the axes)
  double variance = 0;
  double correlation_length_px = 0;  // sqrt(density at zero / variance): of white noise the
                                     // lattice's pitch
  std::vector<double> frequency, radial, horizontal, vertical;
};

// Periodograms of half-overlapping Hann windows (Welch 1967) over the patches (none:
// FindFlatAreas). Two frames or more: temporal noise, from differences to the mean frame; one: the
// noise with a plane removed. Errors: as MeasurePatchNoise, and no patch with 64 samples a side.
Result<NoiseSpectrum> MeasureNoiseSpectrum(std::span<const Subject> frames,
                                           const std::vector<Rect>& rois, Channel channel);

}  // namespace petzval::measure

#endif  // PETZVAL_MEASURE_NOISE_NOISE_SPECTRUM_H_
