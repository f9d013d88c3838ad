// Values of a look one by one: defaults, checks, writing. For the files of this folder.
#ifndef PETZVAL_LOOK_LOOK_VALUES_H_
#define PETZVAL_LOOK_LOOK_VALUES_H_

#include <span>
#include <string>
#include <vector>

#include "petzval/base/result.h"
#include "petzval/look/look.h"

namespace petzval {

// Nameless, every value at its default.
Look DefaultLook();

// All names of [parameters], in the order of the tables.
std::vector<std::string> LookValueNames();

// Errors: one sentence without file or line.
Status CheckLookList(const LookList& list, std::span<const double> numbers);
Status CheckLookText(const LookText& text, const std::string& value);
// What no single value tells: a lightness curve that falls, hues that overtake each other, weights
// of black-and-white that add up to nothing.
Status CheckLook(const Look& look);

// Reads what texts["lut"] names, or clears `lut` if that is empty.
Status ReadLookLut(Look* look);

}  // namespace petzval

#endif  // PETZVAL_LOOK_LOOK_VALUES_H_
