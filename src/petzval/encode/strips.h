// Strips made in parallel, written in order.
#ifndef PETZVAL_ENCODE_STRIPS_H_
#define PETZVAL_ENCODE_STRIPS_H_

#include <cstdint>
#include <functional>
#include <vector>

#include "petzval/base/result.h"

namespace petzval {

struct Strip {
  int index = 0, y = 0, rows = 0;
  bool last = false;
};

// Cuts `height` rows into strips of `strip_rows`, calls `make` for each from several threads and
// `write` with the results one after the other in the order of the strips, as soon as they can be.
// Bounded memory: when twice as many results as threads wait for a slow `write`, makers wait too.
// Returns the first error of `make` or `write`; strips that have not begun by then are not made.
Status WriteStrips(int height, int strip_rows,
                   const std::function<Result<std::vector<uint8_t>>(const Strip&)>& make,
                   const std::function<Status(const Strip&, const std::vector<uint8_t>&)>& write);

}  // namespace petzval

#endif  // PETZVAL_ENCODE_STRIPS_H_
