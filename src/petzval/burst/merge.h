// Robust kernel regression of aligned frames on the mosaic of the reference.
#ifndef PETZVAL_BURST_MERGE_H_
#define PETZVAL_BURST_MERGE_H_

#include <array>
#include <cstdint>
#include <vector>

#include "petzval/burst/motion.h"
#include "petzval/capture/raw_frame.h"
#include "petzval/image/image.h"

namespace petzval::burst {

// One frame as the merge sees it. Frame 0 of the list is the reference.
struct MergeFrame {
  const RawFrame* raw = nullptr;
  const MotionField* motion = nullptr;  // not for the reference
  float gain = 1;                       // brings it to the level of the reference
  std::vector<float> row_gain;          // further gain of each row (flicker), empty: 1
  float noise_ratio = 1;  // noise variance of its samples at that level, relative to the reference
};

struct MergeParams {
  double strength = 1;  // scales the noise that the merge believes in
};

// The levels of the output: DN = black + x * (white - black).
struct MergeLevels {
  std::array<float, 16> black{};  // 4 x 4 pattern
  std::array<float, 3> white{};
};

struct MergeOutput {
  ImageView<uint16_t> mosaic;         // whole size of the reference
  ImageView<uint8_t> variance_ratio;  // half size, rounded up; 255 = no gain
  std::vector<double> mean_weight;    // per frame, mean robustness weight 0..1
};

// Per site q and frame k: same-colour samples within 2 px of q's place in the frame, Gaussian-like
// kernels of two widths, times a robustness weight that compares local colour means with the noise
// (Wronski et al. 2019); the two estimates are blended per pixel by what their difference says
// against its expected noise. Works in blocks, nothing of full size is stored. Monochrome,
// Bayer of any phase and quad Bayer.
void MergeFrames(const std::vector<MergeFrame>& frames, const MergeParams& params,
                 const MergeLevels& levels, MergeOutput* output);

}  // namespace petzval::burst

#endif  // PETZVAL_BURST_MERGE_H_
