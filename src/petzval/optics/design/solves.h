// Solves: a thickness or curvature that follows from a condition, with its derivatives.
#ifndef PETZVAL_OPTICS_DESIGN_SOLVES_H_
#define PETZVAL_OPTICS_DESIGN_SOLVES_H_

#include <vector>

#include "petzval/optics/design/variables.h"

namespace petzval::optics {

// Errors: kInvalidInput when the solve cannot act on the quantity it names.
Status CheckSolve(const Lens& lens, const Solve& solve);

// Sets the solved number in `system`; with `chain`, adds its derivatives by the variables (the
// earlier entries of the chain must be complete). Errors: kInvalidInput when there is no solution.
Status ApplySolve(const Lens& lens, const Solve& solve, int variables, RawSystem* system,
                  std::vector<ChainEntry>* chain);

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_DESIGN_SOLVES_H_
