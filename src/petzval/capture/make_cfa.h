// The colour filter array that any reader found, checked and in its shortest form.
#ifndef PETZVAL_CAPTURE_MAKE_CFA_H_
#define PETZVAL_CAPTURE_MAKE_CFA_H_

#include <cstdint>
#include <span>

#include "petzval/base/result.h"
#include "petzval/capture/raw_frame.h"

namespace petzval {

// `pattern`: rows x cols colours, row by row, 0 = red, 1 = green, 2 = blue. The result has the
// smallest period that says the same, so a Bayer pattern written as 4 x 4 is a Bayer pattern; one
// colour everywhere is a monochrome sensor.
// Errors: kInvalidInput when sizes contradict each other; kUnsupported for other colours, a period
// that is not 1, 2 or 4, or a pattern without one of the three colours.
Result<Cfa> MakeCfa(int rows, int cols, std::span<const uint8_t> pattern);

}  // namespace petzval

#endif  // PETZVAL_CAPTURE_MAKE_CFA_H_
