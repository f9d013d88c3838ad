// petzval lens tolerance: what manufacture does to a lens, and the yield.
#include <fmt/format.h>

#include <algorithm>

#include "lens_verbs.h"
#include "petzval/optics/design/tolerance.h"
#include "petzval/optics/plot/design_figures.h"
#include "petzval/optics/plot/report_plan.h"
#include "plot_file.h"

namespace petzval::cli {
namespace {

using nlohmann::ordered_json;
using optics::ErrorParameter;
using optics::LensModel;

struct ToleranceArguments {
  LensArguments lens;
  int trials = 1000;
  uint64_t seed = 1;
  double frequency = 0, required_mtf = 0, budget = 0;
  std::string distribution = "uniform";
  std::string compensate = "focus";
  std::string decentre;  // "FIRST-LAST", surfaces from 1
};

Result<optics::ToleranceOptions> OptionsOf(const ToleranceArguments& a, const LensModel& model) {
  optics::ToleranceOptions options;
  if (!a.lens.fields.empty()) {
    PETZVAL_ASSIGN(options.fields, FieldsOf(a.lens, model));
  }
  options.cycles_per_mm =
      a.frequency > 0 ? a.frequency : optics::PlanReport(model, {}).focus_cycles_per_mm;
  options.compensators.focus = a.compensate != "none";
  options.compensators.image_tilt = a.compensate == "focus+tilt";
  if (!a.decentre.empty()) {
    int first = 0, last = 0, used = 0;
    const int count = static_cast<int>(model.lens.surfaces.size());
    if (std::sscanf(a.decentre.c_str(), "%4d-%4d%n", &first, &last, &used) != 2 ||
        used != static_cast<int>(a.decentre.size()) || first < 1 || last < first || last > count) {
      return Fail(ErrorCode::kInvalidInput,
                  fmt::format("--decentre {}: not FIRST-LAST with surfaces of the lens, 1 to {}",
                              a.decentre, count));
    }
    options.compensators.decentre = optics::Element{first - 1, last - 1};
  }
  return options;
}

ordered_json SensitivityJson(const optics::Sensitivity& sensitivity) {
  ordered_json rows = ordered_json::array();
  for (const optics::SensitivityRow& row : sensitivity.rows) {
    rows.push_back({{"error", row.parameter.Description()},
                    {"limit", row.parameter.limit},
                    {"mtf_loss", Number(row.mtf_loss)},
                    {"rms_um_minus", Number(row.minus.MeanRms())},
                    {"rms_um_plus", Number(row.plus.MeanRms())},
                    {"rms_um_plus_predicted", Number(row.predicted_plus_rms_um)}});
  }
  // The worst offenders first.
  std::stable_sort(rows.begin(), rows.end(), [](const ordered_json& a, const ordered_json& b) {
    const auto loss = [](const ordered_json& row) {
      return row["mtf_loss"].is_null() ? 2.0 : row["mtf_loss"].get<double>();
    };
    return loss(a) > loss(b);
  });
  return rows;
}

Result<ordered_json> MonteCarloJson(const ToleranceArguments& a, const LensModel& model,
                                    const std::vector<ErrorParameter>& parameters,
                                    const optics::ToleranceOptions& options) {
  optics::MonteCarloOptions monte_carlo;
  monte_carlo.systems = a.trials;
  monte_carlo.seed = a.seed;
  monte_carlo.required_mtf = a.required_mtf;
  monte_carlo.distribution = a.distribution == "normal" ? optics::ErrorDistribution::kNormal
                                                        : optics::ErrorDistribution::kUniform;
  PETZVAL_ASSIGN(const optics::MonteCarlo result,
                 optics::RunMonteCarlo(model, parameters, monte_carlo, options));
  if (!result.nominal.WorstMtf()) {
    return Fail(ErrorCode::kInvalidInput,
                "the lens as designed has no MTF at one of its fields, so no error can be judged; "
                "choose others with --field");
  }
  ordered_json warnings = ordered_json::array();
  if (result.without_figure > 0) {
    warnings.push_back(
        fmt::format("{} of {} systems have no MTF at one of the fields and count as 0",
                    result.without_figure, a.trials));
  }
  if (result.failed_rays > 0) {
    warnings.push_back(
        fmt::format("{} rays of the disturbed systems do not arrive", result.failed_rays));
  }
  ordered_json answer = {{"trials", a.trials},
                         {"seed", a.seed},
                         {"fields", result.fields},
                         {"cycles_per_mm", result.cycles_per_mm},
                         {"nominal_worst_mtf", Number(result.nominal.WorstMtf())},
                         {"nominal_mean_rms_um", Number(result.nominal.MeanRms())},
                         {"required_mtf", a.required_mtf > 0 ? Number(a.required_mtf) : nullptr},
                         {"yield", Number(result.yield)},
                         {"systems_without_figure", result.without_figure},
                         {"failed_rays", result.failed_rays},
                         {"warnings", warnings}};
  ordered_json reached = ordered_json::array();
  for (const double share : {0.98, 0.9, 0.8, 0.5}) {
    reached.push_back({{"share", share}, {"worst_mtf", Number(result.MtfReachedBy(share))}});
  }
  answer["mtf_reached_by"] = reached;
  ordered_json values = ordered_json::array();
  for (const auto& value : result.worst_mtf) values.push_back(Number(value));
  answer["worst_mtf"] = values;
  if (!a.lens.plot.empty()) {
    std::vector<double> mtf;
    for (const auto& value : result.worst_mtf) {
      mtf.push_back(value.value_or(std::numeric_limits<double>::quiet_NaN()));
    }
    optics::HistogramOptions histogram;
    histogram.title = fmt::format("{}: {} systems", model.lens.name, a.trials);
    histogram.quantity =
        fmt::format("worst MTF of all fields at {:g} cycles/mm", result.cycles_per_mm);
    histogram.nominal = result.nominal.WorstMtf();
    if (a.required_mtf > 0) histogram.requirement = a.required_mtf;
    PETZVAL_RETURN_IF_ERROR(WritePlot(a.lens.plot, optics::ToleranceHistogram(mtf, histogram)));
  }
  return answer;
}

}  // namespace

Verb LensToleranceVerb(const CommonOptions& common) {
  auto a = std::make_shared<ToleranceArguments>();
  Verb verb;
  verb.name = "tolerance";
  verb.summary = "sensitivity to errors of manufacture, Monte Carlo yield, tolerance budget";
  verb.options = LensOptions(&a->lens);
  const std::vector<Option> more = {
      {"--trials", "systems of the Monte Carlo run", &a->trials, "N", 1, 1000000},
      {"--seed", "seed of the Monte Carlo run", &a->seed, "N"},
      {"--frequency", "judge the MTF here; 0: as through focus", &a->frequency, "C/MM", 0, 1e5},
      {"--require", "MTF that every field of a good unit reaches; 0: no yield", &a->required_mtf,
       "MTF", 0, 1},
      {"--budget", "MTF that all errors together may cost: proposes limits; 0: none", &a->budget,
       "MTF", 0, 1},
      {"--distribution",
       "of the errors within their limits",
       &a->distribution,
       "NAME",
       0,
       0,
       {"uniform", "normal"}},
      {"--compensate",
       "what assembly adjusts on each unit",
       &a->compensate,
       "WHAT",
       0,
       0,
       {"none", "focus", "focus+tilt"}},
      {"--decentre", "surfaces of an element that assembly centres too", &a->decentre,
       "FIRST-LAST"},
      PlotOption(&a->lens),
      OverwriteOption(&a->lens)};
  verb.options.insert(verb.options.end(), more.begin(), more.end());
  verb.run = [=, &common]() -> Status {
    PETZVAL_RETURN_IF_ERROR(CheckLensOutputs(a->lens, common));
    PETZVAL_ASSIGN(const LensModel model, LoadModel(a->lens));
    PETZVAL_ASSIGN(const optics::ToleranceOptions options, OptionsOf(*a, model));
    PETZVAL_ASSIGN(const std::vector<ErrorParameter> parameters,
                   optics::ToleranceParameters(model.lens));
    PETZVAL_ASSIGN(const optics::Sensitivity sensitivity,
                   optics::ComputeSensitivity(model, parameters, options));
    PETZVAL_ASSIGN(ordered_json answer, MonteCarloJson(*a, model, parameters, options));
    answer["combined_mtf_loss"] = Number(sensitivity.combined_mtf_loss);
    answer["sensitivity"] = SensitivityJson(sensitivity);
    if (a->budget > 0) {
      PETZVAL_ASSIGN(const std::vector<optics::BudgetRow> budget,
                     optics::ComputeBudget(model, parameters, a->budget, options));
      ordered_json rows = ordered_json::array();
      for (const optics::BudgetRow& row : budget) {
        rows.push_back({{"error", row.parameter.Description()},
                        {"given_limit", row.given_limit},
                        {"limit", row.parameter.limit},
                        {"mtf_loss", Number(row.mtf_loss)},
                        {"bounded", row.bounded}});
      }
      answer["budget"] = rows;
    }
    return Deliver(answer, common);
  };
  return verb;
}

}  // namespace petzval::cli
