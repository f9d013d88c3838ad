// What the optimiser may change: scaled variables with bounds, pickups and solves.
#ifndef PETZVAL_OPTICS_DESIGN_VARIABLES_H_
#define PETZVAL_OPTICS_DESIGN_VARIABLES_H_

#include <string>
#include <vector>

#include "petzval/optics/design/raw_system.h"
#include "petzval/optics/lens/lens.h"

namespace petzval::optics {

// d(raw number) / d(variable).
struct ChainEntry {
  int raw = 0, variable = 0;
  double factor = 0;
};

struct Variable {
  Quantity what;
  std::string name;         // "c3", "t5", "A4@7"
  double scale = 1;         // value in the file's unit = scale * x
  double min = 0, max = 0;  // of x; may be infinite
};

// Turns the scaled variables x of an optimisation into a lens and its raw numbers.
//
// Quantities in the file's unit: "c" 1/mm, "t" mm, "k", "A<p>" the a_p of the file, "Q<m>" mm,
// "nd", "vd" of the medium behind (which becomes a model glass). Scales: curvature 1 / EFL,
// thickness EFL / 10, A_p so that the sag at the clear radius h changes by h / 100.
class VariableSet {
 public:
  // Uses lens.vary, lens.pickups and lens.solves. Thicknesses without limits are kept >= 0, nd
  // within [1.4, 2.1] and vd within [15, 100]. Errors: kInvalidInput for a quantity that does not
  // exist, varies twice, is also a pickup or solve, circular pickups, or c and A2 of one surface
  // both varied (they are degenerate); kUnsupported as MakeRawSystem.
  static Result<VariableSet> Create(const Lens& lens);

  int size() const { return static_cast<int>(variables_.size()); }
  const std::vector<Variable>& variables() const { return variables_; }
  // Of the lens given to Create, moved inside the bounds.
  const std::vector<double>& start() const { return start_; }

  // The system at x, and (unless null) the derivatives of its raw numbers. Errors: kInvalidInput
  // when a solve has no solution.
  Status Apply(const std::vector<double>& x, RawSystem* system,
               std::vector<ChainEntry>* chain) const;
  // The lens at x: variables, pickups and solves written into the prescription.
  Result<Lens> ToLens(const std::vector<double>& x) const;

  // The lens given to Create.
  const Lens& lens() const { return lens_; }

 private:
  // A quantity that is written: a variable, or scale * another node + offset, or only the offset.
  struct Node {
    Quantity what;
    int variable = -1;
    int from = -1;
    double scale = 1, offset = 0;
  };

  // Values of the nodes, and for each the variable it hangs on (or -1) with d(value)/d(x).
  void Nodes(const std::vector<double>& x, std::vector<double>* value,
             std::vector<ChainEntry>* gradient) const;

  Lens lens_;
  RawSystem base_;
  std::vector<Variable> variables_;
  std::vector<double> start_;
  std::vector<Node> nodes_;
};

// The value of a quantity of a lens in the file's unit. Errors: kInvalidInput for what the lens
// does not have.
Result<double> GetQuantity(const Lens& lens, const Quantity& what);
// Writes it. "nd" and "vd" give the surface a model glass of its own.
Status SetQuantity(const Quantity& what, double value, Lens* lens);
// "c3", "A4@7", "nd2" as names count surfaces: from 1.
std::string VariableName(const Quantity& what);

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_DESIGN_VARIABLES_H_
