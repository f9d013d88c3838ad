// petzval lens optimise: damped least squares towards targets.
#include <fmt/format.h>

#include "lens_verbs.h"
#include "petzval/camera/output_names.h"
#include "petzval/optics/design/design_text.h"
#include "petzval/optics/design/optimise.h"
#include "petzval/optics/lens/lens_file.h"
#include "petzval/optics/plot/design_figures.h"
#include "progress.h"

namespace petzval::cli {
namespace {

using nlohmann::ordered_json;

struct OptimiseArguments {
  LensArguments lens;
  std::string vary, target;
  int iterations = 300;
  double margin = 1.02;
};

ordered_json MeritJson(const optics::MeritReport& merit) {
  ordered_json lines = ordered_json::array();
  for (const auto& line : merit.lines) {
    lines.push_back({{"name", line.name},
                     {"value", Number(line.value)},
                     {"target", Number(line.target)},
                     {"residual_mm", Number(line.residual)}});
  }
  ordered_json fields = ordered_json::array();
  for (const double rms : merit.field_rms) fields.push_back(Number(1e3 * rms));
  return {{"merit", Number(merit.merit)},
          {"ray_rms_um", Number(1e3 * merit.ray_rms)},
          {"field_rms_um", fields},
          {"failed_rays", merit.failed_rays},
          {"operands", lines}};
}

}  // namespace

Verb LensOptimiseVerb(const CommonOptions& common) {
  auto a = std::make_shared<OptimiseArguments>();
  Verb verb;
  verb.name = "optimise";
  verb.summary = "change a lens until it meets its targets";
  verb.options = {
      {"LENS", "a lens of the library or a file", &a->lens.lens, "LENS", 0, 0, {}, true},
      {"-o,--output", "lens file to write (.toml)", &a->lens.output, "FILE", 0, 0, {}, true},
      {"--vary",
       "what may change: \"c1-6,t2,t4:0.3..1.5,A4..10@2-13,nd1\"; [[vary]] of the file if empty",
       &a->vary, "LIST"},
      {"--target",
       "what to strive for: \"spot,efl=50,track<=70,edge>=0.5,cra<=35\"; the focal length and "
       "the spots if empty",
       &a->target, "LIST"},
      {"--iterations", "damped steps", &a->iterations, "N", 1, 1000000},
      {"--margin", "clear semi-diameters of the result over what rays use; 0: leave them",
       &a->margin, "X", 0, 2},
      PlotOption(&a->lens),
      OverwriteOption(&a->lens)};
  verb.run = [=, &common]() -> Status {
    PETZVAL_RETURN_IF_ERROR(CheckOutputNames(
        {a->lens.lens}, {a->lens.output, common.json == "-" ? "" : common.json, a->lens.plot},
        a->lens.overwrite));
    PETZVAL_ASSIGN(optics::Lens lens, optics::FindLens(a->lens.lens));
    if (!a->vary.empty()) {
      PETZVAL_ASSIGN(lens.vary, optics::ParseVary(lens, a->vary));
    }
    if (lens.vary.empty()) {
      return Fail(ErrorCode::kInvalidInput,
                  fmt::format("nothing may change: give --vary, or [[vary]] in {}", a->lens.lens));
    }
    PETZVAL_ASSIGN(const optics::MeritSpec merit,
                   optics::ParseTargets(lens, a->target.empty() ? "spot,efl" : a->target));
    optics::OptimiseOptions options;
    options.max_iterations = a->iterations;
    options.semi_diameter_margin = a->margin;
    optics::NamedSeries trace{"merit", {}, {}};
    Progress progress(common.quiet);
    progress.Step("optimise");
    options.progress = [&](const optics::OptimiseProgress& p) {
      trace.x.push_back(p.iteration);
      trace.y.push_back(p.merit);
      progress.Fraction(static_cast<double>(p.iteration) / a->iterations);
      return true;
    };
    PETZVAL_ASSIGN(const optics::OptimiseResult result, optics::Optimise(lens, merit, options));
    PETZVAL_RETURN_IF_ERROR(WriteText(a->lens.output, optics::LensToml(result.lens)));
    if (!a->lens.plot.empty()) {
      PETZVAL_RETURN_IF_ERROR(WriteText(
          a->lens.plot,
          optics::OptimisationTrace(lens.name, "iteration", "merit (mm)", std::span(&trace, 1))));
    }
    ordered_json answer = {{"output", a->lens.output},
                           {"variables", lens.vary.size()},
                           {"merit_at_start", Number(result.before.merit)},
                           {"stopped_because", optics::StopReasonText(result.reason)},
                           {"iterations", result.iterations},
                           {"evaluations", result.evaluations}};
    answer.update(MeritJson(result.after));
    return Deliver(answer, common);
  };
  return verb;
}

}  // namespace petzval::cli
