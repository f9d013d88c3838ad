// Frames before and after the merge: which belong together, headers, one frame passed through.
#ifndef PETZVAL_BURST_FRAMES_H_
#define PETZVAL_BURST_FRAMES_H_

#include <string>
#include <vector>

#include "petzval/burst/levels.h"
#include "petzval/capture/raw_frame.h"

namespace petzval::burst {

// How a warning calls a frame: its path, or its number.
std::string NameOf(const RawFrame& frame, size_t index);

// Indices of the largest group of usable frames of one size, CFA and camera (the earlier one wins a
// tie); a warning for each other frame. Empty when no frame has pixels.
std::vector<int> ChooseFrames(const std::vector<RawFrame>& frames,
                              std::vector<std::string>* warnings);

// Everything of a frame but its pixels and levels.
RawFrame Header(const RawFrame& frame);

// Header and pixels of one frame, its levels scaled to 16 bits.
RawFrame PassThrough(const RawFrame& in);

}  // namespace petzval::burst

#endif  // PETZVAL_BURST_FRAMES_H_
