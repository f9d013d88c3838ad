// Figures of a colour report beyond dE2000: white balance, saturation, skin, glare.
#ifndef PETZVAL_MEASURE_CHART_COLOR_FIGURES_H_
#define PETZVAL_MEASURE_CHART_COLOR_FIGURES_H_

#include "petzval/measure/chart/color.h"

namespace petzval::measure {

// Fills white_balance_error_deg, saturation and glare from the patches in use, and the findings
// with every figure of the report. `exposure`: the alignment behind the report's dE2000.
void AddColorFigures(const Subject& subject, ExposureAlignment exposure, ColorReport* report);

}  // namespace petzval::measure

#endif  // PETZVAL_MEASURE_CHART_COLOR_FIGURES_H_
