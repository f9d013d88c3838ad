// What differs from pixel to pixel and what whole rows share, over all series.
#ifndef PETZVAL_MEASURE_NOISE_TRANSFER_PATTERN_H_
#define PETZVAL_MEASURE_NOISE_TRANSFER_PATTERN_H_

#include <array>
#include <span>
#include <vector>

#include "petzval/measure/noise/transfer_findings.h"
#include "petzval/measure/noise/transfer_series.h"

namespace petzval::measure {

// `saturation_dn` of each colour. Row noise comes from the darkest series that is not clipped.
SensorPattern MeasurePattern(std::span<const Series> series,
                             std::span<const SeriesStatistics> statistics,
                             const std::array<double, 3>& saturation_dn);

}  // namespace petzval::measure

#endif  // PETZVAL_MEASURE_NOISE_TRANSFER_PATTERN_H_
