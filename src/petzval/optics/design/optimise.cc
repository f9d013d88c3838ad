// Local optimisation of a lens.
#include "petzval/optics/design/optimise.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace petzval::optics {

Result<OptimiseResult> Optimise(const Lens& lens, const MeritSpec& merit,
                                const OptimiseOptions& options) {
  PETZVAL_ASSIGN(MeritFunction function, MeritFunction::Create(lens, merit));
  OptimiseResult result;
  const VariableSet& variables = function.variables();
  PETZVAL_ASSIGN(result.before, function.Report(variables.start()));
  std::vector<double> min, max;
  for (const Variable& v : variables.variables()) {
    min.push_back(v.min);
    max.push_back(v.max);
  }
  DampedOptions damped;
  damped.max_iterations = options.max_iterations;
  damped.first_damping = options.first_damping;
  damped.tolerance = options.tolerance;
  damped.patience = options.patience;
  damped.target = options.target_merit * options.target_merit;
  if (options.progress) {
    damped.progress = [&](int iteration, double cost, double damping, const std::vector<double>&) {
      return options.progress({iteration, std::sqrt(cost), damping});
    };
  }
  const DampedResult best = SolveDamped(function, variables.start(), min, max, damped);
  PETZVAL_ASSIGN(result.after, function.Report(best.x));
  PETZVAL_ASSIGN(result.lens, variables.ToLens(best.x));
  result.reason = best.reason;
  result.iterations = best.iterations;
  result.evaluations = best.evaluations;
  result.damping = best.damping;
  if (options.semi_diameter_margin > 0) {
    PETZVAL_ASSIGN(result.lens, WithUsedSemiDiameters(result.lens, options.semi_diameter_margin));
  }
  return result;
}

Result<Lens> WithUsedSemiDiameters(const Lens& lens, double margin) {
  Lens bare = lens;
  bare.vary.clear();
  MeritSpec spec;
  PETZVAL_ASSIGN(const MeritFunction function, MeritFunction::Create(bare, spec));
  Lens out = lens;
  for (size_t i = 0; i < out.surfaces.size(); ++i) {
    const bool sets_aperture =
        static_cast<int>(i) == lens.stop && lens.aperture.kind == ApertureKind::kStopSemiDiameter;
    const double used = function.used_heights()[i];
    if (used > 0 && !sets_aperture) out.surfaces[i].semi_diameter_mm = used * margin;
  }
  return out;
}

std::string MeritText(const MeritReport& report) {
  std::string text = fmt::format(
      "merit {:.6g} mm, rays {:.4f} um RMS ({} of {} and {} rim rays failed), fields", report.merit,
      1e3 * report.ray_rms, report.failed_rays, report.rays, report.failed_rim_rays);
  for (const double rms : report.field_rms) text += fmt::format(" {:.3f}", 1e3 * rms);
  text += "\n";
  for (const MeritReport::Line& line : report.lines) {
    const char* relation = line.relation == Relation::kAtLeast  ? ">="
                           : line.relation == Relation::kAtMost ? "<="
                                                                : "=";
    text += fmt::format("  {:<32} {:>12.6g} {} {:.6g}{}\n", line.name, line.value, relation,
                        line.target,
                        line.residual != 0 ? fmt::format("   residual {:.3g}", line.residual) : "");
  }
  return text;
}

std::string StopReasonText(StopReason reason) {
  switch (reason) {
    case StopReason::kConverged:
      return "converged";
    case StopReason::kTarget:
      return "target reached";
    case StopReason::kIterations:
      return "step limit reached";
    case StopReason::kStuck:
      return "no step helps";
    case StopReason::kInterrupted:
      return "interrupted";
  }
  return "";
}

}  // namespace petzval::optics
