// petzval lens: analyse, draw, report, design, tolerance, bake and exchange lenses.
#include <fmt/format.h>

#include "lens_answers.h"
#include "lens_verbs.h"
#include "plot_file.h"

namespace petzval::cli {
namespace {

// An analysis of the command line: what it computes and what draws it.
struct Analysis {
  const char* name;
  const char* summary;
  LensAnswer (*compute)(const LensArguments&, const AnalysisOptions&, const optics::LensModel&);
  LensFigure draw;  // nullptr: nothing to draw
  // Options beyond LENS, --field, --wavelength, --configuration, --plot, --force.
  std::function<std::vector<Option>(AnalysisOptions*)> options;
  bool takes_as_built = true;
  bool of_largest_field = false;  // paraxial: --field takes effect as the lens's largest field
};

Option RingsOption(AnalysisOptions* o) {
  return {"--rings", "rings of the hexapolar pupil grid", &o->rings, "N", 1, 200};
}
Option PointsOption(AnalysisOptions* o) {
  return {"--points", "points along the curve", &o->points, "N", 3, 1001};
}
Option FrequencyOption(AnalysisOptions* o) {
  return {"--frequency", "spatial frequencies in cycles/mm, comma-separated", &o->frequencies,
          "F,.."};
}

const std::vector<Analysis>& Analyses() {
  static const std::vector<Analysis> analyses = {
      {"info", "first order, pupils and Seidel sums of a lens", InfoAnswer, nullptr, nullptr, false,
       true},
      {"trace", "one ray through every surface", TraceAnswer, nullptr,
       [](AnalysisOptions* o) {
         return std::vector<Option>{
             {"--px", "pupil coordinate x; 1 is the rim", &o->pupil_x, "P", -10, 10},
             {"--py", "pupil coordinate y", &o->pupil_y, "P", -10, 10}};
       }},
      {"spot", "spot diagrams: RMS and largest radius per field and colour", SpotAnswer, DrawSpots,
       [](AnalysisOptions* o) { return std::vector<Option>{RingsOption(o)}; }},
      {"fan", "ray fans: transverse and wave aberration along the pupil", FanAnswer, DrawFans,
       [](AnalysisOptions* o) { return std::vector<Option>{PointsOption(o)}; }},
      {"opd", "wavefront error, Strehl ratio and Zernike coefficients", OpdAnswer, DrawOpd,
       nullptr},
      {"psf", "point spread functions", PsfAnswer, DrawPsf,
       [](AnalysisOptions* o) {
         return std::vector<Option>{{"--kind",
                                     "how it is computed",
                                     &o->kind,
                                     "KIND",
                                     0,
                                     0,
                                     {"diffraction", "fft", "geometric"}},
                                    {"--size", "pixels across", &o->size, "N", 8, 1024},
                                    {"--pitch", "pixel pitch; 0: from wavelength and f-number",
                                     &o->pitch_um, "UM", 0, 100}};
       }},
      {"mtf", "modulation transfer over spatial frequency", MtfAnswer, DrawMtf,
       [](AnalysisOptions* o) {
         return std::vector<Option>{FrequencyOption(o),
                                    {"--kind",
                                     "with or without diffraction",
                                     &o->kind,
                                     "KIND",
                                     0,
                                     0,
                                     {"diffraction", "geometric"}}};
       }},
      {"distortion", "distortion, lateral colour, field curves and chief-ray angle",
       DistortionAnswer, DrawDistortion,
       [](AnalysisOptions* o) { return std::vector<Option>{PointsOption(o)}; }},
      {"vignetting", "clipped pupils and relative illumination", VignettingAnswer, DrawVignetting,
       [](AnalysisOptions* o) { return std::vector<Option>{PointsOption(o)}; }, false},
      {"seidel", "third-order aberrations per surface", SeidelAnswer, DrawSeidel, nullptr, false,
       true},
      {"through-focus", "spot size and MTF as the image plane moves", ThroughFocusAnswer,
       DrawThroughFocus,
       [](AnalysisOptions* o) {
         o->points = 11;  // fit a line of text
         return std::vector<Option>{
             {"--range", "to both sides of the image plane; 0: from the f-number", &o->range_um,
              "UM", 0, 1e6},
             PointsOption(o),
             RingsOption(o),
             FrequencyOption(o),
             {"--kind",
              "with or without diffraction",
              &o->kind,
              "KIND",
              0,
              0,
              {"diffraction", "geometric"}}};
       }},
      {"ghosts", "ghost images by two reflections, brightest first", GhostAnswer, nullptr,
       [](AnalysisOptions* o) {
         return std::vector<Option>{{"--count", "how many to list", &o->count, "N", 1, 100000}};
       },
       false},
  };
  return analyses;
}

Verb AnalysisVerb(const Analysis& analysis, const CommonOptions& common) {
  auto arguments = std::make_shared<LensArguments>();
  auto options = std::make_shared<AnalysisOptions>();
  Verb verb;
  verb.name = analysis.name;
  verb.summary = analysis.summary;
  verb.options = LensOptions(arguments.get());
  if (analysis.options) {
    for (Option& option : analysis.options(options.get())) verb.options.push_back(option);
  }
  if (analysis.takes_as_built) verb.options.push_back(AsBuiltOption(arguments.get()));
  if (analysis.draw) verb.options.push_back(PlotOption(arguments.get()));
  verb.options.push_back(OverwriteOption(arguments.get()));
  verb.run = [=, &common]() -> Status {
    PETZVAL_RETURN_IF_ERROR(CheckLensOutputs(*arguments, common));
    PETZVAL_ASSIGN(optics::LensModel model, LoadModel(*arguments));
    if (analysis.of_largest_field && !arguments->fields.empty()) {
      PETZVAL_ASSIGN(model.lens.fields.values, FieldsOf(*arguments, model));
      model.lens.fields.weights.clear();
      for (int w = 0; w < model.system.wavelengths(); ++w) {
        model.first_order[w] = optics::ComputeFirstOrder(model.lens, model.system, w);
      }
    }
    PETZVAL_ASSIGN(const auto answer, analysis.compute(*arguments, *options, model));
    if (!arguments->plot.empty()) {
      PETZVAL_ASSIGN(const std::string svg, analysis.draw(*arguments, *options, model));
      PETZVAL_RETURN_IF_ERROR(WritePlot(arguments->plot, svg));
    }
    return Deliver(answer, common);
  };
  return verb;
}

}  // namespace

Verb LensVerb(const CommonOptions& common) {
  Verb verb;
  verb.name = "lens";
  verb.summary = "optical design: analyse, draw, optimise, tolerance, bake and exchange lenses";
  verb.verbs.push_back(LensListVerb(common));
  for (const Analysis& analysis : Analyses()) {
    verb.verbs.push_back(AnalysisVerb(analysis, common));
  }
  verb.verbs.push_back(LensLayoutVerb(common));
  verb.verbs.push_back(LensReportVerb(common));
  verb.verbs.push_back(LensOptimiseVerb(common));
  verb.verbs.push_back(LensToleranceVerb(common));
  verb.verbs.push_back(LensBakeVerb(common));
  verb.verbs.push_back(LensImportVerb(common));
  verb.verbs.push_back(LensExportVerb(common));
  return verb;
}

}  // namespace petzval::cli
