// Whether a shot of a chart can be believed.
#ifndef PETZVAL_CALIBRATE_CHART_CHART_CHECKS_H_
#define PETZVAL_CALIBRATE_CHART_CHART_CHECKS_H_

#include <span>
#include <string>
#include <vector>

#include "petzval/calibrate/chart/training.h"

namespace petzval::calibrate {

// Figures of a shot under its model; the edition is not filled.
ChartShotReport ReportOf(const ModelledShot& shot, const PatchReferences& references);

// Errors: kInvalidInput with the path in front: too much glare, greys off the model, light of two
// colours (these three only warn with accept_bad_shot), corners named in another order.
Status CheckShot(const ModelledShot& shot, const PatchReferences& references,
                 const ChartShotReport& report, const ChartCalibrationParams& params,
                 std::vector<std::string>* warnings);

// Three greys of different lightness tell stray light from light.
bool GlareKnown(std::span<const ModelledShot> shots);

// Errors: kInvalidInput when the colours are not those of the chart.
Status CheckFit(const CalibratedLight& light, const measure::Chart& chart, const std::string& path);

}  // namespace petzval::calibrate

#endif  // PETZVAL_CALIBRATE_CHART_CHART_CHECKS_H_
