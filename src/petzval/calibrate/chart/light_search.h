// The light of a chart shot when nobody told it.
#ifndef PETZVAL_CALIBRATE_CHART_LIGHT_SEARCH_H_
#define PETZVAL_CALIBRATE_CHART_LIGHT_SEARCH_H_

#include <span>
#include <string>
#include <vector>

#include "petzval/calibrate/chart/training.h"

namespace petzval::calibrate {

struct FoundLight {
  ChartLight light;  // kKnown
  std::vector<std::string> warnings;
};

// From the colour of the greys through the matrix of the file, or a generic phone's: a black body
// below 4000 K, daylight from there on. Errors: of ChooseModel.
Result<FoundLight> EstimateLight(std::span<const MeasuredShot* const> shots,
                                 const std::string& edition);

// The light of the CIE, black body or daylight under which the colours of the chart are explained
// best (LeaveOneOutScore, and how usual the camera's white would be under it); a lamp that is no
// thermal light must do so by a tenth. Charts without measured reflectances: EstimateLight with a
// warning.
Result<FoundLight> SearchLight(std::span<const MeasuredShot* const> shots,
                               const std::string& edition);

// A sentence when the greys look clearly unlike what the file's matrix makes of the light; else "".
std::string DoubtLight(const MeasuredShot& shot, const ChartLight& light, const Vec3& neutral);

}  // namespace petzval::calibrate

#endif  // PETZVAL_CALIBRATE_CHART_LIGHT_SEARCH_H_
