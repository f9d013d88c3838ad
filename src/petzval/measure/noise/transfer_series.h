// Frames of equal exposure and what their pixels did from frame to frame.
#ifndef PETZVAL_MEASURE_NOISE_TRANSFER_SERIES_H_
#define PETZVAL_MEASURE_NOISE_TRANSFER_SERIES_H_

#include <array>
#include <span>
#include <string>
#include <vector>

#include "petzval/measure/noise/patch_noise.h"
#include "petzval/measure/noise/photon_transfer.h"
#include "petzval/measure/subject/subject.h"

namespace petzval::measure {

// All in DN above black.
struct Series {
  std::vector<const Subject*> frames;
  double exposure_s = 0;
  bool dark = false, flat = false;
};

// Frames sorted by exposure and level, cut where either changes. Frames without a partner are left
// out, with a warning.
std::vector<Series> SortIntoSeries(std::span<const Subject> frames,
                                   std::vector<std::string>* warnings);

// Pixels of one channel and about one level.
struct LevelBin {
  double level = 0, variance = 0;  // temporal, of one frame, flicker of the whole bin taken out
  int64_t pixels = 0;
};

// Differences between a pixel and its neighbours that stay from frame to frame.
struct FixedPattern {
  double level = 0, variance = 0;    // of the pixels; temporal noise taken off
  double standard_error = 0;         // of the variance
  int64_t pixels = 0, outliers = 0;  // beyond 6 standard deviations, left out
  double clipped = 0;                // part of the pixels
};

struct SeriesStatistics {
  std::array<std::vector<LevelBin>, 3> bins;
  std::array<FixedPattern, 3> fixed;
  NoiseParts temporal;                  // over all colours of the first region
  int rows = 0, columns = 0;            // of that region
  bool smooth = false;                  // levels agree within 5 % but for slow shading and noise
  double floor_dn = 0, ceiling_dn = 0;  // samples at or beyond are clipped
};

// `rois` inside the frames.
SeriesStatistics MeasureSeries(const Series& series, std::span<const Rect> rois);

// The step between stored values: 1, or more where a converter of fewer bits was shifted up.
double StepOfValues(const Subject& frame);

}  // namespace petzval::measure

#endif  // PETZVAL_MEASURE_NOISE_TRANSFER_SERIES_H_
