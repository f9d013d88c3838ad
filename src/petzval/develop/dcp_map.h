// HueSatMap over rows of pixels, vectorised.
#ifndef PETZVAL_DEVELOP_DCP_MAP_H_
#define PETZVAL_DEVELOP_DCP_MAP_H_

#include <vector>

#include "petzval/color/dcp_profile.h"

namespace petzval {

// What the loops see of a map. Four floats an entry: hue shift in sextants, saturation scale, value
// scale, 0. The first hue comes again after the last; value outer, hue middle, saturation inner.
struct DcpMapTable {
  int hues = 0, saturations = 0, values = 0;
  std::vector<float> delta;
  // When values are looked up encoded: sRGB over the square root of a linear value, and linear
  // values over the encoded one; linear between entries. Else empty.
  std::vector<float> encode, decode;
};

// A map made ready for rows of linear ProPhoto: HueSatMap::Apply in single precision.
class DcpMap {
 public:
  // CheckHueSatMap holds.
  explicit DcpMap(const HueSatMap& map);

  // Three rows of `count` pixels, in place; NaN counts as 0. Thread-safe. The result of a pixel
  // does not depend on its place in the row.
  void Apply(float* red, float* green, float* blue, int count) const;

 private:
  DcpMapTable table_;
};

}  // namespace petzval

#endif  // PETZVAL_DEVELOP_DCP_MAP_H_
