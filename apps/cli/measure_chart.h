// Charts on the command line: where they lie, which patches are grey.
#ifndef PETZVAL_APPS_CLI_MEASURE_CHART_H_
#define PETZVAL_APPS_CLI_MEASURE_CHART_H_

#include <array>
#include <optional>
#include <vector>

#include "measure_verbs.h"
#include "petzval/measure/chart/homography.h"

namespace petzval::cli {

// The value of --corners, "X,Y,X,Y,X,Y,X,Y"; nothing when it is empty.
Result<std::optional<std::array<measure::Point, 4>>> ParseCorners(const std::string& text);

// The grey patches of --chart in the picture, from light to dark.
Result<std::vector<Rect>> GreyRois(const MeasureArguments& arguments,
                                   const measure::Subject& subject);

}  // namespace petzval::cli

#endif  // PETZVAL_APPS_CLI_MEASURE_CHART_H_
