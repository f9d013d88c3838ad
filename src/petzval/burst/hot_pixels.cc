// Defective sites.
#include "petzval/burst/hot_pixels.h"

namespace petzval {

int FixHotPixels(RawFrame*) { return 0; }

}  // namespace petzval
