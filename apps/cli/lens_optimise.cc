// petzval lens optimise: damped least squares towards targets.
#include <fmt/format.h>

#include <algorithm>

#include "lens_verbs.h"
#include "petzval/camera/output_names.h"
#include "petzval/optics/design/design_text.h"
#include "petzval/optics/design/glass_choice.h"
#include "petzval/optics/design/global_search.h"
#include "petzval/optics/design/optimise.h"
#include "petzval/optics/lens/lens_file.h"
#include "petzval/optics/plot/design_figures.h"
#include "plot_file.h"
#include "progress.h"

namespace petzval::cli {
namespace {

using nlohmann::ordered_json;

struct OptimiseArguments {
  LensArguments lens;
  std::string vary, target;
  int iterations = 300, curriculum = 0;
  optics::GlobalOptions search{.starts = 1, .hops = 0};
  bool resume = false;
  double margin = 1.02;

  bool searches() const { return search.starts > 1 || search.hops > 0; }
};

struct Outcome {
  optics::Lens lens;
  optics::MeritReport before, after;
  std::string stopped;
  int iterations = 0;
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
          {"failed_rim_rays", merit.failed_rim_rays},
          {"unmet_equations", merit.unmet_equations},
          {"operands", lines}};
}

Result<optics::MeritReport> JudgeStart(const optics::Lens& lens, const optics::MeritSpec& merit) {
  PETZVAL_ASSIGN(optics::MeritFunction function, optics::MeritFunction::Create(lens, merit));
  return function.Report(function.variables().start());
}

// The merit over the damped steps of one descent.
Result<Outcome> Descend(const OptimiseArguments& a, const optics::Lens& lens,
                        const optics::MeritSpec& merit, Progress* progress,
                        optics::NamedSeries* trace) {
  optics::OptimiseOptions options;
  options.max_iterations = a.iterations;
  options.curriculum_stages = a.curriculum;
  options.semi_diameter_margin = a.margin;
  options.checkpoint = a.lens.output;
  options.progress = [&](const optics::OptimiseProgress& p) {
    trace->x.push_back(p.iteration);
    trace->y.push_back(p.merit);
    progress->Fraction(std::min(1.0, static_cast<double>(p.iteration) / a.iterations));
    return true;
  };
  progress->Step("optimise");
  PETZVAL_ASSIGN(optics::OptimiseResult result,
                 a.resume ? optics::ResumeOptimise(a.lens.output, merit, options)
                          : optics::Optimise(lens, merit, options));
  return Outcome{std::move(result.lens), std::move(result.before), std::move(result.after),
                 optics::StopReasonText(result.reason), result.iterations};
}

// Many starts and hops; the best.
Result<Outcome> Search(const OptimiseArguments& a, const optics::Lens& lens,
                       const optics::MeritSpec& merit, Progress* progress,
                       optics::NamedSeries* trace) {
  optics::GlobalOptions options = a.search;
  options.curriculum_stages = a.curriculum;
  options.final_iterations = a.iterations;
  int rounds_done = 0;
  options.progress = [&](int round, int rounds, double best) {
    trace->x.push_back(round);
    trace->y.push_back(best);
    rounds_done = round;
    progress->Fraction(static_cast<double>(round) / rounds);
    return true;
  };
  progress->Step("search");
  PETZVAL_ASSIGN(const optics::MeritReport before, JudgeStart(lens, merit));
  PETZVAL_ASSIGN(std::vector<optics::GlobalCandidate> candidates,
                 optics::SearchGlobally(lens, merit, options));
  optics::Lens best = std::move(candidates.front().lens);
  if (a.margin > 0) {
    PETZVAL_ASSIGN(best, optics::WithUsedSemiDiameters(best, a.margin));
  }
  return Outcome{std::move(best), before, std::move(candidates.front().report), "search finished",
                 rounds_done};
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
      {"--curriculum",
       "stages in which aperture and field grow where rays do not get through at first",
       &a->curriculum, "N", 0, 100},
      {"--starts", "global search: disturbed starts beside the given lens", &a->search.starts, "N",
       1, 100000},
      {"--hops", "global search: disturbed descents from each of the best", &a->search.hops, "N", 0,
       100000},
      {"--spread", "how far starts lie from the lens; 1 is a random start", &a->search.spread, "X",
       0, 1},
      {"--hop-spread", "how far hops go", &a->search.hop_spread, "X", 0, 1},
      {"--seed", "seed of the global search", &a->search.seed, "N"},
      {"--resume", "go on where a run with the same output was interrupted", &a->resume, ""},
      {"--margin", "clear semi-diameters of the result over what rays use; 0: leave them",
       &a->margin, "X", 0, 2},
      PlotOption(&a->lens),
      OverwriteOption(&a->lens)};
  verb.run = [=, &common]() -> Status {
    // A run that is resumed continues its own output.
    PETZVAL_RETURN_IF_ERROR(CheckPlotName(a->lens.plot));
    PETZVAL_RETURN_IF_ERROR(CheckOutputNames(
        {a->lens.lens},
        {a->resume ? "" : a->lens.output, common.json == "-" ? "" : common.json, a->lens.plot},
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
    optics::NamedSeries trace{"merit", {}, {}};
    Progress progress(common.quiet);
    PETZVAL_ASSIGN(const Outcome outcome, a->searches()
                                              ? Search(*a, lens, merit, &progress, &trace)
                                              : Descend(*a, lens, merit, &progress, &trace));
    PETZVAL_RETURN_IF_ERROR(WriteText(a->lens.output, optics::LensToml(outcome.lens)));
    if (!a->lens.plot.empty()) {
      PETZVAL_RETURN_IF_ERROR(WritePlot(
          a->lens.plot,
          optics::OptimisationTrace(lens.name, "iteration", "merit (mm)", std::span(&trace, 1))));
    }
    ordered_json answer = {{"output", a->lens.output},
                           {"variables", lens.vary.size()},
                           {"merit_at_start", Number(outcome.before.merit)},
                           {"stopped_because", outcome.stopped},
                           {"iterations", outcome.iterations}};
    answer.update(MeritJson(outcome.after));
    return Deliver(answer, common);
  };
  verb.usage_error = [a]() -> std::string {
    return a->resume && a->searches() ? "--resume goes with a single descent, not with a search"
                                      : "";
  };
  return verb;
}

}  // namespace petzval::cli
