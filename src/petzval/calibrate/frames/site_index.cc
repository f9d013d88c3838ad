// The four sites of a mosaic's cell.
#include "petzval/calibrate/frames/frames.h"

namespace petzval::calibrate {

int SiteOf(int x, int y, bool quad) {
  return quad ? (y / 2 % 2) * 2 + x / 2 % 2 : y % 2 * 2 + x % 2;
}

}  // namespace petzval::calibrate
