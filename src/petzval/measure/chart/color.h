// Colour accuracy: the patches of a chart against their reference values.
#ifndef PETZVAL_MEASURE_CHART_COLOR_H_
#define PETZVAL_MEASURE_CHART_COLOR_H_

#include <array>
#include <cmath>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "petzval/base/parameter.h"
#include "petzval/base/result.h"
#include "petzval/measure/chart/locate_chart.h"
#include "petzval/measure/chart/patch_statistics.h"
#include "petzval/measure/subject/figure.h"
#include "petzval/measure/subject/subject.h"

namespace petzval::measure {

// How the exposure of the picture is brought to that of the reference before L*a*b*.
enum class ExposureAlignment {
  kBest,   // the gain of all channels with the least mean dE2000
  kGreys,  // the gain that gives the grey patches their luminance (least squares)
  kNone,   // as the file has it: 1 = the white of the file
};
// "best", "greys", "none". Errors: kInvalidInput naming the nearest.
Result<ExposureAlignment> FindExposureAlignment(const std::string& name);

struct ColorParams {
  std::string chart = "auto";  // name, file, or "auto": the charts that can be found, in turn
  std::string edition;         // "": the chart's first
  // The light the chart stood in (petzval::FindLight): the reference is then computed from measured
  // reflectances and adapted to D50 (Bradford). "": the tabulated values under D50.
  std::string light;
  std::optional<std::array<Point, 4>>
      corners;              // as LocatedChart::Corners; then nothing is searched
  std::optional<Rect> roi;  // search only here
  ExposureAlignment exposure = ExposureAlignment::kBest;
  double patch_share = 0.6;  // of width and height of a patch that is measured
};
std::span<const Parameter> ColorParameters();  // patch_share

struct ColorPatch {
  std::string name;
  std::array<Point, 4> outline;  // of the measured part, in pixels of the subject
  PatchStatistics statistics;    // linear RGB of the file or of the camera
  Vec3 lab{};                    // measured, D50, exposure-aligned
  Vec3 reference_lab{};
  double de2000 = 0;
  double dl = 0, dc = 0, dh = 0;  // measured - reference: L*, C*ab, and dH*ab (signed, CIE 1976)
  bool used = true;               // false: omitted from all figures, `note` says why
  std::string note;
};

// dE2000 over the patches in use after one alignment of exposure.
struct ColorSummary {
  double gain = 1;  // applied to the linear values
  double de2000_mean = 0, de2000_p95 = 0, de2000_max = 0;
};

struct ColorReport {
  LocatedChart located;
  ChartEdition edition;
  std::string light;  // "" or the name
  std::vector<ColorPatch> patches;
  double de2000_mean = 0, de2000_p95 = 0, de2000_max = 0;  // with the alignment asked for
  ColorSummary best, greys, none;
  // As `best`, after gains of the file's RGB that make the grey patches neutral: the error of the
  // colours without that of the white balance. NaN without usable greys.
  ColorSummary balanced;
  // Angle between the grey patches and neutral, in RGB balanced by the reference ("reproduction
  // error", Finlayson and Zakizadeh 2014), degrees; NaN without usable greys.
  double white_balance_error_deg = std::nan("");
  double saturation = std::nan("");  // mean of measured / reference chroma where that is above 10
  // Light scattered over the chart, as a share of white: what is left at zero luminance of a line
  // through the grey patches.
  double glare = std::nan("");
  Findings findings;  // the same figures with unit, n and definition, and all warnings
};

// Errors: LocateChart's; kInvalidInput for unknown names, and when fewer than half of the patches
// are neither clipped nor lost in the dark (the sentence names them), and when given corners are
// those of the chart in another order.
Result<ColorReport> MeasureColor(const Subject& subject, const ColorParams& params = {});

}  // namespace petzval::measure

#endif  // PETZVAL_MEASURE_CHART_COLOR_H_
