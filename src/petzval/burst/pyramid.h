// The guide of a frame: binned luma at falling resolutions, on which frames are aligned.
#ifndef PETZVAL_BURST_PYRAMID_H_
#define PETZVAL_BURST_PYRAMID_H_

#include <cstdint>
#include <vector>

#include "petzval/capture/raw_frame.h"
#include "petzval/image/image.h"

namespace petzval::burst {

// Guides hold x * kGuideOne (x: 0 = black, 1 = white of the frame), negative noise kept.
inline constexpr float kGuideOne = 16384.0f;

// Level 0 is the mean of bin x bin pixels of the mosaic (bin = CFA period, 2 for monochrome), each
// further level the mean of 2 x 2 pixels of the one before. Odd rests at the right and bottom are
// dropped. Pixel (i, j) of level l covers mosaic pixels [i, i + 1) * bin * 2^l.
struct Pyramid {
  int bin = 2;
  std::vector<Image<int16_t>> level;
};

// Levels end before the shorter side falls below 16 pixels; there is always at least one.
Pyramid BuildPyramid(const RawFrame& frame, int max_levels);

// Side of the square of the mosaic that holds every colour: 2 (Bayer, monochrome) or 4 (quad).
inline int BinOf(const Cfa& cfa) { return cfa.size == 4 ? 4 : 2; }

}  // namespace petzval::burst

#endif  // PETZVAL_BURST_PYRAMID_H_
