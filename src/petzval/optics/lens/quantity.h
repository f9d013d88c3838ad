// The quantities of a lens that a designer may name: "c", "t", "k", "A4", "Q0", "nd", "vd".
#ifndef PETZVAL_OPTICS_LENS_QUANTITY_H_
#define PETZVAL_OPTICS_LENS_QUANTITY_H_

#include <span>
#include <string>

#include "petzval/optics/lens/lens.h"

namespace petzval::optics {

inline constexpr size_t kMaxDesignEntries = 1000;  // of each list

// "t of surface 5".
std::string QuantityName(const Quantity& quantity);
// Whether the lens has this quantity: a known kind, a surface, a medium for nd and vd, Q terms
// only on surfaces with Q terms. Errors: one sentence, with the nearest kind.
Status CheckQuantity(const Lens& lens, const Quantity& quantity);
// The number behind a leading letter, "A10" -> 10; -1 if the kind is not of that form.
int TermNumber(const std::string& kind, char letter);

// All that `Tolerance::kind` may be.
std::span<const std::string> ToleranceKinds();

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_LENS_QUANTITY_H_
