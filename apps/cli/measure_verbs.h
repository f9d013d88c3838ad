// What the verbs of `petzval measure` share: files, region, channel, plot; findings as JSON.
#ifndef PETZVAL_APPS_CLI_MEASURE_VERBS_H_
#define PETZVAL_APPS_CLI_MEASURE_VERBS_H_

#include <optional>
#include <string>
#include <vector>

#include "answer.h"
#include "petzval/image/image.h"
#include "petzval/measure/subject/figure.h"
#include "petzval/measure/subject/subject.h"

namespace petzval::cli {

struct MeasureArguments {
  std::vector<std::string> files;
  std::string roi;      // "X,Y,W,H" in pixels; empty: the whole picture
  std::string corners;  // "x,y,x,y,x,y,x,y"
  std::string chart, edition, light;
  std::string channel = "luminance";
  std::string exposure = "best";
  std::string reference;           // of the full-reference texture measure
  std::string grey;                // a uniform patch beside a texture, "X,Y,W,H"
  std::vector<std::string> darks;  // frames without light, for the noise of a sensor
  std::string plot;
  bool overwrite = false;
};

// An answer of one measure: what goes into the report, and curves for --plot.
struct MeasureAnswer {
  nlohmann::ordered_json json;
  std::vector<measure::Curve> curves;
};

using MeasureFunction = Result<MeasureAnswer> (*)(const MeasureArguments&,
                                                  const std::vector<measure::Subject>&);
Result<MeasureAnswer> SfrAnswer(const MeasureArguments&, const std::vector<measure::Subject>&);
Result<MeasureAnswer> NoiseAnswer(const MeasureArguments&, const std::vector<measure::Subject>&);
Result<MeasureAnswer> DynamicRangeAnswer(const MeasureArguments&,
                                         const std::vector<measure::Subject>&);
Result<MeasureAnswer> ColorAnswer(const MeasureArguments&, const std::vector<measure::Subject>&);
Result<MeasureAnswer> TextureAnswer(const MeasureArguments&, const std::vector<measure::Subject>&);
Result<MeasureAnswer> UniformityAnswer(const MeasureArguments&,
                                       const std::vector<measure::Subject>&);
Result<MeasureAnswer> DistortionAnswer(const MeasureArguments&,
                                       const std::vector<measure::Subject>&);
Result<MeasureAnswer> ChromaAnswer(const MeasureArguments&, const std::vector<measure::Subject>&);

// --roi as a rectangle; nothing when it is not given. Errors: not four numbers, or not inside.
Result<std::optional<Rect>> RoiOf(const MeasureArguments& arguments,
                                  const measure::Subject& subject);
// The same as a list of none or one.
Result<std::vector<Rect>> RoisOf(const MeasureArguments& arguments,
                                 const measure::Subject& subject);
measure::Channel ChannelOf(const MeasureArguments& arguments);
const char* ChannelName(measure::Channel channel);
nlohmann::ordered_json RectJson(const Rect& r);  // [x, y, width, height]
nlohmann::ordered_json Numbers(const std::vector<double>& values);

// {"figures": [...], "warnings": [...]} after the keys of `json`; the curves are kept for plots.
MeasureAnswer Answer(nlohmann::ordered_json json, const measure::Findings& findings);
// Lists of both are joined, other keys of `more` win.
void Append(MeasureAnswer more, MeasureAnswer* answer);

// All curves in one SVG, those with the same axes in one panel.
std::string PlotOf(const std::vector<measure::Curve>& curves, const std::string& title);

}  // namespace petzval::cli

#endif  // PETZVAL_APPS_CLI_MEASURE_VERBS_H_
