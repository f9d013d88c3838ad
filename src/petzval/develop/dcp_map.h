// HueSatMap over rows of pixels, vectorised.
#ifndef PETZVAL_DEVELOP_DCP_MAP_H_
#define PETZVAL_DEVELOP_DCP_MAP_H_

#include <vector>

#include "petzval/color/dcp_profile.h"

namespace petzval {

// A map made ready for rows of linear ProPhoto: HueSatMap::Apply in single precision.
class DcpMap {
 public:
  // CheckHueSatMap holds.
  explicit DcpMap(const HueSatMap& map);

  // Three rows of `count` pixels, in place; NaN counts as 0. Thread-safe. The result of a pixel
  // does not depend on its place in the row.
  void Apply(float* red, float* green, float* blue, int count) const;

 private:
  int hues_ = 0, saturations_ = 0, values_ = 0;
  bool srgb_values_ = false;
  // Four floats an entry: hue shift in sextants, saturation scale, value scale, 0. The first hue
  // comes again after the last; value outer, hue middle, saturation inner.
  std::vector<float> delta_;
};

}  // namespace petzval

#endif  // PETZVAL_DEVELOP_DCP_MAP_H_
