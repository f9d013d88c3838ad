// A shot of a chart as numbers: where the chart lies and what its patches measure.
#ifndef PETZVAL_CALIBRATE_CHART_MEASURED_SHOT_H_
#define PETZVAL_CALIBRATE_CHART_MEASURED_SHOT_H_

#include <string>
#include <vector>

#include "petzval/base/result.h"
#include "petzval/calibrate/chart/chart_calibration.h"
#include "petzval/calibrate/chart/chart_model.h"
#include "petzval/measure/chart/patch_statistics.h"

namespace petzval::calibrate {

struct MeasuredShot {
  const ChartShot* shot = nullptr;
  std::string path;
  measure::LocatedChart located;
  std::vector<measure::PatchStatistics> statistics;  // by patch
  std::vector<std::string> flaw;                     // by patch; empty: usable
  std::vector<double> snr;                           // by patch: of a pixel, least of the colours
  ChartSamples samples;                              // usable patches, flat-fielded with a flat
  std::vector<size_t> greys;                         // of `samples`, light to dark
  bool flat_fielded = false;
  std::vector<std::string> warnings;

  const measure::Chart& chart() const { return located.chart; }
};

// Errors: see CalibrateFromCharts; the path of the file in front.
Result<MeasuredShot> MeasureShot(const ChartShot& shot, const ChartCalibrationParams& params);

}  // namespace petzval::calibrate

#endif  // PETZVAL_CALIBRATE_CHART_MEASURED_SHOT_H_
