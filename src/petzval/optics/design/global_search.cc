// Multi-start and basin hopping over the local optimiser.
#include "petzval/optics/design/global_search.h"

#include <algorithm>
#include <cmath>

#include "petzval/base/parallel.h"
#include "petzval/base/random.h"

namespace petzval::optics {
namespace {

// Size by which a variable is disturbed at spread 1.
double Reach(const Variable& v, double x) {
  if (std::isfinite(v.min) && std::isfinite(v.max)) return v.max - v.min;
  const bool curvature = v.what.kind == "c";
  return std::max(std::abs(x), curvature ? 0.5 : 1.0);
}

std::vector<double> Disturbed(const VariableSet& set, const std::vector<double>& x, double spread,
                              Random* random) {
  std::vector<double> out = x;
  for (int i = 0; i < set.size(); ++i) {
    const Variable& v = set.variables()[i];
    const double reach = Reach(v, x[i]);
    const bool range = std::isfinite(v.min) && std::isfinite(v.max);
    // Within limits evenly, mixed with the present value; elsewhere a bell around it.
    out[i] = range ? x[i] + spread * (v.min + random->Uniform() * reach - x[i])
                   : x[i] + spread * reach * random->Normals().a;
    out[i] = std::clamp(out[i], v.min, v.max);
  }
  return out;
}

struct Found {
  std::vector<double> x;
  double cost = std::numeric_limits<double>::infinity();
  bool held = false;  // whether all equations are met
};

double Difference(const VariableSet& set, const std::vector<double>& a,
                  const std::vector<double>& b) {
  double sum = 0;
  for (int i = 0; i < set.size(); ++i) {
    const double d = (a[i] - b[i]) / Reach(set.variables()[i], a[i]);
    sum += d * d;
  }
  return std::sqrt(sum / std::max(set.size(), 1));
}

// The best that differ from each other; ties keep the order.
std::vector<Found> Diverse(const VariableSet& set, std::vector<Found> all, int keep,
                           double difference) {
  std::stable_sort(all.begin(), all.end(), [](const Found& a, const Found& b) {
    return a.held != b.held ? a.held : a.cost < b.cost;
  });
  std::vector<Found> out;
  for (Found& f : all) {
    if (static_cast<int>(out.size()) >= keep) break;
    // What has no value or breaks the equations only stays when there is nothing else.
    bool fresh = (f.held && std::isfinite(f.cost)) || out.empty();
    for (const Found& other : out) fresh &= Difference(set, f.x, other.x) >= difference;
    if (fresh) out.push_back(std::move(f));
  }
  return out;
}

}  // namespace

Result<std::vector<GlobalCandidate>> SearchGlobally(const Lens& lens, const MeritSpec& merit,
                                                    const GlobalOptions& options) {
  PETZVAL_ASSIGN(const MeritFunction prototype, MeritFunction::Create(lens, merit));
  const VariableSet& set = prototype.variables();
  DampedOptions quick;
  quick.max_iterations = options.short_iterations;
  quick.tolerance = 1e-4;
  quick.patience = 5;
  const auto minimised = [&](const std::vector<double>& x, int stages,
                             const DampedOptions& damped) {
    MeritFunction function = prototype;
    const DampedResult result = Minimise(function, x, stages, damped);
    return Found{result.x, result.cost, result.violation < kEquationMet};
  };
  const int rounds = 2 + options.hops;
  const auto go_on = [&](int round, const std::vector<Found>& best) {
    return !options.progress ||
           options.progress(round, rounds, best.empty() ? 0.0 : std::sqrt(best[0].cost));
  };

  const int starts = std::max(options.starts, 1);
  std::vector<Found> found(starts);
  ParallelFor(starts, [&](int i) {
    Random random(options.seed, i);
    const std::vector<double> x =
        i == 0 ? set.start() : Disturbed(set, set.start(), options.spread, &random);
    found[i] = minimised(x, options.curriculum_stages, quick);
  });
  std::vector<Found> best =
      Diverse(set, std::move(found), std::max(options.keep, 1), options.difference);
  bool running = go_on(0, best);

  for (int hop = 0; running && hop < options.hops; ++hop) {
    const int count = static_cast<int>(best.size());
    std::vector<Found> next(count);
    ParallelFor(count, [&](int i) {
      Random random(options.seed, 1'000'003u * (hop + 1) + i);
      const std::vector<double> x = Disturbed(set, best[i].x, options.hop_spread, &random);
      next[i] = minimised(x, options.curriculum_stages, quick);
    });
    std::vector<Found> all = best;
    all.insert(all.end(), next.begin(), next.end());
    best = Diverse(set, std::move(all), std::max(options.keep, 1), options.difference);
    running = go_on(hop + 1, best);
  }

  DampedOptions thorough;
  thorough.max_iterations = options.final_iterations;
  std::vector<Found> polished(best.size());
  ParallelFor(static_cast<int>(best.size()),
              [&](int i) { polished[i] = minimised(best[i].x, 0, thorough); });
  best = Diverse(set, std::move(polished), std::max(options.keep, 1), options.difference);
  go_on(rounds - 1, best);
  std::vector<GlobalCandidate> out;
  for (const Found& f : best) {
    MeritFunction function = prototype;
    auto report = function.Report(f.x);
    auto at = set.ToLens(f.x);
    if (!report || !at) continue;
    out.push_back({std::move(*at), std::move(*report)});
  }
  if (out.empty()) return Fail(ErrorCode::kInvalidInput, "the search found no lens that works");
  return out;
}

}  // namespace petzval::optics
