// petzval measure: pictures and RAW files to figures.
#include <fmt/format.h>

#include <memory>

#include "measure_verbs.h"
#include "petzval/camera/measure_subject.h"
#include "petzval/camera/output_names.h"
#include "plot_file.h"

namespace petzval::cli {
namespace {

using measure::Subject;
using nlohmann::ordered_json;

// A measure of the command line and the options that only some have.
struct Measure {
  const char* name;
  const char* summary;
  MeasureFunction compute;
  bool chart = false, channel = true, many = false, texture = false, darks = false;
};

constexpr Measure kMeasures[] = {
    {.name = "sfr",
     .summary = "sharpness: spatial frequency response of slanted edges (ISO 12233)",
     .compute = SfrAnswer},
    {.name = "noise",
     .summary = "noise of patches; photon transfer of several RAW frames; visual noise of pictures",
     .compute = NoiseAnswer,
     .chart = true,
     .many = true,
     .darks = true},
    {.name = "color",
     .summary = "colour accuracy of a chart: CIEDE2000 per patch, white balance, saturation",
     .compute = ColorAnswer,
     .chart = true,
     .channel = false},
    {.name = "texture",
     .summary = "texture that is left: transfer of dead leaves against a reference",
     .compute = TextureAnswer,
     .texture = true},
    {.name = "uniformity",
     .summary = "luminance and colour shading of a flat field",
     .compute = UniformityAnswer,
     .channel = false},
    {.name = "distortion",
     .summary = "geometry of a dot grid: k1, k2, TV distortion, keystone",
     .compute = DistortionAnswer},
    {.name = "chroma",
     .summary = "lateral colour of a dot grid: red and blue against green",
     .compute = ChromaAnswer,
     .channel = false},
    {.name = "dynamic-range",
     .summary = "stops from saturation to the level that is lost in noise",
     .compute = DynamicRangeAnswer,
     .chart = true,
     .many = true,
     .darks = true},
};

std::vector<Option> OptionsOf(const Measure& m, MeasureArguments* a) {
  std::vector<Option> options = {
      {"FILE",
       m.many ? "RAW frames of one scene, or a picture" : "a RAW file or a picture",
       &a->files,
       "FILE",
       0,
       0,
       {},
       true},
      {"--roi", "only this part, in pixels of the file", &a->roi, "X,Y,W,H"},
      {"--plot", "draw the curves into an .svg or .png file", &a->plot, "FILE"},
      {"--force", "overwrite files that exist", &a->overwrite, ""},
  };
  if (m.channel) {
    options.push_back({"--channel",
                       "what is looked at; luminance of a RAW is green",
                       &a->channel,
                       "CHANNEL",
                       0,
                       0,
                       {"luminance", "red", "green", "blue"}});
  }
  if (m.chart) {
    options.push_back(
        {"--chart", "a chart (colorchecker24, ..), a .toml file, or auto", &a->chart, "NAME"});
    options.push_back(
        {"--edition", "reference values of the chart; its first if empty", &a->edition, "NAME"});
    options.push_back({"--corners",
                       "outer corners of the chart's corner patches: top left, top right, bottom "
                       "right, bottom left",
                       &a->corners, "X,Y,.."});
  }
  if (m.compute == ColorAnswer) {
    options.push_back({"--light", "light of the chart (A, D65, LED-B3, 3200K, ..); empty: D50",
                       &a->light, "LIGHT"});
    options.push_back({"--exposure",
                       "how the exposure is matched before the comparison",
                       &a->exposure,
                       "HOW",
                       0,
                       0,
                       {"best", "greys", "none"}});
  }
  if (m.texture) {
    options.push_back({"--reference", "the same texture without the camera, or from a better one",
                       &a->reference, "FILE"});
    options.push_back({"--grey",
                       "a uniform patch whose noise is taken off where there is no reference",
                       &a->grey, "X,Y,W,H"});
  }
  if (m.darks) {
    options.push_back({"--dark", "a frame without light; may be repeated", &a->darks, "FILE"});
  }
  return options;
}

Result<std::vector<Subject>> Open(const MeasureArguments& a) {
  std::vector<Subject> subjects;
  for (const std::string& path : a.files) {
    PETZVAL_ASSIGN(Subject subject, ReadSubject(path));
    subjects.push_back(std::move(subject));
  }
  return subjects;
}

ordered_json Head(const MeasureArguments& a, const std::vector<Subject>& subjects,
                  const char* name) {
  ordered_json head = {{"measure", name}};
  if (a.files.size() == 1) {
    head["file"] = a.files.front();
  } else {
    head["files"] = a.files;
  }
  head["width_px"] = subjects.front().width();
  head["height_px"] = subjects.front().height();
  head["warnings"] = ordered_json::array();
  for (const Subject& subject : subjects) {
    for (const std::string& warning : subject.warnings) {
      auto& list = head["warnings"];
      if (std::find(list.begin(), list.end(), warning) == list.end()) list.push_back(warning);
    }
  }
  return head;
}

Status CheckOutputs(const MeasureArguments& a, const CommonOptions& common) {
  PETZVAL_RETURN_IF_ERROR(CheckPlotName(a.plot));
  return CheckOutputNames(a.files, {a.plot, common.json == "-" ? "" : common.json}, a.overwrite);
}

Status Finish(const MeasureArguments& a, const MeasureAnswer& answer, const std::string& title,
              const CommonOptions& common) {
  if (!a.plot.empty()) {
    PETZVAL_RETURN_IF_ERROR(WritePlot(a.plot, PlotOf(answer.curves, title)));
  }
  return Deliver(answer.json, common);
}

Status Run(const Measure& m, const MeasureArguments& a, const CommonOptions& common) {
  PETZVAL_RETURN_IF_ERROR(CheckOutputs(a, common));
  PETZVAL_ASSIGN(const std::vector<Subject> subjects, Open(a));
  MeasureAnswer answer = {Head(a, subjects, m.name), {}};
  PETZVAL_ASSIGN(MeasureAnswer found, m.compute(a, subjects));
  Append(std::move(found), &answer);
  return Finish(a, answer, fmt::format("{} of {}", m.name, a.files.front()), common);
}

// Every measure that finds what it needs; what is missing is told for each of the others.
Status RunAll(const MeasureArguments& a, const CommonOptions& common) {
  PETZVAL_RETURN_IF_ERROR(CheckOutputs(a, common));
  PETZVAL_ASSIGN(const std::vector<Subject> subjects, Open(a));
  MeasureAnswer answer = {Head(a, subjects, "all"), {}};
  int answered = 0;
  for (const Measure& m : kMeasures) {
    Result<MeasureAnswer> found = m.compute(a, subjects);
    if (!found) {
      answer.json[m.name] = nullptr;
      answer.json["warnings"].push_back(fmt::format("{}: {}", m.name, found.error().message));
      continue;
    }
    ++answered;
    for (const ordered_json& warning : found->json["warnings"]) {
      answer.json["warnings"].push_back(fmt::format("{}: {}", m.name, warning.get<std::string>()));
    }
    found->json.erase("warnings");
    answer.json[m.name] = std::move(found->json);
    answer.curves.insert(answer.curves.end(), found->curves.begin(), found->curves.end());
  }
  if (answered == 0) {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("{}: none of the measures finds what it needs", a.files.front()));
  }
  return Finish(a, answer, a.files.front(), common);
}

Verb VerbOf(const Measure& m, std::function<Status(const MeasureArguments&)> run) {
  auto arguments = std::make_shared<MeasureArguments>();
  Verb verb;
  verb.name = m.name;
  verb.summary = m.summary;
  verb.options = OptionsOf(m, arguments.get());
  verb.usage_error = [arguments, many = m.many]() -> std::string {
    if (!many && arguments->files.size() > 1) return "one FILE at a time";
    return "";
  };
  verb.run = [arguments, run = std::move(run)] { return run(*arguments); };
  return verb;
}

}  // namespace

Verb MeasureVerb(const CommonOptions& common) {
  Verb verb;
  verb.name = "measure";
  verb.summary = "sharpness, noise, colour, texture, shading, geometry of RAW files and pictures";
  for (const Measure& m : kMeasures) {
    verb.verbs.push_back(
        VerbOf(m, [&m, &common](const MeasureArguments& a) { return Run(m, a, common); }));
  }
  const Measure all = {.name = "all",
                       .summary = "every measure that finds what it needs in the file",
                       .compute = nullptr,
                       .chart = true,
                       .many = true,
                       .texture = true,
                       .darks = true};
  verb.verbs.push_back(
      VerbOf(all, [&common](const MeasureArguments& a) { return RunAll(a, common); }));
  return verb;
}

}  // namespace petzval::cli
