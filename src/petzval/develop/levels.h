// Level tables of a source, and rectangles of it as linear light.
#ifndef PETZVAL_DEVELOP_LEVELS_H_
#define PETZVAL_DEVELOP_LEVELS_H_

#include <array>

#include "petzval/base/matrix.h"
#include "petzval/develop/geometry.h"
#include "petzval/develop/mosaic_source.h"
#include "petzval/develop/shading.h"

namespace petzval {

// Turns DN of a source to linear light, white balance and shading included.
class Levels {
 public:
  // Rectangles may reach this far beyond the source.
  static constexpr int kMargin = 160;

  // `source` and `shading` must outlive this. `gain`: of R, G, B; `green`: further factors of the
  // greens of red and of blue rows.
  Levels(const MosaicSource& source, const Shading& shading, const Vec3& gain,
         const std::array<double, 2>& green = {1, 1});

  // Rectangle `r` in shifted coordinates, its width a multiple of kLane, of plane `p` into the top
  // left of `out` (at least as large).
  void Render(int p, const Rect& r, ImageView<float> out) const;

 private:
  const MosaicSource& source_;
  const Shading& shading_;
  Image<float> black_;                 // (x, y & 3), x from -kMargin
  std::array<Image<float>, 3> scale_;  // per plane; Bayer uses the first only
};

}  // namespace petzval

#endif  // PETZVAL_DEVELOP_LEVELS_H_
