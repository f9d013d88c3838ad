// The known name that a mistyped one was meant to be.
#ifndef PETZVAL_BASE_NEAREST_NAME_H_
#define PETZVAL_BASE_NEAREST_NAME_H_

#include <span>
#include <string>

namespace petzval {

// The element of `known` with the fewest edits (insert, delete, replace, swap of neighbours) from
// `name`; the first of equals. Empty if `known` is.
std::string NearestName(const std::string& name, std::span<const std::string> known);

}  // namespace petzval

#endif  // PETZVAL_BASE_NEAREST_NAME_H_
