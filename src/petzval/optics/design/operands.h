// Small facts about operands that the merit needs.
#ifndef PETZVAL_OPTICS_DESIGN_OPERANDS_H_
#define PETZVAL_OPTICS_DESIGN_OPERANDS_H_

#include "petzval/optics/design/merit_spec.h"

namespace petzval::optics {

// mm of residual per unit of the operand at weight 1.
double OperandUnit(OperandKind kind);
// Whether chief and rim rays are needed for it.
bool NeedsProbes(OperandKind kind);
// Whether the heights used on surfaces are.
bool NeedsHeights(OperandKind kind);

// Whether an inequality holds; false for equations.
bool Satisfied(const Operand& operand, double value);

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_DESIGN_OPERANDS_H_
