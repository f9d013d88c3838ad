// How well two tiles match under a shift, and which way to move: the kernel of the alignment.
#ifndef PETZVAL_BURST_TILE_MATCH_H_
#define PETZVAL_BURST_TILE_MATCH_H_

#include <cstdint>

#include "petzval/image/image.h"

namespace petzval::burst {

inline constexpr int kTilePx = 16;  // side of a tile, in pixels of its pyramid level

// Normal equations of one Lucas-Kanade step in the inverse compositional form (Baker & Matthews
// 2004): gradients g are the reference's, error e(x) = gain * frame(x + u) - reference(x).
// The step is -inverse(H) b. Sums over the tile about the means, so that an offset of brightness
// (flicker, moving shade) does not pass for motion; values in units of kGuideOne = 1.
struct TileEquations {
  float hxx = 0, hxy = 0, hyy = 0;  // sum of g g^T
  float bx = 0, by = 0;             // sum of g e
  float ee = 0;                     // sum of e^2
  float mean = 0;                   // mean of the reference
  bool inside = false;              // false: the shifted tile leaves the frame, sums are zero
};

// The tile has its first pixel at (x, y) of the reference, at least 1 pixel from its border.
TileEquations MatchTile(ImageView<const int16_t> reference, ImageView<const int16_t> frame, int x,
                        int y, double ux, double uy, float gain);

}  // namespace petzval::burst

#endif  // PETZVAL_BURST_TILE_MATCH_H_
