// Reference colours of a chart under the light it stood in.
#ifndef PETZVAL_MEASURE_CHART_COLOR_REFERENCE_H_
#define PETZVAL_MEASURE_CHART_COLOR_REFERENCE_H_

#include <string>
#include <vector>

#include "petzval/base/matrix.h"
#include "petzval/base/result.h"
#include "petzval/color/spectral.h"
#include "petzval/measure/chart/chart.h"

namespace petzval::measure {

// L*a*b* of the patches relative to D50. Without a light the table of the edition. Under a light:
// colours of the edition's measured reflectances, adapted to D50 (Bradford); an edition without
// reflectances is shifted by what the light does to those of another edition.
// Errors: kInvalidInput when the light is unknown or the chart has no reflectances.
Result<std::vector<Vec3>> ReferenceLab(const Chart& chart, const ChartEdition& edition,
                                       const std::string& light);
// The same under a light of any spectrum. `light_name` stands in messages.
Result<std::vector<Vec3>> ReferenceLab(const Chart& chart, const ChartEdition& edition,
                                       const SpectralDistribution& light,
                                       const std::string& light_name);

}  // namespace petzval::measure

#endif  // PETZVAL_MEASURE_CHART_COLOR_REFERENCE_H_
