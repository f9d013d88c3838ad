// The figures behind `petzval lens VERB --plot`, the layout and the report.
#include <algorithm>
#include <filesystem>

#include "lens_verbs.h"
#include "petzval/camera/output_names.h"
#include "petzval/optics/plot/field_figures.h"
#include "petzval/optics/plot/layout.h"
#include "petzval/optics/plot/mtf_figures.h"
#include "petzval/optics/plot/picture_figures.h"
#include "petzval/optics/plot/ray_figures.h"
#include "petzval/optics/plot/report.h"
#include "petzval/optics/plot/seidel_figure.h"

namespace petzval::cli {
namespace {

using optics::LensModel;

// Points of a curve that is drawn, not listed.
constexpr int kFanPoints = 65, kFieldPoints = 33, kFocusPoints = 41, kMapSize = 96;

// One result for each field that has one, or the first error.
template <class T, class F>
Result<std::vector<T>> ForFields(const LensArguments& a, const LensModel& model, F&& compute) {
  PETZVAL_ASSIGN(const std::vector<double> fields, FieldsOf(a, model));
  std::vector<T> results;
  std::optional<Error> error;
  for (const double field : fields) {
    Result<T> result = compute(field);
    if (result) {
      results.push_back(*std::move(result));
    } else if (!error) {
      error = result.error();
    }
  }
  if (results.empty() && error) return Fail(*error);
  return results;
}

// Steps from the axis to the largest field asked for.
Result<std::vector<double>> CurveFields(const LensArguments& a, LensModel model) {
  PETZVAL_ASSIGN(model.lens.fields.values, FieldsOf(a, model));
  const std::vector<double> fields = optics::FieldSteps(model, kFieldPoints, true);
  if (fields.size() > 1) return fields;
  return Fail(ErrorCode::kInvalidInput,
              "the only field is the axis, there is no curve over the field to draw; give --field");
}

}  // namespace

Result<std::string> DrawSpots(const LensArguments& a, const AnalysisOptions& options,
                              const LensModel& model) {
  PETZVAL_ASSIGN(const auto spots, ForFields<optics::FieldSpot>(a, model, [&](double field) {
                   return optics::ComputeSpot(model, field, options.rings, a.sampling());
                 }));
  return optics::SpotFigure(model, spots);
}

Result<std::string> DrawFans(const LensArguments& a, const AnalysisOptions&,
                             const LensModel& model) {
  PETZVAL_ASSIGN(const auto fans, ForFields<optics::FieldFans>(a, model, [&](double field) {
                   return optics::ComputeFans(model, field, kFanPoints, a.sampling());
                 }));
  return optics::FanFigure(model, fans);
}

Result<std::string> DrawOpd(const LensArguments& a, const AnalysisOptions&,
                            const LensModel& model) {
  PETZVAL_ASSIGN(const auto maps, ForFields<optics::WavefrontMap>(a, model, [&](double field) {
                   return optics::ComputeWavefrontMap(model, field, model.system.primary, kMapSize,
                                                      a.sampling());
                 }));
  return optics::WavefrontFigure(model, maps);
}

Result<std::string> DrawPsf(const LensArguments& a, const AnalysisOptions& options,
                            const LensModel& model) {
  const optics::PsfOptions psf = PsfOptionsOf(a, options);
  PETZVAL_ASSIGN(const auto psfs, ForFields<optics::Psf>(a, model, [&](double field) {
                   return optics::ComputePsf(model, field, psf);
                 }));
  return optics::PsfFigure(model, psfs);
}

Result<std::string> DrawMtf(const LensArguments& a, const AnalysisOptions& options,
                            const LensModel& model) {
  PETZVAL_ASSIGN(std::vector<double> frequencies, FrequenciesOf(options, model));
  if (options.frequencies.empty()) {
    // A smooth curve over the same range, from the origin.
    const double last = frequencies.back();
    frequencies.clear();
    for (int i = 0; i <= 40; ++i) frequencies.push_back(last * i / 40);
  }
  PETZVAL_ASSIGN(const auto curves, ForFields<optics::MtfCurve>(a, model, [&](double field) {
                   return optics::ComputeMtf(model, field, frequencies, MtfOptionsOf(a, options));
                 }));
  return optics::MtfFigure(model, curves);
}

Result<std::string> DrawDistortion(const LensArguments& a, const AnalysisOptions&,
                                   const LensModel& model) {
  PETZVAL_ASSIGN(const std::vector<double> fields, CurveFields(a, model));
  std::vector<std::vector<optics::FieldFocus>> curves;
  for (int w = 0; w < model.system.wavelengths(); ++w) {
    curves.push_back(optics::ComputeFieldCurves(model, fields, w, a.sampling()));
  }
  return optics::FieldCurvesFigure(model, curves,
                                   optics::ComputeChiefTable(model, fields, a.sampling()));
}

Result<std::string> DrawVignetting(const LensArguments& a, const AnalysisOptions&,
                                   const LensModel& model) {
  PETZVAL_ASSIGN(const std::vector<double> fields, CurveFields(a, model));
  PETZVAL_ASSIGN(const auto nominal, optics::ComputeRelativeIllumination(model, fields));
  optics::IlluminationOptions clipped_options;
  clipped_options.sampling.clip = true;
  clipped_options.extent = 1.6;
  clipped_options.disc = false;
  PETZVAL_ASSIGN(const auto clipped,
                 optics::ComputeRelativeIllumination(model, fields, clipped_options));
  return optics::IlluminationFigure(model, clipped, nominal);
}

Result<std::string> DrawSeidel(const LensArguments&, const AnalysisOptions&,
                               const LensModel& model) {
  PETZVAL_ASSIGN(const optics::Seidel seidel, optics::ComputeSeidel(model));
  return optics::SeidelFigure(model, seidel);
}

Result<std::string> DrawThroughFocus(const LensArguments& a, const AnalysisOptions& options,
                                     const LensModel& model) {
  PETZVAL_ASSIGN(FocusSeries series, FocusSeriesOf(options, model, kFocusPoints));
  if (series.cycles_per_mm.empty()) {
    return Fail(ErrorCode::kInvalidInput,
                "an afocal lens has no spatial frequencies at an image; give --frequency");
  }
  // One figure, one frequency: the middle one.
  series.cycles_per_mm = {series.cycles_per_mm[(series.cycles_per_mm.size() - 1) / 2]};
  using Curves = std::vector<optics::MtfCurve>;
  PETZVAL_ASSIGN(const auto fields, ForFields<Curves>(a, model, [&](double field) {
                   return optics::ComputeMtfThroughFocus(model, field, series.cycles_per_mm,
                                                         series.shifts_mm,
                                                         MtfOptionsOf(a, options));
                 }));
  return optics::MtfThroughFocusFigure(model, fields, 0);
}

Verb LensLayoutVerb(const CommonOptions& common) {
  auto arguments = std::make_shared<LensArguments>();
  Verb verb;
  verb.name = "layout";
  verb.summary = "section drawing with ray bundles, as SVG";
  verb.options = LensOptions(arguments.get());
  verb.options.push_back(
      {"-o,--output", "SVG file to write", &arguments->output, "FILE", 0, 0, {}, true});
  verb.options.push_back(OverwriteOption(arguments.get()));
  verb.run = [=, &common]() -> Status {
    PETZVAL_RETURN_IF_ERROR(CheckLensOutputs(*arguments, common));
    PETZVAL_ASSIGN(optics::LensModel model, LoadModel(*arguments));
    PETZVAL_ASSIGN(model.lens.fields.values, FieldsOf(*arguments, model));
    PETZVAL_RETURN_IF_ERROR(WriteText(arguments->output, optics::LayoutFigure(model)));
    return WriteReport(common.json,
                       nlohmann::ordered_json{{"output", arguments->output}}.dump(2) + "\n");
  };
  return verb;
}

Verb LensReportVerb(const CommonOptions& common) {
  auto arguments = std::make_shared<LensArguments>();
  auto options = std::make_shared<optics::ReportOptions>();
  auto nominal = std::make_shared<bool>(false);
  Verb verb;
  verb.name = "report";
  verb.summary = "one HTML page with the prescription, every analysis and every figure";
  verb.options = {
      {"LENS", "a lens of the library or a file", &arguments->lens, "LENS", 0, 0, {}, true},
      {"--configuration", "focus or zoom state", &arguments->configuration, "NAME"},
      {"-o,--output",
       "folder to write index.html into; made if it is missing",
       &arguments->output,
       "DIR",
       0,
       0,
       {},
       true},
      {"--max-frequency", "end of the MTF axis; 0: from the image circle",
       &options->mtf_max_cycles_per_mm, "C/MM", 0, 1e5},
      {"--svg", "each figure as a file of its own too", &options->svg_files, ""},
      {"--nominal", "nothing clips, even where the file gives clear diameters", nominal.get(), ""},
      OverwriteOption(arguments.get())};
  verb.run = [=, &common]() -> Status {
    PETZVAL_RETURN_IF_ERROR(CheckOutputNames(
        {arguments->lens}, {common.json == "-" ? "" : common.json}, arguments->overwrite));
    const std::string page = arguments->output + "/index.html";
    if (!arguments->overwrite && std::filesystem::exists(page)) {
      return Fail(ErrorCode::kIo, page + " exists already; use --force to replace it");
    }
    options->clip = !*nominal;
    PETZVAL_ASSIGN(const optics::Lens lens, LoadLens(*arguments));
    PETZVAL_RETURN_IF_ERROR(optics::WriteLensReport(lens, arguments->output, *options));
    return WriteReport(common.json, nlohmann::ordered_json{{"output", page}}.dump(2) + "\n");
  };
  return verb;
}

}  // namespace petzval::cli
