// Level tables of a source, and rectangles of it as linear light.
#ifndef PETZVAL_DEVELOP_LEVELS_H_
#define PETZVAL_DEVELOP_LEVELS_H_

#include <array>

#include "petzval/base/matrix.h"
#include "petzval/develop/mosaic_source.h"
#include "petzval/develop/shading.h"

namespace petzval {

// Widths of the buffers that pipelines fill are multiples of this: their vectors need no remainder,
// so that every pixel is computed by the same instructions wherever a rectangle begins.
inline constexpr int kLane = 32;
inline int RoundUpToLane(int n) { return (n + kLane - 1) / kLane * kLane; }
inline int FloorToLane(int n) { return (n >= 0 ? n : n - kLane + 1) / kLane * kLane; }

// Turns DN of a source to linear light, white balance and shading included.
class Levels {
 public:
  // Rectangles may reach this far beyond the source.
  static constexpr int kMargin = 160;

  // `source` and `shading` must outlive this. `gain`: of R, G, B.
  Levels(const MosaicSource& source, const Shading& shading, const Vec3& gain);

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
