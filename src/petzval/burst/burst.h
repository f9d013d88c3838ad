// Frames of one handheld shot in, one cleaner mosaic out.
#ifndef PETZVAL_BURST_BURST_H_
#define PETZVAL_BURST_BURST_H_

#include <string>
#include <vector>

#include "petzval/base/result.h"
#include "petzval/capture/raw_frame.h"

namespace petzval {

inline constexpr int kMaxBurstFrames = 30;

struct BurstParams {
  int reference = -1;     // index of the reference frame; -1: the sharpest of the first three
  double strength = 1.0;  // 0.25..4: scales the noise that the merge believes in
};

// How each input frame was used.
struct FrameUse {
  bool used = false;
  double shift_x_px = 0, shift_y_px = 0, rotation_deg = 0;  // global motion to the reference
  double gain = 1;         // level relative to the reference (normalised before the merge)
  double mean_weight = 0;  // average share of its pixels that the robust merge accepted, 0..1
};

// A merged mosaic: `frame` has the metadata of the reference, its levels scaled to 16 bits
// (black_dn, white_dn and the pixels times the same factor) and a noise model that still describes
// one frame; `variance_ratio` says how much less noise each pixel has.
struct MergedBurst {
  RawFrame frame;
  // Half the size of the mosaic (rounded up): variance of the 2x2 pixels relative to one frame,
  // that of the colour that gained least (green has more samples to average than red and blue), 255
  // = 1 (nothing gained), 32 = about 1/8. Empty when there was only one frame.
  Image<uint8_t> variance_ratio;
  std::vector<FrameUse> frames;  // as given
  int reference = 0;
  int frames_used = 1;
  int hot_pixels = 0;                          // sites replaced
  double align_s = 0, hot_s = 0, merge_s = 0;  // wall time of the steps
  std::vector<std::string> warnings;
};

// Merges 1 to 30 frames. Frames of another size, CFA or camera than the majority are left out with
// a warning; frames of the same light at other levels are normalised. With one usable frame left it
// is passed through (levels scaled, hot pixels removed by the careful single-frame rule).
// Errors: kInvalidInput when no frame is given.
Result<MergedBurst> MergeBurst(std::vector<RawFrame> frames, const BurstParams& params);

}  // namespace petzval

#endif  // PETZVAL_BURST_BURST_H_
