// How bright a frame is, to hold frames of one burst against each other.
#ifndef PETZVAL_CAPTURE_FRAME_LEVEL_H_
#define PETZVAL_CAPTURE_FRAME_LEVEL_H_

#include "petzval/capture/raw_frame.h"

namespace petzval {

// Mean signal (0 = black, 1 = white) of the pixels of a sparse grid over the whole frame, all
// colours, without those near clipping. Frames of one scene whose exposure tags are equal differ by
// a few per cent when the hand moves; more means that a tag lies or that the light changed. 0 when
// everything is clipped.
double FrameLevel(const RawFrame& frame);

}  // namespace petzval

#endif  // PETZVAL_CAPTURE_FRAME_LEVEL_H_
