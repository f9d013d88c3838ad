// Colour of a camera from RAW shots of a chart.
#ifndef PETZVAL_CALIBRATE_CHART_CHART_CALIBRATION_H_
#define PETZVAL_CALIBRATE_CHART_CHART_CALIBRATION_H_

#include <array>
#include <cmath>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "petzval/base/parameter.h"
#include "petzval/base/result.h"
#include "petzval/calibrate/chart/chart_light.h"
#include "petzval/calibrate/fit/training_set.h"
#include "petzval/capture/raw_frame.h"
#include "petzval/device/calibration.h"
#include "petzval/image/image.h"
#include "petzval/measure/chart/locate_chart.h"
#include "petzval/measure/subject/subject.h"

namespace petzval::calibrate {

// One RAW shot of the chart. Subjects outlive the calibration.
struct ChartShot {
  const measure::Subject* subject = nullptr;
  // A shot of an evenly lit matte field in place of the chart, same lens and light: what varies
  // across it is taken out of the chart. None: unevenness is modelled from the chart itself.
  const measure::Subject* flat = nullptr;
  // What the file says of colour (RawFrame::color): tells the light where nobody does. Null: a
  // generic phone camera.
  const DngColor* color = nullptr;
  ChartLight light;  // shots of lights with one label are merged
  std::optional<std::array<measure::Point, 4>>
      corners;              // as LocatedChart::Corners; none: the chart is searched for
  std::optional<Rect> roi;  // searched only here
};

struct ChartCalibrationParams {
  std::string chart = "colorchecker24";  // name or file, or "auto": any of the charts with colours
  std::string edition;       // "": the chart's first; "auto": the one with the least leave-one-out
  std::string camera;        // for messages and `source`
  double patch_share = 0.6;  // of width and height of a patch that is measured
  double max_glare = 0.05;   // share of white; above, the shot is refused
  // Of the greys from the model of the shot: rms weighted by 1 / Y, relative; above: refused.
  double max_grey_residual = 0.02;
  double min_snr = 8;  // green of a pixel of the brightest patch: below, the shot is underexposed
  bool accept_bad_shot = false;  // glare and residual above their limits only warn
};
std::span<const Parameter> ChartCalibrationParameters();  // the numbers of the above

// One patch of one light; colours are means over the shots.
struct CalibratedPatch {
  std::string name;
  Vec3 raw{};              // linear signal of the camera, 1 = white level; of the first shot
  Vec3 rgb{};              // flat-fielded, without glare, balanced: (1, 1, 1) = perfect diffuser
  Vec3 reference_lab{};    // D50
  double snr = NAN;        // of one pixel, the least of the three colours
  double de_matrix = NAN;  // CIEDE2000 of F1 and of the fit that is used
  double de_chosen = NAN;
  double de_loo = NAN;  // of the chosen kind of fit, made without this patch
  bool used = false;    // false: `note` says why
  std::string note;
};

// What happened to one shot.
struct ChartShotReport {
  std::string path, chart, edition;
  measure::LocatedChart located;
  Vec3 glare{};               // offset of each colour, share of white
  double grey_residual = 0;   // see ChartCalibrationParams::max_grey_residual
  double unevenness = 0;      // of the light over the chart, highest over lowest - 1; taken out
  double color_gradient = 0;  // the same of red / green or blue / green, whichever is larger
  bool flat_fielded = false;  // with the flat that was given
};

struct CalibratedLight {
  LightCalibration calibration;
  // Of the fit that is used: calibration.chosen, or else calibration.matrix. A patch that is left
  // out (loo_*) is left out of the model of light and glare as well.
  ColorFitKind fit = ColorFitKind::kMatrix;
  FitError error;
  TrainingSet training;                  // what the fit was made from
  bool light_estimated = false;          // nobody told the light
  std::vector<CalibratedPatch> patches;  // in the order of the chart
  std::vector<ChartShotReport> shots;
  // As `training`, but for colour i the models of the shots were made without it: what is left out
  // in a fit for the error of colour i (NestedLeaveOneOut).
  std::vector<TrainingSet> left_out;
  std::vector<std::string> warnings;  // one sentence each
};

struct ChartCalibration {
  ColorCalibration color;               // method "chart"; lights as below
  std::vector<CalibratedLight> lights;  // one for each label of light, in the order of the shots
  std::vector<std::string> warnings;    // all of them, with the light in front where there are two
};

// Steps: find the chart; means of its patches on linear RAW without outliers; reference colours
// under the light, adapted to D50 (Bradford); camera matrix, uneven light and stray light fitted
// jointly (chart_model.h), as uneven as leave-one-out asks for, or from the flat; with them glare,
// white balance and exposure, every grey by its own reflectance; the fit of colours that
// leave-one-out prefers (ChooseFit).
// Errors: kInvalidInput, one sentence with the file in front: no RAW or a monochrome one, no chart,
// part of a chart, another chart than named, clipped or underexposed patches so that too few are
// left (names them), too much glare, greys that do not lie on a line, light of two colours, an
// unknown chart, edition or light.
Result<ChartCalibration> CalibrateFromCharts(std::span<const ChartShot> shots,
                                             const ChartCalibrationParams& params = {});

}  // namespace petzval::calibrate

#endif  // PETZVAL_CALIBRATE_CHART_CHART_CALIBRATION_H_
