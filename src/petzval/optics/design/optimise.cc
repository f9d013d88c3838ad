// Local optimisation of a lens.
#include "petzval/optics/design/optimise.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "petzval/base/file.h"
#include "petzval/base/toml_file.h"
#include "petzval/optics/lens/lens_file.h"
#include "petzval/optics/lens/quantity.h"

namespace petzval::optics {

namespace {

constexpr double kFirstShare = 0.2;  // of aperture and field, the least of a curriculum

std::string StatePath(const std::string& path) { return path + ".state"; }

Status WriteText(const std::string& path, const std::string& text) {
  return WriteFile(path, {reinterpret_cast<const uint8_t*>(text.data()), text.size()});
}

Status WriteCheckpoint(const std::string& path, const Lens& lens, int iterations, double damping,
                       double merit) {
  PETZVAL_RETURN_IF_ERROR(WriteText(path, LensToml(lens)));
  return WriteText(StatePath(path),
                   fmt::format("schema = 1\niterations = {}\ndamping = {}\nmerit_mm = {}\n",
                               iterations, damping, merit));
}

int Failures(MeritFunction& function, const std::vector<double>& x) {
  const auto report = function.Report(x);
  return report ? report->failed_rays + report->failed_rim_rays : 1 << 30;
}

// The power of r that a variable of shape stands for; 0 for others.
int SagPower(const Quantity& what) {
  if (const int power = TermNumber(what.kind, 'A'); power >= 0) return power;
  const int term = TermNumber(what.kind, 'Q');
  return term >= 0 ? 4 + 2 * term : 0;
}

}  // namespace

DampedResult Minimise(MeritFunction& function, std::vector<double> x, int curriculum_stages,
                      const DampedOptions& damped) {
  const std::vector<Variable>& variables = function.variables().variables();
  std::vector<double> min, max;
  for (const Variable& v : variables) {
    min.push_back(v.min);
    max.push_back(v.max);
  }
  DampedOptions part = damped;
  int iterations = 0, evaluations = 0;
  if (damped.progress) {
    part.progress = [&](int iteration, double cost, double damping, const std::vector<double>& at) {
      return damped.progress(iterations + iteration, cost, damping, at);
    };
  }
  DampedResult result;
  if (curriculum_stages > 0 && Failures(function, x) > 0) {
    // As much of aperture and field as gets through, then growing.
    double share = 1;
    for (; share > kFirstShare; share -= 0.1) {
      function.Shrink(share, share);
      if (Failures(function, x) == 0) break;
    }
    double growth = (1 - kFirstShare) / curriculum_stages;
    bool settled = false;  // whether x is optimised at `share`
    for (int stage = 0; stage < 8 * curriculum_stages && (share < 1 || !settled); ++stage) {
      const double next = settled ? std::min(1.0, share + growth) : share;
      function.Shrink(next, next);
      // Few and careful steps: what the small aperture leaves open shall not run away.
      DampedOptions careful = part;
      careful.max_iterations = 15;
      careful.min_damping = 1e-2;
      careful.first_damping = 1e-1;
      careful.tolerance = 0.05;
      careful.patience = 2;
      careful.target = 0;
      std::vector<double> low = min, high = max;
      for (size_t i = 0; i < variables.size(); ++i) {
        const int power = SagPower(variables[i].what);
        if (power > 2 && std::pow(next, power - 2) < 0.1) {
          low[i] = high[i] = std::clamp(x[i], min[i], max[i]);
        }
      }
      result = SolveDamped(function, x, low, high, careful);
      iterations += result.iterations;
      evaluations += result.evaluations;
      if (result.reason == StopReason::kInterrupted) {
        function.Shrink(1, 1);
        return result;
      }
      const bool through = Failures(function, result.x) == 0;
      if (through || growth < 0.02 || !settled) {
        x = result.x;
        share = next;
        settled = true;
        if (through) growth *= 1.3;
      } else {
        growth /= 2;
      }
    }
    function.Shrink(1, 1);
  }
  result = SolveDamped(function, x, min, max, part);
  result.iterations += iterations;
  result.evaluations += evaluations;
  return result;
}

Result<OptimiseResult> Optimise(const Lens& lens, const MeritSpec& merit,
                                const OptimiseOptions& options) {
  PETZVAL_ASSIGN(MeritFunction function, MeritFunction::Create(lens, merit));
  OptimiseResult result;
  const VariableSet& variables = function.variables();
  PETZVAL_ASSIGN(result.before, function.Report(variables.start()));
  DampedOptions damped;
  damped.max_iterations = options.max_iterations;
  damped.first_damping = options.first_damping;
  damped.tolerance = options.tolerance;
  damped.patience = options.patience;
  damped.target = options.target_merit * options.target_merit;
  auto written = std::chrono::steady_clock::now();
  Status checkpoint;
  const int done = options.iterations_done;
  damped.progress = [&](int iteration, double cost, double damping, const std::vector<double>& x) {
    const auto now = std::chrono::steady_clock::now();
    if (!options.checkpoint.empty() &&
        std::chrono::duration<double>(now - written).count() > options.checkpoint_seconds) {
      written = now;
      if (const auto at = variables.ToLens(x)) {
        checkpoint =
            WriteCheckpoint(options.checkpoint, *at, done + iteration, damping, std::sqrt(cost));
      }
      if (!checkpoint) return false;
    }
    return !options.progress || options.progress({done + iteration, std::sqrt(cost), damping});
  };
  const DampedResult best =
      Minimise(function, variables.start(), options.curriculum_stages, damped);
  PETZVAL_RETURN_IF_ERROR(checkpoint);
  PETZVAL_ASSIGN(result.after, function.Report(best.x));
  PETZVAL_ASSIGN(result.lens, variables.ToLens(best.x));
  result.reason = best.reason;
  result.iterations = done + best.iterations;
  result.evaluations = best.evaluations;
  result.damping = best.damping;
  if (!options.checkpoint.empty()) {
    PETZVAL_RETURN_IF_ERROR(WriteCheckpoint(options.checkpoint, result.lens, result.iterations,
                                            best.damping, result.after.merit));
  }
  if (options.semi_diameter_margin > 0) {
    PETZVAL_ASSIGN(result.lens, WithUsedSemiDiameters(result.lens, options.semi_diameter_margin));
  }
  return result;
}

Result<OptimiseResult> ResumeOptimise(const std::string& path, const MeritSpec& merit,
                                      OptimiseOptions options) {
  PETZVAL_ASSIGN(const Lens lens, ReadLensFile(path));
  PETZVAL_ASSIGN(const TomlTable state, TomlTable::Read(StatePath(path)));
  const std::string known[] = {"iterations", "damping", "merit_mm"};
  PETZVAL_RETURN_IF_ERROR(state.CheckKeys(known));
  PETZVAL_ASSIGN(const int64_t iterations, state.Integer("iterations", 0, 1'000'000'000));
  PETZVAL_ASSIGN(options.first_damping, state.Number("damping", 0, 1e300));
  options.iterations_done = static_cast<int>(iterations);
  options.curriculum_stages = 0;
  return Optimise(lens, merit, options);
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
  if (report.unmet_equations > 0) {
    text += fmt::format("  {} of the values to be held are not met\n", report.unmet_equations);
  }
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
