// Global search: many starts, short optimisations, basin hopping, the diverse best.
#ifndef PETZVAL_OPTICS_DESIGN_GLOBAL_SEARCH_H_
#define PETZVAL_OPTICS_DESIGN_GLOBAL_SEARCH_H_

#include <cstdint>
#include <functional>
#include <vector>

#include "petzval/optics/design/optimise.h"

namespace petzval::optics {

struct GlobalOptions {
  int starts = 32;    // the given lens, and disturbed or random ones
  uint64_t seed = 1;  // the same seed gives the same lenses, for any number of threads
  // How far starts lie from the lens: share of the range of a variable with both limits, otherwise
  // of its size (or of its scale, if that is more). 1 is a random start.
  double spread = 0.3;
  int curriculum_stages = 4;  // for each start; 0: none
  int short_iterations = 60;  // of each start and hop
  int keep = 4;               // diverse best that go on
  int hops = 8;               // of each that is kept
  double hop_spread = 0.08;
  int final_iterations = 400;
  // Two lenses are the same when their scaled variables differ by less than this RMS share.
  double difference = 0.02;
  // After each round with the best merit so far, mm; false ends the search with what there is.
  std::function<bool(int round, int rounds, double best_merit)> progress;
};

struct GlobalCandidate {
  Lens lens;
  MeritReport report;
};

// Best first, at least one. A lens that does not meet the equations only comes when none does;
// report.unmet_equations tells. Runs on all threads. Errors: as MeritFunction::Create, and when no
// lens has a merit.
Result<std::vector<GlobalCandidate>> SearchGlobally(const Lens& lens, const MeritSpec& merit,
                                                    const GlobalOptions& options);

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_DESIGN_GLOBAL_SEARCH_H_
